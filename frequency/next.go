package frequency

import (
	"iter"
	"time"
)

// Next returns the first firing strictly after the given instant, and the zero time
// when there is none.
//
// For a rate, after stands for the moment of creation: Next is after plus the
// interval, including any fraction of a second. For at(...) Next is the moment, in its
// zone, while that lies ahead. A clock schedule is evaluated in its zone, and so is
// the result; without a zone the location of after stands in for the clock of the
// instance. A time that the zone skips in spring does not fire, and a time that it
// repeats in autumn fires twice.
//
// Any instant may be given, also one before 1970 or after 2099, the years within which
// clock schedules fire. The result has no monotonic clock reading. Next allocates no
// memory. It takes the same time for a firing that is far away.
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

// All returns the firings strictly after the given instant, in order, each as
// [Schedule.Next] would return it: for a rate after plus one, two, three intervals and
// so on. The sequence is lazy and may be endless, so break out of it. Several
// goroutines can range over it, any number of times: each loop starts at the
// beginning.
//
// A loop over the firings of a clock schedule continues from the last firing, and so
// costs less than calls of Next.
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

// walk goes through the firings of a clock schedule in order. Its cursor finds the wall clock readings
// that match, its clock converts them to instants.
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
	unix := after.Unix() // rounds down, so that the next second is strictly later
	if unix >= calendarEnd+2*daySeconds {
		return false
	}
	unix = max(unix, -2*daySeconds) + 1
	w.startClock(s, after, unix)
	w.floor = unix + w.offset
	w.seek(s, w.floor)
	return w.resolve(s)
}

// next moves to the following firing.
func (w *walk) next(s *Schedule) bool {
	w.floor = w.wall + 1
	w.step(s)
	return w.resolve(s)
}

// time returns the present firing.
func (w *walk) time() time.Time {
	return time.Unix(w.wall-w.offset, 0).In(w.location)
}

// resolve moves on until the wall clock really shows the reading that the cursor has found, across
// changes of the clock's offset.
func (w *walk) resolve(s *Schedule) bool {
	const maxShift = 2 * daySeconds // more than any offset and any change of an offset
	for w.wall-w.offset >= w.end {
		at := w.end
		if at-(w.floor-w.offset) > maxShift { // a clock that is set back can no longer repeat a match
			if w.wall == never {
				return false
			}
			at = max(at, w.wall-maxShift)
		}
		w.moveTo(at)
		// A clock that is set forward past the match skips it. A clock that is set back to before
		// floor shows earlier readings again.
		if shown := at + w.offset; shown > w.wall || shown < w.floor {
			w.floor = shown
			w.seek(s, shown)
		}
	}
	return true
}
