package runcommandtest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// firings returns the start times of the runs that the only row keeps, in order.
func (c *caller) firings(id string) []string {
	c.tb.Helper()
	rows := c.results(id, "IncludeHistory", "true")
	times := make([]string, len(rows))
	for i, row := range rows {
		times[len(rows)-1-i] = row["StartTime"].(string)
	}
	return times
}

func TestSchedulesFireDuringAnAdvance(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("GMT+8", 8*3600)
	tests := []struct {
		name, frequency string
		advance         time.Duration
		want            []string
		status          string
	}{
		{"a rate counts from the creation", "rate(10m)", 35 * time.Minute,
			[]string{"2026-06-01T12:10:00Z", "2026-06-01T12:20:00Z", "2026-06-01T12:30:00Z"}, "Scheduled"},
		{"at runs once", "at(2026-06-01 20:30:00 Asia/Shanghai)", 24 * time.Hour,
			[]string{"2026-06-01T12:30:00Z"}, "Success"},
		{"at without a zone is UTC", "at(2026-06-01 13:00:00)", 24 * time.Hour,
			[]string{"2026-06-01T13:00:00Z"}, "Success"},
		{"cron without a zone follows the instance", "0 0 21 * * ?", 24 * time.Hour,
			[]string{"2026-06-01T13:00:00Z"}, "Scheduled"},
		{"cron in a zone", "0 0 21 * * ? UTC", 24 * time.Hour,
			[]string{"2026-06-01T21:00:00Z"}, "Scheduled"},
		{"cron that comes to an end", "0 0 9,21 1 6 ? 2026 UTC", 48 * time.Hour,
			[]string{"2026-06-01T21:00:00Z"}, "Success"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon})
			s.AddInstance(Instance{ID: "i-1", Zone: zone})
			id := c.run(echo("i-1").with("Frequency", test.frequency))
			assert.Equal(t, "Scheduled", c.status(id))
			s.Advance(test.advance)
			assert.Equal(t, test.want, c.firings(id))
			row := c.result(id)
			assert.Equal(t, test.status, row["InvocationStatus"])
			assert.Equal(t, "Running", row["InvokeRecordStatus"])
			assert.EqualValues(t, len(test.want), row["Repeats"])
			assert.Equal(t, len(test.want), s.Executions("i-1"))
		})
	}
}

func TestAFiringDuringARunIsSkipped(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(9 * time.Minute)})
	id := c.run(echo("i-1").with("Frequency", "rate(10m)", "Timeout", "540"))
	slow := c.run(echo("i-2").with("Frequency", "0 */4 * * * ?", "Timeout", "240"))
	s.Advance(time.Hour)
	assert.Len(t, c.firings(id), 6, "each run ends before the next")
	assert.Len(t, c.firings(slow), 15, "a run that times out has ended")
}

func TestASingleFailureDoesNotEndASchedule(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{ExitCode: x.Run % 2}
	}})
	id := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	s.Advance(150 * time.Second)
	assert.Equal(t, "Scheduled", c.status(id))
	rows := c.results(id, "IncludeHistory", "true")
	assert.Equal(t, []any{"Success", "Failed"}, []any{rows[0]["InvocationStatus"], rows[1]["InvocationStatus"]})
	assert.Equal(t, [2]string{"Scheduled", "Running"}, c.overall(id))
}

func TestSchedulesThatNeverFireAreInvalid(t *testing.T) {
	t.Parallel()
	for frequency, want := range map[string]string{
		"at(2020-01-01 00:00:00)": "Invalid AtExpressionExpired",
		"0 0 0 1 1 ? 2020":        "Invalid CronExpressionExpired",
		"0 0 0 31 2 ?":            "Invalid CronExpressionExpired",
	} {
		_, c := newService(t, config{clock: noon})
		assert.Equal(t, want, c.status(c.run(echo("i-1").with("Frequency", frequency))), frequency)
	}
}

