package main

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hasPort reports whether addr is a host and a port.
func hasPort(addr string) bool {
	_, _, err := net.SplitHostPort(addr)
	return err == nil
}

// loopback reports whether only this machine can reach a listener at addr. The parameter addr is a
// host and a port. The function looks up no names: localhost is the only name that it accepts.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && local(host)
}

func local(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// guard protects the page next from foreign web pages in a browser on this machine. It refuses a request
// whose host name is not local, since anyone can register a name that points to this machine. It also
// refuses calls of the service that a web page makes with a form or a script.
func guard(next *page, allowRemote bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !allowRemote && !local(hostname(r.Host)):
			http.Error(w, "This service answers only to localhost and loopback addresses.", http.StatusMisdirectedRequest)
		case isCall(r) && fromBrowser(r):
			http.Error(w, "This service accepts no calls from web pages.", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostname returns a Host header without its port.
func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
}

// isCall reports whether r is a call of the service. Every other request is for the page.
func isCall(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead ||
		r.Header.Get("X-Acs-Action") != "" ||
		r.Header.Get("Authorization") != "" ||
		r.URL.Query().Has("Action")
}

// fromBrowser reports whether a web page made the request. Browsers add these headers; SDKs and
// command-line tools do not.
func fromBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}
