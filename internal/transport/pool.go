package transport

import (
	"net"
	"net/http"
	"time"
)

// newHTTPClient returns a client with a pool of its own: connecting and the
// TLS handshake may take 5 s each, 64 idle connections are kept for 30 s, less
// than servers keep theirs. The headers of a reply have to begin within
// timeout. Proxies come from the environment.
func newHTTPClient(timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: connectResponse,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           128,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  timeout,
	}}
}

// withoutRedirects returns a copy of client, or of a new one, that hands back a
// redirect instead of following it: a redirect would turn POST into GET and
// carry the security token to another host.
func withoutRedirects(client *http.Client, timeout time.Duration) *http.Client {
	if client == nil {
		client = newHTTPClient(timeout)
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// netHTTP returns net/http's own transport where client sends by it, or by what was
// registered there for the scheme, and nil elsewhere. It is asked for every request,
// since a program may put something else into http.DefaultTransport at any time.
func netHTTP(client *http.Client) *http.Transport {
	rt := client.Transport
	if rt == nil {
		rt = http.DefaultTransport
	}
	own, _ := rt.(*http.Transport)
	return own
}
