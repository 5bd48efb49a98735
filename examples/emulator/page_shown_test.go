package main

import (
	"context"
	"encoding/json"
	"html"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// words returns the text of the page at path without tags, with single blanks.
func words(tb testing.TB, p *page, path string) string {
	tb.Helper()
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(show(tb, p, path).Body.String(), " ")
	return strings.Join(strings.Fields(html.UnescapeString(text)), " ")
}

func TestAScheduleShowsItsSentenceAndItsNextFiring(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // the time in the bubble begins at 2000-01-01 00:00:00 UTC
		p := newTestPage(t)
		p.zone = time.FixedZone("", 8*3600)
		task := start(t, p, runcommand.Shell("true").Name("nightly").Cron("0 15 10 ? * 6L Asia/Shanghai"))
		start(t, p, runcommand.Shell("true").Name("often").Every(time.Hour))
		start(t, p, runcommand.Shell("true").Name("start").OnEveryReboot())
		start(t, p, runcommand.Shell("true").Name("check").DryRun())
		start(t, p, runcommand.Shell("true").Name("plain"))
		s := readState(t, p)
		type shown struct{ name, repeat, schedule, next string }
		var got []shown
		for _, c := range s.Commands {
			next := ""
			if c.Next != nil {
				next = c.Next.Format(time.RFC3339)
			}
			got = append(got, shown{c.Name, c.Repeat, c.Schedule, next})
		}
		assert.Equal(t, []shown{
			{"plain", "", "", ""},
			{"check", "DryRun", "Only checked, never run.", ""},
			{"start", "EveryReboot", "At every start of the instance.", ""},
			{"often", "Period rate(1h)", "Every hour, starting 1 hour after creation.", "2000-01-01T09:00:00+08:00"},
			{"nightly", "Period 0 15 10 ? * 6L Asia/Shanghai", "At 10:15 on the last Saturday of each month (Shanghai time).", "2000-01-29T10:15:00+08:00"},
		}, got)
		text := words(t, p, "/")
		assert.Contains(t, text, "At 10:15 on the last Saturday of each month (Shanghai time). Next: 2000-01-29 10:15:00 +08:00")
		assert.Contains(t, text, "Every hour, starting 1 hour after creation. Next: 2000-01-01 09:00:00 +08:00")

		require.NoError(t, task.Stop(t.Context()))
		assert.Nil(t, readState(t, p).Commands[4].Next, "a task that was stopped")
		assert.NotContains(t, words(t, p, "/"), "2000-01-29")
	})
}

func TestTimesHaveDateAndZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPage(t)
		start(t, p, runcommand.Shell("true"))
		for zone, want := range map[*time.Location]string{
			time.UTC:                             "2000-01-01 00:00:00 UTC",
			time.FixedZone("CST", 8*3600):        "2000-01-01 08:00:00 +08:00",
			time.FixedZone("", -(3*3600 + 1800)): "1999-12-31 20:30:00 -03:30",
		} {
			p.zone = zone
			text := show(t, p, "/").Body.String()
			times := regexp.MustCompile(`<time[^>]*>([^<]*)</time>`).FindAllStringSubmatch(text, -1)
			require.Len(t, times, 3, "of the command, of its run, and of the call")
			for _, at := range times {
				assert.Equal(t, want, at[1])
			}
		}
	})
}

func TestMissingOutputIsSaidWhereItIsMissing(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte(strings.Repeat("a", 6000) + strings.Repeat("b", 5) + strings.Repeat("c", 24*1024-6000))}
	})
	start(t, p, runcommand.Shell("true"))
	assert.Contains(t, words(t, p, "/"), "aaa 5 bytes of the output are missing here: the service has not kept them. ccc")
	got := readState(t, p).Commands[0].Targets[0]
	assert.Equal(t, []int{5, 6000, 5}, []int{got.Dropped, got.DroppedAt, got.Withheld})

	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("one\r\ntwo\x1b"), Dropped: 1}
	})
	start(t, p, runcommand.Shell("true"))
	assert.Contains(t, words(t, p, "/"), "one two^[ 1 byte of the output is missing here: the service has not kept it.")
	got = readState(t, p).Commands[0].Targets[0]
	assert.Equal(t, []any{"one\ntwo^[", 9, 1}, []any{got.Output, got.DroppedAt, got.Dropped})
}

