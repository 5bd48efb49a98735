package runcommand_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// serviceName is a name in the certificate of every httptest server. Only the proxies of
// these tests can connect this name to a service.
const serviceName = "example.com"

func TestRequestsGoThroughTheProxiesOfAnOfficialConfig(t *testing.T) {
	t.Parallel()
	const basic = "Basic dXNlcjpwYXNz" // the Base64 text of user:pass
	for name, c := range map[string]struct {
		protocol string
		set      func(cfg *openapi.Config, proxy string)
		endpoint string // empty: the endpoint is serviceName
		asked    []string
	}{
		"https": {
			protocol: "https", asked: []string{"CONNECT " + serviceName + ":443"},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpsProxy = new("http://" + proxy) },
		},
		"https with a user": {
			protocol: "https", asked: []string{"CONNECT " + serviceName + ":443 " + basic},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpsProxy = new("http://user:pass@" + proxy) },
		},
		"http": {
			protocol: "http", asked: []string{"POST " + serviceName},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpProxy = new("http://" + proxy) },
		},
		"http with a user": {
			protocol: "http", asked: []string{"POST " + serviceName + " " + basic},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpProxy = new("http://user:pass@" + proxy) },
		},
		"a proxy without a scheme": {
			protocol: "http", asked: []string{"POST " + serviceName},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpProxy = &proxy },
		},
		"each protocol has its own": {
			protocol: "http", asked: []string{"POST " + serviceName},
			set: func(cfg *openapi.Config, proxy string) {
				cfg.HttpProxy, cfg.HttpsProxy = new("http://"+proxy), new("http://other.invalid")
			},
		},
		"a service on this machine too": {
			protocol: "https", endpoint: "own", asked: []string{"CONNECT own"},
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpsProxy = new("http://" + proxy) },
		},
		"another host in NoProxy": {
			protocol: "http", asked: []string{"POST " + serviceName},
			set: func(cfg *openapi.Config, proxy string) {
				cfg.HttpProxy, cfg.NoProxy = new("http://"+proxy), new("example.org,127.0.0.1")
			},
		},
		"the host in NoProxy": {
			protocol: "https", endpoint: "own",
			set: func(cfg *openapi.Config, proxy string) {
				cfg.HttpsProxy, cfg.NoProxy = new("http://"+proxy), new("example.org, 127.0.0.1")
			},
		},
		"a proxy for the other protocol": {
			protocol: "http", endpoint: "own",
			set: func(cfg *openapi.Config, proxy string) { cfg.HttpsProxy = new("http://" + proxy) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := startService(t, c.protocol == "https", nil)
			proxy := startRecordingProxy(t, service)
			cfg := &openapi.Config{Protocol: &c.protocol, Endpoint: new(serviceName)}
			if c.protocol == "https" {
				cfg.Ca = service.ca()
			}
			if c.endpoint == "own" {
				cfg.Endpoint = service.host()
			}
			c.set(cfg, proxy.Listener.Addr().String())
			require.NoError(t, runWithConfig(t, cfg))
			for i := range c.asked {
				c.asked[i] = strings.ReplaceAll(c.asked[i], "own", *service.host())
			}
			assert.Equal(t, c.asked, proxy.requests())
			require.Len(t, service.seen(), 1)
			assert.Empty(t, service.seen()[0].Header.Get("Proxy-Authorization"))
		})
	}
}

// net/http reads the proxy variables of the environment only once in a process. This test
// shows that a client with the proxy of a config ignores the variable NO_PROXY.
func TestTheNoProxyVariableOfTheEnvironmentIsNotForProxiesOfAConfig(t *testing.T) {
	t.Setenv("NO_PROXY", "*")
	t.Setenv("no_proxy", "*")
	service := startService(t, false, nil)
	proxy := startRecordingProxy(t, service)
	require.NoError(t, runWithConfig(t, &openapi.Config{Protocol: new("http"), Endpoint: new(serviceName), HttpProxy: &proxy.URL}))
	assert.Len(t, proxy.requests(), 1)
}

func TestConnectionsGoThroughTheSOCKS5ProxyOfAnOfficialConfig(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scheme, user, network string
		secure                bool
		asked                 string
	}{
		"http":                          {"socks5://", "", "", false, serviceName},
		"https":                         {"socks5://", "", "TCP", true, serviceName},
		"with a user":                   {"socks5://", "user:pass@", "tcp4", true, "user:pass " + serviceName},
		"the proxy looks up host names": {"socks5h://", "", "", false, serviceName},
		"an address without a scheme":   {"", "", "", false, serviceName},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := startService(t, c.secure, nil)
			at, asked := startSOCKS(t, *service.host(), "pass")
			cfg := &openapi.Config{
				Protocol: new("http"), Endpoint: new(serviceName), Socks5Proxy: new(c.scheme + c.user + at), Socks5NetWork: &c.network,
				NoProxy: new(serviceName), // NoProxy applies only to the HTTP and HTTPS proxies
			}
			if c.secure {
				cfg.Protocol, cfg.Ca = new("https"), service.ca()
			}
			require.NoError(t, runWithConfig(t, cfg))
			assert.Equal(t, []string{c.asked}, asked())
			assert.Len(t, service.seen(), 1)
		})
	}
}

