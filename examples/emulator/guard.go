package main

import (
	"net"
	"net/http"
	"net/netip"
	"os"
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

// guard protects the page next from foreign web pages in a browser that can reach this machine:
//
//   - It refuses a request whose host name others can register. The owner of such a name can let
//     it point to this machine. A browser then gives the scripts of that owner access to the page
//     (DNS rebinding).
//   - It refuses calls of the service that a web page makes with a form or a script.
//   - It refuses reads by web pages of other origins, also those that load an address as a picture or in a
//     frame. A link that a person follows is answered.
func guard(next *page, allowRemote bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, host := isCall(r), hostname(r.Host)
		switch {
		case !allowRemote && !local(host):
			http.Error(w, "This service answers only to localhost and loopback addresses.", http.StatusMisdirectedRequest)
		case !call && registrable(host):
			http.Error(w, "The page answers only to addresses and to the name of this machine.", http.StatusMisdirectedRequest)
		case call && fromBrowser(r):
			http.Error(w, "This service accepts no calls from web pages.", http.StatusForbidden)
		case !call && fromElsewhere(r):
			http.Error(w, "The page answers no requests of other web pages.", http.StatusForbidden)
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

// registrable reports whether others may own a host name. They cannot own an address, the name of this
// machine, or a name without a dot.
func registrable(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(strings.TrimSuffix(host, "."), ".") {
		return false
	}
	own, err := os.Hostname()
	return err != nil || !strings.EqualFold(host, own)
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

// fromElsewhere reports whether a web page of another origin made the request. The header Sec-Fetch-Site
// says how the page and this server are related: "none" means that a person typed the address. A page
// on another port of this machine is "same-site", and is foreign too. Following a link is
// the one thing that a foreign page may cause, because it cannot read the reply.
func fromElsewhere(r *http.Request) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" && !followsLink(r) {
			return true
		}
	}
	own := "http://" + r.Host
	if r.TLS != nil {
		own = "https://" + r.Host
	}
	for _, origin := range r.Header.Values("Origin") {
		if !strings.EqualFold(origin, own) {
			return true
		}
	}
	return false
}

// followsLink reports whether the reply to r becomes the whole content of a tab of the browser.
func followsLink(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}
