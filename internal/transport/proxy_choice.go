package transport

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// proxySchemes are what an address of a proxy may begin with.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// ParseProxy reads the address of a proxy, scheme://[user:password@]host[:port]. An
// address without a scheme has the first one of schemes; none given means those that
// an HTTP proxy may have. Its errors never show the address.
func ParseProxy(address string, schemes ...string) (*url.URL, error) {
	if len(schemes) == 0 {
		schemes = proxySchemes
	}
	if !strings.Contains(address, "://") {
		address = schemes[0] + "://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || !printable(u.Host) || !slices.Contains(schemes, u.Scheme) {
		return nil, errors.New("want " + schemes[0] + "://[user:password@]host[:port]")
	}
	return u, nil
}

// chooseProxy returns the function that chooses the proxy of a request. A proxy of the
// pool's own counts for every host that the pool's NoProxy does not list, this machine
// included. The environment has its own rules, and only its NO_PROXY may be replaced.
func (p Pool) chooseProxy() func(*http.Request) (*url.URL, error) {
	if p.HTTPProxy == nil && p.HTTPSProxy == nil && p.SOCKS5 == nil && p.NoProxy == "" {
		return http.ProxyFromEnvironment
	}
	env := httpproxy.FromEnvironment()
	env.NoProxy = cmp.Or(p.NoProxy, env.NoProxy)
	if p.SOCKS5 != nil {
		env.HTTPProxy, env.HTTPSProxy = "", ""
	}
	fromEnvironment, exempt := env.ProxyFunc(), p.exempt()
	return func(req *http.Request) (*url.URL, error) {
		own := p.HTTPProxy
		if req.URL.Scheme == "https" {
			own = p.HTTPSProxy
		}
		switch {
		case own == nil:
			return fromEnvironment(req.URL)
		case exempt(req.URL):
			return nil, nil
		}
		return own, nil
	}
}

// exempt returns the function that reports whether NoProxy lists the host of an
// address. The package with the rules of NO_PROXY lets no proxy come between this
// machine and itself; therefore the names of this machine are compared here.
func (p Pool) exempt() func(*url.URL) bool {
	rules := (&httpproxy.Config{HTTPProxy: "proxy", HTTPSProxy: "proxy", NoProxy: p.NoProxy}).ProxyFunc()
	return func(u *url.URL) bool {
		ip, err := netip.ParseAddr(u.Hostname())
		if u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
			through, err := rules(u)
			return err == nil && through == nil
		}
		return slices.ContainsFunc(strings.Split(p.NoProxy, ","), func(entry string) bool {
			entry = strings.ToLower(strings.TrimSpace(entry))
			within, err := netip.ParsePrefix(entry)
			return entry == "*" || entry == u.Host || entry == u.Hostname() || err == nil && within.Contains(ip)
		})
	}
}

// dialer returns the function that makes connections, through the SOCKS5 proxy where
// there is one.
func (p Pool) dialer(d *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	if p.SOCKS5 == nil {
		return d.DialContext
	}
	var auth *proxy.Auth
	if user := p.SOCKS5.User; user != nil {
		password, _ := user.Password()
		auth = &proxy.Auth{User: user.Username(), Password: password}
	}
	at := net.JoinHostPort(p.SOCKS5.Hostname(), cmp.Or(p.SOCKS5.Port(), "1080"))
	through, _ := proxy.SOCKS5(cmp.Or(p.SOCKS5Network, "tcp"), at, auth, d) // connects to nothing yet and never fails
	return through.(proxy.ContextDialer).DialContext
}

// secrets are the passwords of the proxies, alone and as proxies are sent them.
func (p Pool) secrets() (list secrets) {
	for _, at := range []*url.URL{p.HTTPProxy, p.HTTPSProxy, p.SOCKS5} {
		if at == nil || at.User == nil {
			continue
		}
		password, _ := at.User.Password()
		list = append(list, password, at.User.Username()+":"+password)
	}
	return list
}
