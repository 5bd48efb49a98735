package runcommandtest

import "time"

// Bounds of the work of one Advance. When a schedule is due more often, its firings in
// the middle are left out: see Server.Advance.
const (
	firingsInFull  = 300_000    // number of first firings, and of last firings, that happen for one schedule
	firingsAtLeast = 1_000      // the same when there are many schedules
	firingsOfAll   = 10_000_000 // the same for all schedules together
)

// leap counts a repeated event that happens at the time at. It returns the time that the
// next event leaps over, which is mostly 0. The parameter gap returns the shortest time
// between two such events.
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
