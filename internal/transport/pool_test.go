package transport_test

import (
	"context"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// poolWithServer starts a server that calls the function serve with its first connection. It returns a
// client that sends to this server with the SDK's own pool.
func poolWithServer(tb testing.TB, serve func(net.Conn)) *transport.Client {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	tb.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return poolClient(tb, "http://"+l.Addr().String())
}

// poolClient makes a client that sends to the address with the SDK's own pool.
func poolClient(tb testing.TB, address string) *transport.Client {
	tb.Helper()
	c := setup(tb, nil, func(cfg *transport.Config) { cfg.HTTPClient, cfg.Endpoint = nil, address })
	tb.Cleanup(c.CloseIdleConnections)
	return c
}

// With the SDK's own pool, a request may have been sent only if it got a connection.
func TestWhatOurOwnPoolMayHaveSent(t *testing.T) {
	t.Parallel()
	var aborts atomic.Bool
	accepting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, accepted)
	}))
	defer accepting.Close()
	second := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.ProtoMajor != 2 || aborts.Load() {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, accepted)
	}))
	second.EnableHTTP2 = true
	second.Config.ErrorLog = log.New(io.Discard, "", 0)
	second.StartTLS()
	defer second.Close()
	roots := x509.NewCertPool()
	roots.AddCert(second.Certificate())
	h2 := setup(t, nil, func(cfg *transport.Config) {
		cfg.HTTPClient, cfg.Endpoint, cfg.Pool.RootCAs = nil, second.URL, roots
	})
	defer h2.CloseIdleConnections()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tc := range map[string]struct {
		client *transport.Client
		ctx    context.Context
		want   int
		fails  bool
	}{
		"an answer":                             {client: poolClient(t, accepting.URL), ctx: t.Context(), want: 1},
		"a service that hangs up":               {client: poolWithServer(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<16)) }), ctx: t.Context(), want: 1, fails: true},
		"an address where nothing listens":      {client: poolClient(t, gone.URL), ctx: t.Context(), want: 0, fails: true},
		"a context that has ended before":       {client: poolClient(t, accepting.URL), ctx: ended, want: 0, fails: true},
		"a service that speaks no TLS at all":   {client: poolClient(t, "https"+accepting.URL[len("http"):]), ctx: t.Context(), want: 0, fails: true},
		"the query to one that does not listen": {client: setup(t, nil, func(cfg *transport.Config) { cfg.HTTPClient, cfg.Endpoint, cfg.Query = nil, gone.URL, true }), ctx: t.Context(), want: 0, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			seen, err := tc.client.Do(tc.ctx, transport.Call{Params: command()}, &wire.RunCommandReply{})
			assert.Equal(t, tc.fails, err != nil, "%v", err)
			assert.Equal(t, tc.want, seen.Sends)
		})
	}

	for _, abort := range []bool{false, true, true} { // the three attempts use the same HTTP/2 connection
		aborts.Store(abort)
		seen, err := h2.Do(t.Context(), transport.Call{Params: command()}, &wire.RunCommandReply{})
		assert.Equal(t, abort, err != nil, "%v", err)
		assert.Equal(t, 1, seen.Sends)
	}
	seen, err := h2.Do(ended, transport.Call{Params: command()}, &wire.RunCommandReply{})
	require.Error(t, err)
	assert.Zero(t, seen.Sends)
}
