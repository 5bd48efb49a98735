package poll_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// figures are averages over many waits; worst ones go to the log.
type figures struct {
	calls    float64
	late     float64 // seconds from the end to the start of the probe that sees it
	relative float64 // late / (duration + 1 s)
}

// A watch is one wait for something that takes a known time.
type watch struct {
	calls int
	late  time.Duration
}

// watchFor waits through Until for something that takes duration, with probes
// that take probe and see the state at their start.
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

// durations are spread evenly on a logarithmic scale over 0.5 s to 30 min.
func durations(n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = time.Duration(0.5e9 * math.Pow(3600, (float64(i)+0.5)/float64(n)))
	}
	return all
}

func TestUntilFigures(t *testing.T) {
	t.Parallel()
	const n = 20_000
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
				for _, d := range durations(n) {
					w := watchFor(t, tt.policy, d, tt.probe, never)
					late := w.late.Seconds()
					relative := late / (d.Seconds() + 1)
					sum = figures{sum.calls + float64(w.calls), sum.late + late, sum.relative + relative}
					worst = figures{max(worst.calls, float64(w.calls)), max(worst.late, late), max(worst.relative, relative)}
				}
				mean := figures{sum.calls / n, sum.late / n, sum.relative / n}
				t.Logf("%s: %.2f calls, %.2f s late, %.4f of the duration + 1 s (the worst of %d: %.0f, %.2f s, %.3f)",
					name, mean.calls, mean.late, mean.relative, n, worst.calls, worst.late, worst.relative)
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

func TestUntilDoesNotFeedThrottling(t *testing.T) {
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
