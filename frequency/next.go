package frequency

import (
	"iter"
	"time"
)

// Next returns the first firing strictly after the instant given by the parameter after.
// It returns the zero time when there is no such firing.
//
// For a rate, the parameter after is taken as the moment of creation. The result is that
// moment plus the interval, including any fraction of a second. For at(...), the result
// is the moment in its zone when it is later than after. A clock schedule is evaluated in
// its zone, and the result is in that zone. When the schedule has no zone, the location
// of the parameter after is used in place of the clock of the instance. A time that the
// zone skips in spring does not fire, and a time that it repeats in autumn fires twice.
//
//	at 03:04:05 on January 2, 2026, in Shanghai (19:04:05 on January 1 in UTC)
//
//	rate(5m)                       03:09:05 on January 2 in Shanghai
//	at(2026-06-06 13:15:30 UTC)    13:15:30 on June 6 in UTC
//	0 0 9 * * ? UTC                09:00 on January 2 in UTC
//	0 0 9 * * ?                    09:00 on January 2 in Shanghai, the location of the argument
//	0 0 9 * * ? 2025 UTC           the zero time: no firing is left
//
// Any instant may be given. Clock schedules fire only in the years 1970 to 2099. The
// result has no monotonic clock reading. Next allocates no memory, and it takes the same
// time for a near firing and for a firing that is far away.
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

// All returns the firings strictly after the instant given by the parameter after, in
// order. Each firing is as [Schedule.Next] would return it. For a rate the firings are
// the instant plus one, two, three intervals and so on. The sequence is lazy and may be
// endless, so break out of the loop. Several goroutines can range over the sequence, any
// number of times: each loop starts at the beginning.
//
// A loop over the firings of a clock schedule continues from the last firing, so it
// costs less than the same number of calls of Next.
//
// Count the firings or compare their time with an end, since a schedule such as 0/10 * * * * ? has
// 3 million of them in a year.
func (s Schedule) All(after time.Time) iter.Seq[time.Time] {
	if s.kind == KindCron {
		return func(yield func(time.Time) bool) {
			var w walk
			for more := w.begin(&s, after); more; more = w.next(&s) {
				if !yield(w.time()) {
					return
				}
			}
		}
	}
	return func(yield func(time.Time) bool) {
		for t := s.Next(after); !t.IsZero() && yield(t); t = s.Next(t) {
		}
	}
}

// moment returns the instant of an at schedule.
func (s *Schedule) moment() time.Time {
	return time.Unix(s.when, 0).In(s.zone.location)
}

// walk goes through the firings of a clock schedule in order. Its cursor finds the wall clock
// readings that match. Its clock converts the readings to instants. For 0 30 2 * * ?
// America/New_York in 2026:
//
//	cursor: 02:30 on March 7    clock: 07:30 UTC on March 7, a firing
//	cursor: 02:30 on March 8    clock: the period ends before this reading and the next one begins
//	                            with 03:00, so resolve moves the cursor past it
//	cursor: 02:30 on March 9    clock: 06:30 UTC on March 9, the next firing
type walk struct {
	cursor
	clock
	floor int64 // the cursor is at the first match that is not before floor
}

// begin moves to the first firing after the given instant and reports whether
// there is one.
func (w *walk) begin(s *Schedule, after time.Time) bool {
	if s.firingYears == (yearSet{}) {
		return false
	}
	unix := after.Unix() // Unix rounds down, so the second unix+1 is strictly later than the parameter after
	if unix >= calendarEnd+2*daySeconds {
		return false
	}
	unix = max(unix, -2*daySeconds) + 1
	w.startClock(s, after, unix)
	w.floor = unix + w.offset
	w.seek(s, w.floor)
	return w.resolve(s)
}

// next moves to the firing after the present one.
func (w *walk) next(s *Schedule) bool {
	w.floor = w.wall + 1
	w.step(s)
	return w.resolve(s)
}

// time returns the present firing.
func (w *walk) time() time.Time {
	return time.Unix(w.wall-w.offset, 0).In(w.location)
}

// resolve finds a matching reading that the wall clock of the zone really shows. It moves the
// clock across changes of the offset, and moves the cursor past matches that the clock skips.
func (w *walk) resolve(s *Schedule) bool {
	const maxShift = 2 * daySeconds // more than any offset and any change of an offset
	for w.wall-w.offset >= w.end {
		at := w.end
		if at-(w.floor-w.offset) > maxShift { // the change comes too late to repeat a match that the cursor has passed
			if w.wall == never {
				return false
			}
			at = max(at, w.wall-maxShift)
		}
		w.moveTo(at)
		// When the clock is set forward past the match, it skips the match. When the clock is set
		// back to a reading before floor, it shows earlier readings again.
		if shown := at + w.offset; shown > w.wall || shown < w.floor {
			w.floor = shown
			w.seek(s, shown)
		}
	}
	return true
}
