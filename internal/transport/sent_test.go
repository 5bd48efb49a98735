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
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// dialing is net/http's own transport with another way to connect.
func dialing(dial func(ctx context.Context) (net.Conn, error)) *http.Transport {
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
			dialing(func(context.Context) (net.Conn, error) { return nil, dialError(syscall.ECONNREFUSED) }), false, syscall.ECONNREFUSED,
		},
		"net/http, no such host": {
			dialing(func(context.Context) (net.Conn, error) {
				return nil, dialError(&net.DNSError{Err: "no such host", Name: "ecs", IsNotFound: true})
			}), false, nil,
		},
		"net/http, an odd dialer": {
			dialing(func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe }), false, io.ErrClosedPipe,
		},
		"net/http, closed at once": {
			dialing(func(context.Context) (net.Conn, error) { a, b := net.Pipe(); _ = b.Close(); return a, nil }), true, nil,
		},
		"net/http, closed after the request": {
			dialing(served(func(net.Conn, *http.Request) {})), true, nil,
		},
		"net/http, reply cut in its headers": {
			dialing(served(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nCont") })), true, nil,
		},
		"net/http, reply that is not HTTP": {
			dialing(served(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "SSH-2.0-x\r\n\r\n") })), true, nil,
		},
		"net/http, reply cut in its body": {
			dialing(served(func(conn net.Conn, _ *http.Request) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
			})), true, io.ErrUnexpectedEOF,
		},
		"net/http, no proxy to be had": {
			&http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, io.ErrClosedPipe }}, true, io.ErrClosedPipe,
		},
		"somebody's registered with net/http": {
			registered(roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.EOF })), true, io.EOF,
		},
		"somebody's registered with net/http, connection refused": {
			registered(roundTripper(func(*http.Request) (*http.Response, error) { return nil, dialError(syscall.ECONNREFUSED) })), false, syscall.ECONNREFUSED,
		},
		"somebody's, connection refused": {
			roundTripper(func(*http.Request) (*http.Response, error) { return nil, dialError(syscall.ECONNREFUSED) }), false, syscall.ECONNREFUSED,
		},
		"somebody's, connection reset": {
			roundTripper(func(*http.Request) (*http.Response, error) { return nil, reset }), true, syscall.ECONNRESET,
		},
		"somebody's, any other error": {
			roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.EOF }), true, io.EOF,
		},
		"somebody's, neither reply nor error": {
			roundTripper(func(*http.Request) (*http.Response, error) { return nil, nil }), true, nil,
		},
		"somebody's around net/http, connection refused": {
			wrapped(dialing(func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe })), false, io.ErrClosedPipe,
		},
		"somebody's that sent once and then could not connect": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(req.Context())
				trace.GetConn("ecs.cn-beijing.aliyuncs.com:80")
				trace.GotConn(httptrace.GotConnInfo{})
				return nil, dialError(syscall.ECONNREFUSED)
			}), true, syscall.ECONNREFUSED,
		},
		"somebody's that failed to connect to another host": {
			roundTripper(func(req *http.Request) (*http.Response, error) {
				httptrace.ContextClientTrace(req.Context()).GetConn("sign-on:80")
				return nil, io.EOF
			}), true, io.EOF,
		},
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
		})
	}
}

// registered is net/http's own transport, told to send by rt.
func registered(rt http.RoundTripper) http.RoundTripper {
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

// served dials a server that reads one request, answers it and hangs up.
func served(answer func(net.Conn, *http.Request)) func(context.Context) (net.Conn, error) {
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

// The phases of an attempt last 10 ms each: credential, connection, waiting for
// the reply, reading it.
func TestCancelledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const phase = 10 * time.Millisecond
	for at := time.Duration(0); at < 50*time.Millisecond; at += 1500 * time.Microsecond {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				received := atomic.Bool{}
				dial := served(func(conn net.Conn, _ *http.Request) {
					received.Store(true)
					<-time.After(phase)
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", len(accepted))
					<-time.After(phase)
					_, _ = io.WriteString(conn, accepted)
				})
				rt := dialing(func(ctx context.Context) (net.Conn, error) {
					pause(ctx, phase)
					return dial(ctx)
				})
				c := setup(t, rt, plain, func(cfg *transport.Config) {
					cfg.Credential = func(ctx context.Context) (transport.Credential, error) {
						pause(ctx, phase)
						return longTerm, nil
					}
				})
				begin := time.Now()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				defer time.AfterFunc(at, cancel).Stop()

				_, _, err := run(ctx, c)
				took := time.Since(begin)
				<-time.After(5 * phase) // the look-up and the connecting may outlast the call
				c.CloseIdleConnections()
				if at > 4*phase {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, at, took, "it comes back at once")
				got, ok := errors.AsType[*errors.TransportError](err)
				require.True(t, ok)
				assert.Equal(t, received.Load(), got.Sent, "and says truthfully what may have left")
			})
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func TestAContextThatEndedBeforehandSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := setup(t, always(200, accepted), func(cfg *transport.Config) {
			cfg.Credential = func(context.Context) (transport.Credential, error) { asked++; return longTerm, nil }
		})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := run(ctx, c)
		synctest.Wait()
		require.ErrorIs(t, err, context.Canceled)
		got, _ := errors.AsType[*errors.TransportError](err)
		assert.False(t, got.Sent)
		assert.Zero(t, asked, "not even a credential was asked for")
	})
}

