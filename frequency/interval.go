package frequency

import (
	"math/bits"
	"time"
)

// MinInterval returns the smallest gap between two firings of s by the wall
// clock. The result is exact for all the years that s names. It is the interval of a
// rate, and 0 when s fires fewer than two times.
//
// MinInterval ignores changes of daylight saving: across such a change two firings can
// be closer together or further apart in real time.
//
//	0 0/10 9-17 * * ?    10 minutes
//	0 0/25 * * * ?       10 minutes, from minute 50 to minute 0
//	0/59 * * * * ?       1 second, from second 59 to second 0
//	0 0 9,18 * * ?       9 hours
//	0 0 0 L * ?          28 days
//	rate(90s)            90 seconds
//	at(...)              0
//
// The service requires at least 10 seconds between two firings of a clock schedule, and
// at least the timeout of the command (ECS API reference, RunCommand). MinInterval does
// not check these bounds, so it can return one second. The validation of a request
// checks them.
func (s Schedule) MinInterval() time.Duration {
	switch {
	case s.kind == KindRate:
		return s.Interval()
	case s.kind != KindCron || s.firingYears == yearSet{}:
		return 0
	}
	gap := s.gapWithinDay()
	first := s.timeFrom(0)
	overnight := first - s.timeBefore(daySeconds) // from the last firing of a day to the first of the next day, minus 24 hours
	if gap != 0 && gap <= daySeconds+overnight {
		return time.Duration(gap) * time.Second
	}
	if days := s.gapOfDays(); days != 0 {
		if across := days*daySeconds + overnight; gap == 0 || across < gap {
			gap = across
		}
	}
	return time.Duration(gap) * time.Second
}

// gapWithinDay returns the smallest gap between two firings of one day, in seconds, or 0 when there
// is one firing a day. It looks at firings in the same minute, in different minutes of one hour,
// and in different hours.
func (s *Schedule) gapWithinDay() int {
	if d := closest(s.seconds); d != 0 {
		if d == 1 {
			return 1
		}
		return min(d, s.gapAcrossMinutes())
	}
	if gap := s.gapAcrossMinutes(); gap < daySeconds {
		return gap
	}
	return 0
}

// gapAcrossMinutes returns the smallest gap between two firings of one day in different
// minutes. It returns daySeconds when there are no two such firings.
func (s *Schedule) gapAcrossMinutes() int {
	gap := daySeconds
	seconds := spread(s.seconds)
	if d := closest(s.minutes); d != 0 {
		gap = d*60 - seconds
	}
	if d := closest(uint64(s.hours)); d != 0 {
		gap = min(gap, d*3600-spread(s.minutes)*60-seconds)
	}
	return gap
}

// closest returns the smallest distance between two bits of a set, or 0 when the set has fewer than
// two bits. It shifts the set until a bit meets another: 0, 25 and 50 meet after 25 shifts.
func closest(set uint64) int {
	if set&(set-1) == 0 {
		return 0
	}
	d := 1
	for set&(set>>d) == 0 {
		d++
	}
	return d
}

// spread returns the distance between the first and the last bit of a set. The distance from the
// last second of a minute to the first second of the next is 60 minus the spread of the seconds.
func spread(set uint64) int {
	return bits.Len64(set) - 1 - bits.TrailingZeros64(set)
}

// gapOfDays returns the smallest distance between two days on which s fires, or 0 when there are
// fewer than two such days. It stops at the first two days in a row. When s fires in every year, it
// also stops after 28 years, since the calendar repeats every 28 years from 1970 to 2099.
func (s *Schedule) gapOfDays() int {
	gap, previous := 0, -1
	first, end := s.firingYears.next(firstYear), lastYear
	if s.years == everyYear {
		end = first + 28
	}
	for y := first; y != 0 && y <= end; y = s.firingYears.next(y + 1) {
		for m := s.months; m != 0; m &= m - 1 {
			month := bits.TrailingZeros16(m)
			before := daysFromCivil(y, month, 0)
			set := s.days.inMonth(y, month, before)
			if set == 0 {
				continue
			}
			if previous >= 0 {
				gap = smaller(gap, before+bits.TrailingZeros32(set)-previous)
			}
			gap = smaller(gap, closest(uint64(set)))
			if gap == 1 {
				return 1
			}
			previous = before + bits.Len32(set) - 1
		}
	}
	return gap
}

// smaller returns the smaller of two distances. A distance of 0 means that there is none; then
// smaller returns the other distance.
func smaller(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
