package frequency

import (
	"strconv"
	"strings"
)

// english builds a sentence in the order time, days, years, zone.
func (s *Schedule) english() string {
	switch s.kind {
	case KindRate:
		n, unit := s.inLargestUnit()
		return "Every " + englishEvery(n, unit.english) + ", starting " + englishCount(n, unit.english) + " after creation."
	case KindAt:
		at := s.moment()
		return "Once, on " + at.Format("Monday, January 2, 2006") + " at " + showMoment(at) + englishZone(s.zone) + "."
	case KindCron:
		t := s.timing()
		text := s.englishTiming(&t) + s.englishDays(&t) + englishZone(s.zone)
		if s.firingYears == (yearSet{}) {
			text += "; no such day exists, so it never runs"
		}
		return strings.ToUpper(text[:1]) + text[1:] + "."
	}
	return "No schedule."
}

// englishZone writes the end of a sentence. The end says which clock the schedule follows. The name
// of a zone is in parentheses: after a comma it would look like one more item of the list before
// it.
func englishZone(z *zone) string {
	if z == nil {
		return ", by the clock of each instance"
	}
	if place := z.place(); place != "" {
		return " (" + place + " time)"
	}
	return " (" + z.name + ")"
}

// englishCount writes a number with its unit: "1 minute", "5 minutes".
func englishCount(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// englishEvery writes the words after "every": "minute", "5 minutes".
func englishEvery(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return englishCount(n, unit)
}

// englishList joins the items with commas and "and".
func englishList(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// englishRuns writes each run as a value or as "a through b".
func englishRuns(list []span, show func(int) string) []string {
	items := make([]string, 0, len(list))
	for _, r := range list {
		if r.lo == r.hi {
			items = append(items, show(r.lo))
		} else {
			items = append(items, show(r.lo)+" through "+show(r.hi))
		}
	}
	return items
}

// englishOrdinal writes 1st, 2nd, 3rd, 4th.
func englishOrdinal(n int) string {
	suffix := "th"
	if n/10 != 1 && n%10 >= 1 && n%10 <= 3 {
		suffix = [...]string{"st", "nd", "rd"}[n%10-1]
	}
	return strconv.Itoa(n) + suffix
}

// english writes the years after the days, with the parameter before in front. The result is empty
// when the months already have the year.
func (y *yearsPhrase) english(year, before string) string {
	if year != "" {
		return ""
	}
	switch y.form {
	case yearsOne:
		return before + "in " + strconv.Itoa(y.first)
	case yearsRange:
		return before + "from " + strconv.Itoa(y.first) + " through " + strconv.Itoa(y.last)
	case yearsFrom:
		return before + "from " + strconv.Itoa(y.first) + " on"
	case yearsSteps:
		return ", every " + englishEvery(y.step, "year") + " from " + strconv.Itoa(y.first)
	case yearsList:
		return before + "in " + englishList(englishRuns(y.list, strconv.Itoa))
	}
	return ""
}
