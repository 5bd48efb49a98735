package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// refusingProxy starts a proxy that answers CONNECT with this status line and these headers. It returns
// the address of the proxy.
func refusingProxy(t *testing.T, line, headers string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(buffer, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\n\r\n", line, headers)
		_ = buffer.Flush()
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// The test starts a second process with proxy variables, since net/http reads these variables only once in
// a process.
func TestOurOwnPoolKnowsWhatAProxyAnswered(t *testing.T) {
	t.Parallel()
	if want := os.Getenv("RUNCOMMAND_TEST_STATUS"); want != "" {
		status, err := strconv.Atoi(want)
		require.NoError(t, err)
		_, _, err = run(t.Context(), setup(t, nil, func(cfg *transport.Config) { cfg.HTTPClient = nil }))
		got, ok := errors.AsType[*errors.TransportError](err)
		require.True(t, ok, "%v", err)
		assert.False(t, got.Sent)
		assert.Equal(t, status, got.HTTPStatus)
		assert.Equal(t, status >= 500 || status == 429, errors.Retryable(err))
		assert.ErrorContains(t, err, fmt.Sprintf("nothing was sent: the proxy refused to connect: %d", status))
		assert.NotContains(t, err.Error(), marker)
		assert.Equal(t, status == 503, got.RetryAfter == 7*time.Second)
		return
	}
	for _, status := range []int{302, 403, 407, 429, 502, 503} {
		headers := ""
		if status == 503 {
			headers = "Retry-After: 7\r\n"
		}
		proxy := refusingProxy(t, fmt.Sprintf("%d words of its own %s", status, marker), headers)
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOurOwnPoolKnowsWhatAProxyAnswered$")
		child.Env = append(os.Environ(), fmt.Sprintf("RUNCOMMAND_TEST_STATUS=%d", status), "HTTPS_PROXY="+proxy, "NO_PROXY=", "no_proxy=")
		out, err := child.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

func TestAProxyOfTheCallersIsNamedByItsWords(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		line   string
		wrap   func(http.RoundTripper) http.RoundTripper
		says   string
		status int
	}{
		"the standard words":            {"407 Proxy Authentication Required", nil, "the proxy refused to connect: 407 Proxy Authentication Required", 407},
		"the standard words, wrapped":   {"403 Forbidden", wrapped, "the proxy refused to connect: 403 Forbidden", 403},
		"words of its own":              {"403 Ask http://wiki/" + marker, nil, "the proxy refused to connect: Ask ***", 0},
		"words of its own, wrapped":     {"403 Ask someone", wrapped, "Ask someone", 0},
		"no words":                      {"403 ", nil, "the proxy refused to connect: ", 0},
		"a success other than the only": {"202 Accepted", nil, "the proxy refused to connect: Accepted", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := url.Parse(refusingProxy(t, tc.line, ""))
			require.NoError(t, err)
			pool := &http.Transport{Proxy: http.ProxyURL(at)}
			defer pool.CloseIdleConnections()
			var rt http.RoundTripper = pool
			if tc.wrap != nil {
				rt = tc.wrap(pool)
			}
			_, _, err = run(t.Context(), setup(t, rt))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.False(t, got.Sent)
			assert.Equal(t, tc.status, got.HTTPStatus)
			assert.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), marker)
			assert.Equal(t, tc.status == 0, errors.Retryable(err))
		})
	}
}

