package frequency

import "math/bits"

// days says which days of a month a clock schedule fires on. Days of the month
// are bits 1 to 31, weekdays bits 1 (Monday) to 7 (Sunday). A day field that
// takes every day is empty; when both are empty every day matches, when neither
// is a day that matches either does.
type days struct {
	dates    uint32   // plain days of the month; bit 0: L
	nearest  uint32   // nW for bit n; bit 0: LW
	weekdays uint8    // plain weekdays
	last     uint8    // nL
	nth      [5]uint8 // n#k in element k-1
}

const (
	lastDay = 1 << 0 // L in days.dates, LW in days.nearest

	allMonths   = 1<<13 - 2
	allDates    = 1<<32 - 2
	allWeekdays = 1<<8 - 2

	workdays = 1<<6 - 2
	saturday = 1 << 6
	sunday   = 1 << 7
)

// namesDates reports whether the day-of-month field is more than * or ?.
func (d *days) namesDates() bool { return d.dates|d.nearest != 0 }

// namesWeekdays reports whether the day-of-week field is more than * or ?.
func (d *days) namesWeekdays() bool { return d.weekdays|d.last != 0 || d.nth != [5]uint8{} }

// every reports whether each day of each month matches.
func (d *days) every() bool { return !d.namesDates() && !d.namesWeekdays() }

// inMonth returns the days of one month that match: bit n for day n. The whole
// month is computed at once, as bits. The month begins after the day with the
// number before.
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

// workdaysNearest resolves nW and LW: Saturdays move back to Friday and Sundays
// on to Monday, but not out of the month.
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

// weekdayDates returns the dates, 1 to 31, that fall on a set of weekdays in a
// month that begins on the weekday first: one week, turned so that it begins
// with first, and repeated.
func weekdayDates(weekdays uint8, first int) uint32 {
	week := uint64(weekdays>>1) | uint64(weekdays>>1)<<7
	week = week >> (first - 1) & 0x7f
	return uint32(week * (1 | 1<<7 | 1<<14 | 1<<21 | 1<<28) << 1)
}

// plain drops what adds nothing, so that schedules that fire on the same days
// have one form.
func (d *days) plain() {
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

// findLive sets live to those of the years in which some month has a day that
// matches. Most schedules have one in every year, which a few tests tell.
func (s *Schedule) findLive() {
	const inEveryMonth = 1<<29 - 1 // the days 1 to 28, L and LW
	d := &s.days
	if d.every() || (d.dates|d.nearest)&inEveryMonth != 0 || d.weekdays|d.last != 0 ||
		d.nth[0]|d.nth[1]|d.nth[2]|d.nth[3] != 0 {
		for w := range s.live { // word by word, as they have just been stored
			s.live[w] = s.years[w]
		}
		return
	}
	for kind := range yearKinds {
		for m := s.months; m != 0; m &= m - 1 {
			year, month := sampleOfKind[kind], bits.TrailingZeros16(m)
			if d.inMonth(year, month, daysFromCivil(year, month, 0)) != 0 {
				for w := range s.live {
					s.live[w] |= s.years[w] & yearsOfKind[kind][w]
				}
				break
			}
		}
	}
}