// net/http reads the proxy variables once in a process, so the test starts a second
// process.
func TestAConfigWithoutProxiesUsesThoseOfTheEnvironment(t *testing.T) {
	t.Parallel()
	const variable = "RUNCOMMAND_TEST_OPENAPI_SERVICE"
	if service := os.Getenv(variable); service != "" {
		require.NoError(t, runWithConfig(t, &openapi.Config{Protocol: new("http"), Endpoint: new(serviceName), HttpsProxy: new("proxy.invalid")}))
		at, asked := startSOCKS(t, service, "")
		require.NoError(t, runWithConfig(t, &openapi.Config{Protocol: new("http"), Endpoint: new(serviceName), Socks5Proxy: &at}))
		assert.Equal(t, []string{serviceName}, asked())
		return
	}
	service := startService(t, false, nil)
	proxy := startRecordingProxy(t, service)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAConfigWithoutProxiesUsesThoseOfTheEnvironment$")
	child.Env = append(os.Environ(), variable+"="+*service.host(), "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=", "no_proxy=")
	out, err := child.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, []string{"POST " + serviceName}, proxy.requests(), "the second request came through the SOCKS5 proxy alone")
	assert.Len(t, service.seen(), 2)
}

func TestTheNetworkOfTheSOCKS5ProxyCounts(t *testing.T) {
	t.Parallel()
	service := startService(t, false, nil)
	at, asked := startSOCKS(t, *service.host(), "")
	err := runWithConfig(t, &openapi.Config{Protocol: new("http"), Endpoint: new(serviceName), Socks5Proxy: &at, Socks5NetWork: new("tcp6")})
	require.ErrorContains(t, err, "nothing was sent")
	assert.Empty(t, asked(), "the proxy has an address of version 4 only")
}

func TestAnHTTPProxyIsReachedThroughTheSOCKS5Proxy(t *testing.T) {
	t.Parallel()
	service := startService(t, true, nil)
	proxy := startRecordingProxy(t, service)
	at, asked := startSOCKS(t, proxy.Listener.Addr().String(), "")
	require.NoError(t, runWithConfig(t, &openapi.Config{
		Endpoint: new(serviceName), Ca: service.ca(), HttpsProxy: new("http://proxy.invalid:3128"), Socks5Proxy: new("socks5://" + at),
	}))
	assert.Equal(t, []string{"proxy.invalid"}, asked())
	assert.Equal(t, []string{"CONNECT " + serviceName + ":443"}, proxy.requests())
}

func TestAProxyOfAnOfficialConfigThatRefusesIsRecognised(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(proxy.Close)
	err := runWithConfig(t, &openapi.Config{Endpoint: new(serviceName), HttpsProxy: &proxy.URL})
	require.ErrorContains(t, err, "the proxy refused to connect: 503 Service Unavailable")
	assert.False(t, errors.MayHaveRun(err))
	after, ok := errors.RetryAfter(err)
	assert.True(t, ok)
	assert.Equal(t, 7*time.Second, after)
}

func TestHTTPClientsAndConfigsTakeEachOthersPlace(t *testing.T) {
	t.Parallel()
	service := startService(t, false, nil)
	proxy := startRecordingProxy(t, service)
	through := &openapi.Config{Protocol: new("http"), Endpoint: new(serviceName), HttpProxy: &proxy.URL}
	own := newScript(acceptedReply())
	client := runcommand.WithHTTPClient(&http.Client{Transport: own})

	require.NoError(t, runWithConfig(t, through, client))
	assert.Len(t, proxy.requests(), 1, "a later config with a proxy has its way")
	assert.Empty(t, own.bodies())

	require.NoError(t, runWithConfig(t, &openapi.Config{ReadTimeout: new(1000), MaxIdleConns: new(1), NoProxy: new("example.com"), Socks5NetWork: new("tcp4"), UserAgent: new("a"), DisableHttp2: new(false)}, client))
	assert.Len(t, own.bodies(), 1, "a later config without one leaves the client in place")

	require.NoError(t, runWithConfig(t, &openapi.Config{}, runcommand.WithOpenAPIConfig(through), client))
	assert.Len(t, own.bodies(), 2, "a later client has its way")
	assert.Len(t, proxy.requests(), 1)
}

// The settings of this test cannot be applied to an HTTP client of the program. So that
// HTTP client must not be used when one of these settings is set.
func TestSettingsThatAnHTTPClientCannotTakeReplaceIt(t *testing.T) {
	t.Parallel()
	service, secure := startService(t, false, nil), startService(t, true, nil)
	cert, key := makeCertificate(t, "a program")
	for field, cfg := range map[string]*openapi.Config{
		"Ca":            {Ca: secure.ca()},
		"Cert":          {Cert: &cert, Key: &key},
		"TlsMinVersion": {TlsMinVersion: new("TLSv1.3")},
		"DisableHttp2":  {DisableHttp2: new(true)},
	} {
		own, before := newScript(acceptedReply()), len(service.seen())
		cfg.Protocol, cfg.Endpoint = new("http"), service.host()
		require.NoError(t, runWithConfig(t, cfg, runcommand.WithHTTPClient(&http.Client{Transport: own})), field)
		assert.Empty(t, own.bodies(), field)
		assert.Len(t, service.seen(), before+1, field)
	}
}
