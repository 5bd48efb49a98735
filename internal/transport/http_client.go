package transport

import (
	"cmp"
	"net/http"
)

// withoutRedirects returns a copy of client that returns a redirect instead of following it.
// Following would turn POST into GET and send the security token to another host.
func withoutRedirects(client *http.Client) *http.Client {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// standardTransport returns the *http.Transport of client, and nil for another RoundTripper. The
// *http.Transport may send by a RoundTripper that a program registered with it for the scheme. The
// function is called for every request, since a program may replace http.DefaultTransport at any
// time.
func standardTransport(client *http.Client) *http.Transport {
	own, _ := cmp.Or(client.Transport, http.DefaultTransport).(*http.Transport)
	return own
}
