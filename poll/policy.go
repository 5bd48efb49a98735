package poll

import (
	"math"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// A Policy says how long to wait between two looks ([Until]) or two attempts
// ([Retry]). In both, the next wait is
//
//	Initial + Growth × (the time waited so far), but at most Max
//
// which is to say that each wait is 1+Growth times the one before it. The two
// differ in what counts as waited: Until goes by the clock, so that slow probes
// and waits that a service asked for count as well; Retry counts its own
// waits, so that a slow failure is not punished twice.
//
// A zero field is its default, and so is one that makes no sense, such as a
// negative Max or a Growth that is not a number. The defaults are
//
//	          Until   Retry
//	Initial   1 s     1 s
//	Growth    0.29    1 (waits double)
//	Max       20 s    20 s, or Initial where that is longer
//	Jitter    0.2     0.5
//
// A Policy is a plain value: copy it, compare it, share it.
type Policy struct {
	// Initial is the first wait. Until looks at once and then after Initial.
	Initial time.Duration

	// Max bounds every wait. A longer retry-after hint is followed, up to 5 minutes.
	Max time.Duration

	// Growth is the share of the time waited so far that the next wait is
	// longer than Initial. Negative: none, every wait is Initial.
	Growth float64

	// Jitter is the share, up to 1, that chance may take off a wait; it never
	// makes one longer. Negative: none.
	//
	// Retry draws for every wait. Until draws once, for the first: all later
	// points follow from it, so that waits which began together drift apart
	// while every gap keeps the length that the time waited so far gives it.
	Jitter float64
}

// untilDefaults and retryDefaults fill the zero fields of a Policy. Those of
// Until keep the figures that TestUntilFigures prints.
func untilDefaults() Policy {
	return Policy{Initial: time.Second, Growth: 0.29, Max: 20 * time.Second, Jitter: 0.2}
}

func retryDefaults() Policy {
	return Policy{Initial: time.Second, Growth: 1, Max: 20 * time.Second, Jitter: 0.5}
}

// NewBackOff returns a generator of the waits of [Until], for use with other
// code that takes a backoff.BackOff. It never says backoff.Stop.
//
// The generator's clock starts now and, as Reset asks for, anew: use one
// generator a wait. It is not safe for concurrent use.
func (p Policy) NewBackOff() backoff.BackOff {
	s := &schedule{policy: p.or(untilDefaults())}
	s.Reset()
	return s
}

// newRetryBackOff returns a generator of the waits of Retry. The library draws
// evenly around an interval; the interval is moved so that the draw ends where
// the policy's wait does.
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

// or returns p with the fields that are unset, or make no sense, taken from d,
// zero for what p switches off, and Initial no longer than Max.
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

// Beyond these, longer waits and steeper growth change nothing but the risk of
// an overflow.
const (
	longestWait = math.MaxInt64 / 2
	maxGrowth   = 999
)

// fraction returns x within 0 and most, or unset where x is zero or no number.
func fraction(x, unset, most float64) float64 {
	if x == 0 || math.IsNaN(x) {
		return unset
	}
	return min(max(x, 0), most)
}

// scale multiplies d and stops at the longest duration there is.
func scale(d time.Duration, by float64) time.Duration {
	product := float64(d) * by
	if product >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(product)
}
