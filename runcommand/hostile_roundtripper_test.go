package runcommand_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// deliveringMiddleware deliver the command to the service and then report another result.
var deliveringMiddleware = map[string]middleware{
	"sends, then fails to dial": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		return nil, errDial
	},
	"sends a clone of the request, then fails to dial": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r.Clone(context.Background()))
		httptrace.ContextClientTrace(r.Context()).GetConn("ecs.runcommandtest.invalid:80")
		return nil, errDial
	},
	"sends a copy of the body, then fails to dial": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		again := r.Clone(context.Background())
		again.Body, _ = r.GetBody()
		deliver(service, again)
		return nil, errDial
	},
	"keeps the body in a buffer, sends it and fails to dial": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		var kept bytes.Buffer
		_, _ = kept.ReadFrom(r.Body)
		again := r.Clone(context.Background())
		again.Body, again.GetBody = io.NopCloser(&kept), nil
		deliver(service, again)
		return nil, fmt.Errorf("the second route: %w", errDial)
	},
	"sends, and gives neither reply nor error": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		return nil, nil
	},
	"sends, and gives both reply and error": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		res, _ := replyWith(200, "{}")(r)
		return res, errDial
	},
	"sends and panics": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		panic(marker)
	},
	"sends, and its reply panics when it is read": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		return &http.Response{StatusCode: http.StatusOK, Body: panickyBody{}, Request: r}, nil
	},
	"sends, and hands over an error that it got elsewhere": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		return nil, &errors.APIError{Action: "AssumeRole", Code: errors.Throttling, HTTPStatus: 429}
	},
	"sends, and hands over a code that asks for a fresh signature": func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
		deliver(service, r)
		return nil, fmt.Errorf("sign on: %w", errors.InvalidSecurityTokenExpired)
	},
}

// panickyBody is the body of a reply. Its methods panic.
type panickyBody struct{}

func (panickyBody) Read([]byte) (int, error) { panic(marker) }

func (panickyBody) Close() error { panic(marker) }

// refusingMiddleware do not read the body of the request, so nothing is sent.
var refusingMiddleware = map[string]middleware{
	"fails to dial":        func(http.RoundTripper, *http.Request) (*http.Response, error) { return nil, errDial },
	"fails in its own way": func(http.RoundTripper, *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	"panics":               func(http.RoundTripper, *http.Request) (*http.Response, error) { panic(marker) },
	"gives nothing":        func(http.RoundTripper, *http.Request) (*http.Response, error) { return nil, nil },
	"takes a copy of the body and closes it": func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		again, _ := r.GetBody()
		return nil, errors.Join(again.Close(), errDial)
	},
	"goes by a proxy that is dead": func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		dead := &http.Transport{
			Proxy:       http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.invalid:3128"}),
			DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errDial },
		}
		return dead.RoundTrip(r)
	},
}

// TestOnlyAnUnreadBodyProvesThatNothingWasSent uses RoundTrippers that deliver the command,
// and RoundTrippers that do not deliver it. Each of them may report any result.
func TestOnlyAnUnreadBodyProvesThatNothingWasSent(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name string
		list map[string]middleware
		sent bool
	}{{"sent", deliveringMiddleware, true}, {"unsent", refusingMiddleware, false}} {
		for name, between := range kind.list {
			for placement, options := range map[string][]runcommand.Option{"form": nil, "query": {runcommand.WithQueryParameters()}} {
				t.Run(kind.name+", "+placement+", one that "+name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						for _, attempts := range []int{1, 4} {
							err := tryRun(t, clientThrough(srv, between, append(options, retryQuickly(attempts))...), minimal().ClientToken("token"))
							unknown := kind.sent || placement == "query"
							assert.Equal(t, unknown, errors.MayHaveRun(err), "%v", err)
							assert.Equal(t, !unknown, errors.Retryable(err), "%v", err)
							_, ok := errors.AsType[*errors.RunError](err)
							assert.True(t, ok, "%v", err)
							assert.NotContains(t, err.Error(), marker)
						}
						executed := 0
						if kind.sent {
							executed = 1
						}
						assert.Equal(t, executed, srv.Executions("i-1"))
					})
				})
			}
		}
	}
}

// TestARoundTripperThatKeepsTheRequestCannotSendItLater uses a RoundTripper that keeps the
// request after the end of the attempt.
func TestARoundTripperThatKeepsTheRequestCannotSendItLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		var kept *http.Request
		err := tryRun(t, clientThrough(srv, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
			kept = r
			return nil, errDial
		}, retryQuickly(1)), minimal())
		assert.False(t, errors.MayHaveRun(err))
		for _, body := range []func() (io.ReadCloser, error){func() (io.ReadCloser, error) { return kept.Body, nil }, kept.GetBody} {
			late := kept.Clone(t.Context())
			late.Body, _ = body()
			res, err := srv.Transport().RoundTrip(late)
			if !assert.ErrorContains(t, err, "the attempt has ended") {
				_ = res.Body.Close()
			}
		}
		assert.Zero(t, srv.Executions("i-1"))
	})
}

// TestAReplacedDefaultTransportIsNotTrusted replaces http.DefaultTransport. The test is
// not parallel, because this variable is global.
func TestAReplacedDefaultTransportIsNotTrusted(t *testing.T) {
	srv, _ := setup(t)
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	service := srv.Transport()
	client := srv.Client(runcommand.WithHTTPClient(&http.Client{}), runcommand.WithQueryParameters(), retryQuickly(1))
	http.DefaultTransport = roundTrip(func(r *http.Request) (*http.Response, error) {
		deliver(service, r)
		httptrace.ContextClientTrace(r.Context()).GetConn("ecs.runcommandtest.invalid:80")
		return nil, errDial
	})
	assert.True(t, errors.MayHaveRun(tryRun(t, client, minimal())), "it was replaced after the client was made")
	assert.Equal(t, 1, srv.Executions("i-1"))
}

