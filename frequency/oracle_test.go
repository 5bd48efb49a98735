package frequency_test

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// oracle is a second implementation of clock schedules, written for clarity alone: it keeps the text
// of the fields and checks one instant after the other.
type oracle struct {
	fields []string       // second minute hour day-of-month month day-of-week year
	plain  [7][]bool      // for each field: the values of its items, without the items that are day rules
	days   map[int64]bool // cached results of day
}

func newOracle(fields []string) *oracle {
	o := &oracle{fields: slices.Clone(fields), days: map[int64]bool{}}
	if len(o.fields) == 6 {
		o.fields = append(o.fields, "*")
	}
	for i, text := range o.fields {
		o.plain[i] = plainValues(text, oracleBounds[i])
	}
	return o
}

var oracleBounds = [7][2]int{{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {1, 7}, {1970, 2099}}

// plainValues returns the values of the items of a field. It leaves out the items that
// are rules for days.
func plainValues(text string, bounds [2]int) []bool {
	set := make([]bool, bounds[1]+1)
	for item := range strings.SplitSeq(text, ",") {
		if strings.ContainsAny(item, "LW#?") {
			continue
		}
		first, step, stepped := strings.Cut(item, "/")
		n := 1
		if stepped {
			n, _ = strconv.Atoi(step)
		}
		lo, hi := bounds[0], bounds[1]
		if from, to, isRange := strings.Cut(first, "-"); isRange {
			lo, _ = strconv.Atoi(from)
			hi, _ = strconv.Atoi(to)
		} else if first != "*" {
			lo, _ = strconv.Atoi(first)
			if !stepped {
				hi = lo
			}
		}
		for v := lo; v <= hi; v += n {
			set[v] = true
		}
	}
	return set
}

func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

func (o *oracle) month(t time.Time) bool { return o.plain[6][t.Year()] && o.plain[4][int(t.Month())] }

// day reports whether a calendar date, at midnight UTC, matches.
func (o *oracle) day(date time.Time) bool {
	answer, known := o.days[date.Unix()]
	if !known {
		answer = o.month(date) && o.rules(date)
		o.days[date.Unix()] = answer
	}
	return answer
}

func (o *oracle) rules(date time.Time) bool {
	anyDate, anyWeekday := namesNoDay(o.fields[3]), namesNoDay(o.fields[5])
	switch {
	case anyDate && anyWeekday:
		return true
	case anyDate:
		return o.weekday(date)
	case anyWeekday:
		return o.date(date)
	}
	return o.date(date) || o.weekday(date)
}

// namesNoDay reports whether a day field has an item that lifts every limit of the field. Only * and ?
// do: */1 and 1-31 name every day, which is something else beside another day field.
func namesNoDay(field string) bool {
	return slices.ContainsFunc(strings.Split(field, ","), func(item string) bool { return item == "*" || item == "?" })
}

func (o *oracle) date(date time.Time) bool {
	if o.plain[3][date.Day()] {
		return true
	}
	end := time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	for item := range strings.SplitSeq(o.fields[3], ",") {
		switch {
		case item == "L":
			if date.Day() == end.Day() {
				return true
			}
		case item == "LW":
			work := end
			for isoWeekday(work) > 5 {
				work = work.AddDate(0, 0, -1)
			}
			if date.Equal(work) {
				return true
			}
		case strings.HasSuffix(item, "W"):
			n, _ := strconv.Atoi(item[:len(item)-1])
			if n > end.Day() {
				continue
			}
			// The loop tries the closest days first, so it finds the nearest workday of
			// the month.
			wanted := time.Date(date.Year(), date.Month(), n, 0, 0, 0, 0, time.UTC)
			for _, shift := range []int{0, -1, 1, -2, 2} {
				near := wanted.AddDate(0, 0, shift)
				if near.Month() == wanted.Month() && isoWeekday(near) <= 5 {
					if near.Equal(date) {
						return true
					}
					break
				}
			}
		}
	}
	return false
}

func (o *oracle) weekday(date time.Time) bool {
	if o.plain[5][isoWeekday(date)] {
		return true
	}
	for item := range strings.SplitSeq(o.fields[5], ",") {
		if item == "L" && isoWeekday(date) == 7 {
			return true
		}
		if len(item) < 2 || int(item[0]-'0') != isoWeekday(date) {
			continue
		}
		if item[1] == 'L' && date.AddDate(0, 0, 7).Month() != date.Month() {
			return true
		}
		if item[1] == '#' && int(item[2]-'0') == (date.Day()-1)/7+1 {
			return true
		}
	}
	return false
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// next tries one instant after the other. It skips a quarter of an hour when the day or the hour
// cannot match, since no clock of the tests changes its hour within a quarter of an hour. It skips the
// rest of a day that cannot match when the clock does not change within the next 24 hours. It also
// skips nearly all of a month or year that cannot match.
func (o *oracle) next(after time.Time, loc *time.Location) time.Time {
	const quarter = 15 * time.Minute
	t := after.Truncate(time.Second).Add(time.Second).In(loc)
	for t.Year() < 2100 {
		hour, minute, second := t.Clock()
		if !o.month(t) {
			month := t.Month()
			if !o.plain[6][t.Year()] {
				month = time.December
			}
			if lastDays := time.Date(t.Year(), month+1, -2, 0, 0, 0, 0, loc); t.Before(lastDays) {
				t = lastDays
				continue
			}
		}
		switch {
		case !o.day(midnight(t)):
			_, now := t.Zone()
			if _, tomorrow := t.Add(24 * time.Hour).Zone(); now == tomorrow {
				t = t.Add(24*time.Hour - time.Duration(hour*3600+minute*60+second)*time.Second)
			} else {
				t = t.Truncate(quarter).Add(quarter)
			}
		case !o.plain[2][hour]:
			t = t.Truncate(quarter).Add(quarter)
		case !o.plain[1][minute]:
			t = t.Truncate(time.Minute).Add(time.Minute)
		case !o.plain[0][second]:
			t = t.Add(time.Second)
		default:
			return t
		}
	}
	return time.Time{}
}

// minInterval goes through every time of a day and every day of the calendar.
func (o *oracle) minInterval() time.Duration {
	var times []int
	for s := range 24 * 3600 {
		if !o.plain[2][s/3600] {
			continue
		}
		if o.plain[1][s/60%60] && o.plain[0][s%60] {
			times = append(times, s)
		}
	}
	var days []int
	for d := 0; ; d++ {
		date := time.Date(1970, 1, 1+d, 0, 0, 0, 0, time.UTC)
		if date.Year() == 2100 {
			break
		}
		if o.month(date) && o.rules(date) {
			days = append(days, d)
		}
	}
	smallest := 0
	consider := func(gap int) {
		if smallest == 0 || gap < smallest {
			smallest = gap
		}
	}
	if len(days) > 0 {
		for i := 1; i < len(times); i++ {
			consider(times[i] - times[i-1])
		}
	}
	for i := 1; i < len(days); i++ {
		consider((days[i]-days[i-1])*24*3600 + times[0] - times[len(times)-1])
	}
	return time.Duration(smallest) * time.Second
}
