package transport

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThePoolHasItsSettings reads the fields of the http.Transport. A test from outside of the package
// cannot read them, and would have to wait until most of the timeouts are over.
func TestThePoolHasItsSettings(t *testing.T) {
	t.Parallel()
	full := Pool{
		ConnectTimeout: time.Second, ReadTimeout: 2 * time.Second, IdleTimeout: 3 * time.Second, MaxIdle: 200,
		RootCAs: x509.NewCertPool(), Certificates: make([]tls.Certificate, 1), MinTLS: tls.VersionTLS13, HTTP1Only: true,
	}
	assert.Equal(t, 3*time.Second, full.attemptTimeout())
	own, ok := newHTTPClient(full, &url.URL{Scheme: "https", Host: "host"}).Transport.(*http.Transport)
	require.True(t, ok)
	assert.Equal(t, time.Second, own.TLSHandshakeTimeout)
	assert.Equal(t, 2*time.Second, own.ResponseHeaderTimeout)
	assert.Equal(t, 3*time.Second, own.IdleConnTimeout)
	assert.Equal(t, 200, own.MaxIdleConns)
	assert.Equal(t, 200, own.MaxIdleConnsPerHost)
	assert.Same(t, full.RootCAs, own.TLSClientConfig.RootCAs)
	assert.Len(t, own.TLSClientConfig.Certificates, 1)
	assert.EqualValues(t, tls.VersionTLS13, own.TLSClientConfig.MinVersion)
	assert.False(t, own.TLSClientConfig.InsecureSkipVerify)
	assert.False(t, own.Protocols.HTTP2())
	assert.True(t, own.Protocols.HTTP1())

	assert.Equal(t, DefaultTimeout, Pool{}.attemptTimeout())
	own, ok = newHTTPClient(Pool{}, &url.URL{Scheme: "https", Host: "host"}).Transport.(*http.Transport)
	require.True(t, ok)
	assert.Equal(t, 5*time.Second, own.TLSHandshakeTimeout)
	assert.Zero(t, own.ResponseHeaderTimeout, "the attempt ends by then anyway")
	assert.Equal(t, 30*time.Second, own.IdleConnTimeout)
	assert.Equal(t, 128, own.MaxIdleConns)
	assert.Equal(t, 64, own.MaxIdleConnsPerHost)
	assert.Nil(t, own.TLSClientConfig.RootCAs, "those of the system")
	assert.EqualValues(t, tls.VersionTLS12, own.TLSClientConfig.MinVersion)
	assert.False(t, own.TLSClientConfig.InsecureSkipVerify)
	assert.True(t, own.Protocols.HTTP2())
}
