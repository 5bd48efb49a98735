package frequency

import (
	"math/bits"
	"time"
)

// Last returns the last firing of a bounded schedule: the moment of at(...), or the last
// firing of a clock schedule whose years end. It returns false when there is no last
// firing: for a schedule that is [Schedule.Endless] and for a schedule that never fires. A
// clock schedule without a zone is read in UTC. On an instance, which uses its own
// clock, the last firing can be up to 15 hours earlier or 13 hours later.
//
//	at(2026-06-06 13:15:30 UTC)       13:15:30 on June 6, 2026
//	0 30 2 1 * ? 2026-2028 UTC        02:30 on December 1, 2028
//	0 30 2 1 * ? UTC, rate(5m)        false: no end
//	0 0 0 30 2 ? UTC                  false: no firing
//
// The result is in the zone of s. After the result, s.Next finds no further firing and
// returns the zero time. After any earlier instant, s.Next finds a firing.
func (s Schedule) Last() (time.Time, bool) {
	switch {
	case s.kind == KindAt:
		return s.moment(), true
	case s.kind != KindCron || s.Endless():
		return time.Time{}, false
	}
	return s.lastFiring()
}

// lastFiring returns the last firing of a clock schedule until the end of 2099.
func (s *Schedule) lastFiring() (time.Time, bool) {
	z := s.zone
	if z == nil {
		z = utc
	}
	for wall := s.lastBefore(calendarEnd); wall != never; {
		unix, gap := z.lastShowing(wall)
		if gap == never {
			return time.Unix(unix, 0).In(z.location), true
		}
		wall = s.lastBefore(gap)
	}
	return time.Time{}, false
}

// lastShowing returns the last instant at which the clock of the zone shows the reading wall: the
// second of two when the clock shows it twice. When the clock skips that reading, the result gap
// is the first reading that the clock skips, and unix has no meaning. Otherwise gap is the
// constant never.
func (z *zone) lastShowing(wall int64) (unix, gap int64) {
	// The loop finds the last period that contains the reading. A reading that the clock repeats is
	// in two periods, and a reading that the clock skips is in none.
	for i := len(z.periods) - 1; ; i-- {
		p := z.periods[i]
		unix := wall - p.offset
		switch {
		case unix < p.start:
			continue
		case i == len(z.periods)-1 || unix < z.periods[i+1].start:
			return unix, never
		}
		return 0, z.periods[i+1].start + p.offset
	}
}

// firesToTheEnd looks at the last 28 years in which s has times. It reports whether the clock of
// the zone shows at least one of these times.
func (s *Schedule) firesToTheEnd() bool {
	const years = 28 // the calendar repeats after so many years
	if s.zone == nil || len(s.zone.periods) == 1 {
		return true
	}
	last, fires := s.lastFiring()
	return fires && s.firingYears.last(lastYear)-last.Year() < years
}

// lastBefore returns the last match before the wall clock reading wall. It returns the constant
// never when there is none.
func (s *Schedule) lastBefore(wall int64) int64 {
	day, second := int(wall/daySeconds), int(wall%daySeconds)
	date := civilFromDays(day)
	if s.matchesDay(date) {
		if t := s.timeBefore(second); t >= 0 {
			return int64(day)*daySeconds + int64(t)
		}
	}
	below := uint32(1)<<date.day - 1
	for y := s.firingYears.last(date.year); y != 0; y = s.firingYears.last(y - 1) {
		months := s.months
		if y == date.year {
			months &= uint16(2)<<date.month - 1
		}
		for ; months != 0; months &^= 1 << (bits.Len16(months) - 1) {
			m := bits.Len16(months) - 1
			before := daysFromCivil(y, m, 0)
			set := s.days.inMonth(y, m, before)
			if y == date.year && m == date.month {
				set &= below
			}
			if set != 0 {
				return int64(before+bits.Len32(set)-1)*daySeconds + int64(s.timeBefore(daySeconds))
			}
		}
	}
	return never
}

// matchesDay reports whether s fires on a date. The date must not lie before 1970.
func (s *Schedule) matchesDay(d civil) bool {
	return d.year <= lastYear && s.firingYears.has(d.year) && s.months>>d.month&1 != 0 && s.days.inMonth(d.year, d.month, daysFromCivil(d.year, d.month, 0))>>d.day&1 != 0
}

// timeBefore returns the last matching time of day before second, in seconds, or -1
// when there is none.
func (s *Schedule) timeBefore(second int) int {
	if second--; second < 0 {
		return -1
	}
	hour, minute := second/3600, second/60%60
	if s.hours>>hour&1 != 0 {
		if s.minutes>>minute&1 != 0 {
			if rest := s.seconds << (63 - second%60); rest != 0 {
				return second - bits.LeadingZeros64(rest)
			}
		}
		if rest := s.minutes & (1<<minute - 1); rest != 0 {
			return hour*3600 + (bits.Len64(rest)-1)*60 + bits.Len64(s.seconds) - 1
		}
	}
	rest := s.hours & (1<<hour - 1)
	if rest == 0 {
		return -1
	}
	return (bits.Len32(rest)-1)*3600 + (bits.Len64(s.minutes)-1)*60 + bits.Len64(s.seconds) - 1
}
