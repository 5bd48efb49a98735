package transport

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const maxReply = 16 << 20 // a full page of results is a tenth of it

// A Call is what one attempt asks.
type Call struct {
	Params wire.Params
	// Begin, unless nil, is asked after the credential is known and right before
	// the request is handed over. Its error ends the attempt, with nothing sent.
	Begin func() error
}

// Do makes one attempt at a call: it looks up the credential, signs with a new
// nonce and the present date, sends, and decodes the answer into reply, which
// has to be fresh. It returns what was seen of the attempt, also with an error.
//
// The error is an [*errors.APIError] when the service said no, an
// [*errors.CredentialError] when there was no credential to sign with, and an
// [*errors.TransportError] otherwise. The latter wraps the error of ctx exactly
// when ctx ended; an attempt that took too long by itself is an
// os.ErrDeadlineExceeded instead. No text of an error holds the script, its
// parameters or the credential.
func (c *Client) Do(ctx context.Context, call Call, reply wire.Reply) (Seen, error) {
	if err := ctx.Err(); err != nil {
		return Seen{}, &errors.TransportError{Action: call.Params.Action, Err: err}
	}
	credential, err := c.credentials.get(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return Seen{}, &errors.TransportError{Action: call.Params.Action, Err: fmt.Errorf("waiting for the credential: %w", ctx.Err())}
		}
		return Seen{}, &errors.CredentialError{Err: err}
	}
	if call.Begin != nil {
		if err := call.Begin(); err != nil {
			return Seen{}, &errors.TransportError{Action: call.Params.Action, Err: err}
		}
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a := &attempt{client: c, caller: ctx, ctx: limited, params: call.Params, credential: credential, reply: reply}
	err = a.run()
	return a.seen, err
}

// Seen is what is known of an attempt however it ended.
type Seen struct {
	RequestID string // "" where none came
	// Sends is how many times the request may have left. 0 proves that the service
	// has not seen it. Of several, as a RoundTripper makes that repeats by itself, a
	// refusal answers one and proves nothing about the others.
	Sends int
}

// An attempt is one request and its reply: what is asked, by whom, and how it went.
type attempt struct {
	client     *Client
	caller     context.Context
	ctx        context.Context // the caller's, with the time limit of one attempt
	params     wire.Params
	credential Credential
	reply      wire.Reply

	seen Seen
}

// perform sends the request and makes of the reply what it is worth.
func (a *attempt) run() error {
	seen := &sendTracker{netHTTP: standardTransport(a.client.http), ownPool: a.client.ownPool}
	ctx := httptrace.WithClientTrace(a.ctx, seen.trace())
	req := a.request(ctx, seen)
	if ctx.Err() != nil {
		return a.transportError(nil, false)
	}
	res, err := guarded("the HTTP client", func() (*http.Response, error) { return a.client.http.Do(req) })
	a.seen.Sends = seen.seal() // before anything is asked about the error
	if err != nil {
		return a.transportError(a.proxyError(err, req, seen), a.seen.Sends > 0)
	}
	if isSuccess(res.StatusCode) {
		a.seen.Sends = max(a.seen.Sends, 1) // a success of a request that was not read is no proof of anything
	}
	defer func() { _, _ = guarded("the reply", func() (struct{}, error) { return struct{}{}, res.Body.Close() }) }()
	// Good for asking support, but no proof of who answered: a proxy may put
	// another body under the headers that it got.
	a.setRequestID(res.Header.Get("X-Acs-Request-Id"))
	body, err := guarded("the reply", func() ([]byte, error) { return read(ctx, res) })
	if err != nil {
		return a.unusableReply(res, body, a.cause(err))
	}
	err = a.classify(res, body)
	if a.caller.Err() != nil {
		return a.transportError(nil, a.seen.Sends > 0) // it ended while the reply was read and decoded
	}
	return err
}

