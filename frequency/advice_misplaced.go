package frequency

import "strings"

// The indexes of the fields that can be exchanged by mistake.
const (
	dayIndex = 3 + iota
	monthIndex
	weekdayIndex
)

// misplaced exchanges two fields when one of them has items that only the other can have: the name
// of a weekday or month, or W, #, or a number with L.
//
//	0 0 9 MON * ?      0 0 9 ? * MON
//	0 0 9 ? MON JAN    0 0 9 ? JAN MON
//	0 0 9 * * 15W      0 0 9 15W * *
//	0 0 9 5L * ?       0 0 9 ? * 5L
func (a *adviser) misplaced(text string, _ *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	if len(fields) < 6 {
		return correction{}, false
	}
	for i := dayIndex; i <= weekdayIndex; i++ {
		home, what := homeOf(fields[i])
		if home == 0 || home == i {
			continue
		}
		fields[i], fields[home] = fields[home], fields[i]
		if complete := a.complete(strings.Join(fields, " ")); complete != "" {
			c := correction{text: complete}
			if what != (message{}) {
				c.at, c.field, c.why = fieldOffset(text, i), clockFields[i].name, what
			}
			return c, true
		}
		fields[i], fields[home] = fields[home], fields[i]
	}
	return correction{}, false
}

// homeOf returns the index of the only field that can have the items of word, or 0 when there is no
// such field. The result what says what the word is, if it is a name.
func homeOf(word string) (index int, what message) {
	item, _, _ := strings.Cut(strings.ToUpper(word), ",")
	name, _, _ := strings.Cut(item, "-")
	name = strings.TrimRight(name, "#12345L")
	if len(name) > 2 {
		for _, full := range weekdayNames {
			if name == full || name == full[:3] {
				return weekdayIndex, format("%s is a weekday, and weekdays are the sixth field", "%s 是星期，应写在第 6 个字段", name)
			}
		}
		for _, full := range monthNames {
			if name == full || name == full[:3] {
				return monthIndex, format("%s is a month, and months are the fifth field", "%s 是月份，应写在第 5 个字段", name)
			}
		}
	}
	number := len(item) > 1 && isDigit(item[0])
	switch {
	case item == "LW" || item == "WL" || number && strings.HasSuffix(item, "W"):
		return dayIndex, message{"W belongs in the day-of-month field, which is the fourth", "W 只能用于日期字段，即第 4 个字段"}
	case strings.Contains(item, "#"), number && strings.HasSuffix(item, "L"):
		return weekdayIndex, message{}
	}
	return 0, message{}
}
