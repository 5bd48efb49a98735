package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

const hostile = `</pre><script>alert("x")</script><img src=x onerror='alert(1)'><!--`

func TestWhatScriptsAndCallersWriteIsTextOnThePage(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte(hostile), Code: "<img src=code>", Info: hostile}
	})
	start(t, p, runcommand.Shell(hostile).Name(hostile))
	call := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
	call.Header.Set("X-Acs-Action", hostile)
	p.ServeHTTP(httptest.NewRecorder(), call)

	html := show(t, p, "/").Body.String()
	assert.Equal(t, 6, strings.Count(html, "&lt;/pre&gt;&lt;script&gt;"), "name, script, output, info, action, and the name as a parameter of the call")
	assert.Equal(t, 1, strings.Count(html, "<script"), "the page's own script")
	assert.NotContains(t, html, "<img")
	assert.NotContains(t, html, "<!--")

	assert.NotContains(t, show(t, p, "/state").Body.String(), "<")
	assert.Equal(t, hostile, readState(t, p).Commands[0].Targets[0].Output)
}

func TestScriptsAndOutputsKeepTheEmptyLinesAtTheirBeginning(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("\n\nprinted")}
	})
	start(t, p, runcommand.Shell("\necho"))
	html := show(t, p, "/").Body.String()
	// A browser ignores the first line break of a pre element.
	assert.Contains(t, html, ` aria-label="script">`+"\n\necho</pre>")
	assert.Contains(t, html, ` aria-label="output">`+"\n\n\nprinted</pre>")
}

func TestThePageMayLoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	for path, contentType := range map[string]string{
		"/": "text/html; charset=utf-8", "/state": "application/json",
		"/page.css": "text/css; charset=utf-8", "/page.js": "text/javascript; charset=utf-8",
	} {
		w := show(t, p, path)
		assert.Equal(t, contentType, w.Header().Get("Content-Type"), path)
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), path)
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"), path)
		rules := w.Header().Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} {
			assert.Contains(t, rules, rule, path)
		}
		assert.NotContains(t, rules, "unsafe", path)
		assert.NotContains(t, rules, "*", path)
	}
	html := show(t, p, "/").Body.String()
	assert.NotContains(t, html, "style=", "the policy refuses inline styles")
	assert.NotContains(t, html, "onclick=", "the policy refuses inline scripts")
	for _, address := range strings.Split(html, "http")[1:] {
		assert.Regexp(t, `^(://127\.0\.0\.1:8089|://www\.w3\.org/2000/svg|-equiv)`, address)
	}
}

func TestNothingThatIsShownHasTheSecret(t *testing.T) {
	t.Parallel()
	p := newTestPage(t, runcommandtest.WithCredential("the-key", "the-marked-secret"))
	start(t, p, runcommand.Shell("true"))
	for path := range views {
		assert.NotContains(t, show(t, p, path).Body.String(), "the-marked-secret", path)
	}
}

