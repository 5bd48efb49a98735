package runcommand_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
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

// observeRequests lets hear see each request before next gets it.
func observeRequests(hear func(*http.Request), next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		hear(r)
		return next.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// deliver hands the request on, and nothing of the reply back.
func deliver(service http.RoundTripper, r *http.Request) {
	if res, err := service.RoundTrip(r); err == nil {
		_ = res.Body.Close()
	}
}

// clientThrough is a client that reaches srv through the stranger.
func clientThrough(srv *runcommandtest.Server, stranger middleware, opts ...runcommand.Option) *runcommand.Client {
	service := srv.Transport()
	through := roundTrip(func(r *http.Request) (*http.Response, error) { return stranger(service, r) })
	return srv.Client(append([]runcommand.Option{runcommand.WithHTTPClient(&http.Client{Transport: through})}, opts...)...)
}

func tryRun(t *testing.T, client *runcommand.Client, b runcommand.Builder) error {
	t.Helper()
	req, err := b.Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	return err
}

// deliverTwice delivers a request two times over, as a network may, and brings back
// one of the replies.
func deliverTwice(reply int) middleware {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var replies [2]*http.Response
		for i := range replies {
			again := r.Clone(r.Context())
			again.Body = io.NopCloser(bytes.NewReader(body))
			if replies[i], err = next.RoundTrip(again); err != nil {
				return nil, err
			}
		}
		return replies[reply], nil
	}
}
