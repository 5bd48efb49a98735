package poll_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// points takes n waits from b one after the other, sleeps for each, and returns the times at which the
// waits ended.
func points(b backoff.BackOff, n int) []time.Duration {
	start, ends := time.Now(), make([]time.Duration, n)
	for i := range ends {
		<-time.After(b.NextBackOff())
		ends[i] = time.Since(start)
	}
	return ends
}

func TestNewBackOff(t *testing.T) {
	t.Parallel()
	const s = time.Second
	tests := map[string]struct {
		policy poll.Policy
		want   []time.Duration
	}{
		"grows in proportion to the time waited":       {poll.Policy{Initial: s, Growth: 1, Jitter: -1, Max: 60 * s}, []time.Duration{s, 3 * s, 7 * s, 15 * s, 31 * s}},
		"stops growing at Max":                         {poll.Policy{Initial: s, Growth: 1, Jitter: -1, Max: 5 * s}, []time.Duration{s, 3 * s, 7 * s, 12 * s, 17 * s}},
		"keeps one pace with negative Growth":          {poll.Policy{Initial: 5 * s, Growth: -1, Jitter: -1}, []time.Duration{5 * s, 10 * s, 15 * s}},
		"keeps an Initial above the default Max":       {poll.Policy{Initial: 60 * s, Jitter: -1}, []time.Duration{60 * s, 120 * s}},
		"lets an explicit Max cap Initial":             {poll.Policy{Initial: 60 * s, Max: 2 * s, Jitter: -1}, []time.Duration{2 * s, 4 * s}},
		"takes defaults for zero fields":               {poll.Policy{Jitter: -1}, []time.Duration{s, 2290 * time.Millisecond}},
		"takes defaults for negative durations":        {poll.Policy{Initial: -s, Max: -s, Jitter: -1}, []time.Duration{s, 2290 * time.Millisecond}},
		"takes defaults for what is not a number":      {poll.Policy{Growth: math.NaN(), Jitter: -1}, []time.Duration{s, 2290 * time.Millisecond}},
		"goes straight to Max with boundless Growth":   {poll.Policy{Growth: math.Inf(1), Jitter: math.Inf(-1)}, []time.Duration{s, 21 * s, 41 * s}},
		"survives the longest durations there are":     {poll.Policy{Initial: math.MaxInt64, Max: math.MaxInt64, Growth: -1, Jitter: -1}, []time.Duration{1 << 62}},
		"survives the shortest durations there are":    {poll.Policy{Initial: 1, Max: 1, Jitter: -1}, []time.Duration{1, 2, 3}},
		"goes below the default Initial where told to": {poll.Policy{Initial: 10 * time.Millisecond, Growth: -1, Jitter: -1}, []time.Duration{10 * time.Millisecond, 20 * time.Millisecond}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				assert.Equal(t, tt.want, points(tt.policy.NewBackOff(), len(tt.want)))
			})
		})
	}
}

func TestNewBackOffCountsTheTimeOfProbes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := poll.Policy{Initial: 10 * time.Second, Growth: -1, Jitter: -1}.NewBackOff()
		<-time.After(4 * time.Second)
		assert.Equal(t, 6*time.Second, b.NextBackOff(), "a probe counts towards the gap")
		<-time.After(6*time.Second + 9*time.Second)
		assert.Equal(t, 5*time.Second, b.NextBackOff(), "a long probe leaves half a gap")
		<-time.After(5*time.Second + time.Hour)
		assert.Equal(t, 5*time.Second, b.NextBackOff(), "so does one of any length")
	})
}

func TestNewBackOffStartsAgainAfterReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := poll.Policy{Growth: 1, Jitter: -1}.NewBackOff()
		first := points(b, 4)
		b.Reset()
		assert.Equal(t, first, points(b, 4))
	})
}

func TestNewBackOffJitter(t *testing.T) {
	t.Parallel()
	policy := poll.Policy{Initial: 10 * time.Second, Growth: 0.5, Jitter: 0.4, Max: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		firsts := map[time.Duration]bool{}
		for range 500 {
			got := points(policy.NewBackOff(), 5)
			assert.GreaterOrEqual(t, got[0], 6*time.Second, "no more than the share is taken off")
			assert.LessOrEqual(t, got[0], 10*time.Second, "nothing is added")
			for i := 1; i < len(got); i++ {
				gap := min(10*time.Second+got[i-1]/2, time.Minute)
				assert.InDelta(t, gap, got[i]-got[i-1], 1, "later gaps follow from the time waited")
			}
			firsts[got[0].Round(time.Second)] = true
		}
		assert.Len(t, firsts, 5, "every second of the share comes up")
	})
}
