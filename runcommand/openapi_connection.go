package runcommand

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// This file copies the fields about connections into the settings of the SDK's own
// connection pool.

// needsPool reports whether the config sets a field that has an effect only with the SDK's
// own pool. With such a config, the client uses this pool instead of an HTTP client of the
// program.
func (r *openapiReader) needsPool() bool {
	from := r.from
	for _, text := range []*string{
		from.HttpProxy, from.HttpsProxy, from.Socks5Proxy, from.Ca, from.Cert, from.Key, from.TlsMinVersion,
	} {
		if valueOf(text) != "" {
			return true
		}
	}
	return valueOf(from.DisableHttp2)
}

// proxies takes over the proxies, and the list of hosts that no proxy is used for.
func (r *openapiReader) proxies() {
	pool := &r.to.pool
	r.proxy("HttpProxy", r.from.HttpProxy, &pool.HTTPProxy)
	r.proxy("HttpsProxy", r.from.HttpsProxy, &pool.HTTPSProxy)
	r.proxy("Socks5Proxy", r.from.Socks5Proxy, &pool.SOCKS5, "socks5", "socks5h")
	switch network := strings.ToLower(valueOf(r.from.Socks5NetWork)); network {
	case "":
	case "tcp", "tcp4", "tcp6":
		pool.SOCKS5Network = network
	default:
		r.addProblem("Socks5NetWork", "must be tcp, tcp4 or tcp6")
	}
	if list := valueOf(r.from.NoProxy); list != "" {
		pool.NoProxy = list
	}
}

func (r *openapiReader) proxy(field string, address *string, to **url.URL, schemes ...string) {
	if valueOf(address) == "" {
		return
	}
	at, err := transport.ParseProxy(*address, schemes...)
	if err != nil {
		r.addProblem(field, "is not the address of a proxy: %v", err)
	}
	*to = at
}

// times takes over the timeouts, which are in milliseconds, and the number of idle
// connections.
func (r *openapiReader) times() {
	pool := &r.to.pool
	r.milliseconds("ReadTimeout", r.from.ReadTimeout, &pool.ReadTimeout)
	r.milliseconds("ConnectTimeout", r.from.ConnectTimeout, &pool.ConnectTimeout)
	r.milliseconds("IdleTimeout", r.from.IdleTimeout, &pool.IdleTimeout)
	switch n := valueOf(r.from.MaxIdleConns); {
	case n < 0:
		r.addProblem("MaxIdleConns", "is negative")
	case n > 0:
		pool.MaxIdle = n
	}
}

// maxOpenAPITimeout is the longest timeout that is used. A longer timeout is shortened to
// this value, because a sum of longer timeouts could overflow.
const maxOpenAPITimeout = 10 * 365 * 24 * time.Hour

func (r *openapiReader) milliseconds(field string, ms *int, to *time.Duration) {
	switch n := valueOf(ms); {
	case n < 0:
		r.addProblem(field, "is negative")
	case n > 0:
		*to = time.Duration(min(int64(n), maxOpenAPITimeout.Milliseconds())) * time.Millisecond
	}
}

// tlsVersions holds the TLS version for each name that the official SDKs use, in small
// letters.
var tlsVersions = map[string]uint16{
	"tlsv1":   tls.VersionTLS10,
	"tlsv1.0": tls.VersionTLS10,
	"tlsv1.1": tls.VersionTLS11,
	"tlsv1.2": tls.VersionTLS12,
	"tlsv1.3": tls.VersionTLS13,
}

// tls takes over the trusted authorities, the client certificate, the lowest TLS version
// and DisableHttp2.
func (r *openapiReader) tls() {
	from, pool := r.from, &r.to.pool
	if ca := valueOf(from.Ca); ca != "" {
		pool.RootCAs = x509.NewCertPool()
		if !pool.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			r.addProblem("Ca", "holds no certificate in PEM")
		}
	}
	switch cert, key := valueOf(from.Cert), valueOf(from.Key); {
	case cert == "" && key == "":
	case key == "":
		r.addProblem("Key", "is missing beside Cert")
	case cert == "":
		r.addProblem("Cert", "is missing beside Key")
	default:
		pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
		if err != nil {
			r.addProblem("Cert", "and Key are not a certificate with its key in PEM")
		}
		pool.Certificates = []tls.Certificate{pair}
	}
	if name := valueOf(from.TlsMinVersion); name != "" {
		version, known := tlsVersions[strings.ToLower(name)]
		if !known {
			r.addProblem("TlsMinVersion", "must be TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3")
		}
		pool.MinTLS = version
	}
	if from.DisableHttp2 != nil {
		pool.HTTP1Only = *from.DisableHttp2
	}
}
