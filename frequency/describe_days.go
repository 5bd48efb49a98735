package frequency

import "math/bits"

// group is a part of the days of a schedule that a sentence names in one breath.
type group struct {
	days
	rare bool // some month that the schedule names has none of them
}

// groups parts the days that every named month has from those that some lack:
// the 29th to the 31st, as dates or with W, and the fifth of a weekday. The
// second group is empty for most schedules, and for one that never fires,
// of which a sentence says more than that.
func (s *Schedule) groups() [2]group {
	often, rare := group{days: s.days}, group{rare: true}
	if s.live == (yearSet{}) {
		return [2]group{often, rare}
	}
	shortest := 31
	for m := s.months; m != 0; m &= m - 1 {
		shortest = min(shortest, monthLength(firstYear, bits.TrailingZeros16(m))) // not a leap year
	}
	short := uint32(2)<<shortest - 1
	rare.dates, often.dates = often.dates&^short, often.dates&short
	rare.nearest, often.nearest = often.nearest&^short, often.nearest&short
	rare.nth[4], often.nth[4] = often.nth[4], 0
	return [2]group{often, rare}
}

// confined reports whether the nearest weekday to one of the days can lie in
// another month, where W does not go: it counts from the 1st, or from a day that
// can be the last of its month.
func (g *group) confined() bool {
	const edges = 1<<1 | 1<<28 | 1<<29 | 1<<30 | 1<<31
	return g.nearest&edges != 0
}
