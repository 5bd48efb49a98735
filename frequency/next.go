package frequency

import (
	"math/bits"
	"time"
)

const (
	calendarEnd = 4102444800     // midnight of January 1, 2100, as a wall clock reading
	never       = int64(1 << 62) // a wall clock reading that does not come
)

// Next returns the first firing strictly after the given instant, and the zero
// time when there is none.
//
// A rate counts from after: Next is after plus the interval. A moment is
// returned in its zone while it lies ahead. A clock schedule is evaluated, and
// the result given, in its zone; without a zone the location of after stands in
// for the clock of the instance. A time that the zone skips in spring does not
// fire, one that it repeats in autumn fires twice.
func (s Schedule) Next(after time.Time) time.Time {
	switch s.kind {
	case KindRate:
		return after.Round(0).Add(s.Interval())
	case KindAt:
		if at := s.moment(); at.After(after) {
			return at
		}
	case KindCron:
		var w walk
		if w.begin(&s, after) {
			return w.time()
		}
	}
	return time.Time{}
}

// moment returns the instant of an at schedule.
func (s *Schedule) moment() time.Time {
	return time.Unix(s.when, 0).In(s.zone.location)
}

// walk goes through the firings of a clock schedule in order: a cursor runs
// over wall clock readings, a clock says which instants they are.
type walk struct {
	cursor
	clock
	floor int64 // the cursor stands on the first match that is not before floor
}

// begin moves to the first firing after the given instant and reports whether
// there is one.
func (w *walk) begin(s *Schedule, after time.Time) bool {
	if s.live == (yearSet{}) {
		return false
	}
	unix := after.Unix() // rounds down, so that the next second is strictly later
	if unix >= calendarEnd+2*daySeconds {
		return false
	}
	unix = max(unix, -2*daySeconds) + 1
	w.clock.set(s, after, unix)
	w.floor = unix + w.offset
	w.seek(s, w.floor)
	return w.settle(s)
}

// next moves to the following firing.
func (w *walk) next(s *Schedule) bool {
	w.floor = w.wall + 1
	w.step(s)
	return w.settle(s)
}

// time returns the firing at hand.
func (w *walk) time() time.Time {
	return time.Unix(w.wall-w.offset, 0).In(w.location)
}

// settle makes sure that the wall clock really shows the reading that the
// cursor found, following the clock through changes of its offset.
func (w *walk) settle(s *Schedule) bool {
	const reach = 2 * daySeconds // more than any offset, and than any change of one
	for w.wall-w.offset >= w.end {
		at := w.end
		if at-(w.floor-w.offset) > reach { // too late for a clock set back to repeat a match
			if w.wall == never {
				return false
			}
			at = max(at, w.wall-reach)
		}
		w.turn(at)
		// Set forward past the match, the clock skips it; set back to before
		// floor, it shows again what has passed.
		if shown := at + w.offset; shown > w.wall || shown < w.floor {
			w.floor = shown
			w.seek(s, shown)
		}
	}
	return true
}

// clock is the wall clock of a location, up to the end of one offset.
type clock struct {
	location    *time.Location
	periods     []period // nil for a location that is not of our zones
	offset, end int64
}

// set turns the clock of s to the instant unix.
func (c *clock) set(s *Schedule, after time.Time, unix int64) {
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

// cursor stands on a matching wall clock reading, in seconds since midnight of
// January 1, 1970 by that clock. Days and times that do not match are never
// visited: months are bit sets, and so are hours, minutes and seconds.
type cursor struct {
	wall        int64 // the reading, or never
	second      int   // its time of day
	year, month int
	before      int    // the day number of the day before the month begins
	rest        uint32 // the days of the month that are still to come
}

// seek moves to the first match that is not before wall.
func (c *cursor) seek(s *Schedule, wall int64) {
	if wall >= calendarEnd {
		c.wall = never
		return
	}
	wall = max(wall, 0)
	day, second := int(wall/daySeconds), int(wall%daySeconds)
	if s.daily { // no need for a calendar: the next 31 days are as good as a month
		c.before, c.rest = day, allDates
		if second = s.timeFrom(second); second >= 0 {
			c.wall, c.second = int64(day)*daySeconds+int64(second), second
			return
		}
		c.nextDay(s)
		return
	}
	date := civilFromDays(day)
	c.year, c.month, c.rest = date.year, date.month, 0
	switch {
	case !s.live.has(date.year):
		c.month = 12
	case s.months>>date.month&1 != 0:
		c.before = day - date.day
		c.rest = s.days.inMonth(date.year, date.month, c.before) >> date.day << date.day
		today := uint32(1) << date.day
		if c.rest&today == 0 {
			break
		}
		c.rest &^= today
		if second = s.timeFrom(second); second >= 0 {
			c.wall, c.second = int64(day)*daySeconds+int64(second), second
			return
		}
	}
	c.nextDay(s)
}

// step moves to the match after the present one.
func (c *cursor) step(s *Schedule) {
	if second := s.timeFrom(c.second + 1); second >= 0 {
		c.wall += int64(second - c.second)
		c.second = second
		return
	}
	c.nextDay(s)
}

// nextDay moves to the first match of the next matching day.
func (c *cursor) nextDay(s *Schedule) {
	for c.rest == 0 {
		if !c.nextMonth(s) {
			c.wall = never
			return
		}
	}
	c.second = s.timeFrom(0)
	c.wall = int64(c.before+bits.TrailingZeros32(c.rest))*daySeconds + int64(c.second)
	c.rest &= c.rest - 1
	if c.wall >= calendarEnd {
		c.wall = never
	}
}

// nextMonth opens the next month that is named in a year that can match.
func (c *cursor) nextMonth(s *Schedule) bool {
	if s.daily {
		c.before, c.rest = c.before+31, allDates
		return true
	}
	if later := s.months >> (c.month + 1); later != 0 {
		c.month += 1 + bits.TrailingZeros16(later)
	} else {
		if c.year = s.live.next(c.year + 1); c.year == 0 {
			return false
		}
		c.month = bits.TrailingZeros16(s.months)
	}
	c.before = daysFromCivil(c.year, c.month, 0)
	c.rest = s.days.inMonth(c.year, c.month, c.before)
	return true
}

// timeFrom returns the first matching time of day that is not before second,
// in seconds, and -1 when none is left.
func (s *Schedule) timeFrom(second int) int {
	hour, minute := second/3600, second/60%60
	if s.hours>>hour&1 != 0 {
		if s.minutes>>minute&1 != 0 {
			if rest := s.seconds >> (second % 60); rest != 0 {
				return second + bits.TrailingZeros64(rest)
			}
		}
		if rest := s.minutes >> (minute + 1); rest != 0 {
			minute += 1 + bits.TrailingZeros64(rest)
			return hour*3600 + minute*60 + bits.TrailingZeros64(s.seconds)
		}
	}
	rest := s.hours >> (hour + 1)
	if rest == 0 {
		return -1
	}
	hour += 1 + bits.TrailingZeros32(rest)
	return hour*3600 + bits.TrailingZeros64(s.minutes)*60 + bits.TrailingZeros64(s.seconds)
}
