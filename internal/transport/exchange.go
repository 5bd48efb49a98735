package transport

import (
	"bytes"
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	maxReply = 16 << 20 // a full page of results is a tenth of it
	maxHead  = 512      // of an unusable reply, what the error keeps
)

// An exchange is one attempt: what is asked, by whom, and how it went. It
// travels through the library in the context of the request.
type exchange struct {
	client     *Client
	caller     context.Context
	attempt    context.Context // the caller's, with the time limit of one attempt
	action     string
	params     wire.Params
	credential Credential
	reply      wire.Reply

	requestID string
	err       error
}

type exchangeKey struct{}

// sender is the HTTP client that the library is given. It keeps the outcome in
// the exchange and hands back an empty success, since the library knows less
// about replies and errors than we do.
type sender struct{ client *Client }

// Call ignores the library's transport, which is a new one at every call.
func (s sender) Call(prepared *http.Request, _ *http.Transport) (*http.Response, error) {
	x, ok := prepared.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, stderrors.New("request without an exchange")
	}
	x.err = x.perform(prepared)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func (x *exchange) perform(prepared *http.Request) error {
	var seen witness
	ctx := httptrace.WithClientTrace(prepared.Context(), seen.trace(x.client.address))
	req, err := x.request(ctx, prepared.Header)
	if err != nil || ctx.Err() != nil {
		return x.failed(err, false)
	}
	res, err := x.client.http.Do(req)
	if err != nil {
		return x.failed(err, seen.maySent(err))
	}
	defer func() { _ = res.Body.Close() }()
	// Good for asking support, but no proof of who answered: a proxy may put
	// another body under the headers that it got.
	if id := res.Header.Get("X-Acs-Request-Id"); wire.IsIdentifier(id) {
		x.requestID = id
	}
	body, err := read(res)
	if err != nil {
		return x.unusable(res, body, x.failure(err))
	}
	return x.judge(res, body)
}

// request completes what the library prepared.
func (x *exchange) request(ctx context.Context, prepared http.Header) (*http.Request, error) {
	c, url, body, query := x.client, x.client.url, "", wire.Params{}
	if c.query {
		query = x.params
		url += "?" + query.Encode()
	} else {
		body = x.params.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = sign(prepared, c.host, body, query, x.credential)
	return req, nil
}

// judge tells an answer from a refusal and both from anything else.
func (x *exchange) judge(res *http.Response, body []byte) error {
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		err := wire.Decode(body, x.reply)
		if err == nil {
			if id := x.reply.ID(); wire.IsIdentifier(id) {
				x.requestID = id
			}
			return nil
		}
		if e, ok := wire.DecodeError(body); ok && e.Message != "" {
			return x.refused(res, e)
		}
		return x.unusable(res, body, fmt.Errorf("not the answer to this action: %w", err))
	}
	if e, ok := wire.DecodeError(body); ok && res.StatusCode >= 400 {
		return x.refused(res, e)
	}
	return x.unusable(res, body, stderrors.New("not an answer of the service"))
}

// unusable is a reply that no one can make sense of.
func (x *exchange) unusable(res *http.Response, body []byte, err error) error {
	head := x.mask(string(body[:min(len(body), maxMasked)]))
	return &errors.TransportError{
		Action:     x.action,
		Sent:       true,
		HTTPStatus: res.StatusCode,
		Head:       []byte(head[:min(len(head), maxHead)]),
		Err:        err,
		RetryAfter: retryAfter(res.Header, res.StatusCode == http.StatusTooManyRequests),
	}
}

// failed is an attempt that brought no reply.
func (x *exchange) failed(err error, sent bool) error {
	return &errors.TransportError{Action: x.action, Sent: sent, Err: x.failure(err)}
}

// read returns the whole body, or its beginning and the reason why it ended
// there.
func read(res *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= 1<<20 {
		b.Grow(int(n) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(res.Body, maxReply+1))
	if err == nil && b.Len() > maxReply {
		err = fmt.Errorf("the reply is longer than %d MiB", maxReply>>20)
	}
	return b.Bytes(), err
}
