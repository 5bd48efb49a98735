package transport_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// refusingProxy answers CONNECT with a status line and headers of its own.
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

// net/http reads the variables of proxies once in a process, hence the second one.
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

// The same words from a service that was reached are no proxy's.
func TestWordsOfAStatusAreNotAlwaysAProxys(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rt     http.RoundTripper
		change func(*transport.Config)
	}{
		"a stranger's, without a connection": {failing(fmt.Errorf("x: %w", errors.New("Forbidden"))), func(*transport.Config) {}},
		"without TLS there is no CONNECT":    {dialing(nil), plain},
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
