package transport

import (
	"cmp"
	"net/http"
)

// withoutRedirects returns a copy of client that hands back a redirect instead of
// following it: a redirect would turn POST into GET and carry the security token to
// another host.
func withoutRedirects(client *http.Client) *http.Client {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// netHTTP returns net/http's own transport where client sends by it, or by what was
// registered there for the scheme, and nil elsewhere. It is asked for every request,
// since a program may put something else into http.DefaultTransport at any time.
func standardTransport(client *http.Client) *http.Transport {
	own, _ := cmp.Or(client.Transport, http.DefaultTransport).(*http.Transport)
	return own
}
