package frequency

import (
	"iter"
	"time"
)

// All returns the firings strictly after the given instant, in order, each as
// [Schedule.Next] would give it: for a rate after plus one, two, three intervals
// and so on. The sequence is lazy and may be endless, so break out of it. It
// can be ranged over any number of times.
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
