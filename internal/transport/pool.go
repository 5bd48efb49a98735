package transport

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	connectTimeout = 5 * time.Second
	readTimeout    = DefaultTimeout - connectTimeout
)

// A Pool says how our own pool connects. The zero Pool has 5 s to connect and 5 s for
// the TLS handshake, keeps 64 idle connections for 30 s, less than servers keep theirs,
// and takes proxies from the environment.
type Pool struct {
	// HTTPProxy and HTTPSProxy are the proxies of requests to http:// and https://
	// addresses; where one is nil, that of the environment counts. They come from
	// [ParseProxy].
	HTTPProxy, HTTPSProxy *url.URL
	// NoProxy lists, in the form of the variable NO_PROXY, the hosts that are reached
	// without HTTPProxy, HTTPSProxy and the proxies of the environment.
	NoProxy string
	// SOCKS5 is the proxy through which every connection is made, also one to another
	// proxy; then the environment's proxies do not count. SOCKS5Network is the network on
	// which it is reached: tcp, tcp4, tcp6 or empty, which is tcp.
	SOCKS5        *url.URL
	SOCKS5Network string
	// ConnectTimeout bounds connecting, and once more the TLS handshake. ReadTimeout
	// bounds the wait for the headers of a reply. Both together bound an attempt.
	ConnectTimeout, ReadTimeout time.Duration
	// IdleTimeout is how long an idle connection is kept, MaxIdle how many are.
	IdleTimeout time.Duration
	MaxIdle     int
	// RootCAs are the authorities that certify servers, Certificates what is shown to a
	// server that asks.
	RootCAs      *x509.CertPool
	Certificates []tls.Certificate
	// MinTLS is the lowest version of TLS; what is below TLS 1.2 means TLS 1.2.
	MinTLS uint16
	// HTTP1Only keeps HTTP/2 out.
	HTTP1Only bool
}

// attemptTimeout is how long an attempt may take with the times of the pool.
func (p Pool) attemptTimeout() time.Duration {
	return cmp.Or(p.ConnectTimeout, connectTimeout) + cmp.Or(p.ReadTimeout, readTimeout)
}

// newHTTPClient returns a client with a pool of its own. Without ReadTimeout the headers
// of a reply have no limit of their own: the limit of the attempt is enough, and saves a
// timer.
//
// Through a proxy that is reached by TLS it speaks HTTP/1.1: net/http would offer HTTP/2
// to the proxy too, and then ask it for a connection in HTTP/1.1.
func newHTTPClient(p Pool, endpoint *url.URL) *http.Client {
	connect := cmp.Or(p.ConnectTimeout, connectTimeout)
	choose := p.chooseProxy()
	proxy, _ := choose(&http.Request{URL: endpoint}) // an error comes again with every request
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!p.HTTP1Only && (proxy == nil || proxy.Scheme != "https"))
	return &http.Client{Transport: &http.Transport{
		Proxy:                  choose,
		OnProxyConnectResponse: connectResponse,
		DialContext:            p.dialer(&net.Dialer{Timeout: connect, KeepAlive: 30 * time.Second}),
		Protocols:              protocols,
		MaxIdleConns:           cmp.Or(p.MaxIdle, 128),
		MaxIdleConnsPerHost:    cmp.Or(p.MaxIdle, 64),
		IdleConnTimeout:        cmp.Or(p.IdleTimeout, 30*time.Second),
		TLSHandshakeTimeout:    connect,
		ResponseHeaderTimeout:  p.ReadTimeout,
		TLSClientConfig: &tls.Config{
			RootCAs:      p.RootCAs,
			Certificates: p.Certificates,
			MinVersion:   max(p.MinTLS, tls.VersionTLS12),
		},
	}}
}
