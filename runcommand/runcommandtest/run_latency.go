package runcommandtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// A Latency makes executions take random times. The times follow a distribution and
// are the same in every run of the test with the same Seed: the time of an execution
// depends only on the Seed, the ID of its instance and the number of executions that
// began on the instance before it, counted as for [InSequence]. The order of goroutines
// does not matter.
//
// Half of the times are between Min and Median, all equally frequent. The other half
// are between Median and Max, the longer the rarer: about one time in ten is in the
// upper half of that range. When Median is 0, all times between Min and Max are equally
// frequent. When the three are equal, every execution takes that time.
type Latency struct {
	// Seed chooses the times. 0 is a seed like any other.
	Seed uint64

	// Min, Median and Max bound the times: 0 <= Min <= Median <= Max, or Median is 0. The
	// zero Latency adds no time.
	Min, Median, Max time.Duration

	// Draw, if it is set, returns the times in place of Min, Median and Max, for any other
	// distribution. It is called concurrently and must take its random numbers from the
	// argument alone. A negative time counts as 0.
	Draw func(*rand.Rand) time.Duration
}

// Handler returns a Handler that calls h and makes the execution take longer, by a time of
// the distribution: it adds the time to [Outcome.Takes]. No goroutine waits for that time:
// it passes by the server's clock. A nil h is the default of the server. An execution that
// then takes longer than the timeout of its command times out. Everything else that h
// returns stays as it is. The Handler may be used concurrently.
//
// Handler panics when Min, Median and Max are not in this order or one of them is
// negative, or when they are set beside Draw, because only a mistake in the test can
// cause that.
func (l Latency) Handler(h Handler) Handler {
	if mistake := l.mistake(); mistake != "" {
		panic("runcommandtest: Latency: " + mistake)
	}
	return func(ctx context.Context, x Exec) Outcome {
		out := h.orDefault(ctx)(ctx, x)
		takes, more := max(out.Takes, 0), max(l.draw(l.random(callOf(ctx).number, x.InstanceID)), 0)
		out.Takes = takes + min(more, math.MaxInt64-takes)
		return out
	}
}

// mistake returns the reason why l is not a distribution. It is empty when l is one.
func (l Latency) mistake() string {
	if l.Draw != nil {
		if l.Min != 0 || l.Median != 0 || l.Max != 0 {
			return "Draw is set, so Min, Median and Max must be 0"
		}
		return ""
	}
	switch {
	case l.Min < 0:
		return fmt.Sprintf("Min is negative: %s", l.Min)
	case l.Max < l.Min:
		return fmt.Sprintf("Max is %s, less than Min, which is %s", l.Max, l.Min)
	case l.Median != 0 && (l.Median < l.Min || l.Median > l.Max):
		return fmt.Sprintf("Median is %s, not between Min, which is %s, and Max, which is %s", l.Median, l.Min, l.Max)
	}
	return ""
}

// random returns the source of random numbers for one execution. Its seed is a hash, so that
// executions with neighbouring numbers have unrelated times.
func (l Latency) random(number int, instanceID string) *rand.Rand {
	seed := sha256.Sum256(fmt.Appendf(nil, "%d %d %s", l.Seed, number, instanceID))
	return rand.New(rand.NewChaCha8(seed))
}

// draw returns one time of the distribution.
func (l Latency) draw(r *rand.Rand) time.Duration {
	if l.Draw != nil {
		return l.Draw(r)
	}
	u := r.Float64()
	if l.Median == 0 {
		return between(l.Min, l.Max, u)
	}
	if u < 0.5 {
		return between(l.Min, l.Median, 2*u)
	}
	u = 2*u - 1
	return between(l.Median, l.Max, u*u*u)
}

// between returns the time that is the share u of the way from low to high.
func between(low, high time.Duration, u float64) time.Duration {
	return low + time.Duration(u*float64(high-low))
}
