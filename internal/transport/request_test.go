package transport_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

const commandForm = "RegionId=cn-beijing&Type=RunShellScript&CommandContent=ZGYgLWgge3tkaXJ9fQo%3D&ContentEncoding=Base64&Name=disk&Timeout=30" +
	"&EnableParameter=true&Parameters=%7B%22dir%22%3A%22%2Fvar%2Flog%22%7D&InstanceId.1=i-1&InstanceId.2=i-2&ClientToken=token"

// The clock of a synctest bubble starts in the year 2000. So the test knows the date, and with it the
// whole request except for the nonce and the signature.
func TestTheRequestOnTheWire(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		query   bool
		url     string
		body    string
		headers map[string]string
	}{
		"as a form": {
			url: "https://ecs.cn-beijing.aliyuncs.com/", body: commandForm,
			headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
		},
		"as a query": {query: true, url: "https://ecs.cn-beijing.aliyuncs.com/?" + commandForm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got *http.Request
				var body []byte
				c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
					got = req
					body, _ = io.ReadAll(req.Body)
					return response(200, accepted), nil
				}), func(cfg *transport.Config) {
					cfg.Query, cfg.UserAgent = tc.query, "our-agent/1"
					cfg.Endpoint = "https://ECS.cn-Beijing.aliyuncs.com/"
				})
				reply, id, err := run(t.Context(), c)
				require.NoError(t, err)
				assert.Equal(t, "t-1", reply.InvokeID)
				assert.Equal(t, "R-1", id)

				assert.Equal(t, http.MethodPost, got.Method)
				assert.Equal(t, tc.url, got.URL.String())
				assert.Equal(t, "ecs.cn-beijing.aliyuncs.com", got.Host)
				assert.Equal(t, tc.body, string(body))
				assert.EqualValues(t, len(tc.body), got.ContentLength)
				want := map[string]string{
					"Accept": "application/json", "X-Acs-Action": "RunCommand", "X-Acs-Version": "2014-05-26",
					"X-Acs-Date": "2000-01-01T00:00:00Z", "X-Acs-Content-Sha256": hexSHA256(tc.body),
				}
				maps.Copy(want, tc.headers)
				for name, value := range want {
					assert.Equal(t, value, got.Header.Get(name), name)
				}
				assert.Equal(t, "our-agent/1", got.Header.Get("User-Agent"))
				assert.Len(t, got.Header.Get("X-Acs-Signature-Nonce"), 26, "128 bits")
				names := append(slices.Collect(maps.Keys(want)), "User-Agent", "Authorization", "X-Acs-Signature-Nonce")
				assert.ElementsMatch(t, names, slices.Collect(maps.Keys(got.Header)), "and nothing else is sent")
			})
		})
	}
}

// If the library darabonba-openapi sent the requests, it would read the proxy variables. It would fail
// when a variable is malformed, and would send the password in a valid variable to the service.
func TestProxyVariablesDoNotReachTheRequest(t *testing.T) {
	for name, proxy := range map[string]string{"malformed": "http://user:pass%zz@proxy", "with a password": "http://user:pass@proxy:8080"} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
				t.Setenv(variable, proxy)
			}
			c := setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
				assert.Empty(t, req.Header.Values("Proxy-Authorization"))
				return response(200, accepted), nil
			}))
			_, _, err := run(t.Context(), c)
			require.NoError(t, err)
		})
	}
}

func TestOverRealSockets(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]bool{"as a form": false, "as a query": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				body, _ := io.ReadAll(req.Body)
				if _, _, err := verify(req, string(body), "testSK"); err != nil {
					http.Error(w, err.Error(), http.StatusForbidden)
					return
				}
				_, _ = io.WriteString(w, accepted)
			}))
			defer srv.Close()
			c, err := transport.New(transport.Config{Endpoint: srv.URL, Credential: static(longTerm), Query: query})
			require.NoError(t, err)
			defer c.CloseIdleConnections()
			for range 3 {
				reply, _, err := run(t.Context(), c)
				require.NoError(t, err)
				assert.Equal(t, "t-1", reply.InvokeID)
			}
		})
	}
}

func TestAnHTTPClientIsCopied(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		own := &http.Client{Timeout: time.Second, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})}
		c := setup(t, nil, func(cfg *transport.Config) { cfg.HTTPClient = own })
		begin := time.Now()
		_, _, err := run(t.Context(), c)
		require.Error(t, err)
		assert.Equal(t, time.Second, time.Since(begin), "its Timeout counts")
		assert.Nil(t, own.CheckRedirect, "and it is not changed")
	})
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*transport.Config){
		"no endpoint":                   func(cfg *transport.Config) { cfg.Endpoint = "" },
		"a bare host":                   func(cfg *transport.Config) { cfg.Endpoint = "ecs.aliyuncs.com" },
		"no host":                       func(cfg *transport.Config) { cfg.Endpoint = "https://" },
		"a port alone":                  func(cfg *transport.Config) { cfg.Endpoint = "https://:443" },
		"another scheme":                func(cfg *transport.Config) { cfg.Endpoint = "ftp://secret-host" },
		"a password":                    func(cfg *transport.Config) { cfg.Endpoint = "https://u:secret@host" },
		"a path":                        func(cfg *transport.Config) { cfg.Endpoint = "https://host/secret" },
		"a query":                       func(cfg *transport.Config) { cfg.Endpoint = "https://host?secret=1" },
		"a fragment":                    func(cfg *transport.Config) { cfg.Endpoint = "https://host#secret" },
		"a host that is not ASCII":      func(cfg *transport.Config) { cfg.Endpoint = "https://höst" },
		"a line break":                  func(cfg *transport.Config) { cfg.Endpoint = "https://host\nsecret" },
		"a port that is too large":      func(cfg *transport.Config) { cfg.Endpoint = "https://host:65536" },
		"port 0":                        func(cfg *transport.Config) { cfg.Endpoint = "https://host:0" },
		"an empty port":                 func(cfg *transport.Config) { cfg.Endpoint = "https://host:" },
		"a dot alone":                   func(cfg *transport.Config) { cfg.Endpoint = "https://." },
		"a zone":                        func(cfg *transport.Config) { cfg.Endpoint = "https://[fe80::1%25lo]:80" },
		"half a static key":             func(cfg *transport.Config) { cfg.Static = &transport.Credential{AccessKeyID: "secret"} },
		"no credential":                 func(cfg *transport.Config) { cfg.Credential = nil },
		"a line break in the agent":     func(cfg *transport.Config) { cfg.UserAgent = "secret\nX-Evil: 1" },
		"a negative attempt timeout":    func(cfg *transport.Config) { cfg.AttemptTimeout = -1 },
		"a negative credential timeout": func(cfg *transport.Config) { cfg.CredentialTimeout = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := transport.Config{Endpoint: "https://host", Credential: static(longTerm)}
			change(&cfg)
			_, err := transport.New(cfg)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}
