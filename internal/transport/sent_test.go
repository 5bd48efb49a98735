package transport_test

import (
	"bufio"
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// transportDialing returns an http.Transport that makes connections with the function dial.
func transportDialing(dial func(ctx context.Context) (net.Conn, error)) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
}

func dialError(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

func plain(cfg *transport.Config) { cfg.Endpoint = "http://ecs.cn-beijing.aliyuncs.com" }

func TestWhetherARequestMayHaveLeft(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	for name, tc := range map[string]struct {
		transport http.RoundTripper
		sent      bool
		is        error
	}{
		"net/http, connection refused": {
			transportDialing(func(context.Context) (net.Conn, error) { return nil, dialError(syscall.ECONNREFUSED) }), false, syscall.ECONNREFUSED,
		},
		"net/http, no such host": {
			transportDialing(func(context.Context) (net.Conn, error) {
				return nil, dialError(&net.DNSError{Err: "no such host", Name: "ecs", IsNotFound: true})
			}), false, nil,
		},
		"net/http, an odd dialer": {
			transportDialing(func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe }), false, io.ErrClosedPipe,
		},
		"net/http, closed at once": {
			transportDialing(func(context.Context) (net.Conn, error) { a, b := net.Pipe(); _ = b.Close(); return a, nil }), false, nil,
		},
		"net/http, closed after the request": {
			transportDialing(dialServer(func(net.Conn, *http.Request) {})), true, nil,
		},
		"net/http, reply cut in its headers": {
			transportDialing(dialServer(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nCont") })), true, nil,
		},
		"net/http, reply that is not HTTP": {
			transportDialing(dialServer(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "SSH-2.0-x\r\n\r\n") })), true, nil,
		},
		"net/http, reply cut in its body": {
			transportDialing(dialServer(func(conn net.Conn, _ *http.Request) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
			})), true, io.ErrUnexpectedEOF,
		},
		"net/http, no proxy to be had": {
			&http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, io.ErrClosedPipe }}, false, io.ErrClosedPipe,
		},
		"net/http, the proxy is dead": {
			withProxy(transportDialing(func(context.Context) (net.Conn, error) { return nil, dialError(syscall.ECONNREFUSED) })), false, syscall.ECONNREFUSED,
		},
		"somebody's registered with net/http": {
			transportOver(readBodyAndReturn(nil, io.EOF)), true, io.EOF,
		},
		"somebody's registered with net/http, connection refused after an earlier try": {
			transportOver(readBodyAndReturn(nil, dialError(syscall.ECONNREFUSED))), true, syscall.ECONNREFUSED,
		},
		"somebody's registered with net/http, connection refused": {
			transportOver(returnError(dialError(syscall.ECONNREFUSED))), false, syscall.ECONNREFUSED,
		},
		"somebody's, connection refused":                    {returnError(dialError(syscall.ECONNREFUSED)), false, syscall.ECONNREFUSED},
		"somebody's, the body left alone":                   {returnError(io.EOF), false, io.EOF},
		"somebody's, connection reset":                      {readBodyAndReturn(nil, reset), true, syscall.ECONNRESET},
		"somebody's, any other error":                       {readBodyAndReturn(nil, io.EOF), true, io.EOF},
		"somebody's, connection refused, the body was read": {readBodyAndReturn(nil, dialError(syscall.ECONNREFUSED)), true, syscall.ECONNREFUSED},
		"somebody's, neither reply nor error":               {returnError(nil), false, nil},
		"somebody's, neither reply nor error, but sent":     {readBodyAndReturn(nil, nil), true, nil},
		"somebody's, both reply and error": {roundTripper(func(req *http.Request) (*http.Response, error) {
			_, err := readBodyAndReturn(nil, io.EOF)(req)
			return response(200, accepted), err
		}), true, io.EOF},
		"somebody's that reads a copy of the body only": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				again, _ := req.GetBody()
				_, _ = again.Read(make([]byte, 1))
				return nil, dialError(syscall.ECONNREFUSED)
			}), true, syscall.ECONNREFUSED,
		},
		"somebody's that takes a copy of the body and leaves it alone": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				again, _ := req.GetBody()
				return nil, errors.Join(again.Close(), dialError(syscall.ECONNREFUSED))
			}), false, syscall.ECONNREFUSED,
		},
		"somebody's that reads a clone of the request": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				return readBodyAndReturn(nil, dialError(syscall.ECONNREFUSED))(req.Clone(context.WithoutCancel(t.Context())))
			}), true, syscall.ECONNREFUSED,
		},
		"a RoundTripper around net/http, connection refused": {
			wrapped(transportDialing(func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe })), false, io.ErrClosedPipe,
		},
		"a RoundTripper around net/http, the proxy is dead": {
			wrapped(withProxy(transportDialing(func(context.Context) (net.Conn, error) { return nil, dialError(syscall.ECONNREFUSED) }))), false, syscall.ECONNREFUSED,
		},
		"somebody's that sent once and then could not connect": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				_, _ = readBodyAndReturn(nil, nil)(req.Clone(context.WithoutCancel(t.Context())))
				httptrace.ContextClientTrace(req.Context()).GetConn("ecs.cn-beijing.aliyuncs.com:80")
				return nil, dialError(syscall.ECONNREFUSED)
			}), true, syscall.ECONNREFUSED,
		},
		"somebody's that panics": {panicWith("marker"), false, nil},
		"somebody's that sends and panics": {roundTripper(func(req *http.Request) (*http.Response, error) {
			_, _ = readBodyAndReturn(nil, nil)(req)
			panic(io.EOF)
		}), true, nil},
		"a transport that is a nil pointer": {(*http.Transport)(nil), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, tc.transport, plain))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tc.sent, got.Sent, "%v", err)
			if tc.is != nil {
				assert.ErrorIs(t, err, tc.is)
			}
			assert.True(t, errors.Retryable(err), "trouble that may pass")
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, got.Err, got.Err), "marker")
		})
	}
}

