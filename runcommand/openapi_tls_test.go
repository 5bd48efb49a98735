package runcommand_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// makeCertificate returns a new certificate with this name, and its key, both in PEM.
func makeCertificate(tb testing.TB, name string) (cert, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(tb, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(tb, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

func TestTheAuthoritiesOfAnOfficialConfigAreTheOnlyOnes(t *testing.T) {
	t.Parallel()
	service := startService(t, true, nil)
	other, _ := makeCertificate(t, "another authority")
	require.NoError(t, runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca()}))
	for name, cfg := range map[string]*openapi.Config{
		"none given":                {Endpoint: service.host()},
		"none given, and a version": {Endpoint: service.host(), TlsMinVersion: new("TLSv1.2")},
		"another one":               {Endpoint: service.host(), Ca: &other},
	} {
		err := runWithConfig(t, cfg)
		_, ok := errors.AsType[*tls.CertificateVerificationError](err)
		assert.True(t, ok, "%s: %v", name, err)
		assert.False(t, errors.MayHaveRun(err), name)
	}
	assert.Len(t, service.seen(), 1)
}

func TestTheCertificateOfAnOfficialConfigIsShownToTheService(t *testing.T) {
	t.Parallel()
	service := startService(t, true, func(s *httptest.Server) { s.TLS.ClientAuth = tls.RequireAnyClientCert })
	cert, key := makeCertificate(t, "the program")
	require.ErrorContains(t, runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca()}), "certificate required")
	require.NoError(t, runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca(), Cert: &cert, Key: &key}))
	require.Len(t, service.seen(), 1)
	assert.Equal(t, "the program", service.seen()[0].TLS.PeerCertificates[0].Subject.CommonName)
}

func TestTheLowestVersionOfTLS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lowest  string
		highest uint16 // the highest TLS version of the service
		works   bool
	}{
		"1.3 and a service of 1.3":           {"TLSv1.3", tls.VersionTLS13, true},
		"1.3 and a service of 1.2":           {"TLSv1.3", tls.VersionTLS12, false},
		"1.3 in small letters":               {"tlsv1.3", tls.VersionTLS12, false},
		"1.2 and a service of 1.2":           {"TLSv1.2", tls.VersionTLS12, true},
		"1.1 means 1.2":                      {"TLSv1.1", tls.VersionTLS11, false},
		"1.0 means 1.2":                      {"TLSv1", tls.VersionTLS11, false},
		"1.0 leaves newer versions in place": {"TLSv1", tls.VersionTLS13, true},
		"none given means 1.2":               {"", tls.VersionTLS11, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := startService(t, true, func(s *httptest.Server) { s.TLS.MaxVersion = c.highest })
			err := runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca(), TlsMinVersion: &c.lowest})
			assert.Equal(t, c.works, err == nil, "%v", err)
		})
	}
}

func TestHTTP2CanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		disable *bool
		want    string
	}{
		"not mentioned": {nil, "HTTP/2.0"},
		"left on":       {new(false), "HTTP/2.0"},
		"switched off":  {new(true), "HTTP/1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := startService(t, true, func(s *httptest.Server) { s.EnableHTTP2 = true })
			require.NoError(t, runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca(), DisableHttp2: c.disable}))
			assert.Equal(t, c.want, service.seen()[0].Proto)
		})
	}
}

// A proxy that is reached by TLS may offer HTTP/2. The client still sends CONNECT in
// HTTP/1.1.
func TestAProxyThatOffersHTTP2IsAskedInHTTP1(t *testing.T) {
	t.Parallel()
	service := startService(t, true, func(s *httptest.Server) { s.EnableHTTP2 = true })
	proxy := newRecordingProxy(t, service)
	proxy.EnableHTTP2 = true
	proxy.StartTLS()
	require.NoError(t, runWithConfig(t, &openapi.Config{Endpoint: service.host(), Ca: service.ca(), HttpsProxy: &proxy.URL}))
	assert.Len(t, proxy.requests(), 1)
	assert.Equal(t, "HTTP/1.1", service.seen()[0].Proto)
}

// requireSoon fails the test unless an event comes within 20 seconds. The event comes so
// soon only when the client uses the setting that the test checks.
func requireSoon(tb testing.TB, c <-chan struct{}) {
	tb.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		require.FailNow(tb, "it did not happen")
	}
}

func TestIdleConnectionsAreClosedAfterTheTimeOfAnOfficialConfig(t *testing.T) {
	t.Parallel()
	service := startService(t, false, nil)
	require.NoError(t, runWithConfig(t, &openapi.Config{Protocol: new("http"), Endpoint: service.host(), IdleTimeout: new(1)}))
	requireSoon(t, service.closed)
}

func TestIdleConnectionsAreAsManyAsAnOfficialConfigSays(t *testing.T) {
	t.Parallel()
	var arrived sync.WaitGroup
	arrived.Add(2) // the first request waits for the second one, so the second one needs its own connection
	service := startService(t, false, func(s *httptest.Server) {
		answer := s.Config.Handler
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			arrived.Done()
			arrived.Wait()
			answer.ServeHTTP(w, r)
		})
	})
	client, err := runcommand.NewClient("cn-beijing", runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1),
		runcommand.WithOpenAPIConfig(&openapi.Config{Protocol: new("http"), Endpoint: service.host(), MaxIdleConns: new(1)}))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	done := make(chan error, 2)
	for range 2 {
		go func() {
			req, err := minimal().Build()
			if err == nil {
				_, err = client.Run(t.Context(), req)
			}
			done <- err
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	requireSoon(t, service.closed)
}

// waitForLeave reads the body of a request, calls begin, and keeps the handler busy until
// the client has closed the connection. The server notices that only after the whole body
// was read. When the client leaves in the middle of the body, reading it fails, and
// waitForLeave returns at once.
func waitForLeave(r *http.Request, begin func()) {
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		begin()
		<-r.Context().Done()
	}
}

