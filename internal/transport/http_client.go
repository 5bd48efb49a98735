package transport

import (
	"cmp"
	"net/http"
)

// withoutRedirects returns a copy of client that does not follow a redirect, but returns it as the
// reply. A client that follows a redirect would change POST into GET, and send the security token to
// another host.
func withoutRedirects(client *http.Client) *http.Client {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// standardTransport returns the *http.Transport of client. It returns nil when the client has another
// RoundTripper. The *http.Transport may not send the requests itself: a program may have registered a
// RoundTripper for the scheme with it. The function standardTransport is called for every request,
// since a program may replace http.DefaultTransport at any time.
func standardTransport(client *http.Client) *http.Transport {
	own, _ := cmp.Or(client.Transport, http.DefaultTransport).(*http.Transport)
	return own
}
