package frequency

import "time"

// clock is the wall clock of a location, up to the end of one offset. Within that
// it is a subtraction; it has to be turned when its end is reached. Locations of
// callers, which follow rules of their own, are asked through package time.
type clock struct {
	location    *time.Location
	periods     []period // nil for a location that is not of our zones
	offset, end int64
}

// startClock takes the clock of s and turns it to the instant unix.
func (c *clock) startClock(s *Schedule, after time.Time, unix int64) {
	switch c.location = after.Location(); {
	case s.zone != nil:
		c.location, c.periods = s.zone.location, s.zone.periods
	case c.location == time.UTC:
		c.periods = utc.periods
	}
	c.turn(unix)
}

// turn turns the clock to the instant unix.
func (c *clock) turn(unix int64) {
	c.end = dusk
	if c.periods == nil {
		at := time.Unix(unix, 0).In(c.location)
		_, offset := at.Zone()
		c.offset = int64(offset)
		if end := offsetUntil(at); !end.IsZero() {
			c.end = end.Unix()
		}
		return
	}
	lo, hi := 0, len(c.periods)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; c.periods[mid].start <= unix {
			lo = mid
		} else {
			hi = mid
		}
	}
	c.offset = c.periods[lo].offset
	if hi < len(c.periods) {
		c.end = c.periods[hi].start
	}
}
