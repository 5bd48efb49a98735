package runcommand_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// The mishaps below are what RoundTrippers and gateways of other people do to a
// request. They are part of the mixtures that prove P1 and P2.

// journey is what happens to one request.
type journey = func(next http.RoundTripper, r *http.Request) (*http.Response, error)

var errDial = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// then delivers the request, drops the service's reply and ends in its own way.
func then(end func(r *http.Request) (*http.Response, error)) journey {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if _, err := next.RoundTrip(r); err != nil {
			return nil, err
		}
		return end(r)
	}
}

// replying answers with a body of its own.
func replying(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func dialError(*http.Request) (*http.Response, error) { return nil, errDial }

func exploding(*http.Request) (*http.Response, error) { blowUp(); return nil, nil }

// unread ends without looking at the request.
func unread(end func(*http.Request) (*http.Response, error)) journey {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) { return end(r) }
}

// copied delivers a copy that it got from GetBody and leaves the body alone.
func copied(end func(*http.Request) (*http.Response, error)) journey {
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

// repeated delivers the request, loses the reply, and ends the repetition that it
// makes by itself in its own way.
func repeated(end func(*http.Request) (*http.Response, error)) journey {
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

// readOnly reads the body, delivers nothing and reports a dial error: from
// outside this cannot be told from a delivery.
func readOnly(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return nil, err
	}
	return nil, errDial
}

// bomb is a small body of gzip that holds very many rows.
func bomb() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, `{"RequestId":"R","Code":"Throttling","Rows":[`+strings.Repeat("{},", 1<<16)+`{}]}`)
	_ = w.Close()
	return b.String()
}

func refusalOf(code string) string { return `{"RequestId":"R","Code":"` + code + `","Message":"m"}` }

const envelope = `{"RequestId":"R","Code":"OK","Message":"accepted","Data":{"InvokeId":"t-1"}}`

// hostileMishaps are drawn beside the others.
var hostileMishaps = []mishap{
	{name: "delivered, then a dial error", verdict: nobody, journey: then(dialError)},
	{name: "a copy delivered, then a dial error", verdict: nobody, journey: copied(dialError)},
	{name: "read, then a dial error", verdict: nobody, journey: readOnly},
	{name: "a dial error", verdict: neverSent, journey: unread(dialError)},
	{name: "a panic", verdict: neverSent, journey: unread(exploding)},
	{name: "delivered, then a panic", verdict: nobody, journey: then(exploding)},
	{name: "an acceptance in an envelope", verdict: nobody, journey: then(replying(200, envelope))},
	{name: "an acceptance with a code that nobody knows", verdict: nobody, journey: then(replying(200, `{"RequestId":"R","Code":"Accepted.Later","Message":"m"}`))},
	{name: "an hour's hint", verdict: nobody, journey: then(replying(503, "<html>", "Retry-After", "3600"))},
	{name: "a hint of three minutes", verdict: nobody, journey: then(replying(503, "<html>", "Retry-After", "180"))},
	{name: "a body of gzip that nobody unpacked", verdict: nobody, journey: then(replying(200, bomb(), "Content-Encoding", "gzip"))},
	{name: "repeated by itself, then throttled", verdict: nobody, journey: repeated(replying(400, refusalOf("Throttling.User")))},
	{name: "repeated by itself, then forbidden", verdict: nobody, journey: repeated(replying(403, refusalOf("Forbidden.RAM")))},
	{name: "a success, body unread", verdict: nobody, journey: unread(replying(200, "<html>open"))},
	{name: "a breaker's page, body unread", verdict: neverSent, journey: unread(replying(503, "<html>open"))},
	{name: "a breaker's refusal, body unread", verdict: neverSent, journey: unread(replying(500, refusalOf("InternalError")))},
	{name: "a gateway's time-out", verdict: nobody, journey: then(replying(400, refusalOf("UpstreamTimeout")))},
	{name: "an undocumented throttling of a server", verdict: nobody, journey: then(replying(503, refusalOf("Throttling.Gateway")))},
	{name: "only a request id", verdict: nobody, journey: then(replying(200, `{"RequestId":"R"}`))},
	{name: "no response and no error", verdict: nobody, journey: then(func(*http.Request) (*http.Response, error) { return nil, nil })},
}