// In this test no proxy refuses, but the error text of the transport may look like the refusal of a proxy:
// it is the reason phrase of an HTTP status. The client's error must not blame a proxy.
func TestAProxyIsBlamedOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	dead := httptest.NewServer(http.NotFoundHandler())
	deadAddress := dead.URL
	dead.Close()
	parse := func(address string) *url.URL {
		at, err := url.Parse(address)
		require.NoError(t, err)
		return at
	}
	// connects returns a dialer that makes a connection, so that the httptrace hooks see the connection,
	// and then fails.
	connects := func(words string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", parse(srv.URL).Host)
			if err != nil {
				return nil, err
			}
			_ = conn.Close()
			return nil, errors.New(words)
		}
	}
	// halfway connects to a proxy that closes the connection in the middle of its reply to CONNECT.
	halfway := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			_, _ = http.ReadRequest(bufio.NewReader(far))
			_, _ = io.WriteString(far, "HTTP/1.1 200 OK\r\nX: ")
		}()
		return near, nil
	}
	for name, tc := range map[string]struct {
		rt   *http.Transport
		says string
		is   error
	}{
		"a pin that does not match, without a proxy": {&http.Transport{DialTLSContext: connects("certificate pin mismatch")}, "certificate pin mismatch", nil},
		"a pin that does not match, where the choice is none": {
			&http.Transport{DialTLSContext: connects("certificate pin mismatch"), Proxy: http.ProxyURL(nil)}, "certificate pin mismatch", nil,
		},
		"a pin that does not match, where the choice fails later": {
			&http.Transport{DialTLSContext: connects("certificate pin mismatch"), Proxy: noProxyOnce(func() (*url.URL, error) { return nil, io.EOF })}, "certificate pin mismatch", nil,
		},
		"a pin that does not match, where the choice panics later": {
			&http.Transport{DialTLSContext: connects("certificate pin mismatch"), Proxy: noProxyOnce(func() (*url.URL, error) { panic(marker) })}, "certificate pin mismatch", nil,
		},
		"the words of a status, without a proxy": {&http.Transport{DialTLSContext: connects("Forbidden")}, "Forbidden", nil},
		"the words of a status, from a dialer":   {&http.Transport{DialContext: connects("Forbidden")}, "Forbidden", nil},
		"a dialer to a proxy": {
			&http.Transport{DialContext: connects("Forbidden"), Proxy: http.ProxyURL(parse("http://proxy:3128"))}, "proxyconnect tcp: Forbidden", nil,
		},
		"a pin of the proxy that does not match": {
			&http.Transport{DialTLSContext: connects("certificate pin mismatch"), Proxy: http.ProxyURL(parse("https://proxy:3128"))}, "proxyconnect tcp: certificate pin mismatch", nil,
		},
		"a header for the proxy that cannot be made": {
			&http.Transport{
				Proxy: http.ProxyURL(parse(srv.URL)),
				GetProxyConnectHeader: func(context.Context, *url.URL, string) (http.Header, error) {
					return nil, errors.New("the vault is closed")
				},
			}, "the vault is closed", nil,
		},
		"a proxy that is dead":     {&http.Transport{Proxy: http.ProxyURL(parse(deadAddress))}, "connection refused", syscall.ECONNREFUSED},
		"a proxy that breaks down": {&http.Transport{Proxy: http.ProxyURL(parse("http://proxy:3128")), DialContext: halfway}, "unexpected EOF", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer tc.rt.CloseIdleConnections()
			_, _, err := run(t.Context(), setup(t, tc.rt))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.False(t, got.Sent)
			assert.Zero(t, got.HTTPStatus)
			assert.ErrorContains(t, err, "nothing was sent: ")
			assert.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), "refused to connect")
			assert.True(t, errors.Retryable(err))
			if tc.is != nil {
				assert.ErrorIs(t, err, tc.is)
			}
		})
	}
}

// noProxyOnce chooses no proxy the first time it is asked. After that it calls the function later.
func noProxyOnce(later func() (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	var calls atomic.Int32
	return func(*http.Request) (*url.URL, error) {
		if calls.Add(1) == 1 {
			return nil, nil
		}
		return later()
	}
}

// In these cases no proxy can have refused CONNECT. So an error text that is the reason phrase of an HTTP
// status is not the refusal of a proxy.
func TestAReasonPhraseAloneIsNotARefusalOfAProxy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rt     http.RoundTripper
		change func(*transport.Config)
	}{
		"another RoundTripper, without a connection": {returnError(fmt.Errorf("x: %w", errors.New("Forbidden"))), func(*transport.Config) {}},
		"without TLS there is no CONNECT":            {transportDialing(nil), plain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d, ok := tc.rt.(*http.Transport); ok {
				d.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("Forbidden") }
			}
			_, _, err := run(t.Context(), setup(t, tc.rt, tc.change))
			require.ErrorContains(t, err, "Forbidden")
			assert.NotContains(t, err.Error(), "proxy")
			assert.True(t, errors.Retryable(err))
		})
	}
}