// With parameters in the URL, only an http.Transport can prove that nothing was sent.
func TestWhetherARequestInAURLMayHaveLeft(t *testing.T) {
	t.Parallel()
	refusing := transportDialing(func(context.Context) (net.Conn, error) { return nil, dialError(syscall.ECONNREFUSED) })
	for name, tc := range map[string]struct {
		transport http.RoundTripper
		sent      bool
	}{
		"net/http, connection refused":                            {refusing, false},
		"net/http, closed at once":                                {transportDialing(func(context.Context) (net.Conn, error) { a, b := net.Pipe(); _ = b.Close(); return a, nil }), true},
		"somebody's, connection refused":                          {returnError(dialError(syscall.ECONNREFUSED)), true},
		"a RoundTripper around net/http, connection refused":      {wrapped(refusing), true},
		"somebody's registered with net/http, connection refused": {transportOver(returnError(dialError(syscall.ECONNREFUSED))), true},
		"somebody's that panics":                                  {panicWith("marker"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, tc.transport, plain, inQuery(true)))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tc.sent, got.Sent, "%v", err)
		})
	}
}

// A RoundTripper may keep the request and try to send it after the attempt. It cannot do so, because
// the body of the request can no longer be read.
func TestABodyIsClosedForGoodWhenTheAttemptEnds(t *testing.T) {
	t.Parallel()
	var kept *http.Request
	_, _, err := run(t.Context(), setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
		kept = req
		return nil, io.EOF
	})))
	got, ok := errors.AsType[*errors.TransportError](err)
	require.True(t, ok, "%v", err)
	assert.False(t, got.Sent)
	again, err := kept.GetBody()
	require.NoError(t, err)
	for _, body := range []io.Reader{kept.Body, again} {
		read, err := io.ReadAll(body)
		assert.ErrorContains(t, err, "the attempt has ended")
		assert.Empty(t, read)
	}
}

