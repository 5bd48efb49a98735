package runcommand_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// The mishaps below are what RoundTrippers and gateways of other people do to a
// request. They are part of the mixtures that prove P1 and P2.

// middleware is what happens to one request.
type middleware = func(next http.RoundTripper, r *http.Request) (*http.Response, error)

// deliverThen delivers the request, drops the service's reply and ends in its own way.
func deliverThen(end step) middleware {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if _, err := next.RoundTrip(r); err != nil {
			return nil, err
		}
		return end(r)
	}
}

func panicInstead(*http.Request) (*http.Response, error) { blowUp(); return nil, nil }

// ignoreRequest ends without looking at the request.
func ignoreRequest(end step) middleware {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) { return end(r) }
}

// deliverCopyThen delivers a copy that it got from GetBody and leaves the body alone.
func deliverCopyThen(end step) middleware {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		twin := r.Clone(r.Context())
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		twin.Body = body
		if _, err := next.RoundTrip(twin); err != nil {
			return nil, err
		}
		return end(r)
	}
}

// deliverAgainThen delivers the request, loses the reply, and ends the repetition that it
// makes by itself in its own way.
func deliverAgainThen(end step) middleware {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if _, err := next.RoundTrip(r); err != nil {
			return nil, err
		}
		again, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(io.Discard, again); err != nil {
			return nil, err
		}
		return end(r)
	}
}

// readThenDialError reads the body, delivers nothing and reports a dial error: from
// outside this cannot be told from a delivery.
func readThenDialError(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return nil, err
	}
	return nil, errDial
}

// gzipBomb is a small body of gzip that holds very many rows.
func gzipBomb() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, `{"RequestId":"R","Code":"Throttling","Rows":[`+strings.Repeat("{},", 1<<16)+`{}]}`)
	_ = w.Close()
	return b.String()
}

func refusalBody(code string) string { return `{"RequestId":"R","Code":"` + code + `","Message":"m"}` }

const acceptedInEnvelope = `{"RequestId":"R","Code":"OK","Message":"accepted","Data":{"InvokeId":"t-1"}}`

// middlewareFaults are drawn beside the others.
var middlewareFaults = []attemptFault{
	{name: "delivered, then a dial error", proof: undecided, middleware: deliverThen(dialRefused)},
	{name: "a copy delivered, then a dial error", proof: undecided, middleware: deliverCopyThen(dialRefused)},
	{name: "read, then a dial error", proof: undecided, middleware: readThenDialError},
	{name: "a dial error", proof: neverSent, middleware: ignoreRequest(dialRefused)},
	{name: "a panic", proof: neverSent, middleware: ignoreRequest(panicInstead)},
	{name: "delivered, then a panic", proof: undecided, middleware: deliverThen(panicInstead)},
	{name: "an acceptance in an envelope", proof: undecided, middleware: deliverThen(replyWith(200, acceptedInEnvelope))},
	{name: "an acceptance with a code that nobody knows", proof: undecided, middleware: deliverThen(replyWith(200, `{"RequestId":"R","Code":"Accepted.Later","Message":"m"}`))},
	{name: "an hour's hint", proof: undecided, middleware: deliverThen(replyWith(503, "<html>", "Retry-After", "3600"))},
	{name: "a hint of three minutes", proof: undecided, middleware: deliverThen(replyWith(503, "<html>", "Retry-After", "180"))},
	{name: "a body of gzip that nobody unpacked", proof: undecided, middleware: deliverThen(replyWith(200, gzipBomb(), "Content-Encoding", "gzip"))},
	{name: "repeated by itself, then throttled", proof: undecided, middleware: deliverAgainThen(replyWith(400, refusalBody("Throttling.User")))},
	{name: "repeated by itself, then forbidden", proof: undecided, middleware: deliverAgainThen(replyWith(403, refusalBody("Forbidden.RAM")))},
	{name: "a success, body unread", proof: undecided, middleware: ignoreRequest(replyWith(200, "<html>open"))},
	{name: "a breaker's page, body unread", proof: neverSent, middleware: ignoreRequest(replyWith(503, "<html>open"))},
	{name: "a breaker's refusal, body unread", proof: neverSent, middleware: ignoreRequest(replyWith(500, refusalBody("InternalError")))},
	{name: "a gateway's time-out", proof: undecided, middleware: deliverThen(replyWith(400, refusalBody("UpstreamTimeout")))},
	{name: "an undocumented throttling of a server", proof: undecided, middleware: deliverThen(replyWith(503, refusalBody("Throttling.Gateway")))},
	{name: "only a request id", proof: undecided, middleware: deliverThen(replyWith(200, `{"RequestId":"R"}`))},
	{name: "no response and no error", proof: undecided, middleware: deliverThen(func(*http.Request) (*http.Response, error) { return nil, nil })},
}