func TestOutputThatNeedsMuchHTMLIsLeftOut(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte(strings.Repeat(`"`, 20_000))}
	})
	for range 10 {
		start(t, p, runcommand.Shell(strings.Repeat("'", 10_000)))
	}
	w := show(t, p, "/")
	assert.Less(t, w.Body.Len(), shownText+100_000)
	text := words(t, p, "/")
	assert.Contains(t, text, "20000 bytes more are not shown. There is no room for them on the page.")
	assert.Contains(t, text, "The script is not shown. It has 10000 bytes; there is no room for it on the page.")
	s := readState(t, p)
	assert.Equal(t, strings.Repeat(`"`, 20_000), s.Commands[0].Targets[0].Output)
	assert.Equal(t, []int{20_000, 0}, []int{s.Commands[2].Targets[0].Withheld, s.Commands[2].NoScript}, "a script has less HTML")
	assert.Equal(t, []int{20_000, 10_000}, []int{s.Commands[9].Targets[0].Withheld, s.Commands[9].NoScript})
}

func TestWhatIsForgottenIsSaidAtTheEndOfItsList(t *testing.T) {
	t.Parallel()
	p := newTestPage(t, runcommandtest.WithRetention(time.Hour, 26))
	for range 30 {
		start(t, p, runcommand.Shell("true"))
	}
	text := words(t, p, "/")
	assert.Contains(t, text, "1 older command is not shown. The service has forgotten 4 ended commands.")
	assert.Contains(t, text, "18 older calls are not shown.")
	s := readState(t, p)
	assert.Equal(t, []int{1, 4, 18, 0}, []int{s.MoreCommands, s.ForgottenCommands, s.MoreCalls, s.ForgottenCalls})
}

func TestPollingCallsAreOneEntryThatOpensToItsParameters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newTestPage(t)
		p.zone = time.UTC
		const marker = "a-marked-secret"
		inv := start(t, p, runcommand.Shell("echo {{password}}").Name("login").Parameter("password", marker).
			Username(marker).ClientToken(marker).Tag("team", marker))
		for range 5 {
			_, err := inv.Describe(t.Context())
			require.NoError(t, err)
			<-time.After(time.Second)
		}
		s := readState(t, p)
		require.Len(t, s.Calls, 2)
		assert.Equal(t, []any{"DescribeInvocations", 5, 2}, []any{s.Calls[0].Action, s.Calls[0].Count, s.Calls[0].Number})
		assert.Equal(t, 4*time.Second, s.Calls[0].At.Sub(s.Calls[0].Since))
		assert.Zero(t, s.MoreCalls)
		text := words(t, p, "/")
		assert.Contains(t, text, "DescribeInvocations ×5 2000-01-01 00:00:04 UTC")
		assert.Contains(t, text, "5 in a row, the first at 2000-01-01 00:00:00 UTC ; this is the latest")
		assert.Contains(t, text, "InvokeId "+inv.ID)
		assert.Contains(t, text, "CommandContent 24 bytes, masked")
		assert.Contains(t, text, "Parameters 30 bytes, masked")
		assert.Contains(t, text, "ClientToken 15 bytes, masked")
		assert.Contains(t, text, "Name login")
		for path := range views {
			assert.NotContains(t, show(t, p, path).Body.String(), marker, path)
		}
	})
}