func TestSlowConnectionsEndAfterTheTimesOfAnOfficialConfig(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // this listener accepts connections and sends nothing
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	silent := new(listener.Addr().String())
	trickle := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		waitForLeave(r, func() {
			_, _ = io.WriteString(w, `{"RequestId":`)
			_ = http.NewResponseController(w).Flush()
		})
	}))
	t.Cleanup(trickle.Close)
	for name, c := range map[string]struct {
		config *openapi.Config
		sent   bool
	}{
		"a TLS handshake without an answer": {&openapi.Config{Endpoint: silent, ConnectTimeout: new(20)}, false},
		"a SOCKS proxy without an answer":   {&openapi.Config{Endpoint: silent, Socks5Proxy: silent, ConnectTimeout: new(20)}, false},
		"a reply that does not begin":       {&openapi.Config{Endpoint: silent, Protocol: new("http"), ReadTimeout: new(20), ConnectTimeout: new(60_000)}, true},
		"a reply that does not end": {
			&openapi.Config{Endpoint: new(trickle.Listener.Addr().String()), Protocol: new("http"), ReadTimeout: new(500), ConnectTimeout: new(500)}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			err := runWithConfig(t, c.config)
			require.Error(t, err)
			var timeout net.Error
			assert.True(t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
			assert.Equal(t, c.sent, errors.MayHaveRun(err))
			assert.Less(t, time.Since(began), 15*time.Second, "milliseconds, not seconds")
		})
	}
}

func TestNothingOfAnOfficialConfigIsPrinted(t *testing.T) {
	t.Parallel()
	// The proxy repeats the text that it received, in every place of its reply.
	echo := func(r *http.Request) string {
		user, given, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
		return fmt.Sprintf("%s %s:%s %s", r.Header.Get("Proxy-Authorization"), user, given, r.Header)
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Acs-Request-Id", "R-1")
		w.WriteHeader(http.StatusProxyAuthRequired)
		_, _ = fmt.Fprintf(w, "no: %s", echo(r))
	}))
	t.Cleanup(proxy.Close)
	refusal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		text, _ := json.Marshal(map[string]string{"Code": "Forbidden.RAM", "RequestId": "R-1", "HostId": "h", "Message": echo(r)})
		_, _ = w.Write(text)
	}))
	t.Cleanup(refusal.Close)
	socks, _ := startSOCKS(t, "127.0.0.1:1", "another password")
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	gone.Close()
	with := func(at string) string { return "//user:" + marker + "-p%40ss@" + at }
	cert, key := makeCertificate(t, marker+"-subject")
	for name, cfg := range map[string]*openapi.Config{
		"a proxy that refuses to connect": {HttpsProxy: new("http:" + with(proxy.Listener.Addr().String()))},
		"a proxy that answers itself":     {Protocol: new("http"), HttpProxy: new("http:" + with(proxy.Listener.Addr().String()))},
		"a proxy that plays the service":  {Protocol: new("http"), HttpProxy: new("http:" + with(refusal.Listener.Addr().String()))},
		"a proxy that is gone":            {HttpsProxy: new("http:" + with(gone.Addr().String()))},
		"a proxy that speaks no TLS":      {HttpsProxy: new("https:" + with(proxy.Listener.Addr().String()))},
		"a SOCKS proxy that refuses":      {Socks5Proxy: new("socks5:" + with(socks))},
		"a SOCKS proxy that is gone":      {Socks5Proxy: new("socks5:" + with(gone.Addr().String()))},
		"a SOCKS proxy of another kind":   {Socks5Proxy: new("socks5:" + with(proxy.Listener.Addr().String())), ConnectTimeout: new(50)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg.AccessKeyId, cfg.AccessKeySecret, cfg.SecurityToken = new(marker+"-id"), new(marker+"-secret"), new(marker+"-token")
			cfg.Cert, cfg.Key, cfg.Endpoint, cfg.NoProxy = &cert, &key, new(serviceName), new(marker+".example.org")
			cfg.UserAgent = new(marker + "-agent")
			var records bytes.Buffer
			client, err := runcommand.NewClient("cn-beijing", runcommand.WithOpenAPIConfig(cfg), retryQuickly(2),
				runcommand.WithLogger(slog.New(slog.NewJSONHandler(&records, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			require.NoError(t, err)
			t.Cleanup(client.CloseIdleConnections)
			req, err := minimal().Build()
			require.NoError(t, err)
			_, failed := client.Run(t.Context(), req)
			_, ok := errors.AsType[*errors.RunError](failed)
			require.True(t, ok, "%v", failed)
			asJSON, err := json.Marshal([]any{client, *client, failed})
			require.NoError(t, err)
			printed := &records
			printed.Write(asJSON)
			for _, v := range []any{client, *client, failed, runcommand.WithOpenAPIConfig(cfg)} {
				fmt.Fprintf(printed, "%v %+v %#v %s %q", v, v, v, v, v)
			}
			for e := failed; e != nil; e = errors.Unwrap(e) {
				fmt.Fprintf(printed, "%v %+v %#v", e, e, e)
				if said, ok := errors.AsType[*errors.TransportError](e); ok {
					printed.Write(said.Head)
				}
			}
			assert.NotContains(t, printed.String(), marker)
			assert.NotContains(t, printed.String(), "p@ss")
			assert.NotContains(t, printed.String(), "PRIVATE")
			assert.NotContains(t, printed.String(), "dXNlcjp", "user: in Base64")
		})
	}
}
