package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestOnlyRequestsForLoopbackNamesAreAnswered(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	for _, c := range []struct {
		host   string
		status int
	}{
		{"127.0.0.1:8089", http.StatusOK},
		{"127.0.0.1", http.StatusOK},
		{"127.8.8.8:8089", http.StatusOK},
		{"localhost:8089", http.StatusOK},
		{"LocalHost", http.StatusOK},
		{"[::1]:8089", http.StatusOK},
		{"[::1]", http.StatusOK},
		{"[::ffff:127.0.0.1]:8089", http.StatusOK},
		{"", http.StatusMisdirectedRequest},
		{"rebound.example", http.StatusMisdirectedRequest},
		{"rebound.example:8089", http.StatusMisdirectedRequest},
		{"localhost.rebound.example:8089", http.StatusMisdirectedRequest},
		{"127.0.0.1.rebound.example", http.StatusMisdirectedRequest},
		{"192.0.2.1:8089", http.StatusMisdirectedRequest},
		{"0.0.0.0:8089", http.StatusMisdirectedRequest},
	} {
		for _, path := range []string{"/", "/state", "/?Action=RunCommand"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
			r.Host = c.host
			strict, lenient := httptest.NewRecorder(), httptest.NewRecorder()
			guard(p, false).ServeHTTP(strict, r)
			guard(p, true).ServeHTTP(lenient, r)
			isPage := path != "/?Action=RunCommand"
			if c.status == http.StatusOK {
				assert.NotEqual(t, http.StatusMisdirectedRequest, strict.Code, "%s at %s", path, c.host)
			} else {
				assert.Equal(t, c.status, strict.Code, "%s at %s", path, c.host)
				assert.NotContains(t, strict.Body.String(), "i-local-1", "%s at %s", path, c.host)
			}
			rebound := strings.Contains(c.host, "rebound.example")
			assert.Equal(t, isPage && rebound, lenient.Code == http.StatusMisdirectedRequest, "%s at %s, with -allow-remote", path, c.host)
		}
	}
}

func TestWebPagesMayReadThePageButNotCallTheService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, target string
		header               http.Header
		status               int
		answered             string
	}{
		{"a reader opens the page", http.MethodGet, "/", http.Header{"Sec-Fetch-Site": {"none"}}, http.StatusOK, "Local Cloud Assistant"},
		{"a reader follows a link", http.MethodGet, "/", http.Header{
			"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"},
		}, http.StatusOK, "Local Cloud Assistant"},
		{"the page refreshes itself", http.MethodGet, "/", http.Header{"Sec-Fetch-Site": {"same-origin"}}, http.StatusOK, "Local Cloud Assistant"},
		{"a request for a page that does not exist", http.MethodGet, "/favicon.ico", nil, http.StatusNotFound, "not found"},
		{"an SDK calls", http.MethodPost, "/", http.Header{"X-Acs-Action": {"RunCommand"}}, http.StatusBadRequest, "MissingAccessKeyId"},
		{"an SDK calls with GET", http.MethodGet, "/", http.Header{"X-Acs-Action": {"RunCommand"}}, http.StatusBadRequest, "MissingAccessKeyId"},
		{"an SDK signs", http.MethodGet, "/", http.Header{"Authorization": {"ACS3-HMAC-SHA256 what"}}, http.StatusBadRequest, `"Code"`},
		{"an old tool calls", http.MethodGet, "/?Action=RunCommand", nil, http.StatusBadRequest, "MissingAccessKeyId"},
		{"a form is posted to it", http.MethodPost, "/", nil, http.StatusBadRequest, "MissingAccessKeyId"},
		{"a stranger's page posts a form", http.MethodPost, "/?Action=RunCommand", http.Header{"Origin": {"https://stranger.example"}}, http.StatusForbidden, "web pages"},
		{"a stranger's page loads an image", http.MethodGet, "/?Action=RunCommand", http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden, "web pages"},
		{"a sandboxed page posts", http.MethodPost, "/", http.Header{"Origin": {"null"}}, http.StatusForbidden, "web pages"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPage(t)
			r := httptest.NewRequestWithContext(t.Context(), c.method, "http://127.0.0.1"+c.target, http.NoBody)
			for name, values := range c.header {
				r.Header[name] = values
			}
			w := httptest.NewRecorder()
			guard(p, false).ServeHTTP(w, r)
			assert.Equal(t, c.status, w.Code)
			assert.Contains(t, w.Body.String(), c.answered)
			reached := 0
			if c.status == http.StatusBadRequest {
				reached = 1
			}
			assert.Len(t, p.service.Calls(""), reached, "calls that the service has seen")
		})
	}
}

func TestOtherWebPagesDoNotReadThePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		header http.Header
		read   bool
	}{
		{"a tool without headers of a browser", nil, true},
		{"an address that a person typed", http.Header{"Sec-Fetch-Site": {"none"}}, true},
		{"the page itself", http.Header{"Sec-Fetch-Site": {"same-origin"}}, true},
		{"the page itself, with its origin", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"http://127.0.0.1:8089"}}, true},
		{"a link of another page", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}, true},
		{"a script of another page", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Dest": {"empty"}}, false},
		{"a script of another port of this machine", http.Header{"Sec-Fetch-Site": {"same-site"}, "Sec-Fetch-Mode": {"cors"}}, false},
		{"a picture of another page", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}, "Sec-Fetch-Dest": {"image"}}, false},
		{"a frame of another page", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"iframe"}}, false},
		{"a relation that does not exist yet", http.Header{"Sec-Fetch-Site": {"near"}}, false},
		{"one of two relations", http.Header{"Sec-Fetch-Site": {"same-origin", "cross-site"}}, false},
		{"another origin, from an old browser", http.Header{"Origin": {"https://stranger.example"}}, false},
		{"another port", http.Header{"Origin": {"http://127.0.0.1:3000"}}, false},
		{"another protocol", http.Header{"Origin": {"https://127.0.0.1:8089"}}, false},
		{"another name of this machine", http.Header{"Origin": {"http://localhost:8089"}}, false},
		{"a sandboxed page", http.Header{"Origin": {"null"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newTestPage(t)
			for _, allowRemote := range []bool{false, true} {
				for _, path := range []string{"/", "/state", "/page.js", "/?instance=i-local-1", "/nowhere"} {
					r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
					r.Host, r.Header = "127.0.0.1:8089", c.header.Clone()
					w := httptest.NewRecorder()
					guard(p, allowRemote).ServeHTTP(w, r)
					assert.Equal(t, !c.read, w.Code == http.StatusForbidden, path)
					if !c.read {
						assert.NotContains(t, w.Body.String(), "i-local-1", path)
					}
				}
			}
		})
	}
}

func TestAPageOverTLSReadsItself(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	for origin, status := range map[string]int{"https://localhost:8089": http.StatusOK, "http://localhost:8089": http.StatusForbidden} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://localhost:8089/", http.NoBody)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		guard(p, false).ServeHTTP(w, r)
		assert.Equal(t, status, w.Code, origin)
	}
}

func TestNamesThatOthersCanRegister(t *testing.T) {
	t.Parallel()
	own, err := os.Hostname()
	require.NoError(t, err)
	for host, want := range map[string]bool{
		"rebound.example": true, "rebound.example.": true, "1.2.3.4.rebound.example": true, "2130706433.example": true,
		"192.0.2.1": false, "2001:db8::1": false, "fe80::1%eth0": false, "devbox": false, "devbox.": false, "localhost": false,
		own: false, strings.ToUpper(own): false, "": false,
	} {
		assert.Equal(t, want, registrable(host), host)
	}
}

func newTestPage(tb testing.TB, opts ...runcommandtest.Option) *page {
	tb.Helper()
	service := runcommandtest.Start(tb, opts...)
	service.AddInstance(runcommandtest.Instance{ID: "i-local-1"})
	p, err := newPage(service, "127.0.0.1:8089", false)
	require.NoError(tb, err)
	return p
}
