package runcommandtest

import "time"

// Bounds of the work of one Advance. When a schedule is due more often, its firings in
// the middle are left out: see Server.Advance.
const (
	firingsInFull  = 300_000    // the first and the last so many firings of one schedule
	firingsAtLeast = 1_000      // the same when there are many schedules
	firingsOfAll   = 10_000_000 // the first and the last so many firings of all schedules together
)

// leap counts a repeated event that happens at the time at. It returns how much time the
// next event leaps over: mostly none. The parameter gap returns the shortest time between
// two such events.
func (t *timeline) leap(count *int, at time.Time, gap func() time.Duration) time.Duration {
	full := max(firingsAtLeast, min(t.full, firingsOfAll/max(1, len(t.firings))))
	if *count++; *count < full {
		return 0
	}
	*count = 0
	left, each := t.until.Sub(at), gap()
	if each <= 0 || left/time.Duration(full) <= each {
		return 0
	}
	return (left - time.Duration(full)*each).Truncate(each)
}
