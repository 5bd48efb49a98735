package frequency

import "strings"

// weekdaysFrom rewrites a day-of-week field of a program that gives Sunday another number: 0 in
// crontab, 1 in Quartz and EventBridge. A field that means the same in both is left as it is, and
// so is one that cannot be read.
func weekdaysFrom(word string, sunday int) string {
	if sunday == 1 && strings.EqualFold(word, "L") {
		return "6" // the last day of a week that begins on Sunday
	}
	set := uint64(0)
	for _, item := range strings.Split(word, ",") {
		item, stepText, stepped := strings.Cut(item, "/")
		step := 1
		if stepped {
			if step = atoi(stepText); !allDigits(stepText) || step < 1 || step > 7 {
				return word
			}
		}
		if item == "*" || item == "?" {
			if !stepped {
				return word
			}
			item = string(byte('0'+sunday)) + "-" + string(byte('6'+sunday))
		}
		if day, after, found := cutAnyByte(item, "#Ll"); found {
			if n, ok := weekdayNumber(day, sunday); ok && !stepped && !strings.Contains(word, ",") {
				return string(byte('0'+n)) + after
			}
			return word
		}
		first, last, isRange := strings.Cut(item, "-")
		lo, ok := weekdayNumber(first, sunday)
		hi := lo
		if isRange && ok {
			hi, ok = weekdayNumber(last, sunday)
		} else if stepped {
			hi, _ = weekdayNumber(string(byte('6'+sunday)), sunday)
		}
		if !ok {
			return word
		}
		if hi < lo || isRange && hi == lo && first != last {
			hi += 7
		}
		for day := lo; day <= hi; day += step {
			set |= 1 << ((day-1)%7 + 1)
		}
	}
	var s Schedule
	p := parser{expr: "0 0 0 ? * " + word}
	if p.parse(&s) && s.days.weekdays == uint8(set) && s.notes&^noteEitherDay == 0 {
		return word
	}
	return string(weekdayField.appendSet(nil, set))
}

// cutAnyByte cuts s before the first of the given bytes that follows its start.
func cutAnyByte(s, set string) (before, from string, found bool) {
	if i := strings.IndexAny(s, set); i > 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

// weekdayNumber returns the weekday, 1 = Monday to 7 = Sunday, of a name or of a number. The
// parameter sunday is the number of Sunday in the program that the word is from.
func weekdayNumber(word string, sunday int) (int, bool) {
	if len(word) == 1 && isDigit(word[0]) {
		n := int(word[0]-'0') - sunday
		if n < 0 || n > 7-sunday {
			return 0, false
		}
		return (n+6)%7 + 1, true
	}
	for i, name := range weekdayNames {
		if len(word) >= 3 && len(word) <= len(name) && equalFold(word, name[:len(word)]) && (len(word) == 3 || len(word) == len(name)) {
			return i + 1, true
		}
	}
	return 0, false
}
