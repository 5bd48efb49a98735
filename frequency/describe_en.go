package frequency

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var (
	englishUnits    = [...]string{"second", "minute", "hour"}
	englishOrdinals = [...]string{"first", "second", "third", "fourth", "fifth"}
)

// english builds a sentence in the order time, days, years, zone.
func (s *Schedule) english() string {
	switch s.kind {
	case KindRate:
		n, unit := s.inLargestUnit()
		count := strconv.Itoa(n) + " " + unit.english
		if n != 1 {
			count += "s"
		}
		return "Every " + englishEvery(n, unit.english) + ", starting " + count + " after creation."
	case KindAt:
		at := s.moment()
		return "Once, on " + at.Format("Monday, January 2, 2006") + " at " + at.Format(time.TimeOnly) + englishZone(s.zone) + "."
	case KindCron:
		t := s.timing()
		text := s.englishTiming(t)
		if days := s.englishDays(t); days != "" {
			text += " " + days
		}
		text += s.englishYears() + englishZone(s.zone)
		text = strings.ReplaceAll(text, ",,", ",") // a note ends with a comma, and the next part may begin with another
		if s.firingYears == (yearSet{}) {
			text += "; no such day exists, so it never runs"
		}
		return strings.ToUpper(text[:1]) + text[1:] + "."
	}
	return "No schedule."
}

// englishZone writes the end of a sentence. The end says which clock the schedule
// follows.
func englishZone(z *zone) string {
	if z == nil {
		return ", by the clock of each instance"
	}
	if place := z.place(); place != "" {
		return ", " + place + " time"
	}
	return ", " + z.name
}

