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

// middleware is a function that stands between the client and the service. The parameter
// next is the service.
type middleware = func(next http.RoundTripper, r *http.Request) (*http.Response, error)

// deliverThen delivers the request and drops the reply of the service. Then the step in the
// parameter end answers the request.
func deliverThen(end step) middleware {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if _, err := next.RoundTrip(r); err != nil {
			return nil, err
		}
		return end(r)
	}
}

func panicInstead(*http.Request) (*http.Response, error) { blowUp(); return nil, nil }

// ignoreRequest does not read the request. The step in the parameter end answers it.
func ignoreRequest(end step) middleware {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) { return end(r) }
}

// deliverCopyThen delivers a copy of the request with a body from GetBody. It does not read
// the original body. Then the step in the parameter end answers the request.
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

// deliverAgainThen delivers the request and drops the reply. Then it reads a second body,
// as if it repeated the request. The step in the parameter end answers the request.
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

// readThenDialError reads the body, delivers nothing and reports a dial error. The client
// cannot see that nothing was delivered.
func readThenDialError(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	if _, err := io.ReadAll(r.Body); err != nil {
		return nil, err
	}
	return nil, errDial
}

// observeRequests calls the function hear with each request before it passes the request
// to next.
func observeRequests(hear func(*http.Request), next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		hear(r)
		return next.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// deliver sends the request to the service and drops the reply.
func deliver(service http.RoundTripper, r *http.Request) {
	if res, err := service.RoundTrip(r); err == nil {
		_ = res.Body.Close()
	}
}

// clientThrough makes a client that reaches srv through the middleware.
func clientThrough(srv *runcommandtest.Server, between middleware, opts ...runcommand.Option) *runcommand.Client {
	service := srv.Transport()
	through := roundTrip(func(r *http.Request) (*http.Response, error) { return between(service, r) })
	return srv.Client(append([]runcommand.Option{runcommand.WithHTTPClient(&http.Client{Transport: through})}, opts...)...)
}

func tryRun(t *testing.T, client *runcommand.Client, b runcommand.Builder) error {
	t.Helper()
	req, err := b.Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	return err
}

// deliverTwice delivers a request twice, as a network may do. The parameter reply chooses
// the reply that the client gets: 0 is the first reply, 1 is the second.
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
