package runcommandtest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// latencies returns the sorted times of 10,000 executions, one on each instance.
func latencies(l Latency) []time.Duration {
	h, list := l.Handler(nil), make([]time.Duration, 10_000)
	for i := range list {
		list[i] = h(context.Background(), Exec{InstanceID: fmt.Sprint("i-", i)}).Takes
	}
	slices.Sort(list)
	return list
}

func TestLatenciesFollowTheirDistribution(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, test := range map[string]struct {
		latency             Latency
		min, p50, p90, most time.Duration // expected, each within 3 % of the range
	}{
		"a long tail":             {Latency{Min: second, Median: 3 * second, Max: 61 * second}, second, 3 * second, 32700 * time.Millisecond, 61 * second},
		"no median":               {Latency{Min: 10 * second, Max: 20 * second}, 10 * second, 15 * second, 19 * second, 20 * second},
		"only a maximum":          {Latency{Max: 10 * second}, 0, 5 * second, 9 * second, 10 * second},
		"the median is the least": {Latency{Min: second, Median: second, Max: 11 * second}, second, second, 6120 * time.Millisecond, 11 * second},
		"the median is the most":  {Latency{Median: 10 * second, Max: 10 * second}, 0, 10 * second, 10 * second, 10 * second},
		"always the same":         {Latency{Min: second, Median: second, Max: second}, second, second, second, second},
		"the same, no median":     {Latency{Min: second, Max: second}, second, second, second, second},
		"the zero value":          {Latency{Seed: 1}, 0, 0, 0, 0},
		"the longest times":       {Latency{Max: math.MaxInt64}, 0, math.MaxInt64 / 2, math.MaxInt64 / 10 * 9, math.MaxInt64},
		"a function of its own": {Latency{Draw: func(r *rand.Rand) time.Duration { return time.Duration(1+r.IntN(2)) * second }},
			second, second, 2 * second, 2 * second},
		"a function that returns negative times": {Latency{Draw: func(*rand.Rand) time.Duration { return -second }}, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, l := latencies(test.latency), test.latency
			within := max(float64(test.most-test.min)*0.03, 1)
			assert.InDelta(t, test.min, got[0], within)
			assert.InDelta(t, test.p90, got[9000], within)
			assert.InDelta(t, test.most, got[9999], within)
			assert.GreaterOrEqual(t, got[0], l.Min)
			if l.Draw == nil {
				assert.InDelta(t, test.p50, got[5000], within)
				assert.LessOrEqual(t, got[9999], l.Max)
			}
		})
	}
}

func TestTheSameSeedGivesTheSameTimes(t *testing.T) {
	t.Parallel()
	l := Latency{Seed: 42, Min: time.Second, Median: 3 * time.Second, Max: time.Minute}
	got := func(l Latency) (times []string) {
		s, c := newService(t, config{clock: noon})
		s.Handle(l.Handler(nil))
		for range 2 {
			id := c.run(echo("i-1", "i-2"))
			s.Advance(time.Hour)
			for _, row := range s.Invocations()[len(s.Invocations())-1].Instances {
				times = append(times, row.Finished.Sub(row.Started).Round(time.Millisecond).String())
			}
			require.Equal(t, [2]string{"Success", "Finished"}, c.overall(id))
		}
		return times
	}
	// These times must not change from one process or machine to the next.
	assert.Equal(t, []string{"1.411s", "30.434s", "2.317s", "9.319s"}, got(l))
	other := l
	other.Seed++
	assert.NotEqual(t, got(l), got(other))
}

func TestTheTimesDoNotDependOnTheOrderOfGoroutines(t *testing.T) {
	t.Parallel()
	durations := func(t *testing.T, late string) map[string]time.Duration {
		list := map[string]time.Duration{}
		synctest.Test(t, func(t *testing.T) {
			latency := Latency{Seed: 7, Max: time.Hour}.Handler(nil)
			s, c := newService(t, config{})
			s.Handle(func(ctx context.Context, x Exec) Outcome {
				if string(x.Script)+x.InstanceID == late {
					<-time.After(100 * time.Millisecond)
				}
				return latency(ctx, x)
			})
			for _, script := range []string{"a", "b"} {
				c.run(echo("i-1", "i-2").with("CommandContent", script, "Timeout", "7200"))
			}
			<-time.After(3 * time.Hour)
			for _, inv := range s.Invocations() {
				for _, row := range inv.Instances {
					require.EqualValues(t, "Success", row.Status)
					list[string(inv.Script)+row.InstanceID] = row.Finished.Sub(row.Started)
				}
			}
		})
		return list
	}
	want := durations(t, "")
	require.Len(t, want, 4)
	assert.NotEqual(t, want["ai-1"], want["bi-1"])
	assert.NotEqual(t, want["ai-1"], want["ai-2"])
	for late := range want {
		assert.Equal(t, want, durations(t, late), "%s asks last", late)
	}
}

func TestALatencyIsAddedToWhatTheOutcomeTakes(t *testing.T) {
	t.Parallel()
	second := Latency{Min: time.Second, Max: time.Second}
	for name, test := range map[string]struct {
		takes, want time.Duration
	}{
		"an outcome that takes no time":      {0, time.Second},
		"an outcome that takes a minute":     {time.Minute, 61 * time.Second},
		"an outcome with a negative time":    {-time.Minute, time.Second},
		"an outcome that takes all the time": {math.MaxInt64, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := second.Handler(Always(Outcome{ExitCode: 3, Takes: test.takes}))(t.Context(), Exec{})
			assert.Equal(t, Outcome{ExitCode: 3, Takes: test.want}, out)
		})
	}
}

func TestALatencyBeyondTheTimeoutTimesOut(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.Handle(Latency{Min: time.Hour, Max: 2 * time.Hour}.Handler(nil))
	id := c.run(echo("i-1").with("Timeout", "60"))
	assert.Equal(t, "Running", c.status(id))
	s.Advance(time.Minute)
	assert.Equal(t, "Timeout ExecutionTimeout", c.status(id))
}

func TestAWrongLatencyPanics(t *testing.T) {
	t.Parallel()
	none := func(*rand.Rand) time.Duration { return 0 }
	for name, test := range map[string]struct {
		latency Latency
		want    string
	}{
		"a negative minimum":              {Latency{Min: -1}, "Min is negative: -1ns"},
		"a negative median":               {Latency{Median: -1}, "Median is -1ns, not between Min, which is 0s, and Max, which is 0s"},
		"a negative maximum":              {Latency{Max: -1}, "Max is -1ns, less than Min, which is 0s"},
		"a maximum below the minimum":     {Latency{Min: 2, Max: 1}, "Max is 1ns, less than Min, which is 2ns"},
		"no maximum":                      {Latency{Min: 2}, "Max is 0s, less than Min, which is 2ns"},
		"a median below the minimum":      {Latency{Min: 2, Median: 1, Max: 3}, "Median is 1ns, not between Min, which is 2ns, and Max, which is 3ns"},
		"a median above the maximum":      {Latency{Median: 4, Max: 3}, "Median is 4ns, not between Min, which is 0s, and Max, which is 3ns"},
		"a function and a maximum":        {Latency{Draw: none, Max: 1}, "Draw is set, so Min, Median and Max must be 0"},
		"a function and a negative value": {Latency{Draw: none, Median: -1}, "Draw is set, so Min, Median and Max must be 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, "runcommandtest: Latency: "+test.want, func() { test.latency.Handler(nil) })
		})
	}
}