// identify takes over a request id that has the form of one.
func (a *attempt) setRequestID(id string) {
	if id != a.seen.RequestID && wire.IsIdentifier(id) {
		a.seen.RequestID = a.maskWord(id)
	}
}

// request writes the request down and signs it. Its parameters travel in the
// body, or in the query where the client was told so.
func (a *attempt) request(ctx context.Context, seen *sendTracker) *http.Request {
	address := *a.client.url
	if a.client.query {
		address.RawQuery = string(a.params.Form())
	} else {
		seen.body = a.params.Form()
	}
	req := (&http.Request{
		Method: http.MethodPost,
		URL:    &address,
		Host:   address.Host,
		Header: a.headers(seen.body),
	}).WithContext(ctx)
	seen.attach(req)
	return req
}

// classify tells an answer from a refusal and both from anything else. With the
// status of a success only a code that is known to refuse is a refusal: the words
// in which gateways wrap their answers look alike, and the command may be running.
func (a *attempt) classify(res *http.Response, body []byte) error {
	reason := errNoAnswer
	if isSuccess(res.StatusCode) {
		err := wire.Decode(body, a.reply)
		if err == nil {
			a.setRequestID(a.reply.ID())
			return nil
		}
		reason = fmt.Errorf("not the answer to this action: %w", err)
	}
	if a.caller.Err() == nil && canBeRefusal(res.StatusCode, len(body)) {
		if e, ok := wire.DecodeError(body); ok && isRefusal(e, res.StatusCode) && !a.namesInvocation(body) {
			return a.apiError(res, e)
		}
	}
	return a.unusableReply(res, body, reason)
}

// names reports whether a reply to RunCommand names an invocation: then it is no
// refusal, whatever else it says.
func (a *attempt) namesInvocation(body []byte) bool {
	return a.params.Action == wire.ActionRunCommand && wire.NamesInvocation(body)
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

var errNoAnswer = stderrors.New("not an answer of the service")

// unusable is the error for a reply that is neither an answer nor a refusal.
func (a *attempt) unusableReply(res *http.Response, body []byte, err error) error {
	head := a.secrets().mask(string(body[:min(len(body), maxMasked)]))
	return &errors.TransportError{
		Action:     a.params.Action,
		Sent:       a.seen.Sends > 0,
		HTTPStatus: res.StatusCode,
		Head:       []byte(head[:min(len(head), maxHead)]),
		Err:        err,
		RetryAfter: retryAfter(res.Header, res.StatusCode == http.StatusTooManyRequests),
	}
}

// read returns the whole body, or its beginning and the reason why it ended
// there. It collects pieces of growing size, as doubling one buffer would take
// four times the memory of a large body.
func read(ctx context.Context, res *http.Response) ([]byte, error) {
	var pieces [][]byte
	body, total := io.LimitReader(res.Body, maxReply+1), 0
	piece := make([]byte, 0, pieceSize(res.ContentLength))
	for {
		n, err := body.Read(piece[len(piece):cap(piece)])
		piece, total = piece[:len(piece)+n], total+n
		switch {
		case total > maxReply:
			err = fmt.Errorf("the reply is longer than %d MiB", maxReply>>20)
		case err == io.EOF: //nolint:errorlint // a Reader gives io.EOF itself, and the tree of an error may have no end
			err = nil
		case err == nil:
			err = ctx.Err()
			if err == nil {
				if len(piece) == cap(piece) {
					pieces = append(pieces, piece)
					piece = make([]byte, 0, min(2*cap(piece), 1<<20))
				}
				continue
			}
		}
		if len(pieces) == 0 {
			return piece, err
		}
		return slices.Concat(append(pieces, piece)...), err
	}
}

// pieceSize is the size of the first piece of a body: all of it where its length is
// known, up to a MiB, and one byte more, to see where it ends.
func pieceSize(length int64) int { return int(min(max(length, 512), 1<<20)) + 1 }
