package frequency

import "math/bits"

// group is a part of the days of a schedule. A sentence describes each group
// separately.
type group struct {
	days
	every  steps  // dates in even steps; they are not in days.dates
	toEnd  bool   // the steps of every go on to the end of the month
	rare   bool   // some month of the schedule has none of these days
	never  bool   // the schedule never fires
	months uint16 // the months of the schedule
	ends   uint32 // the days that can be the last of one of these months
}

// groups separates the days that every month of the schedule has from the days that some month
// lacks. Such rare days are the 29th to the 31st, as dates or with W, and the fifth of a weekday.
// The second group is empty for most schedules. It is also empty for a schedule that never fires,
// because the sentence says that it never runs. Dates that no month of the schedule has are left
// out.
func (s *Schedule) groups() [2]group {
	shortest, longest, ends := s.monthLengths()
	often := group{days: s.days, months: s.months, ends: ends}
	rare := group{rare: true, months: s.months, ends: ends}
	if s.firingYears == (yearSet{}) {
		often.never = true
		return [2]group{often, rare}
	}
	possible, common := uint32(2)<<longest-1, uint32(2)<<shortest-1
	often.dates, often.nearest = often.dates&possible, often.nearest&possible
	often.findSteps()
	if often.toEnd = often.every.hi+often.every.step > longest; !often.toEnd {
		often.every = steps{}
		rare.dates, often.dates = s.days.dates&possible&^common, s.days.dates&common
		often.findSteps()
	}
	rare.nearest, often.nearest = often.nearest&^common, often.nearest&common
	rare.nth[4], often.nth[4] = often.nth[4], 0
	return [2]group{often, rare}
}

// manyDates is the largest number of dates in steps that a sentence lists.
const manyDates = 5

// findSteps moves the dates of g into steps if they are many and in even steps.
func (g *group) findSteps() {
	p := progression(uint64(g.dates&^lastDay), manyDates+1)
	if p.step > 1 {
		g.every = p
		g.dates &= lastDay
	}
}

// monthLengths returns the number of days of the shortest and of the longest month of s, and the
// days that can be the last of a month.
func (s *Schedule) monthLengths() (shortest, longest int, ends uint32) {
	if s.months == allMonths && s.years == everyYear {
		return 28, 31, 1<<28 | 1<<29 | 1<<30 | 1<<31
	}
	shortest = 31
	for m := s.months; m != 0; m &= m - 1 {
		month := bits.TrailingZeros16(m)
		least, most := monthLength(firstYear, month), monthLength(firstLeapYear, month)
		if least != most && s.years != everyYear {
			if leap := s.years.leap(); leap == s.years {
				least = most
			} else if leap == (yearSet{}) {
				most = least
			}
		}
		shortest, longest = min(shortest, least), max(longest, most)
		ends |= 1<<least | 1<<most
	}
	return shortest, longest, ends
}

// names reports whether g has days.
func (g *group) names() bool { return g.namesDates() || g.namesWeekdays() }

// oneMonth returns the month of a schedule that fires in one month of the year, and 0 for any
// other.
func (g *group) oneMonth() int {
	if g.months&(g.months-1) != 0 {
		return 0
	}
	return bits.TrailingZeros16(g.months)
}

// leapDay reports whether the dates of g exist in leap years only. A rare date of a single month is
// always February 29.
func (g *group) leapDay() bool { return g.rare && g.oneMonth() != 0 }

// plainDates reports whether g has only dates in its day-of-month field, so that they can be
// written together with the month: January 1.
func (g *group) plainDates() bool { return g.dates&lastDay == 0 && g.nearest == 0 }

// crossesMonth reports whether, for one of the days with W, the nearest weekday can be in the next
// month. W then means a weekday of the same month. The sentence needs no such note for 1W, because
// it calls that day the first weekday of the month.
func (g *group) crossesMonth() bool { return g.nearest&g.ends != 0 }

// weekdayRuns returns the weekdays of d, 1 to 7, as runs of three or more consecutive days and as
// single days. A run may begin on Sunday, and it is then the first: Sunday through Thursday is 7 to
// 4.
func (d *days) weekdayRuns() []span {
	const aroundSunday, fromSunday = saturday | sunday | 1<<1 | 1<<2, sunday | 1<<1 | 1<<2
	set := uint64(d.weekdays)
	if set&aroundSunday != fromSunday {
		return runs(set, 3)
	}
	list := runs(set&^sunday|1, 3) // Sunday is day 0, before Monday
	list[0].lo = 7
	return list
}

// nthWeekdays returns the weekdays of nL and n#k.
func (d *days) nthWeekdays() uint8 {
	set := d.last
	for _, which := range d.nth {
		set |= which
	}
	return set
}

// nthOf returns, for a weekday of nL and n#k, which of them in the month match: bits 0 to 4 for the
// first to the fifth, bit 5 for the last.
func (d *days) nthOf(weekday int) uint8 {
	set := uint8(0)
	for k, which := range d.nth {
		set |= which >> weekday & 1 << k
	}
	return set | d.last>>weekday&1<<5
}
