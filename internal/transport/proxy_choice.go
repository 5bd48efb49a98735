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

	"golang.org/x/net/proxy"
)

// proxySchemes are the schemes that the address of a proxy may have.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// ParseProxy parses the address of a proxy, scheme://[user:password@]host[:port]. The scheme must be in
// the list schemes. When that list is empty, http, https, socks5 and socks5h are allowed. An address
// without a scheme gets the first allowed scheme. The errors do not show the address.
func ParseProxy(address string, schemes ...string) (*url.URL, error) {
	if len(schemes) == 0 {
		schemes = proxySchemes
	}
	if !strings.Contains(address, "://") {
		address = schemes[0] + "://" + address
	}
	u, err := url.Parse(address)
	if err != nil || !validHost(u) || !slices.Contains(schemes, u.Scheme) || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("want " + schemes[0] + "://[user:password@]host[:port]")
	}
	return u, nil
}

// chooseProxy returns the function that chooses the proxy of a request. A proxy of the Pool is used for
// every host, localhost included, that NoProxy of the Pool does not list. The environment decides only
// when the Pool has no proxy for the scheme and no SOCKS5 proxy.
func (p Pool) chooseProxy() func(*http.Request) (*url.URL, error) {
	if p.HTTPProxy == nil && p.HTTPSProxy == nil && p.SOCKS5 == nil && p.NoProxy == "" {
		return http.ProxyFromEnvironment
	}
	return func(req *http.Request) (*url.URL, error) {
		own := p.HTTPProxy
		if req.URL.Scheme == "https" {
			own = p.HTTPSProxy
		}
		switch {
		case p.NoProxy != "" && inNoProxy(p.NoProxy, req.URL):
			return nil, nil
		case own == nil && p.SOCKS5 == nil:
			return http.ProxyFromEnvironment(req)
		}
		return own, nil
	}
}

// inNoProxy reports whether a list in the form of the variable NO_PROXY has the host of u. The host must
// be in small letters. An entry of the list is *, an IP address, a prefix of IP addresses, name, .name or
// *.name. The form name matches the host and its subdomains. The forms .name and *.name match only the
// subdomains. A port may follow. The package golang.org/x/net/http/httpproxy has the same rules. It is
// not used here, because it never uses a proxy for localhost and depends on five packages with large
// tables.
func inNoProxy(list string, u *url.URL) bool {
	host, port := u.Hostname(), cmp.Or(u.Port(), defaultPorts[u.Scheme])
	address, _ := netip.ParseAddr(host)
	ip := address.Unmap()
	return slices.ContainsFunc(strings.Split(list, ","), func(entry string) bool {
		name := strings.ToLower(strings.TrimSpace(entry))
		if within, err := netip.ParsePrefix(name); err == nil {
			return within.Contains(ip) || within.Contains(address)
		}
		if h, at, err := net.SplitHostPort(name); err == nil {
			if at != port {
				return false
			}
			name = h
		}
		if own, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
			return own.Unmap() == ip
		}
		if name == "*" || name == host {
			return true
		}
		parent := strings.TrimPrefix(strings.TrimPrefix(name, "*"), ".")
		return name != "" && !ip.IsValid() && strings.HasSuffix(host, "."+parent)
	})
}

// defaultPorts are the ports of addresses without a port, by scheme.
var defaultPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// dialer returns the function that makes connections. When the Pool has a SOCKS5 proxy, the function
// connects through that proxy.
func (p Pool) dialer(d *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	if p.SOCKS5 == nil {
		return d.DialContext
	}
	var auth *proxy.Auth
	if user := p.SOCKS5.User; user != nil {
		password, _ := user.Password()
		auth = &proxy.Auth{User: user.Username(), Password: password}
	}
	at := net.JoinHostPort(p.SOCKS5.Hostname(), cmp.Or(p.SOCKS5.Port(), defaultPorts["socks5"]))
	through, _ := proxy.SOCKS5(cmp.Or(p.SOCKS5Network, "tcp"), at, auth, d) // the error is always nil; SOCKS5 opens no connection
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, d.Timeout) // the limit includes the time in which the proxy connects to the host
		defer cancel()
		return through.(proxy.ContextDialer).DialContext(ctx, network, address)
	}
}

// secrets returns each password of a proxy twice: alone and in the form user:password.
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
