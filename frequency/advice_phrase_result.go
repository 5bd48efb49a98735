package frequency

import (
	"slices"
	"strconv"
	"strings"
)

// expression returns the schedule of the phrase, or "" when it is not certain what is meant.
func (p *phrase) expression() string {
	clock, ok := p.clock()
	if !ok || p.last || p.nth > 0 || p.empty() || p.unit != "" && p.every < 1 {
		return ""
	}
	days := p.weekdays != 0 || p.dates != nil || p.inMonth != "" || p.months != 0
	day, month, weekday := "*", "*", "?"
	switch {
	case p.inMonth != "" && p.dates == nil && p.weekdays == 0:
		day, weekday = "?", p.inMonth
	case p.weekdays != 0 && p.dates == nil && p.inMonth == "":
		day, weekday = "?", weekdayList(p.weekdays)
	case p.dates != nil && p.weekdays == 0 && p.inMonth == "":
		day = strings.Join(p.dates, ",")
	case p.weekdays != 0 || p.inMonth != "":
		return ""
	}
	if p.months != 0 {
		month = string(monthField.appendSet(nil, p.months))
		if day == "*" && weekday == "?" {
			return "" // which day of the month?
		}
	}
	n := strconv.Itoa(p.every)
	switch p.unit {
	case "second", "minute", "hour":
		return p.steps(days, n, day+" "+month+" "+weekday+p.zone)
	case "day":
		if p.every > 1 {
			if days || p.times != nil {
				return ""
			}
			return "rate(" + n + "d)"
		}
	case "week":
		if p.weekdays == 0 {
			if p.times != nil || days {
				return ""
			}
			return interval{millis: int64(p.every) * 7 * daySeconds * 1000}.rate()
		}
		if p.every > 1 {
			return ""
		}
	case "month", "quarter", "year":
		day, month, weekday, ok = p.longUnit(day, month, weekday)
		if !ok {
			return ""
		}
	}
	return clock + " " + day + " " + month + " " + weekday + p.zone
}

// clock returns the fields second, minute and hour of the times. Times with different minutes need
// several schedules.
func (p *phrase) clock() (string, bool) {
	if p.times == nil {
		return "0 0 0", true
	}
	hours := uint64(0)
	for _, t := range p.times {
		if t%3600 != p.times[0]%3600 {
			return "", false
		}
		hours |= 1 << (t / 3600)
	}
	slices.Sort(p.times)
	t := p.times[0]
	return strconv.Itoa(t%60) + " " + strconv.Itoa(t/60%60) + " " + string(hourField.appendSet(nil, hours)), true
}

// steps returns the schedule of every n seconds, minutes or hours, on the days of the other fields.
func (p *phrase) steps(days bool, n, rest string) string {
	size := map[string]int{"second": 60, "minute": 60, "hour": 24}[p.unit]
	if p.times != nil || p.every < 1 {
		return ""
	}
	if p.past > 0 {
		return "0 " + strconv.Itoa(p.past) + " * " + rest
	}
	if p.every == 1 {
		return map[string]string{"second": "", "minute": "0 * * ", "hour": "0 0 * "}[p.unit] + rest
	}
	if !days && p.unit != "second" && p.zone == "" {
		return interval{millis: int64(p.every) * map[string]int64{"minute": 60_000, "hour": 3600_000}[p.unit]}.rate()
	}
	if p.every >= size || size%p.every != 0 {
		return ""
	}
	return map[string]string{"second": "0/" + n + " * * ", "minute": "0 0/" + n + " * ", "hour": "0 0 0/" + n + " "}[p.unit] + rest
}

// longUnit completes the days of a schedule of months, quarters or years.
func (p *phrase) longUnit(day, month, weekday string) (string, string, string, bool) {
	every := p.every * map[string]int{"month": 1, "quarter": 3, "year": 12}[p.unit]
	switch {
	case every > 12 || 12%every != 0:
		return "", "", "", false
	case day == "*" && weekday == "?":
		day = "1"
	}
	switch {
	case every == 12 && month == "*":
		month = "1"
	case every > 1 && month == "*":
		month = "1/" + strconv.Itoa(every)
	case every > 1 && every < 12:
		return "", "", "", false
	}
	return day, month, weekday, true
}
