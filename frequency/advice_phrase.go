package frequency

import (
	"strconv"
	"strings"
)

// phrase is a schedule in words, such as "every Monday at 9am", as far as it has been read.
type phrase struct {
	times    []int  // seconds of the day
	weekdays uint64 // bits 1 (Monday) to 7 (Sunday)
	months   uint64 // bits 1 to 12
	dates    []string
	last     bool // "last" was read, and no day after it
	nth      int  // "first" to "fifth" was read, and no weekday after it
	inMonth  string
	every    int // the number of units; 0 when there is no "every"
	unit     string
	zone     string
	past     int // the minutes after each full hour
}

// phrase suggests fields for a schedule in English words.
//
//	every 15 minutes on weekdays        0 0/15 * ? * MON-FRI
//	first Monday of the month at 9am    0 0 9 ? * MON#1
//	last day of the month               0 0 0 L * ?
//	every 2 hours on Monday             0 0 0/2 ? * MON
//	quarterly at 6:00                   0 0 6 1 1/3 ?
func (a *adviser) phrase(text string, _ *ParseError) (correction, bool) {
	expr := readPhrase(strings.ToLower(text))
	if expr == "" {
		return correction{}, false
	}
	if expr = a.complete(expr); expr == "" {
		return correction{}, false
	}
	why := notInWords
	if isDigit(text[0]) {
		why = message{"a time of day is written in fields: second, minute, hour", "时间应写为字段：秒、分钟、小时"}
	}
	return correction{why: why, text: expr}, true
}

// phrasePunctuation removes the signs that have no meaning in a phrase.
var phrasePunctuation = strings.NewReplacer(",", " ", "'", "", "(", " ", ")", " ")

// readPhrase returns the schedule that a phrase in small letters describes, or "".
func readPhrase(text string) string {
	if text == "" {
		return ""
	}
	if first := text[0]; !isLetter(first) && !isDigit(first) && first < 0x80 {
		return ""
	}
	c := scanner{phrasePunctuation.Replace(text)}
	var p phrase
	for {
		c.spaces()
		if c.rest == "" {
			return p.expression()
		}
		if !p.time(&c) && !p.date(&c) && !p.word(&c) {
			if p.empty() || p.zone != "" || len(c.rest) < 2 {
				return ""
			}
			zone, ok := resolveZone(c.rest)
			if !ok {
				return ""
			}
			p.zone, c.rest = " "+zone, ""
		}
	}
}

// empty reports whether no part of a schedule has been read.
func (p *phrase) empty() bool {
	return p.times == nil && p.weekdays == 0 && p.months == 0 && p.dates == nil && p.unit == "" && p.inMonth == ""
}

// time reads a time of day.
func (p *phrase) time(c *scanner) bool {
	attempt := *c
	if seconds, ok := attempt.clock(); ok && (attempt.rest == "" || !isLetter(attempt.rest[0]) && !isDigit(attempt.rest[0])) {
		p.times, *c = append(p.times, seconds), attempt
		return true
	}
	return false
}

// date reads a number: a day with st, nd, rd or th, a month in Chinese, or a number of units.
func (p *phrase) date(c *scanner) bool {
	attempt := *c
	n, ok := attempt.number(3)
	if !ok {
		return false
	}
	switch suffix, _ := attempt.any("st", "nd", "rd", "th", "号", "日", "月", "分"); suffix {
	case "分":
		if p.unit != "hour" || p.every != 1 || n > 59 {
			return false
		}
		p.past = n
	case "月":
		if n < 1 || n > 12 {
			return false
		}
		p.months |= 1 << n
	case "":
		attempt.spaces()
		word := firstWord(attempt.rest)
		attempt.rest = attempt.rest[len(word):]
		switch unit, known := unitWords[word]; {
		case unit == "minute" && p.unit == "hour" && p.every == 1 && n < 60:
			p.past = n
		case known && p.unit == "":
			p.every, p.unit = n, unit
		case word == "oclock" && n < 24:
			p.times = append(p.times, n*3600)
		case p.months != 0 && p.dates == nil && n >= 1 && n <= 31:
			attempt.rest = word + attempt.rest // as in January 1
			p.dates = append(p.dates, strconv.Itoa(n))
		default:
			return false
		}
	default:
		p.dates = append(p.dates, strconv.Itoa(n))
	}
	*c = attempt
	return true
}

// firstWord returns the letters at the start of text.
func firstWord(text string) string {
	i := 0
	for i < len(text) && isLetter(text[i]) {
		i++
	}
	return text[:i]
}

// unitWords are the words for units of time.
var unitWords = map[string]string{
	"s": "second", "sec": "second", "secs": "second", "second": "second", "seconds": "second", "m": "minute", "min": "minute", "mins": "minute",
	"minute": "minute", "minutes": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour", "d": "day", "day": "day", "days": "day",
	"week": "week", "weeks": "week", "month": "month", "months": "month", "quarter": "quarter", "quarters": "quarter", "year": "year", "years": "year",
	"hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year",
}

// ordinalWords are the words for the n of n#k. The word second is missing, since it is a unit, too.
var ordinalWords = map[string]int{"first": 1, "third": 3, "fourth": 4, "fifth": 5}

