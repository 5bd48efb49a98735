package frequency

import (
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// englishOrdinals are the words for the k of n#k, counted from 0, and for nL.
var englishOrdinals = [...]string{"first", "second", "third", "fourth", "fifth", "last"}

// englishDays writes the days and the years, with a blank or a comma before them. The result is
// empty when the schedule fires all day, every day.
//
//	0 0 9 ? * MON-FRI 2027 UTC
//	    At 09:00, Monday through Friday in 2027 (UTC).
//	0 0 0 13 * 5 UTC
//	    At 00:00 on the 13th of each month and also on Fridays (UTC).
//	0 0 9 1 1-6 ? UTC
//	    At 09:00 on the 1st of every month from January through June (UTC).
func (s *Schedule) englishDays(t *timing) string {
	years := s.yearsPhrase()
	year := "" // the only year, when the sentence writes it together with the months
	if years.form == yearsOne && s.months != allMonths {
		year = strconv.Itoa(years.first)
	}
	if s.days.every() {
		text := " every day"
		if t.allDay(s) {
			text = ""
		}
		if s.months != allMonths {
			text += " " + englishInMonths(s.months, year)
		}
		return text + years.english(year, " ")
	}
	var dates, weekdays []string
	groups := s.groups()
	for i := range groups {
		dates = groups[i].appendEnglishDates(dates, &years, year)
	}
	if s.days.weekdays != 0 {
		weekdays = append(weekdays, s.englishWeekdays(year))
	}
	for i := range groups {
		weekdays = groups[i].appendEnglishNth(weekdays, year)
	}
	text := strings.Join(dates, " and ")
	if dates != nil && weekdays != nil {
		text += " and also " // the schedule fires when either day field matches
	}
	text += strings.Join(weekdays, " and ")
	before := " "
	if len(dates)+len(weekdays) > 1 || groups[0].every.step != 0 || groups[1].names() || groups[0].crossesMonth() {
		before = ", " // the years belong to all the days before them
	}
	text += years.english(year, before)
	if strings.HasPrefix(text, "on ") || strings.HasPrefix(text, "every ") && t.times != nil {
		return " " + text
	}
	return ", " + text // Monday through Friday; every 5 minutes, every January 1
}

// appendEnglishDates appends the dates of g: steps of days, and single days or runs of days.
//
//	0 0 9 1,15,L * ? UTC
//	    At 09:00 on the 1st, the 15th and the last day of each month (UTC).
//	0 0 9 25 12 ? UTC
//	    At 09:00 every December 25 (UTC).
//	0 0 9 15W * ? UTC
//	    At 09:00 on the weekday nearest to the 15th of each month (UTC).
//	0 0 0 29 2 ? UTC
//	    At 00:00 every February 29 in leap years (UTC).
func (g *group) appendEnglishDates(parts []string, years *yearsPhrase, year string) []string {
	if g.every.step != 0 {
		parts = append(parts, g.englishEveryDays(year))
	}
	if g.dates|g.nearest == 0 {
		return parts
	}
	if month := g.oneMonth(); month != 0 && g.plainDates() {
		text := "on "
		if years.open() && !g.never {
			text = "every "
		}
		text += time.Month(month).String() + " " + englishList(englishRuns(runs(uint64(g.dates), 3), strconv.Itoa))
		if year != "" {
			text += ", " + year
		}
		if g.leapDay() {
			text += " in leap years"
		}
		return append(parts, text)
	}
	items := g.englishDateItems()
	text := "on " + englishList(items) + g.englishOfMonths(year)
	note := " in "
	if g.crossesMonth() {
		text += " without leaving the month"
		note = ", in "
	}
	if g.leapDay() {
		text += note + "leap years"
	} else if g.rare {
		text += g.englishNote(note, "it", items, year)
	}
	return append(parts, text)
}

// englishEveryDays writes the steps of days. They begin anew in each month.
//
//	0 0 9 1/3 * ? UTC
//	    At 09:00 every 3 days from the 1st of each month (UTC).
//	0 0 9 1-20/3 2 ? UTC
//	    At 09:00 every 3 days in February from the 1st through the 19th (UTC).
func (g *group) englishEveryDays(year string) string {
	every := "every " + strconv.Itoa(g.every.step) + " days"
	from := " from the " + englishOrdinal(g.every.lo)
	if !g.toEnd {
		from += " through the " + englishOrdinal(g.every.hi)
	}
	switch {
	case g.months == allMonths:
		return every + from + " of each month"
	case g.oneMonth() != 0:
		return every + " " + englishInMonths(g.months, year) + from
	}
	return every + from + " of each month " + englishInMonths(g.months, year)
}

// appendEnglishNth appends the days of nL and n#k: "on the first and third Monday of each month".
//
//	0 0 9 ? * 1#1,1#3 UTC
//	    At 09:00 on the first and third Monday of each month (UTC).
//	0 0 9 ? * 5L UTC
//	    At 09:00 on the last Friday of each month (UTC).
//	0 0 9 ? * 5#5 UTC
//	    At 09:00 on the fifth Friday in months that have one (UTC).
func (g *group) appendEnglishNth(parts []string, year string) []string {
	var items []string
	for rest := g.nthWeekdays(); rest != 0; rest &= rest - 1 {
		weekday := bits.TrailingZeros8(rest)
		which := englishRuns(runs(uint64(g.nthOf(weekday)), 8), func(k int) string { return englishOrdinals[k] })
		items = append(items, "the "+englishList(which)+" "+englishWeekday(weekday))
	}
	if items == nil {
		return parts
	}
	text := "on " + englishList(items) + g.englishOfMonths(year)
	if g.rare {
		text += g.englishNote(" in ", "one", items, year)
	}
	return append(parts, text)
}

// englishOfMonths writes the months of a group. The result is empty when they are just the months
// that have the days of the group: englishNote then says so.
func (g *group) englishOfMonths(year string) string {
	switch {
	case g.months == allMonths && g.rare:
		return ""
	case g.months == allMonths:
		return " of each month"
	}
	months := englishMonths(g.months, year)
	if strings.Contains(months, " through ") && !strings.Contains(months, " and ") {
		return " of every month from " + months
	}
	return " of " + months
}

// englishNote says in which months or years the rare days of a group exist. The parameter one is
// the word for a single day.
func (g *group) englishNote(before, one string, items []string, year string) string {
	if len(items) > 1 || strings.Contains(items[0], " through ") {
		one = "them"
	}
	switch {
	case g.oneMonth() != 0 && year != "":
		return " if there is one"
	case g.oneMonth() != 0:
		return " in years that have " + one
	case g.months != allMonths:
		before = ", in "
	}
	return before + "months that have " + one
}

// englishDateItems lists the days of the month: "the 1st, 11th and 21st", "the last weekday".
func (g *group) englishDateItems() []string {
	dates := runs(uint64(g.dates&^lastDay), 3)
	items := englishRuns(dates, func(n int) string { return "the " + englishOrdinal(n) })
	if g.plainDates() && len(dates) == bits.OnesCount32(g.dates) {
		for i := range items[1:] {
			items[i+1] = strings.TrimPrefix(items[i+1], "the ")
		}
	}
	for rest := g.nearest &^ lastDay; rest != 0; rest &= rest - 1 {
		if n := bits.TrailingZeros32(rest); n == 1 {
			items = append(items, "the first weekday")
		} else {
			items = append(items, "the weekday nearest to the "+englishOrdinal(n))
		}
	}
	if g.dates&lastDay != 0 {
		items = append(items, "the last day")
	}
	if g.nearest&lastDay != 0 {
		items = append(items, "the last weekday")
	}
	return items
}

// englishWeekdays writes the weekdays that match every week: "on Mondays and Fridays", or with a
// run of days "Monday through Friday".
//
//	0 0 9 ? * MON,FRI UTC
//	    At 09:00 on Mondays and Fridays (UTC).
//	0 0 9 ? 3 MON-FRI UTC
//	    At 09:00, Monday through Friday in March (UTC).
func (s *Schedule) englishWeekdays(year string) string {
	list := s.days.weekdayRuns()
	text := englishList(englishRuns(list, englishWeekday))
	if !strings.Contains(text, " through ") {
		text = "on " + englishList(englishRuns(list, func(n int) string { return englishWeekday(n) + "s" }))
	}
	if s.months != allMonths {
		text += " " + englishInMonths(s.months, year)
	}
	return text
}

// englishWeekday returns the name of weekday n, where 1 is Monday and 7 is Sunday.
func englishWeekday(n int) string { return time.Weekday(n % 7).String() }

// englishInMonths writes the months of weekdays and of whole months: "in March", "from January
// through June".
func englishInMonths(set uint16, year string) string {
	months := englishMonths(set, year)
	if strings.Contains(months, " through ") && !strings.Contains(months, " and ") {
		return "from " + months
	}
	return "in " + months
}

// englishMonths writes a list of months, with the year if there is one.
func englishMonths(set uint16, year string) string {
	least := 4 // June, July and August are as short as a run
	if bits.OnesCount16(set) > 4 {
		least = 3
	}
	months := englishList(englishRuns(runs(uint64(set), least), func(m int) string { return time.Month(m).String() }))
	if year != "" {
		months += " " + year
	}
	return months
}
