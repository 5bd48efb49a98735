package frequency

import "math/bits"

// days holds the days on which a clock schedule fires. Days of the month are bits 1 to 31, weekdays
// are bits 1 (Monday) to 7 (Sunday). A day field that allows every day is stored as empty. When
// both fields are empty, every day matches. When both fields name days, a day matches when it
// matches at least one of them.
//
// The sets of some day fields, as the numbers of their bits:
//
//	1,15,L      dates 0, 1, 15
//	15W,LW      nearest 0, 15
//	MON-FRI     weekdays 1 to 5
//	6L          last 6
//	4#2,1#2     nth[1] 1, 4
type days struct {
	dates    uint32   // bit n: day n of the month; bit 0: the last day (L)
	nearest  uint32   // bit n: the weekday nearest to day n (nW); bit 0: the last weekday (LW)
	weekdays uint8    // bit n: every weekday n
	last     uint8    // bit n: the last weekday n of the month (nL)
	nth      [5]uint8 // bit n of element k-1: the k-th weekday n of the month (n#k)
}

// Bits and sets of bits of days and months.
const (
	lastDay = 1 << 0 // bit 0: L in days.dates, LW in days.nearest

	allMonths   = 1<<13 - 2
	allDates    = 1<<32 - 2
	allWeekdays = 1<<8 - 2

	workdays = 1<<6 - 2
	saturday = 1 << 6
	sunday   = 1 << 7
)

// namesDates reports whether the day-of-month field names days. The items * and ? name no days.
func (d *days) namesDates() bool { return d.dates|d.nearest != 0 }

// namesWeekdays reports whether the day-of-week field names days. The items * and ? name no days.
func (d *days) namesWeekdays() bool { return d.weekdays|d.last != 0 || d.nth != [5]uint8{} }

// every reports whether each day of each month matches.
func (d *days) every() bool { return !d.namesDates() && !d.namesWeekdays() }

// inMonth returns the matching days of one month as bits: bit n is set when day n matches. The
// parameter before is the day number of the last day before the month.
func (d *days) inMonth(year, month, before int) uint32 {
	length := monthLength(year, month)
	month31 := uint32(1)<<length<<1 - 2
	if d.every() {
		return month31
	}
	set := d.dates & month31
	if d.dates&lastDay != 0 {
		set |= 1 << length
	}
	if d.nearest == 0 && !d.namesWeekdays() {
		return set
	}
	first := weekday(before + 1)
	if d.nearest != 0 {
		set |= d.workdaysNearest(first, length, month31)
	}
	if d.weekdays != 0 {
		set |= weekdayDates(d.weekdays, first)
	}
	if d.last != 0 {
		set |= weekdayDates(d.last, first) & (month31 &^ (month31 >> 7))
	}
	for k, which := range d.nth {
		if which != 0 {
			set |= weekdayDates(which, first) & (0xfe << (7 * k))
		}
	}
	return set & month31
}

// workdaysNearest returns the days of the month to which nW and LW apply. For nW, a Saturday is
// replaced by the Friday before it and a Sunday by the Monday after it. When that day is in another
// month, the nearest weekday of the same month is used: Monday the 3rd, or the Friday before the
// last Sunday.
func (d *days) workdaysNearest(first, length int, month uint32) uint32 {
	wanted := d.nearest & month
	begin, end := uint32(1<<1), uint32(1)<<length
	onSaturday := wanted & weekdayDates(saturday, first)
	onSunday := wanted & weekdayDates(sunday, first)
	set := wanted &^ (onSaturday | onSunday)
	set |= onSaturday &^ begin >> 1
	set |= onSaturday & begin << 2
	set |= onSunday &^ end << 1
	set |= onSunday & end >> 2
	if d.nearest&lastDay != 0 {
		work := weekdayDates(workdays, first) & month
		set |= 1 << (bits.Len32(work) - 1)
	}
	return set
}

// weekdayDates returns the dates, 1 to 31, that fall on a set of weekdays in a month whose first
// day is the weekday first. It rotates the bits of a week so that they begin with first, and
// repeats them. For Mondays in a month that begins on a Wednesday, these are the bits 6, 13, 20 and
// 27.
func weekdayDates(weekdays uint8, first int) uint32 {
	week := uint64(weekdays>>1) | uint64(weekdays>>1)<<7
	week = week >> (first - 1) & 0x7f
	return uint32(week * (1 | 1<<7 | 1<<14 | 1<<21 | 1<<28) << 1)
}

// normalize removes items that add no days, so that schedules that fire on the same days have one
// form. For example, it removes the dates 1 to 31, since together they are every day.
func (d *days) normalize() {
	dates, weekdays := d.dates&allDates == allDates, d.weekdays == allWeekdays
	switch {
	case dates && weekdays, dates && d.namesWeekdays(), weekdays && d.namesDates():
		*d = days{}
	case dates:
		d.dates, d.nearest = 0, 0
	case weekdays:
		d.weekdays, d.last, d.nth = 0, 0, [5]uint8{}
	}
}

// findFiringYears sets firingYears to the years in which some month has a matching day. Most
// schedules have a matching day in every year. The first condition detects these schedules.
func (s *Schedule) findFiringYears() {
	const inEveryMonth = 1<<29 - 1 // the bits of items that every month has: the days 1 to 28, L and LW
	d := &s.days
	if d.every() || (d.dates|d.nearest)&inEveryMonth != 0 || d.weekdays|d.last != 0 ||
		d.nth[0]|d.nth[1]|d.nth[2]|d.nth[3] != 0 {
		for w := range s.firingYears { // this loop is faster than a copy of the array, whose words were stored just before
			s.firingYears[w] = s.years[w]
		}
		return
	}
	for kind := range yearKinds {
		for m := s.months; m != 0; m &= m - 1 {
			year, month := sampleOfKind[kind], bits.TrailingZeros16(m)
			if d.inMonth(year, month, daysFromCivil(year, month, 0)) != 0 {
				for w := range s.firingYears {
					s.firingYears[w] |= s.years[w] & yearsOfKind[kind][w]
				}
				break
			}
		}
	}
}
