package runcommandtest

import (
	"math"
	"slices"
	"sync/atomic"
	"time"
)

// A clock shows the time of one server: the time of a source that callers share, plus
// an offset that only this server has. Inside testing/synctest the default source gives
// virtual time. A clock is safe for concurrent use.
type clock struct {
	source func() time.Time
	offset atomic.Pointer[[]time.Duration] // the sum is the offset: one Duration holds only 292 years
}

// lastTime is the time at which a clock stops. Replies cannot show a later year.
var lastTime = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// now returns the time of the clock, at most lastTime.
func (c *clock) now() time.Time {
	t := c.source()
	if parts := c.offset.Load(); parts != nil {
		for _, d := range *parts {
			t = t.Add(d)
		}
	}
	if t.After(lastTime) {
		return lastTime
	}
	return t
}

// shared returns the time of the source, without the offset. Callers see the same time.
func (c *clock) shared() time.Time { return c.source() }

// advance moves the clock forward by d, but not beyond lastTime. Calls of advance must
// not overlap.
func (c *clock) advance(d time.Duration) {
	d = min(d, lastTime.Sub(c.now())) // a difference above the longest Duration is that Duration
	var parts []time.Duration
	if earlier := c.offset.Load(); earlier != nil {
		parts = slices.Clone(*earlier)
	}
	if n := len(parts); n > 0 && parts[n-1] <= math.MaxInt64-d {
		parts[n-1] += d
	} else {
		parts = append(parts, d)
	}
	c.offset.Store(&parts)
}

// stamp formats a time as the service does: in UTC and in whole seconds (ECS API
// reference, DescribeInvocations). The zero time becomes the empty string.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
