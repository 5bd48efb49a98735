package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "schedule", run)
}

const newYear = "2027-01-01T00:00:00+08:00"

func TestSchedules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    []string
		err    string
	}{
		{"nothing: telling schedules", nil, 0, []string{"SCHEDULE ", "rate(5m) ", "Every 5 minutes", "Careful: agents never fire a weekday range"}, ""},
		{"an interval", []string{"-now", newYear, "rate(5m)"}, 0, []string{"rate(5m)  2027-01-01 00:05:00 +08:00  5m ", "\n          2027-01-01 00:15:00 +08:00\n"}, ""},
		{"flags after the schedule", []string{"0 0 9 ? * MON-FRI UTC", "-now", newYear}, 0, []string{"2027-01-01 09:00:00 +00:00  24h ", "2027-01-05 09:00:00"}, ""},
		{"a moment that has passed", []string{"-now", newYear, "at(2026-06-06 13:15:30 UTC)"}, 0, []string{"none", "Careful: "}, ""},
		{"a schedule that never fires", []string{"0 0 12 31 2 ? UTC"}, 0, []string{"  none ", "never"}, ""},
		{"daylight saving", []string{"-now", newYear, "0 30 2 ? * 7 America/New_York"}, 0, []string{"2027-03-14 02:30:00 does not exist"}, ""},
		{"no zone: the clock of -now", []string{"-now", newYear, "0 0 3 1 * ?"}, 0, []string{"2027-01-01 03:00:00 +08:00", "without a zone"}, ""},
		{"Chinese", []string{"-lang", "zh", "-now", newYear, "0 0 9 ? * 5-7 Asia/Shanghai"}, 0, []string{"定时表达式", "最小间隔", "注意："}, ""},
		{"an interval that the service refuses", []string{"rate(10s)"}, 1, []string{"The service refuses it: ", "The service refuses it: Frequency has a rate"}, ""},
		{"the same in Chinese", []string{"-lang=zh", "rate(10s)"}, 1, []string{"服务端会拒绝："}, ""},
		{"a wrong expression", []string{"0 61 * * * ?"}, 2, nil, "schedule: minute: 61 is above 59\n\t0 61 * * * ?\n\t  ^\n"},
		{"a wrong expression in Chinese", []string{"-lang", "zh", "0 61 * * * ?"}, 2, nil, "schedule: 分钟字段：61 大于最大值 59\n\t0 61 * * * ?\n\t  ^\n"},
		{"a line of a crontab", []string{"*/5 * * * *"}, 2, nil, "weekdays count from 1 = Monday; write 0 */5 * * * *\n\t*/5 * * * *\n\t           ^\n"},
		{"a suggestion that the reason does not have", []string{"0 0 9 ? * SUN-MON"}, 2, nil, "\n\tWrite: 0 0 9 ? * 7,1\n"},
		{"a spelling that is sent differently", []string{"-now", newYear, "rate(05M)"}, 0, []string{"Every 5 minutes", "Sent as rate(5m)\n"}, ""},
		{"two wrong expressions", []string{"rate(5m)", "rate(x)", "0 61 * * * ?"}, 2, nil, "61 is above 59"},
		{"an empty expression", []string{""}, 2, nil, "schedule: "},
		{"an expression with controls of a terminal", []string{"\x1b[31m"}, 2, nil, "schedule: "},
		{"a language that is none", []string{"-lang", "fr", "rate(5m)"}, 2, nil, `-lang is "fr"; it may be en or zh`},
		{"a moment that is none", []string{"-now", "tomorrow", "rate(5m)"}, 2, nil, `invalid value "tomorrow" for flag -now`},
		{"a region without instances", []string{"-region", "cn-hangzhou", "rate(5m)"}, 2, nil, "must be given together"},
		{"a flag that is none", []string{"rate(5m)", "-x"}, 2, nil, "usage: schedule"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs), "%s%s", &out, &errs)
			for _, want := range c.out {
				assert.Contains(t, out.String(), want)
			}
			assert.Contains(t, errs.String(), c.err)
			assert.Equal(t, c.err == "", errs.Len() == 0, "%s", &errs)
			assert.NotContains(t, out.String()+errs.String(), "\x1b")
			assert.LessOrEqual(t, strings.Count(errs.String(), "schedule: "), 1, "%s", &errs)
		})
	}
}

func TestTheSmallestGapIsShort(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"rate(90s)": "1m30s", "rate(5m)": "5m", "rate(2h)": "2h", "rate(1d)": "24h", "rate(3630s)": "1h0m30s", "rate(70m)": "1h10m",
		"0 0 12 1 1 ? 2027": "-", "0 0/10 * * * ?": "10m",
	} {
		assert.Equal(t, want, gap(frequency.MustParse(expression)), expression)
	}
}

// A service with another parser refuses what this library accepts. Every schedule that it accepts is
// stopped.
func TestTheServiceIsAsked(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
		if strings.Contains(c.Parameters["Frequency"], "L") {
			return runcommandtest.Refuse(errors.InvalidParamFrequency)
		}
		return runcommandtest.Pass()
	})
	var out, errs bytes.Buffer
	args := append(flags, "-instances", "i-1", "rate(5m)", "0 0 3 L * ? UTC", "0 0 9 * * ? UTC")
	assert.Equal(t, 1, run(t.Context(), args, &out, &errs))
	assert.Empty(t, errs.String())
	assert.Contains(t, out.String(), "\nThe service accepts rate(5m).\nThe service refuses 0 0 3 L * ? UTC: InvalidParam.Frequency\nThe service accepts 0 0 9 * * ? UTC.\n")
	require.Len(t, srv.Invocations(), 2)
	for _, inv := range srv.Invocations() {
		assert.Equal(t, runcommandtest.Status("Stopped"), inv.Status)
	}
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation", Times: -1})
	assert.Equal(t, 1, run(t.Context(), append(flags, "-instances", "i-1", "rate(5m)"), &out, &errs))
	assert.Contains(t, errs.String(), "may still run")
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "schedule", run)
}
