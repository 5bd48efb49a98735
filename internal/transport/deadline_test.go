package transport_test

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// An attempt has four phases of 10 ms each: the credential look-up, connecting, waiting for the reply,
// and reading the reply.
func TestCancelledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const phase = 10 * time.Millisecond
	for at := time.Duration(0); at < 50*time.Millisecond; at += 1500 * time.Microsecond {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				received := atomic.Bool{}
				dial := dialServer(func(conn net.Conn, _ *http.Request) {
					received.Store(true)
					<-time.After(phase)
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", len(accepted))
					<-time.After(phase)
					_, _ = io.WriteString(conn, accepted)
				})
				rt := transportDialing(func(ctx context.Context) (net.Conn, error) {
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
				<-time.After(5 * phase) // waits for the credential look-up and the connecting, which may end after the call
				c.CloseIdleConnections()
				if at > 4*phase {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, at, took, "the call returns at once when the context ends")
				got, ok := errors.AsType[*errors.TransportError](err)
				require.True(t, ok)
				assert.Equal(t, received.Load(), got.Sent, "Sent is true exactly when the server received the request")
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
		c := setup(t, replyAlways(200, accepted), func(cfg *transport.Config) {
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

// A RoundTripper of the program may ignore the context. So the transport must not call the RoundTripper
// after the time limit.
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
	refusing := func(context.Context) (net.Conn, error) { return nil, io.ErrClosedPipe }
	proxy := transportDialing(dialServer(func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "HTTP/1.1 407 No\r\n\r\n") }))
	proxy.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"})
	for name, rt := range map[string]http.RoundTripper{
		"by net/http": transportDialing(refusing), "by a RoundTripper around it": wrapped(transportDialing(refusing)), "by the proxy that refuses to connect": proxy,
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
		_, _ = io.Copy(io.Discard, req.Body)
		<-req.Context().Done()
		return nil, req.Context().Err()
	})
	slow := readBodyThen(func(req *http.Request) (*http.Response, error) {
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
		"a timeout of net":       readBodyAndReturn(nil, os.ErrDeadlineExceeded),
		"a timeout that poses":   readBodyAndReturn(nil, fakeDeadline{}),
		"a cancellation by them": readBodyAndReturn(nil, context.Canceled),
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

// A large reply takes time to decode, so the context is checked again after decoding.
func TestAContextThatEndsDuringDecodingEndsTheCall(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an acceptance": accepted, "a refusal": `{"RequestId":"R","Code":"Throttling","Message":"m"}`, "a page": "<html>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, _, err := run(ctx, setup(t, replyWithBody(readerFunc(func(p []byte) (int, error) {
				cancel() // the context ends when the last byte of the body is read
				return copy(p, body), io.EOF
			}))))
			require.ErrorIs(t, err, context.Canceled)
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.True(t, got.Sent)
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// fakeDeadline is an error in which errors.Is finds context.DeadlineExceeded, like a timeout of package
// net.
type fakeDeadline struct{}

func (fakeDeadline) Error() string        { return "i/o timeout" }
func (fakeDeadline) Is(target error) bool { return target == context.DeadlineExceeded }
