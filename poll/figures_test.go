package poll_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// figures say how many probes a wait makes and how late it notices the end, on average or at
// worst.
type figures struct {
	calls    float64
	late     float64 // seconds from the end to the start of the probe that sees the end
	relative float64 // late / (duration + 1 s)
}

// A watch is the result of one wait for something that takes a known time: the number of probes,
// and how late the wait noticed the end.
type watch struct {
	calls int
	late  time.Duration
}

// watchFor waits with Until for something that ends after the parameter duration. Each probe takes as
// long as the parameter probe says, and sees the state at the start of the probe.
func watchFor(t *testing.T, p poll.Policy, duration, probe time.Duration, failing func() bool) watch {
	t.Helper()
	var w watch
	start := time.Now()
	_, err := poll.Until(t.Context(), p, func(context.Context) (int, bool, error) {
		w.calls++
		at := time.Since(start)
		if probe > 0 {
			<-time.After(probe)
		}
		if failing() {
			return 0, false, throttled(0)
		}
		w.late = at - duration
		return 0, w.late >= 0, nil
	})
	require.NoError(t, err)
	return w
}

func never() bool { return false }

// durations returns n durations from 0.5 s to 30 min, evenly spread on a logarithmic scale.
func durations(n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = time.Duration(0.5e9 * math.Pow(3600, (float64(i)+0.5)/float64(n)))
	}
	return all
}

// probeTimes returns the times at which one wait with Until probed, up to the first time after the
// longest of the durations. The times do not depend on the results of the probes, so one wait can be
// used for all durations.
func probeTimes(t *testing.T, p poll.Policy, probe time.Duration) []time.Duration {
	t.Helper()
	var at []time.Duration
	start := time.Now()
	_, err := poll.Until(t.Context(), p, func(context.Context) (int, bool, error) {
		now := time.Since(start)
		at = append(at, now)
		if probe > 0 {
			<-time.After(probe)
		}
		return 0, now >= 30*time.Minute, nil
	})
	require.NoError(t, err)
	return at
}

func TestUntilFigures(t *testing.T) {
	t.Parallel()
	const waits = 300
	all := durations(2000)
	tests := map[string]struct {
		policy poll.Policy
		probe  time.Duration
		most   figures
	}{
		"the default":                   {poll.Policy{}, 0, figures{18.5, 5.6, 0.15}},
		"the default, without jitter":   {poll.Policy{Jitter: -1}, 0, figures{18.5, 5.6, 0.15}},
		"the default, probes of 200 ms": {poll.Policy{}, 200 * time.Millisecond, figures{18.5, 5.6, 0.15}},
		"Max of a minute":               {poll.Policy{Max: time.Minute}, 0, figures{13, 12, 0.17}},
		"Max of a minute, no jitter":    {poll.Policy{Max: time.Minute, Jitter: -1}, 0, figures{13, 12, 0.17}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sum, worst figures
				for range waits {
					at := probeTimes(t, tt.policy, tt.probe)
					for _, d := range all {
						seen, _ := slices.BinarySearch(at, d)
						late := (at[seen] - d).Seconds()
						one := figures{float64(seen + 1), late, late / (d.Seconds() + 1)}
						sum = figures{sum.calls + one.calls, sum.late + one.late, sum.relative + one.relative}
						worst = figures{max(worst.calls, one.calls), max(worst.late, one.late), max(worst.relative, one.relative)}
					}
				}
				n := float64(waits * len(all))
				mean := figures{sum.calls / n, sum.late / n, sum.relative / n}
				t.Logf("%s: %.2f calls, %.2f s late, %.4f of the duration + 1 s (the worst: %.0f, %.2f s, %.3f)",
					name, mean.calls, mean.late, mean.relative, worst.calls, worst.late, worst.relative)
				assert.LessOrEqual(t, mean.calls, tt.most.calls)
				assert.LessOrEqual(t, mean.late, tt.most.late)
				assert.LessOrEqual(t, mean.relative, tt.most.relative)
			})
		})
	}
}

func TestUntilBoundsEveryWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		exact := poll.Policy{Initial: time.Second, Growth: 0.29, Max: 20 * time.Second, Jitter: -1}
		for _, d := range durations(500) {
			without := watchFor(t, exact, d, 0, never)
			for _, jitter := range []float64{0.2, 1} {
				p := exact
				p.Jitter = jitter
				with := watchFor(t, p, d, 0, never)
				bound := min(time.Second+time.Duration(0.29*float64(d)), 20*time.Second)
				assert.LessOrEqual(t, with.late, bound, "a duration of %v with jitter %v", d, jitter)
				assert.LessOrEqual(t, with.calls, without.calls+1, "a duration of %v with jitter %v", d, jitter)
			}
		}
	})
}

func TestUntilDoesNotCallMoreOftenWhenThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		third := func() bool { return random.IntN(3) == 0 }
		calm, throttled := 0, 0
		for i := range 2000 {
			d := 10*time.Minute + time.Duration(i)*10*time.Millisecond
			calm += watchFor(t, poll.Policy{}, d, 0, never).calls
			throttled += watchFor(t, poll.Policy{}, d, 0, third).calls
		}
		ratio := float64(throttled) / float64(calm)
		t.Logf("a third of the polls throttled for ten minutes: %.3f times the calls", ratio)
		assert.LessOrEqual(t, ratio, 1.3)
	})
}