func TestTheStateShowsWhatHappened(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPage(t)
		p.service.AddInstance(runcommandtest.Instance{ID: "i-local-2", OS: runcommandtest.Windows, Offline: true})
		p.service.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Output: []byte("did " + string(x.Script)), ExitCode: 3, Takes: 45 * time.Second}
		})
		s := readState(t, p)
		assert.Equal(t, "127.0.0.1:8089", s.Endpoint)
		assert.Equal(t, runcommandtest.Region, s.Region)
		assert.Empty(t, s.Commands)
		assert.Empty(t, s.Calls)
		assert.Contains(t, show(t, p, "/").Body.String(), "No command yet")

		first := start(t, p, runcommand.Shell("this").Name("first"))
		<-time.After(30*time.Second + 400*time.Millisecond)
		s = readState(t, p)
		require.Len(t, s.Commands, 1)
		running := s.Commands[0].Targets[0]
		assert.Equal(t, status("Running"), running.Status)
		assert.Equal(t, "30s", running.Duration)
		assert.Nil(t, running.ExitCode)
		assert.Equal(t, 1, s.Instances[0].Running)

		_, err := first.Wait(t.Context())
		require.ErrorIs(t, err, errors.ErrScript)
		second := start(t, p, runcommand.Shell("that").Every(time.Hour))
		s = readState(t, p)
		require.Len(t, s.Commands, 2)
		assert.Equal(t, second.ID, s.Commands[0].ID, "the latest command comes first")
		assert.Equal(t, status("Scheduled"), s.Commands[0].Status)
		assert.Equal(t, "Period rate(1h)", s.Commands[0].Repeat)
		done := s.Commands[1]
		assert.Equal(t, []any{first.ID, "first", "RunShellScript", status("Failed"), "", "this"},
			[]any{done.ID, done.Name, done.Type, done.Status, done.Repeat, done.Script})
		exit := 3
		assert.Equal(t, target{
			InstanceID: "i-local-1", Status: "Failed", ExitCode: &exit, Duration: "45s", Runs: 1,
			Started: done.Targets[0].Started, Output: "did this", Code: string(errors.ExitCodeNonzero), Info: done.Targets[0].Info,
		}, done.Targets[0])
		assert.Equal(t, "RunCommand", s.Calls[0].Action)
		assert.Equal(t, http.StatusOK, s.Calls[0].Status)
		assert.Equal(t, instance{"i-local-1", "Linux", s.Instances[0].Agent, true, 1, 0, "idle"}, s.Instances[0])
		assert.Equal(t, instance{"i-local-2", "Windows", s.Instances[1].Agent, false, 0, 0, "offline"}, s.Instances[1])
	})
}

func TestThePageIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // in virtual time no outcome comes late, however busy the machine is
		p := newTestPage(t)
		var ids []string
		for i := range 100 {
			ids = append(ids, instanceID(i))
			p.service.AddInstance(runcommandtest.Instance{ID: instanceID(i)})
		}
		p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Output: []byte(strings.Repeat("x", 20_000)), Dropped: 7}
		})
		for range 30 {
			start(t, p, runcommand.Shell("true").Instances(ids[1:]...))
		}
		s := readState(t, p)
		assert.Len(t, s.Instances, shownInstances)
		assert.Len(t, s.Commands, shownCommands)
		assert.Len(t, s.Calls, shownCalls)
		assert.Equal(t, []int{100 - shownInstances, 30 - shownCommands, 30 - shownCalls}, []int{s.MoreInstances, s.MoreCommands, s.MoreCalls})
		assert.Len(t, s.Commands[0].Targets, shownTargets)
		assert.Equal(t, 100-shownTargets, s.Commands[0].MoreTargets)
		assert.Len(t, s.Commands[0].Targets[0].Output, 20_000)
		assert.Equal(t, 7, s.Commands[0].Targets[0].Withheld)
		assert.Equal(t, 20_007, s.Commands[24].Targets[0].Withheld)
		w := show(t, p, "/")
		assert.Contains(t, w.Body.String(), "20007 bytes more are not shown.")
		assert.Less(t, w.Body.Len(), 2<<20)
	})
}

// start runs the command of b on the first instance and on the instances that b names.
func start(tb testing.TB, p *page, b runcommand.Builder) *runcommand.Invocation {
	tb.Helper()
	req, err := b.Instances("i-local-1").Build()
	require.NoError(tb, err)
	inv, err := p.service.Client().Run(tb.Context(), req)
	require.NoError(tb, err)
	return inv
}

func show(tb testing.TB, p *page, path string) *httptest.ResponseRecorder {
	tb.Helper()
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, path, http.NoBody))
	require.Equal(tb, http.StatusOK, w.Code)
	return w
}

func readState(tb testing.TB, p *page) state {
	tb.Helper()
	var s state
	require.NoError(tb, json.Unmarshal(show(tb, p, "/state").Body.Bytes(), &s))
	return s
}
