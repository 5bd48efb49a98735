package frequency

import "strings"

// calendarEvent translates a calendar event of systemd, the value of OnCalendar=:
// [weekdays] [year-month-day] [hour:minute[:second]] [zone].
//
//	Mon..Fri *-*-* 09:00:00    0 0 9 ? * Mon-Fri
//	*-*-01 00:00:00            0 0 0 1 * ?
//	*-*~01                     0 0 0 L * ?
func (a *adviser) calendarEvent(text string, _ *ParseError) (correction, bool) {
	words := strings.Fields(text)
	weekdays, date, clock, zone := "", "", "", ""
	for i, word := range words {
		switch {
		case i == 0 && isWeekdayList(word):
			weekdays = word
		case date == "" && clock == "" && strings.Count(word, "-")+strings.Count(word, "~") >= 2 && (word[0] == '*' || isDigit(word[0])):
			date = word
		case date == "" && clock == "" && strings.Count(word, "-") == 1 && strings.HasPrefix(word, "*-"):
			date = "*-" + word // the year may be left out
		case clock == "" && strings.Contains(word, ":") && strings.Trim(word, "0123456789*:/.,") == "":
			clock = word
		case i == len(words)-1 && (date != "" || clock != ""):
			z, ok := resolveZone(word)
			if !ok {
				return correction{}, false
			}
			zone = " " + z
		default:
			return correction{}, false
		}
	}
	if date == "" && weekdays == "" && (clock == "" || !strings.ContainsAny(clock, "*/.,")) {
		return correction{}, false // a time alone is read by phrase
	}
	year, month, day, ok := systemdDate(date)
	if !ok {
		return correction{}, false
	}
	fields, ok := systemdClock(clock)
	if !ok {
		return correction{}, false
	}
	c := correction{why: message{
		"a calendar event of systemd is not read here; write the fields second, minute, hour, day, month, weekday",
		"不支持 systemd 的日历事件；请依次写秒、分钟、小时、日期、月份、星期字段",
	}}
	dow := "?"
	if weekdays != "" {
		if day != "*" {
			return c, true // systemd means both, a clock schedule means either
		}
		day, dow = "?", strings.ReplaceAll(weekdays, "..", "-")
	}
	month, day = withoutZeros(month), withoutZeros(day)
	if year != "*" {
		zone = " " + year + zone
	}
	c.text = a.complete(withoutZeros(fields) + " " + day + " " + month + " " + dow + zone)
	return c, c.text != ""
}

// isWeekdayList reports whether a word is a list of weekday names, with ranges.
func isWeekdayList(word string) bool {
	for _, item := range strings.Split(strings.TrimSuffix(word, ","), ",") {
		first, last, isRange := strings.Cut(strings.ReplaceAll(item, "..", "-"), "-")
		if _, ok := weekdayNumber(first, 0); !ok || isDigit(first[0]) {
			return false
		}
		if _, ok := weekdayNumber(last, 0); isRange && (!ok || isDigit(last[0])) {
			return false
		}
	}
	return true
}

// systemdDate splits a date of systemd into the fields of a clock schedule.
func systemdDate(date string) (year, month, day string, ok bool) {
	if date == "" {
		return "*", "*", "*", true
	}
	if before, last, found := strings.Cut(date, "~"); found { // days from the end of the month
		if strings.Trim(last, "0") != "1" {
			return "", "", "", false
		}
		date = before + "-L"
	}
	parts := strings.Split(strings.ReplaceAll(date, "..", "~"), "-")
	if len(parts) != 3 {
		return "", "", "", false
	}
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "~", "-")
	}
	return parts[0], parts[1], parts[2], true
}

// withoutZeros removes the leading zeros of the numbers in a text.
func withoutZeros(text string) string {
	var b strings.Builder
	for i := range len(text) {
		inside := i > 0 && isDigit(text[i-1]) // not the first digit of its number
		if text[i] == '0' && !inside && i+1 < len(text) && isDigit(text[i+1]) {
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// systemdClock turns a time of systemd into the fields second, minute and hour.
func systemdClock(clock string) (string, bool) {
	if clock == "" {
		return "0 0 0", true
	}
	parts := strings.Split(strings.ReplaceAll(clock, "..", "-"), ":")
	switch len(parts) {
	case 2:
		return "0 " + parts[1] + " " + parts[0], true
	case 3:
		return parts[2] + " " + parts[1] + " " + parts[0], true
	}
	return "", false
}
