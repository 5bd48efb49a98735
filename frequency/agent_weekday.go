package frequency

import (
	"strings"
	"unicode"
)

// weekdayReading compares how agents read a weekday field with how this package reads it. Agents
// count from Sunday = 0 to Saturday = 6.
type weekdayReading struct {
	agents uint8 // the days on which agents fire, as bits 1 (Monday) to 7 (Sunday); without nL and n#k
	found  notes
}

// add adds a value, a range or a step.
func (r *weekdayReading) add(item *span) {
	if item.ranged && item.hi == 7 && item.lo < 7 {
		// Agents turn 7 into 0 before they expand the range, so they never fire it.
		r.found |= noteSundayRange
		r.agents |= uint8(item.bits())
		return
	}
	lo, hi := item.lo%7, item.hi%7
	switch {
	case item.star:
		lo, hi = 0, 6
	case item.stepped && !item.ranged:
		hi = 6
	}
	for day := lo; day <= hi; day += item.step {
		if day == 0 {
			r.agents |= sunday
		} else {
			r.agents |= 1 << day
		}
	}
	if item.stepped {
		r.found |= noteWeekdayStep
	}
}

// addDigits looks for a weekday in two digits in an item. Agents read each of them as Sunday.
func (r *weekdayReading) addDigits(item string) {
	for i := range len(item) - 1 {
		if item[i] == '0' && (i == 0 || item[i-1] == '-') && isDigit(item[i+1]) && item[i+1] != '7' {
			r.found |= noteTwoDigits
		}
	}
}

// Monday to Friday and the weekend in the numbers of Quartz, which counts from 1 = Sunday to
// 7 = Saturday. The weekend is matched as a text, since 7,1 is how people write Sunday and Monday.
const (
	quartzWorkdays = workdays << 1
	quartzWeekend  = "1,7"
)

// notes returns the notes about the whole field, whose text is field.
func (r *weekdayReading) notes(d *days, field string) notes {
	found := r.found
	if r.agents == d.weekdays {
		found &^= noteWeekdayStep // for example 1-5/2: agents count it alike
	}
	if field == quartzWeekend || d.weekdays == quartzWorkdays && d.last == 0 && d.nth == [5]uint8{} &&
		!strings.Contains(field, "/") && !strings.ContainsFunc(field, unicode.IsLetter) {
		found |= noteQuartz
	}
	return found
}