// word reads a word.
func (p *phrase) word(c *scanner) bool {
	word := firstWord(c.rest)
	after := c.rest[len(word):]
	if word == "" {
		return false
	}
	days := uint64(0)
	switch word {
	case "noon", "midday":
		p.times = append(p.times, 12*3600)
	case "midnight":
		p.times = append(p.times, 0)
	case "weekday", "weekdays", "workday", "workdays", "businessday", "businessdays":
		if p.last || p.nth == 1 {
			p.dates = append(p.dates, map[bool]string{true: "LW", false: "1W"}[p.last])
			p.last, p.nth = false, 0
			break
		}
		days = workdays
	case "business", "working":
		trimmed := strings.TrimLeft(after, " ")
		if next := firstWord(trimmed); next == "day" || next == "days" {
			days, after = workdays, trimmed[len(next):]
		}
	case "weekend", "weekends":
		days = saturday | sunday
	case "last":
		p.last = true
	case "at":
		attempt := scanner{strings.TrimLeft(after, " ")}
		if hour, ok := attempt.number(2); ok && hour < 24 && (attempt.rest == "" || attempt.rest[0] == ' ') {
			if next := firstWord(strings.TrimLeft(attempt.rest, " ")); next != "am" && next != "pm" && next != "oclock" {
				p.times, after = append(p.times, hour*3600), attempt.rest
			}
		}
	case "every", "each", "on", "the", "of", "in", "and", "run", "once", "per", "a", "an", "time", "oclock", "execute", "starting", "from", "s":
		if n, rest, ok := cutNumberWord(strings.TrimLeft(after, " ")); ok && (word == "every" || word == "each") {
			if unit := unitWords[firstWord(rest)]; unit != "" && n%1000 == 0 {
				p.every, p.unit, after = int(n/1000), unit, rest[len(firstWord(rest)):]
			} else if unit == "hour" {
				p.every, p.unit, after = 30, "minute", rest[len(firstWord(rest)):]
			}
		}
	default:
		if n, ok := ordinalWords[word]; ok {
			p.nth = n
			break
		}
		if unit, ok := unitWords[word]; ok && len(word) > 2 {
			if !p.addUnit(unit) {
				return false
			}
			break
		}
		if n, ok := monthNumber(word); ok {
			p.months |= 1 << n
			break
		}
		first, ok := weekdayNumber(strings.TrimSuffix(word, "s"), 0)
		if first2, ok2 := weekdayNumber(word, 0); ok2 {
			first, ok = first2, true
		}
		if !ok {
			return false
		}
		days = 1 << first
		days, after = weekdayRange(first, days, after)
	}
	c.rest = after
	if days != 0 {
		p.addWeekdays(days)
	}
	return true
}

// addUnit reads the name of a unit. After "first" or "last", a day is a date.
func (p *phrase) addUnit(unit string) bool {
	switch {
	case unit == "day" && p.last:
		p.dates, p.last = append(p.dates, "L"), false
	case unit == "day" && p.nth > 0:
		p.dates, p.nth = append(p.dates, strconv.Itoa(p.nth)), 0
	case p.unit == "":
		p.every, p.unit = 1, unit
	case p.unit == "day" && p.every == 1 || unit == "month" && p.every == 1 || unit == "week" || unit == "year":
	default:
		return false
	}
	return true
}

// addWeekdays adds weekdays. After "first" or "last" it adds only one day of the month.
func (p *phrase) addWeekdays(days uint64) {
	name := weekdayList(days)
	switch {
	case p.last && len(name) == 3:
		p.inMonth, p.last = name+"L", false
	case p.nth > 0 && len(name) == 3:
		p.inMonth, p.nth = name+"#"+strconv.Itoa(p.nth), 0
	default:
		p.weekdays |= days
	}
}

// weekdayList writes weekdays by name.
func weekdayList(days uint64) string {
	if days == workdays {
		return "MON-FRI"
	}
	var names []string
	for i, name := range weekdayNames {
		if days>>(i+1)&1 != 0 {
			names = append(names, name[:3])
		}
	}
	if len(names) == len(weekdayNames) {
		return "*"
	}
	return strings.Join(names, ",")
}

// weekdayRange reads the end of a range such as "to Friday" after its first weekday.
func weekdayRange(first int, days uint64, after string) (uint64, string) {
	rest := strings.TrimLeft(after, " .")
	for _, sign := range [...]string{"through ", "thru ", "until ", "till ", "to ", "-", "..", "至", "到"} {
		end, found := strings.CutPrefix(rest, sign)
		end = strings.TrimLeft(end, " ")
		last, ok := weekdayNumber(firstWord(end), 0)
		if !found || !ok {
			continue
		}
		if last < first {
			last += 7
		}
		for day := first; day <= last; day++ {
			days |= 1 << ((day-1)%7 + 1)
		}
		return days, end[len(firstWord(end)):]
	}
	return days, after
}

// monthNumber returns the number of a month that is named by its first three letters or in full.
func monthNumber(word string) (int, bool) {
	for i, name := range monthNames {
		if (len(word) == 3 || len(word) == len(name)) && equalFold(word, name[:len(word)]) {
			return i + 1, true
		}
	}
	return 0, false
}
