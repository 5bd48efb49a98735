package frequency

import "time"

// clock converts between instants and wall clock readings of one location. It holds one offset from
// UTC. The offset is valid until the instant in the field end. The method moveTo changes the offset
// and that instant. The periods of a zone of this package are known in advance. For any other
// location the clock asks package time.
//
// The periods of America/New_York around March 8, 2026:
//
//	instant    ---------------- 07:00:00 UTC ----------------->
//	offset         -5 hours     |     -4 hours
//	reading    ... 01:59:59     |     03:00:00 ...
//	                           end
type clock struct {
	location    *time.Location
	periods     []period // nil for a location that is no zone of this package
	offset, end int64
}

// startClock uses the location of s, or the location of the parameter after when s has none.
// It moves the clock to the time unix.
func (c *clock) startClock(s *Schedule, after time.Time, unix int64) {
	switch c.location = after.Location(); {
	case s.zone != nil:
		c.location, c.periods = s.zone.location, s.zone.periods
	case c.location == time.UTC:
		c.periods = utc.periods
	}
	c.moveTo(unix)
}

// moveTo sets the offset that is valid at the instant unix, and the instant at which that offset
// ends.
func (c *clock) moveTo(unix int64) {
	c.end = latest
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
