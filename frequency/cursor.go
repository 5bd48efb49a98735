package frequency

import "math/bits"

// The end of the calendar, and the reading after it.
const (
	calendarEnd = 4102444800     // midnight of January 1, 2100, as a wall clock reading
	never       = int64(1 << 62) // the wall clock reading of a cursor that has no further match
)

// cursor goes through the wall clock readings that match a schedule. A reading is in seconds since
// midnight of January 1, 1970 by the wall clock. Months, hours, minutes and seconds are bit sets,
// so that the cursor can skip days and times that do not match. A cursor ignores zones: walk uses a
// clock to find out whether and when the wall clock of the zone shows a reading.
//
// The way of a cursor through 0 0/30 9,17 1,15 * ?, from 09:15 on March 1, 2026:
//
//	seek        09:30 on March 1      timeFrom finds the minute
//	step        17:00 on March 1      timeFrom finds the next hour
//	step        17:30 on March 1
//	step        09:00 on March 15     nextDay takes the lowest bit of daysLeft
//	...
//	step        09:00 on April 1      daysLeft is empty: nextMonth computes that of April
type cursor struct {
	wall        int64 // the reading, or never
	second      int   // the time of day of the reading, in seconds
	year, month int
	dayZero     int    // the number of the day before the month begins
	daysLeft    uint32 // the matching days of the month that are still to come
}

// seek moves to the first match that is not before wall.
func (c *cursor) seek(s *Schedule, wall int64) {
	if wall >= calendarEnd {
		c.wall = never
		return
	}
	wall = max(wall, 0)
	day, second := int(wall/daySeconds), int(wall%daySeconds)
	if s.daily { // every day matches, so any 31 days in a row can be used as the month
		c.dayZero, c.daysLeft = day, allDates
		if second = s.timeFrom(second); second >= 0 {
			c.wall, c.second = int64(day)*daySeconds+int64(second), second
			return
		}
		c.nextDay(s)
		return
	}
	date := civilFromDays(day)
	c.year, c.month, c.daysLeft = date.year, date.month, 0
	switch {
	case !s.firingYears.has(date.year):
		c.month = 12
	case s.months>>date.month&1 != 0:
		c.dayZero = day - date.day
		c.daysLeft = s.days.inMonth(date.year, date.month, c.dayZero) >> date.day << date.day
		today := uint32(1) << date.day
		if c.daysLeft&today == 0 {
			break
		}
		c.daysLeft &^= today
		if second = s.timeFrom(second); second >= 0 {
			c.wall, c.second = int64(day)*daySeconds+int64(second), second
			return
		}
	}
	c.nextDay(s)
}

// step moves to the next match after the present match.
func (c *cursor) step(s *Schedule) {
	if second := s.timeFrom(c.second + 1); second >= 0 {
		c.wall += int64(second - c.second)
		c.second = second
		return
	}
	c.nextDay(s)
}

// nextDay moves to the first match of the next matching day.
func (c *cursor) nextDay(s *Schedule) {
	for c.daysLeft == 0 {
		if !c.nextMonth(s) {
			c.wall = never
			return
		}
	}
	c.second = s.timeFrom(0)
	c.wall = int64(c.dayZero+bits.TrailingZeros32(c.daysLeft))*daySeconds + int64(c.second)
	c.daysLeft &= c.daysLeft - 1
	if c.wall >= calendarEnd {
		c.wall = never
	}
}

// nextMonth moves to the next month that the schedule names, in a year that has a match. It returns
// false when there is no such month.
func (c *cursor) nextMonth(s *Schedule) bool {
	if s.daily {
		c.dayZero, c.daysLeft = c.dayZero+31, allDates
		return true
	}
	if later := s.months >> (c.month + 1); later != 0 {
		c.month += 1 + bits.TrailingZeros16(later)
	} else {
		if c.year = s.firingYears.next(c.year + 1); c.year == 0 {
			return false
		}
		c.month = bits.TrailingZeros16(s.months)
	}
	c.dayZero = daysFromCivil(c.year, c.month, 0)
	c.daysLeft = s.days.inMonth(c.year, c.month, c.dayZero)
	return true
}

// timeFrom returns the first matching time of day at or after second, in seconds, or -1 when there
// is none.
func (s *Schedule) timeFrom(second int) int {
	hour, minute := second/3600, second/60%60
	if s.hours>>hour&1 != 0 {
		if s.minutes>>minute&1 != 0 {
			if rest := s.seconds >> (second % 60); rest != 0 {
				return second + bits.TrailingZeros64(rest)
			}
		}
		if rest := s.minutes >> (minute + 1); rest != 0 {
			minute += 1 + bits.TrailingZeros64(rest)
			return hour*3600 + minute*60 + bits.TrailingZeros64(s.seconds)
		}
	}
	rest := s.hours >> (hour + 1)
	if rest == 0 {
		return -1
	}
	hour += 1 + bits.TrailingZeros32(rest)
	return hour*3600 + bits.TrailingZeros64(s.minutes)*60 + bits.TrailingZeros64(s.seconds)
}
