package frequency

import "math/bits"

// group is a part of the days of a schedule. A sentence describes each group
// separately.
type group struct {
	days
	rare bool // some month of the schedule has none of these days
}

// groups separates the days that every month of the schedule has from the days that some month lacks.
// Such rare days are the 29th to the 31st, as dates or with W, and the fifth of a weekday. The second
// group is empty for most schedules. It is also empty for a schedule that never fires, because the
// sentence says that it never runs.
func (s *Schedule) groups() [2]group {
	often, rare := group{days: s.days}, group{rare: true}
	if s.firingYears == (yearSet{}) {
		return [2]group{often, rare}
	}
	shortest := 31
	for m := s.months; m != 0; m &= m - 1 {
		shortest = min(shortest, monthLength(firstYear, bits.TrailingZeros16(m))) // 1970 is not a leap year, so its February has 28 days
	}
	short := uint32(2)<<shortest - 1
	rare.dates, often.dates = often.dates&^short, often.dates&short
	rare.nearest, often.nearest = often.nearest&^short, often.nearest&short
	rare.nth[4], often.nth[4] = often.nth[4], 0
	return [2]group{often, rare}
}

// crossesMonth reports whether, for one of the days with W, the nearest weekday can be in another
// month. W then means a weekday of the same month. This can happen for the 1st and for a day that
// can be the last of its month.
func (g *group) crossesMonth() bool {
	const edges = 1<<1 | 1<<28 | 1<<29 | 1<<30 | 1<<31
	return g.nearest&edges != 0
}
