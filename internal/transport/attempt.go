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

// maxReply is the largest accepted size of a reply, in bytes. A full page of results takes a tenth
// of this size.
const maxReply = 16 << 20

// A Call is the input of one attempt.
type Call struct {
	Params wire.Params
	// Do calls Begin after the credential look-up and right before it sends the request.
	// When Begin returns an error, nothing is sent. Begin may be nil.
	Begin func() error
}

// Do makes one attempt at a call. It looks up the credential, signs with a new nonce and the
// current date, sends the request, and decodes the answer into reply. The reply has to be a
// new value. The returned Seen is also valid when Do returns an error.
//
// The error is an [*errors.APIError] when the service refused, an [*errors.CredentialError]
// when there was no credential to sign with, and an [*errors.TransportError] otherwise. A
// TransportError wraps the error of ctx only when ctx ended. When the attempt exceeds its own
// time limit, [errors.Is] finds os.ErrDeadlineExceeded in the TransportError. No error text holds
// the script, its parameters or the credential.
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

// Seen holds what the transport observed during an attempt, also when the attempt failed.
type Seen struct {
	RequestID string // "" when the reply had none
	// Sends is how many times the request may have been sent. 0 proves that the request did
	// not reach the service. Sends is above 1 when a RoundTripper repeats requests by itself.
	// Then a refusal belongs to one of the requests and proves nothing about the others.
	Sends int
}

// An attempt is one request with its reply.
type attempt struct {
	client     *Client
	caller     context.Context // the context of the caller of Do
	ctx        context.Context // the caller's context with the time limit of one attempt
	params     wire.Params
	credential Credential
	reply      wire.Reply

	seen Seen
}

// run sends the request and classifies the reply.
func (a *attempt) run() error {
	seen := &sendTracker{netHTTP: standardTransport(a.client.http), ownPool: a.client.ownPool}
	ctx := httptrace.WithClientTrace(a.ctx, seen.trace())
	req := a.request(ctx, seen)
	if ctx.Err() != nil {
		return a.transportError(nil, false)
	}
	res, err := guarded("the HTTP client", func() (*http.Response, error) { return a.client.http.Do(req) })
	a.seen.Sends = seen.seal() // must be called before any method of err, because such a method may read the body
	if err != nil {
		return a.transportError(a.proxyError(err, req, seen), a.seen.Sends > 0)
	}
	if isSuccess(res.StatusCode) {
		a.seen.Sends = max(a.seen.Sends, 1) // a success proves that the request was sent, even if the tracker saw no read of the body
	}
	defer func() { _, _ = guarded("the reply", func() (struct{}, error) { return struct{}{}, res.Body.Close() }) }()
	// Alibaba Cloud support asks for this request id. The id does not prove that the service
	// wrote the body: a proxy may replace the body and keep the headers.
	a.setRequestID(res.Header.Get("X-Acs-Request-Id"))
	body, err := guarded("the reply", func() ([]byte, error) { return read(ctx, res) })
	if err != nil {
		return a.unusableReply(res, body, a.cause(err))
	}
	err = a.classify(res, body)
	if a.caller.Err() != nil {
		return a.transportError(nil, a.seen.Sends > 0) // the context ended while the reply was read and decoded
	}
	return err
}

// setRequestID stores id when it has the form of a request id.
func (a *attempt) setRequestID(id string) {
	if id != a.seen.RequestID && wire.IsIdentifier(id) {
		a.seen.RequestID = a.maskWord(id)
	}
}

// request makes the signed HTTP request. It puts the parameters into the body. When the client
// is configured with Config.Query, it puts them into the query instead.
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

// classify decides whether the reply is an answer, a refusal or neither. With a 2xx status, only
// a reply with a documented code is a refusal. A gateway may add a code of its own to an answer of
// the service. The command may be running although the answer has such a code.
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
		if e, ok := wire.DecodeError(body); ok && a.isRefusal(e, res.StatusCode) && !a.namesInvocation(body) {
			return a.apiError(res, e)
		}
	}
	return a.unusableReply(res, body, reason)
}

// namesInvocation reports whether a reply to RunCommand names an invocation. Such a reply is
// not a refusal, whatever code it has.
func (a *attempt) namesInvocation(body []byte) bool {
	return a.params.Action == wire.ActionRunCommand && wire.NamesInvocation(body)
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

var errNoAnswer = stderrors.New("not an answer of the service")

// unusableReply returns the error for a reply that is neither an answer nor a refusal.
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

// read returns the whole body. When an error ends the reading, it returns the part that it has
// read, and the error. It collects pieces of growing size, because doubling one buffer would
// take four times the memory of a large body.
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
		case err == io.EOF: //nolint:errorlint // a Reader returns io.EOF itself; errors.Is may not end for an error that wraps itself
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

// pieceSize returns the size of the first piece of a body. The size is the length of the body, but
// at least 512 bytes and at most 1 MiB, plus one byte. Without this byte, the body would fill the
// piece, and a second piece would be needed to find the end of the body.
func pieceSize(length int64) int { return int(min(max(length, 512), 1<<20)) + 1 }
