package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestTheQueryOfThePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, query string
		want        filter
		err         string
	}{
		{"nothing", "", filter{}, ""},
		{"an instance", "instance=i-local-1", filter{Instance: "i-local-1"}, ""},
		{"a status", "status=Failed", filter{Status: "Failed"}, ""},
		{"a status in other letters", "status=partialfailed", filter{Status: "PartialFailed"}, ""},
		{"both", "status=Running&instance=i-1", filter{"i-1", "Running"}, ""},
		{"empty values", "instance=&status=", filter{}, ""},
		{"an instance with odd characters", "instance=a%26b+c%3D%E5%90%8D", filter{Instance: "a&b c=名"}, ""},
		{"a status that does not exist", "status=Done", filter{}, `the status "Done" does not exist; the statuses are [Pending`},
		{"a parameter that does not exist", "page=2", filter{}, `no parameter "page"; it has instance and status`},
		{"two parameters that do not exist", "b=1&a=2", filter{}, `no parameter "a"`},
		{"a parameter in other letters", "Instance=i-1", filter{}, `no parameter "Instance"`},
		{"an instance twice", "instance=a&instance=b", filter{}, "the parameter instance is given 2 times"},
		{"a status twice, one of them empty", "status=Failed&status=", filter{}, "the parameter status is given 2 times"},
		{"a broken escape", "instance=%zz", filter{}, "not well encoded"},
		{"a semicolon", "instance=a;status=b", filter{}, "not well encoded"},
		{"an instance that is too long", "instance=" + strings.Repeat("x", maxInstance+1), filter{}, "at most 512 bytes"},
		{"an instance of control characters", "instance=a%00b", filter{}, "without control characters"},
		{"an instance that is not UTF-8", "instance=%ff", filter{}, "UTF-8"},
		{"a query that is too long", strings.Repeat("&", maxQuery+1), filter{}, "at most 4096"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseFilter(c.query)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err)
			} else {
				assert.NoError(t, err)
			}
			assert.Equal(t, c.want, got)

			p := newTestPage(t)
			for _, path := range []string{"/", "/state"} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
				r.URL.RawQuery = c.query
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				if c.err == "" {
					assert.Equal(t, http.StatusOK, w.Code)
					continue
				}
				assert.Equal(t, http.StatusBadRequest, w.Code)
				assert.Contains(t, w.Body.String(), c.err)
				assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestEveryStatusOfTheServiceCanBeSelected(t *testing.T) {
	t.Parallel()
	for _, s := range statuses {
		f, err := parseFilter("status=" + string(s))
		require.NoError(t, err)
		assert.Equal(t, s, f.Status)
	}
	assert.Len(t, statuses, 14, "the statuses of commands and of instances")
}

func TestThePageShowsWhatTheFilterSelects(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.AddInstance(runcommandtest.Instance{ID: "i-local-2", Offline: true})
	start(t, p, runcommand.Shell("true").Name("on one"))
	start(t, p, runcommand.Shell("true").Name("on both").Instances("i-local-2"))
	for query, want := range map[string][]string{
		"":                                   {"on one", "on both"},
		"?instance=i-local-2":                {"on both", "all instances"},
		"?instance=i-local-9":                {"all instances", "No instance has this id.", "No command matches"},
		"?status=aborted":                    {"on both"},
		"?status=Success":                    {"on one", "on both"},
		"?status=Success&instance=i-local-2": {"all instances", "No command matches"},
	} {
		html, _, _ := strings.Cut(show(t, p, "/"+query).Body.String(), "Latest calls")
		var shown []string
		for _, text := range []string{"on one", "on both", "all instances", "No instance has this id.", "No command matches"} {
			if strings.Contains(html, text) {
				shown = append(shown, text)
			}
		}
		assert.Equal(t, want, shown, query)
	}
	html := show(t, p, "/?status=Aborted&instance=i-local-2").Body.String()
	assert.Contains(t, html, "The filter leaves out 1 other instance of this command.")
	assert.Contains(t, html, `href="/?instance=i-local-2&amp;status=Failed"`, "another status, the same instance")
	assert.Contains(t, html, `href="/?status=Aborted">all instances`)
	assert.Contains(t, html, `href="/?instance=i-local-2&amp;status=Aborted" aria-current="true"`)
}

// FuzzPageQuery sends queries to the page: every one gets a page or a clear refusal, and a page that links to
// itself with the same filter.
func FuzzPageQuery(f *testing.F) {
	for _, query := range []string{
		"", "instance=i-local-1", "status=Failed&instance=i-1", "status=failed", "instance=%00", "instance=a;b", "status=", "&&=",
		"instance=" + url.QueryEscape(hostile), "status=" + url.QueryEscape(hostile), "Instance=1", "instance=%", "instance=a&instance=b",
	} {
		f.Add(query)
	}
	service := runcommandtest.NewServer()
	f.Cleanup(service.Close)
	service.AddInstance(runcommandtest.Instance{ID: "i-local-1"})
	p, err := newPage(service, "127.0.0.1:8089", false)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, query string) {
		parsed, failed := parseFilter(query)
		for _, path := range []string{"/", "/state"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
			r.Host, r.URL.RawQuery = "localhost", query
			if isCall(r) {
				return
			}
			w := httptest.NewRecorder()
			guard(p, false).ServeHTTP(w, r)
			body := w.Body.String()
			if failed != nil {
				require.Equal(t, http.StatusBadRequest, w.Code)
				require.Equal(t, failed.Error()+"\n", body)
				require.Less(t, len(body), 600)
				continue
			}
			require.Equal(t, http.StatusOK, w.Code)
			if path == "/" {
				require.Equal(t, 1, strings.Count(body, "<script"), "a query adds no script")
				require.Equal(t, strings.Count(body, "<"), strings.Count(body, ">"), "a query adds no tag")
			}
		}
		if failed != nil {
			require.Equal(t, filter{}, parsed)
			return
		}
		again, err := parseFilter(strings.TrimPrefix(strings.TrimPrefix(parsed.Address(), "/"), "?"))
		require.NoError(t, err)
		require.Equal(t, parsed, again)
	})
}
