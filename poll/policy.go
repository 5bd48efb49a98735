package poll

import (
	"math"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// A Policy says how long to wait between two probes ([Until]) or two attempts
// ([Retry]). In both, the next wait is
//
//	Initial + Growth × (the time waited so far), but at most Max
//
// So each wait is 1+Growth times the wait before it, until the waits reach Max. Until
// and Retry measure the time waited so far in different ways. Until uses the clock, so
// the time includes slow probes and waits that the service asked for. Retry adds up
// only its own waits: time spent in a slow call does not lengthen the next wait.
//
// A field that is zero has its default value. So does a field with an invalid value,
// such as a negative Max or a Growth that is not a number. The defaults are
//
//	          Until   Retry
//	Initial   1 s     1 s
//	Growth    0.29    1 (waits double)
//	Max       20 s    20 s, or Initial when Initial is longer
//	Jitter    0.2     0.5
//
// A Policy is a plain value: copy it, compare it, share it.
type Policy struct {
	// Initial is the first wait. Until probes at once and then after Initial.
	Initial time.Duration

	// Max is the longest wait. Only a retry-after of the service can make a wait
	// longer, up to 5 minutes.
	Max time.Duration

	// Growth is the share of the time waited so far that is added to Initial. When
	// Growth is negative, nothing is added, and every wait is Initial.
	Growth float64

	// Jitter is the largest share, up to 1, by which a wait is shortened at random. It
	// never makes a wait longer. When Jitter is negative, no wait is shortened.
	//
	// Retry shortens every wait at random. Until shortens only the first wait. The
	// later gaps are not shortened, and they begin at the first probe. So Until calls
	// that began together probe at different times.
	Jitter float64
}

// untilDefaults and retryDefaults fill the zero fields of a Policy. TestUntilFigures checks how
// many probes Until makes with its defaults, and how late it notices the end (promise P5 of
// internal/DESIGN.md).
func untilDefaults() Policy {
	return Policy{Initial: time.Second, Growth: 0.29, Max: 20 * time.Second, Jitter: 0.2}
}

func retryDefaults() Policy {
	return Policy{Initial: time.Second, Growth: 1, Max: 20 * time.Second, Jitter: 0.5}
}

// NewBackOff returns a generator of the waits of [Until]. It is for programs that have
// a loop of their own, or that use functions which take a backoff.BackOff of
// github.com/cenkalti/backoff/v4, such as backoff.RetryNotify. Programs that call Until
// or [Retry] do not need it. The generator never returns backoff.Stop.
//
// The clock of the generator starts when NewBackOff returns, and starts again with each
// call of Reset. Use one generator for each wait. A generator is not safe for concurrent
// use.
func (p Policy) NewBackOff() backoff.BackOff {
	s := &schedule{policy: p.or(untilDefaults())}
	s.Reset()
	return s
}

// newRetryBackOff returns a generator of the waits of Retry. The library backoff chooses each wait
// at random from a range around an interval. The interval is lower than the wait of the policy, so
// that the range ends at that wait.
func (p Policy) newRetryBackOff() backoff.BackOff {
	p = p.or(retryDefaults())
	middle := 1 - p.Jitter/2
	return backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(scale(p.Initial, middle)),
		backoff.WithMaxInterval(scale(p.Max, middle)),
		backoff.WithMultiplier(1+p.Growth),
		backoff.WithRandomizationFactor(p.Jitter/(2-p.Jitter)),
		backoff.WithMaxElapsedTime(0),
	)
}

// or returns p with valid fields. A field of p that is unset or invalid is taken from d, and a
// negative Growth or Jitter becomes 0. Initial is at most Max.
func (p Policy) or(d Policy) Policy {
	if p.Initial <= 0 {
		p.Initial = d.Initial
	}
	if p.Max <= 0 {
		p.Max = max(d.Max, p.Initial)
	}
	p.Max = min(p.Max, longestWait)
	p.Initial = min(p.Initial, p.Max)
	p.Growth = fraction(p.Growth, d.Growth, maxGrowth)
	p.Jitter = fraction(p.Jitter, d.Jitter, 1)
	return p
}

// Programs do not need a longer wait or a faster growth than these limits. Without the limits, sums
// could overflow.
const (
	longestWait = math.MaxInt64 / 2
	maxGrowth   = 999
)

// fraction returns x limited to the range from 0 to most. When x is zero or not a number, it returns
// the parameter unset.
func fraction(x, unset, most float64) float64 {
	if x == 0 || math.IsNaN(x) {
		return unset
	}
	return min(max(x, 0), most)
}

// scale multiplies d by the parameter by. The result is at most the longest possible
// duration.
func scale(d time.Duration, by float64) time.Duration {
	product := float64(d) * by
	if product >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(product)
}