func TestAgentsCanRefuseSchedulesThatTheDocumentationAllows(t *testing.T) {
	t.Parallel()
	for frequency, want := range map[string]string{
		"0 0 9 ? * 1-7": "Invalid CronExpressionExpired",
		"0 0 9 ? * L":   "Invalid BadCronExpression",
		"0 0 9 ? * 1-6": "Scheduled",
	} {
		_, c := newService(t, config{clock: noon})
		assert.Equal(t, "Scheduled", c.status(c.run(echo("i-1").with("Frequency", frequency))), frequency)
		_, c = newService(t, config{clock: noon, agentRefusals: true})
		assert.Equal(t, want, c.status(c.run(echo("i-1").with("Frequency", frequency))), frequency)
	}
}

func TestFrequenciesHaveDocumentedBounds(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{clock: noon})
	for frequency, timeout := range map[string]string{
		"rate(60s)": "60", "rate(7d)": "60", "rate(168h)": "3600", "*/10 * * * * ?": "10", "0 0 0 29 2 ?": "86400",
		"at(2026-07-01 00:00:00)": "864000",
	} {
		assert.Equal(t, 200, c.call("RunCommand", echo("i-1").with("Frequency", frequency, "Timeout", timeout)).status, frequency)
	}
	for frequency, timeout := range map[string]string{
		"rate(59s)": "10", "rate(8d)": "60", "rate(10m)": "601", "*/5 * * * * ?": "1", "*/10 * * * * ?": "11", "0 0 0 * *": "60",
		"@daily": "60", "5-1 * * * * ?": "60", "at(2026-02-30 00:00:00)": "60",
	} {
		assert.EqualValues(t, "InvalidParam.Frequency",
			c.call("RunCommand", echo("i-1").with("Frequency", frequency, "Timeout", timeout)).code(), frequency)
	}
}

func TestAFrequencyMakesThePeriod(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	for _, mode := range []string{"-", "Once", "DryRun", "EveryReboot"} {
		id := c.run(echo("i-1").with("RepeatMode", mode, "Frequency", "rate(5m)"))
		a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": id})
		assert.Equal(t, "Period", a.text("Invocations", "Invocation", 0, "RepeatMode"))
		assert.Equal(t, true, a.at("Invocations", "Invocation", 0, "Timed"))
	}
}

func TestOnlyTheLatestRunsAreKept(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, history: 4})
	id := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	s.Advance(time.Hour + time.Second)
	assert.Equal(t, []string{"2026-06-01T12:57:00Z", "2026-06-01T12:58:00Z", "2026-06-01T12:59:00Z", "2026-06-01T13:00:00Z"}, c.firings(id))
	assert.Equal(t, 60, s.Executions("i-1"))
}

func TestScheduledRunsBeginWithoutACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var began []time.Duration
		start := time.Now()
		s, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
			mu.Lock()
			defer mu.Unlock()
			began = append(began, time.Since(start))
			return Outcome{}
		}})
		c.run(echo("i-1").with("Frequency", "rate(2m)"))
		c.run(echo("i-2").with("Frequency", "rate(3m)"))
		<-time.After(6*time.Minute + time.Second)
		mu.Lock()
		assert.Equal(t, []time.Duration{2 * time.Minute, 3 * time.Minute, 4 * time.Minute, 6 * time.Minute, 6 * time.Minute}, began)
		mu.Unlock()
		s.Advance(30 * time.Second)
		<-time.After(90 * time.Second)
		synctest.Wait()
		mu.Lock()
		assert.Len(t, began, 6, "the run at eight minutes began early, as the server's clock is ahead")
		mu.Unlock()
	})
}

func TestFiringsDuringAnAdvanceDoNotOverlap(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(noon().Unix())
	s, c := newService(t, config{clock: func() time.Time { return time.Unix(now.Load(), 0) }, handler: takes(time.Second)})
	c.run(echo("i-1").with("Frequency", "rate(1m)"))
	now.Add(600)
	c.run(echo("i-2")) // this call does not wait for the outcomes of runs
	assert.Equal(t, 10, s.Executions("i-1"))
}

func TestTimeDoesNotRunBackwards(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	c.run(echo("i-1").with("Frequency", "rate(1h)"))
	s.Advance(90 * time.Minute)
	s.Advance(-time.Hour)
	assert.Equal(t, noon().Add(90*time.Minute), s.Now())
	s.Advance(30 * time.Minute)
	assert.Equal(t, 2, s.Executions("i-1"))
}
