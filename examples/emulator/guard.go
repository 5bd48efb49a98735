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

// loopback reports whether a listener at addr, a host and a port, can be reached
// from this machine alone. Nothing is looked up: localhost counts by its name.
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

// guard keeps web pages of strangers away from next, which a browser on this
// machine would reach for them: pages whose name was made to point here, and
// pages that send forms or scripts across.
func guard(next *page, allowRemote bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !allowRemote && !local(hostname(r.Host)):
			http.Error(w, "This service answers to localhost and loopback addresses alone.", http.StatusMisdirectedRequest)
		case isCall(r) && fromBrowser(r):
			http.Error(w, "This service takes no calls from web pages.", http.StatusForbidden)
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

// isCall reports whether r is meant for the service; everything else is somebody
// who looks.
func isCall(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead ||
		r.Header.Get("X-Acs-Action") != "" ||
		r.Header.Get("Authorization") != "" ||
		r.URL.Query().Has("Action")
}

// fromBrowser reports whether a web page made the call: browsers say so, SDKs
// and command-line tools never do.
func fromBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}
