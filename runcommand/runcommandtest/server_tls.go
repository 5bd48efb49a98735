package runcommandtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// WithTLS makes the server speak HTTPS: [Server.URL] begins with "https://". The server
// makes a new key and signs its certificate itself, so a client must be told to trust
// [Server.Certificate]. The certificate is for localhost, the loopback addresses, the
// address of [WithListener], and the given names and addresses of hosts. [Server.Client]
// and [Server.Transport] use no network and need no certificate. TLS 1.2 is the lowest
// version. The option may be given several times; the hosts add up.
func WithTLS(hosts ...string) Option {
	return func(c *config) {
		c.tls = true
		c.tlsHosts = append(c.tlsHosts, hosts...)
	}
}

// Certificate returns the certificate of a server with [WithTLS], for clients to trust:
// in the RootCAs of a tls.Config, or as a PEM file. It is valid for a year from its first
// use, by the clock of the machine. All calls return the same certificate, which must not
// be changed. The private key stays in memory. Without WithTLS it returns nil.
func (s *Server) Certificate() *x509.Certificate {
	if c := s.TLSConfig(); c != nil {
		return c.Certificates[0].Leaf
	}
	return nil
}

// TLSConfig returns the settings with which [Server.URL] serves HTTPS, for programs that
// serve a Server on a listener of their own. The caller may change the result. Without
// [WithTLS] it returns nil.
func (s *Server) TLSConfig() *tls.Config {
	if !s.opts.tls {
		return nil
	}
	return &tls.Config{Certificates: []tls.Certificate{s.certificate()}, MinVersion: tls.VersionTLS12}
}

// certificateLife is how long a certificate is valid. A server in a test or on a
// developer's machine does not run longer.
const certificateLife = 365 * 24 * time.Hour

// newCertificate makes a key and a certificate for hosts that is its own authority. It
// panics when that is not possible, as httptest does.
func newCertificate(hosts []string) tls.Certificate {
	now := time.Now()
	draft := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes([]byte(rand.Text())[:16]),
		Subject:               pkix.Name{CommonName: "runcommandtest"},
		NotBefore:             now.Add(-time.Hour), // the clocks of machines differ
		NotAfter:              now.Add(certificateLife),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			draft.IPAddresses = append(draft.IPAddresses, ip)
		} else {
			draft.DNSNames = append(draft.DNSNames, host)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: make a key: %v", err))
	}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, key.Public(), key)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: make a certificate: %v", err))
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(fmt.Sprintf("runcommandtest: read the certificate: %v", err))
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// certifiedHosts returns the hosts that the certificate is for.
func (c config) certifiedHosts() []string {
	hosts := append([]string{"localhost", "127.0.0.1", "::1"}, c.tlsHosts...)
	if c.listener != nil {
		if host, _, err := net.SplitHostPort(c.listener.Addr().String()); err == nil {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