// englishEvery writes the words after "every": "minute", "5 minutes".
func englishEvery(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// englishList joins the items with commas and "and".
func englishList(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// englishTiming writes the time of day: times, or even steps with their windows, or else the numbers
// of the fields.
func (s *Schedule) englishTiming(t timing) string {
	switch {
	case t.times != nil:
		return "at " + englishList(showTimes(t.times))
	case t.step == 0:
		text := "at "
		if s.seconds != 1 {
			text += englishNumbers("second", s.seconds, 60) + " of "
		}
		return text + englishNumbers("minute", s.minutes, 60) + " of " + englishNumbers("hour", uint64(s.hours), 24)
	case t.past%60 != 0:
		return fmt.Sprintf("every hour at minute %d and second %d", t.past/60, t.past%60)
	case t.past != 0:
		return fmt.Sprintf("every hour at minute %d", t.past/60)
	}
	text := "every " + englishEvery(t.step, englishUnits[t.unit])
	var windows []string
	for _, w := range t.windows {
		ends := showTimes([]int{w.from, w.to})
		windows = append(windows, "from "+ends[0]+" to "+ends[1])
	}
	if windows != nil {
		text += " " + englishList(windows)
	}
	return text
}

// englishNumbers writes a set of numbers with its unit: "minutes 3, 7 to 9".
func englishNumbers(unit string, set uint64, size int) string {
	if set == 1<<size-1 {
		return "every " + unit
	}
	list := runs(set, 3)
	if len(list) > 1 || list[0].lo != list[0].hi {
		unit += "s"
	}
	return unit + " " + englishList(englishRuns(list, strconv.Itoa))
}

// englishRuns writes each run as a value or as "a to b".
func englishRuns(list []span, show func(int) string) []string {
	var items []string
	for _, r := range list {
		if r.lo == r.hi {
			items = append(items, show(r.lo))
		} else {
			items = append(items, show(r.lo)+" to "+show(r.hi))
		}
	}
	return items
}

// englishDays writes the days. The result is empty when the schedule fires all day, every day.
func (s *Schedule) englishDays(t timing) string {
	months := ""
	if s.months != allMonths {
		months = englishList(englishRuns(runs(uint64(s.months), 5), func(m int) string { return time.Month(m).String() }))
	}
	d := &s.days
	if d.every() {
		switch {
		case months != "":
			return "every day in " + months
		case t.allDay(s):
			return ""
		}
		return "every day"
	}
	groups := s.groups()
	var parts []string
	for _, g := range groups {
		if dates := g.englishDates(); dates != nil {
			text := "on " + englishList(dates) + g.englishMonths(months)
			if g.crossesMonth() {
				text = strings.TrimSuffix(text, ",") + ", within the month,"
			}
			parts = append(parts, text)
		}
	}
	if d.weekdays != 0 {
		text := d.englishWeekdays()
		if months != "" {
			text += " in " + months
		}
		parts = append(parts, text)
	}
	for _, g := range groups {
		if nth := g.englishNth(); nth != nil {
			parts = append(parts, "on "+englishList(nth)+g.englishMonths(months))
		}
	}
	return strings.Join(parts, " and ")
}

// englishMonths writes the months of a group. When some month lacks the days of the group, the text
// says that too. It ends with a comma after "when there is one".
func (g *group) englishMonths(months string) string {
	switch {
	case months == "" && g.rare:
		return " of each month that has one"
	case months == "":
		return " of each month"
	case g.rare:
		return " of " + months + ", when there is one,"
	}
	return " of " + months
}

// englishDates lists the days of the month: "the 1st", "the last weekday".
func (d *days) englishDates() []string {
	var list []string
	list = append(list, englishRuns(runs(uint64(d.dates&^lastDay), 3), func(n int) string { return "the " + englishOrdinal(n) })...)
	for _, r := range runs(uint64(d.nearest&^lastDay), 32) {
		list = append(list, "the weekday nearest to the "+englishOrdinal(r.lo))
	}
	if d.dates&lastDay != 0 {
		list = append(list, "the last day")
	}
	if d.nearest&lastDay != 0 {
		list = append(list, "the last weekday")
	}
	return list
}

// englishOrdinal writes 1st, 2nd, 3rd, 4th.
func englishOrdinal(n int) string {
	suffix := "th"
	if n/10 != 1 && n%10 >= 1 && n%10 <= 3 {
		suffix = [...]string{"st", "nd", "rd"}[n%10-1]
	}
	return strconv.Itoa(n) + suffix
}

// englishWeekday returns the name of weekday n, where 1 is Monday and 7 is Sunday.
func englishWeekday(n int) string { return time.Weekday(n % 7).String() }

// englishWeekdays writes the weekdays that match every week: consecutive ones as "from Monday to
// Friday", others as "on Mondays and Fridays".
func (d *days) englishWeekdays() string {
	list := runs(uint64(d.weekdays), 3)
	if len(list) == 1 && list[0].lo < list[0].hi {
		return "from " + englishWeekday(list[0].lo) + " to " + englishWeekday(list[0].hi)
	}
	return "on " + englishList(englishRuns(list, func(n int) string { return englishWeekday(n) + "s" }))
}

// englishNth writes the days of nL and n#k: "the last Friday", "the second Thursday".
func (d *days) englishNth() []string {
	var list []string
	for k, which := range d.nth {
		for _, r := range runs(uint64(which), 8) {
			list = append(list, "the "+englishOrdinals[k]+" "+englishWeekday(r.lo))
		}
	}
	for _, r := range runs(uint64(d.last), 8) {
		list = append(list, "the last "+englishWeekday(r.lo))
	}
	return list
}

// englishYears writes the years. The result is empty when the years do not limit the schedule. A text
// with a step begins with a comma, since it would otherwise seem to belong to the days.
func (s *Schedule) englishYears() string {
	if s.years == everyYear {
		return ""
	}
	if first, step := s.years.progression(); step != 0 {
		if step == 1 {
			return " from " + strconv.Itoa(first) + " on"
		}
		return ", every " + englishEvery(step, "year") + " from " + strconv.Itoa(first)
	}
	list := s.years.runs()
	if len(list) == 1 && list[0].lo < list[0].hi {
		return " from " + strconv.Itoa(list[0].lo) + " to " + strconv.Itoa(list[0].hi)
	}
	return " in " + englishList(englishRuns(list, strconv.Itoa))
}