func TestTheParametersOfAnUnsignedCallAreText(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	query := r.URL.Query()
	query.Set("Action", "RunCommand")
	query.Set("Name", hostile)
	query.Set(hostile, "1")
	query.Set("Frequency", strings.Repeat("\x1b", 300))
	r.URL.RawQuery = query.Encode()
	p.ServeHTTP(httptest.NewRecorder(), r)
	text := show(t, p, "/").Body.String()
	assert.Equal(t, 1, strings.Count(text, "<script"))
	assert.Equal(t, 1, strings.Count(text, "&lt;script&gt;"), "the value, and not the name")
	assert.Contains(t, words(t, p, "/"), strings.Repeat("^[", 256)+" of 300 bytes")
	assert.Contains(t, words(t, p, "/"), "1 other not shown")
}

func TestLongTextsAreShortened(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Code: "Odd", Info: strings.Repeat("名", 100_000)}
	})
	start(t, p, runcommand.Shell("true"))
	assert.Equal(t, strings.Repeat("名", shownInfo)+"…", readState(t, p).Commands[0].Targets[0].Info)
}

func TestInstancesShowTheirState(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.AddInstance(
		runcommandtest.Instance{ID: "i-2", Offline: true}, runcommandtest.Instance{ID: "i-3", Stopped: true},
		runcommandtest.Instance{ID: "i-4", NoAgent: true}, runcommandtest.Instance{ID: "i-5"},
	)
	p.service.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		if x.InstanceID == "i-5" {
			return runcommandtest.Outcome{Takes: time.Hour}
		}
		return runcommandtest.Outcome{}
	})
	start(t, p, runcommand.Shell("true").Timeout(2*time.Hour).Instances("i-5"))
	var got []string
	for _, i := range readState(t, p).Instances {
		got = append(got, i.ID+" "+i.State)
	}
	assert.Equal(t, []string{"i-local-1 idle", "i-2 offline", "i-3 stopped", "i-4 no agent", "i-5 running"}, got)
	text := words(t, p, "/")
	assert.Contains(t, text, "i-5 1 running Linux")
	assert.Contains(t, text, "i-4 no agent Linux 0 runs")
}

func TestThePageIsAccessible(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	p.service.AddInstance(runcommandtest.Instance{ID: "i-local-2"})
	start(t, p, runcommand.Shell("true").Instances("i-local-2"))
	text := show(t, p, "/?status=Success").Body.String()
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		ids[m[1]]++
		assert.Equal(t, 1, ids[m[1]], "the id %s", m[1])
	}
	for _, m := range regexp.MustCompile(` (?:aria-labelledby|for)="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		assert.Contains(t, ids, m[1], "what a label names is there")
	}
	for _, m := range regexp.MustCompile(`<(pre|section|article|nav|svg|i|input)( [^>]*)?>`).FindAllStringSubmatch(text, -1) {
		assert.Regexp(t, `aria-|id="instance"`, m[2], "%s has a name, or is hidden from readers of the screen", m[0])
	}
	order := regexp.MustCompile(`<h2[^>]*>([^<]*)</h2>`).FindAllStringSubmatch(text, -1)
	require.Len(t, order, 3)
	assert.Equal(t, []string{"Instances", "Commands", "Latest calls"}, []string{order[0][1], order[1][1], order[2][1]}, "the order on a phone")
	assert.Contains(t, text, `<html lang="en">`)
	assert.Contains(t, text, `aria-current="true">Success</a>`)
	assert.Equal(t, 1, strings.Count(text, "<h1"))
	css := string(pageCSS)
	for _, rule := range []string{"color-scheme: light dark", "prefers-reduced-motion", ":focus-visible", "max-width: 52rem"} {
		assert.Contains(t, css, rule)
	}
}

func TestTheStateNamesItsFilter(t *testing.T) {
	t.Parallel()
	p := newTestPage(t)
	var s struct{ Filter map[string]string }
	require.NoError(t, json.Unmarshal(show(t, p, "/state?instance=i-1&status=failed").Body.Bytes(), &s))
	assert.Equal(t, map[string]string{"instance": "i-1", "status": "Failed"}, s.Filter)
}