// A RoundTripper of somebody else's may not look at the context, so it must not
// be called once time has run out.
func TestAnAttemptWithoutTimeSendsNothing(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := setup(t, counted(&calls), func(cfg *transport.Config) { cfg.AttemptTimeout = time.Nanosecond })
	_, _, err := run(t.Context(), c)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	got, _ := errors.AsType[*errors.TransportError](err)
	assert.False(t, got.Sent)
	assert.Zero(t, calls.Load())
}

func TestConnectionsAreRecognizedOverTLSToo(t *testing.T) {
	t.Parallel()
	nobody := func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe }
	proxy := dialing(served(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "HTTP/1.1 407 No\r\n\r\n") }))
	proxy.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"})
	for name, rt := range map[string]http.RoundTripper{
		"by net/http": dialing(nobody), "by somebody's around it": wrapped(dialing(nobody)), "by the proxy that refuses to connect": proxy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, rt))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok)
			assert.False(t, got.Sent)
		})
	}
}

func TestAnAttemptThatTakesTooLong(t *testing.T) {
	t.Parallel()
	silent := roundTripper(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	})
	slow := roundTripper(func(req *http.Request) (*http.Response, error) {
		res := response(200, "")
		res.Body = io.NopCloser(readerFunc(func(p []byte) (int, error) {
			pause(req.Context(), time.Second)
			p[0] = ' '
			return 1, req.Context().Err()
		}))
		return res, nil
	})
	for name, rt := range map[string]http.RoundTripper{
		"no reply at all": silent, "one byte a second": slow,
		"a timeout of net":       roundTripper(func(*http.Request) (*http.Response, error) { return nil, os.ErrDeadlineExceeded }),
		"a timeout that poses":   roundTripper(func(*http.Request) (*http.Response, error) { return nil, poser{} }),
		"a cancellation by them": roundTripper(func(*http.Request) (*http.Response, error) { return nil, context.Canceled }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				_, _, err := run(t.Context(), setup(t, rt))
				got, ok := errors.AsType[*errors.TransportError](err)
				require.True(t, ok)
				assert.True(t, got.Sent)
				assert.NotErrorIs(t, err, context.DeadlineExceeded, "the caller's context is well")
				assert.NotErrorIs(t, err, context.Canceled)
				assert.True(t, errors.Retryable(err))
				assert.LessOrEqual(t, time.Since(begin), transport.DefaultTimeout)
				if name == "a cancellation by them" {
					return
				}
				assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
				timeout, ok := errors.AsType[net.Error](err)
				assert.True(t, ok && timeout.Timeout())
			})
		})
	}
}

func TestTheTimeOfAnAttemptCanBeSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}), func(cfg *transport.Config) { cfg.AttemptTimeout = 3 * time.Second })
		begin := time.Now()
		_, _, err := run(t.Context(), c)
		assert.ErrorContains(t, err, "no answer within 3s")
		assert.Equal(t, 3*time.Second, time.Since(begin))
	})
}

func TestTheCallersDeadlineIsTheCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, stderrors.New("interrupted")
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		_, _, err := run(ctx, c)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(begin))
		assert.False(t, errors.Retryable(err))
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// poser claims to be the end of a context, as the timeouts of net do.
type poser struct{}

func (poser) Error() string        { return "i/o timeout" }
func (poser) Is(target error) bool { return target == context.DeadlineExceeded }
