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

// A Pool configures the SDK's own connection pool. The zero Pool allows 5 s to connect and 5 s for the
// TLS handshake, and uses the proxies of the environment. It keeps 64 idle connections for 30 s. This is
// shorter than the time for which servers keep an idle connection.
type Pool struct {
	// HTTPProxy is the proxy for requests to http:// addresses, and HTTPSProxy the proxy for requests
	// to https:// addresses. When a field is nil, the proxy of the environment is used for it.
	// [ParseProxy] makes a value for these fields.
	HTTPProxy, HTTPSProxy *url.URL
	// NoProxy lists hosts. Requests to these hosts do not use HTTPProxy, HTTPSProxy and the
	// proxies of the environment. The list has the form of the variable NO_PROXY.
	NoProxy string
	// SOCKS5 is a proxy for every connection, also for a connection to another proxy. When it is
	// set, the proxies of the environment are not used. SOCKS5Network is the network on which the
	// SOCKS5 proxy is reached: tcp, tcp4 or tcp6; "" means tcp.
	SOCKS5        *url.URL
	SOCKS5Network string
	// ConnectTimeout is the time limit for connecting, and also for the TLS handshake. ReadTimeout
	// is the time limit for the headers of a reply. Their sum is the time limit of an attempt.
	ConnectTimeout, ReadTimeout time.Duration
	// IdleTimeout is how long an idle connection is kept. MaxIdle is how many idle connections are
	// kept.
	IdleTimeout time.Duration
	MaxIdle     int
	// RootCAs are the certificate authorities that are trusted. Certificates are the client
	// certificates.
	RootCAs      *x509.CertPool
	Certificates []tls.Certificate
	// MinTLS is the lowest version of TLS. A version below TLS 1.2 means TLS 1.2.
	MinTLS uint16
	// HTTP1Only switches HTTP/2 off.
	HTTP1Only bool
}

// attemptTimeout returns the time limit of an attempt: the sum of ConnectTimeout and ReadTimeout.
func (p Pool) attemptTimeout() time.Duration {
	return cmp.Or(p.ConnectTimeout, connectTimeout) + cmp.Or(p.ReadTimeout, readTimeout)
}

// newHTTPClient returns a client with a new pool. When ReadTimeout is not set, the client has no time
// limit for the headers of a reply. This saves a timer, and the time limit of the attempt is enough.
//
// When the client reaches the proxy by TLS, it uses only HTTP/1.1. Otherwise net/http would negotiate
// HTTP/2 with the proxy, and then send CONNECT in HTTP/1.1.
func newHTTPClient(p Pool, endpoint *url.URL) *http.Client {
	connect := cmp.Or(p.ConnectTimeout, connectTimeout)
	choose := p.chooseProxy()
	proxy, _ := choose(&http.Request{URL: endpoint}) // the error is ignored here, because every request reports it
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