// TestAProxyThatRefusesToConnectIsNamed uses real sockets, because net/http itself sends
// the CONNECT request.
func TestAProxyThatRefusesToConnectIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status    int
		line      string
		says      string
		retryable bool
	}{
		{403, "Forbidden", "the proxy refused to connect: 403 Forbidden", false},
		{407, "Proxy Authentication Required", "the proxy refused to connect: 407 Proxy Authentication Required", false},
		{404, "Not Found", "the proxy refused to connect: 404 Not Found", false},
		{502, "Bad Gateway", "the proxy refused to connect: 502 Bad Gateway", true},
		{503, "Service Unavailable", "the proxy refused to connect: 503 Service Unavailable", true},
		{504, "Gateway Timeout", "the proxy refused to connect: 504 Gateway Timeout", true},
		{403, "Blocked by http://wiki/?" + marker, "the proxy refused to connect: Blocked by", true}, // the expected text has no status: for such a status line, only the SDK's own connection pool knows the status
	} {
		t.Run(fmt.Sprintf("%d %.9s", c.status, c.line), func(t *testing.T) {
			t.Parallel()
			var connects atomic.Int32
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connects.Add(1)
				conn, buffer, err := http.NewResponseController(w).Hijack()
				if err != nil {
					return
				}
				defer conn.Close()
				_, _ = fmt.Fprintf(buffer, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", c.status, c.line)
				_ = buffer.Flush()
			}))
			defer proxy.Close()
			at, err := url.Parse(proxy.URL)
			require.NoError(t, err)
			pool := &http.Transport{Proxy: http.ProxyURL(at)}
			defer pool.CloseIdleConnections()
			for name, rt := range map[string]http.RoundTripper{"bare": pool, "wrapped": roundTrip(pool.RoundTrip)} {
				if name == "wrapped" && c.line != http.StatusText(c.status) {
					continue // the client cannot tell that this text comes from the proxy
				}
				connects.Store(0)
				client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential("id", "secret", ""),
					runcommand.WithHTTPClient(&http.Client{Transport: rt}), retryQuickly(3))
				require.NoError(t, err)
				err = tryRun(t, client, minimal())
				require.ErrorContains(t, err, c.says, name)
				assert.ErrorContains(t, err, "nothing was sent")
				assert.NotContains(t, err.Error(), marker)
				assert.False(t, errors.MayHaveRun(err))
				assert.Equal(t, c.retryable, errors.Retryable(err), name)
				attempts := 1
				if c.retryable {
					attempts = 3
				}
				assert.EqualValues(t, attempts, connects.Load(), name)
			}
		})
	}
}

// TestRandomRoundTrippersNeverRunACommandTwice proves P1 and P2 of internal/DESIGN.md with
// random mixtures of the middleware above. Each seed gives one mixture.
func TestRandomRoundTrippersNeverRunACommandTwice(t *testing.T) {
	t.Parallel()
	all := seeds(t, 10_000, 500)
	type act struct {
		name string
		sent bool
		play middleware
	}
	acts := []act{{"pass", true, func(service http.RoundTripper, r *http.Request) (*http.Response, error) { return service.RoundTrip(r) }}}
	for _, name := range slices.Sorted(maps.Keys(deliveringMiddleware)) {
		acts = append(acts, act{name, true, deliveringMiddleware[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(refusingMiddleware)) {
		acts = append(acts, act{name, false, refusingMiddleware[name]})
	}
	acts = append(acts, act{"wraps", true, deliverThen(replyWith(200, `{"RequestId":"R","Code":"OK","Data":{}}`))},
		act{"accepts nothing", true, deliverThen(replyWith(202, `{"RequestId":"R"}`))}, act{"gives up", true, deliverThen(replyWith(503, "<html>"))})
	var accepted, unknown, unsent int
	synctest.Test(t, func(t *testing.T) {
		for _, seed := range all {
			rng := rand.New(rand.NewPCG(seed, 10))
			srv := runcommandtest.NewServer()
			srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
			var story []string
			left := false
			client := clientThrough(srv, func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
				a := acts[rng.IntN(len(acts))]
				if rng.IntN(4) == 0 {
					a = acts[0]
				}
				story, left = append(story, a.name), left || a.sent
				return a.play(service, r)
			}, retryQuickly(1+rng.IntN(5)))
			err := tryRun(t, client, minimal())
			executed := srv.Executions("i-1")
			srv.Close()
			require.LessOrEqual(t, executed, 1, "seed %d: %q", seed, story)
			switch {
			case err == nil:
				require.Equal(t, 1, executed, "seed %d: %q", seed, story)
				accepted++
			case errors.MayHaveRun(err):
				require.True(t, left, "seed %d: %q: nothing was read: %v", seed, story, err)
				require.False(t, errors.Retryable(err))
				unknown++
			default:
				require.False(t, left, "seed %d: %q: something was read: %v", seed, story, err)
				require.Zero(t, executed)
				unsent++
			}
		}
	})
	t.Logf("P1, P2 behind any RoundTripper: no command ran twice in %d runs, %d accepted, %d unknown, %d surely not sent", len(all), accepted, unknown, unsent)
}