func TestAPanicIsNamedByItsType(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		transport http.RoundTripper
		says      string
	}{
		"text":                        {panicWith("marker"), "the HTTP client panicked with a string"},
		"an error":                    {panicWith(stderrors.New("marker")), "the HTTP client panicked with a *errors.errorString"},
		"the runtime's":               {roundTripper(func(*http.Request) (*http.Response, error) { return []*http.Response{}[len(marker)], nil }), "index out of range"},
		"what poses as the runtime's": {panicWith(fakeRuntimeError{}), "the HTTP client panicked with a transport_test.fakeRuntimeError"},
		"what prints itself":          {panicWith(printsItself{}), "the HTTP client panicked with a transport_test.printsItself"},
		"a pointer that is nil":       {panicWith((*printsItself)(nil)), "the HTTP client panicked with a *transport_test.printsItself"},
		"what embeds the runtime's":   {panicWith(struct{ runtime.Error }{}), "the HTTP client panicked with a struct"},
		"an error that panics":        {panicWith(errorPanics{}), "the HTTP client panicked with a transport_test.errorPanics"},
		"nil":                         {panicWith(nil), "panic called with nil argument"},
		"while the reply is read":     {replyWithBody(readerFunc(func([]byte) (int, error) { panic("marker") })), "the reply panicked with a string"},
		"an error whose text panics":  {returnError(errorPanics{}), "the text of an error panicked with a string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, tc.transport))
			_, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.ErrorContains(t, err, tc.says)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, errors.Unwrap(err)), "marker")
		})
	}
}

// A fakeRuntimeError has the methods of a runtime.Error, but its type is not declared in package runtime.
type fakeRuntimeError struct{}

func (fakeRuntimeError) Error() string { return "marker" }
func (fakeRuntimeError) RuntimeError() {}

// printsItself is a value whose own methods print a secret.
type printsItself struct{}

func (printsItself) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, marker) }
func (printsItself) String() string             { return marker }
func (printsItself) GoString() string           { return marker }

// errorPanics is an error whose Error method panics.
type errorPanics struct{}

func (errorPanics) Error() string { panic("marker") }

// readBodyAndReturn returns a RoundTripper that reads the body, as a transport does, and then returns res
// and err.
func readBodyAndReturn(res *http.Response, err error) roundTripper {
	return func(req *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, req.Body)
		return res, err
	}
}

// returnError returns a RoundTripper that returns an error and does not read the body.
func returnError(err error) roundTripper {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func panicWith(v any) roundTripper {
	return func(*http.Request) (*http.Response, error) { panic(v) }
}

// replyWithBody returns a RoundTripper that replies with status 200 and this body.
func replyWithBody(body io.Reader) roundTripper {
	return readBodyThen(func(*http.Request) (*http.Response, error) {
		res := response(200, "")
		res.Body, res.ContentLength = io.NopCloser(body), -1
		return res, nil
	})
}

// withProxy makes the transport send through a proxy.
func withProxy(t *http.Transport) *http.Transport {
	t.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"})
	return t
}

// transportOver returns an http.Transport that hands requests to http:// addresses over to rt.
func transportOver(rt http.RoundTripper) http.RoundTripper {
	t := &http.Transport{}
	t.RegisterProtocol("http", rt)
	return t
}

func wrapped(rt http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		res, err := rt.RoundTrip(req)
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
		return res, err
	})
}

// dialServer returns a function that connects to a server. The server reads one request, calls the
// function answer and closes the connection.
func dialServer(answer func(net.Conn, *http.Request)) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			req, err := http.ReadRequest(bufio.NewReader(far))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			answer(far, req)
		}()
		return near, nil
	}
}

func TestAFailedHandshakeSendsNothing(t *testing.T) {
	t.Parallel()
	served := atomic.Int32{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served.Add(1) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	c := setup(t, nil, func(cfg *transport.Config) { cfg.Endpoint, cfg.HTTPClient = srv.URL, nil })
	_, _, err := run(t.Context(), c)
	got, ok := errors.AsType[*errors.TransportError](err)
	require.True(t, ok)
	assert.False(t, got.Sent)
	assert.Zero(t, served.Load())
}
