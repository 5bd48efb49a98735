package frequency

import (
	"iter"
	"time"
)

// Next returns the first firing strictly after the given instant, and the zero
// time when there is none.
//
// A rate counts from after, which stands for the moment of creation: Next is
// after plus the interval, a fraction of a second included. A moment is
// returned in its zone while it lies ahead. A clock schedule is evaluated, and
// the result given, in its zone; without a zone the location of after stands in
// for the clock of the instance. A time that the zone skips in spring does not
// fire, one that it repeats in autumn fires twice.
//
// Any instant may be given, also one before 1970 or after 2099, the years within
// which clock schedules fire. The result has no monotonic clock reading. Next
// allocates nothing, and its time does not depend on how far away the firing is.
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
// [Schedule.Next] would give it: for a rate after plus one, two, three intervals
// and so on. The sequence is lazy and may be endless, so break out of it. It
// can be ranged over any number of times, by several goroutines at once: each
// loop starts at the beginning.
//
// A loop over a clock schedule remembers where it is, and costs less than calls
// of Next.
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
	w.startClock(s, after, unix)
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
