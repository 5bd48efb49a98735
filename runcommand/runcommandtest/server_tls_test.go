package runcommandtest

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trusting returns a transport that trusts the certificate of s and nothing else.
func trusting(t *testing.T, s *Server) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// overTLS makes c send its calls over HTTPS to address.
func (c *caller) overTLS(transport http.RoundTripper, address string) {
	c.http = transport
	c.edit = func(r *http.Request) {
		r.URL.Scheme, r.Host, r.URL.Host = "https", r.URL.Host, address // the host that was signed stays
	}
}

func TestWithTLSTheServerSpeaksHTTPS(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{tls: true})
	url := s.URL()
	require.True(t, strings.HasPrefix(url, "https://127.0.0.1:"), url)
	assert.Equal(t, url, s.URL())
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "https://"))
	require.NoError(t, err)

	transport := trusting(t, s)
	for _, host := range []string{"127.0.0.1", "localhost"} {
		c.overTLS(transport, net.JoinHostPort(host, port))
		c.run(echo("i-1"))
	}
	assert.Equal(t, 2, s.Executions("i-1"))

	c.overTLS(&http.Transport{}, net.JoinHostPort("127.0.0.1", port))
	_, err = c.try("RunCommand", echo("i-1"))
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown, "nobody trusts the certificate without being told to")

	reply, err := http.Get("http://127.0.0.1:" + port)
	require.NoError(t, err)
	reply.Body.Close()
	assert.Equal(t, http.StatusBadRequest, reply.StatusCode, "plain HTTP is refused")
}

func TestTheCertificateOfAServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil { // not on every system
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	require.NoError(t, err)
	host, _, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	s := Start(t, WithTLS("emulator.test", "192.0.2.1"), WithTLS(), WithListener(listener))
	certificate := s.Certificate()
	assert.Same(t, certificate, s.Certificate(), "one certificate for the whole life")
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "emulator.test", "192.0.2.1", host} {
		assert.NoError(t, certificate.VerifyHostname(name), name)
	}
	assert.Error(t, certificate.VerifyHostname("ecs.aliyuncs.com"))
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	_, err = certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: "localhost"})
	require.NoError(t, err)
	assert.WithinRange(t, certificate.NotAfter, time.Now().AddDate(0, 11, 0), time.Now().AddDate(1, 0, 1))
	assert.NotEqual(t, certificate.Raw, Start(t, WithTLS()).Certificate().Raw, "each server has a key of its own")

	plain := Start(t)
	assert.Nil(t, plain.Certificate())
	assert.Nil(t, plain.TLSConfig())
}

func TestAServerOnAListenerOfOnesOwnSpeaksHTTPS(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{tls: true})
	front := httptest.NewUnstartedServer(s)
	front.TLS = s.TLSConfig()
	front.StartTLS()
	t.Cleanup(front.Close)
	c.overTLS(trusting(t, s), strings.TrimPrefix(front.URL, "https://"))
	c.run(echo("i-1"))
}

func TestFaultsOfTheConnectionHappenOverHTTPS(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{tls: true})
	c.overTLS(trusting(t, s), strings.TrimPrefix(s.URL(), "https://"))
	for _, kind := range []FaultKind{FaultResetBefore, FaultResetAfterAccept} {
		s.Inject(Fault{Kind: kind})
		_, err := c.try("RunCommand", echo("i-1"))
		assertConnectionError(t, err, syscall.ECONNRESET, kind)
	}
	s.Inject(Fault{Kind: FaultCutReply})
	_, err := c.try("RunCommand", echo("i-1"))
	require.Error(t, err)
	assert.Equal(t, 2, s.Executions("i-1"))
	c.run(echo("i-1"))
}
