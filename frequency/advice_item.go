package frequency

import (
	"slices"
	"strconv"
	"strings"
)

// clockFields are the fields of a clock schedule in their order, without the zone.
var clockFields = [...]*field{&secondField, &minuteField, &hourField, &dayField, &monthField, &weekdayField, &yearField}

// item corrects the list item that the error points at.
//
//	0 0 9 ? * 0           0 0 9 ? * 7
//	0 0 22-4 * * ?        0 0 22-23,0-4 * * ?
//	0 0 9 ? * MON,,FRI    0 0 9 ? * MON,FRI
func (a *adviser) item(text string, err *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	if len(fields) < 6 {
		return correction{}, false
	}
	for i, f := range clockFields[:min(len(fields), len(clockFields))] {
		if f.name != err.Field {
			continue
		}
		begin := fieldOffset(text, i)
		end := begin + len(fields[i])
		if err.Offset < begin || err.Offset > end {
			return correction{}, false
		}
		if f == &weekdayField && strings.Contains(","+fields[i], ",0") {
			if all := weekdaysFrom(fields[i], 0); all != fields[i] {
				return correction{text: withField(fields, i, all), said: fields[i] == "0"}, true
			}
		}
		if c, ok := largeStep(fields, i, f); ok {
			c.field, c.at = f.name, err.Offset
			return c, true
		}
		if c, ok := timeField(fields, i, f); ok {
			c.field, c.at = f.name, err.Offset
			return c, true
		}
		items := strings.Split(fields[i], ",")
		for j, item := range items {
			fixed, said := splitReversed(f, item)
			why, ok := message{}, said
			if !said {
				fixed, why, ok = fixItem(f, item, fields, i)
			}
			if !ok {
				continue
			}
			items[j] = fixed
			return correction{at: err.Offset, field: f.name, why: why, said: said,
				text: text[:begin] + strings.Join(compact(items), ",") + text[end:]}, true
		}
		if len(compact(items)) < len(items) && len(compact(items)) > 0 {
			return correction{text: text[:begin] + strings.Join(compact(items), ",") + text[end:]}, true
		}
	}
	return correction{}, false
}

// splitReversed replaces a range that goes backwards by what it is meant to be: a range of years
// the other way round, or the values up to the end of the field and those from its start.
func splitReversed(f *field, item string) (string, bool) {
	p := parser{expr: item, end: len(item)}
	lo, ok := p.value(f)
	if !ok || p.peek() != '-' {
		return item, false
	}
	p.pos++
	hi, ok := p.value(f)
	if !ok || p.pos < p.end || hi >= lo {
		return item, false
	}
	if f == &yearField {
		return strconv.Itoa(hi) + "-" + strconv.Itoa(lo), true
	}
	return f.aroundTheEnd(lo, hi), true
}

// compact returns the items that are not empty.
func compact(items []string) []string {
	var list []string
	for _, item := range items {
		if item != "" {
			list = append(list, item)
		}
	}
	return list
}

// fixItem corrects one item of a list. The result why is empty when the parser has explained the
// mistake well.
//
//	0 *5 * * * ?          0 */5 * * * ?
//	0 /5 * * * ?          0 */5 * * * ?
//	0 0 9 1st * ?         0 0 9 1 * ?
//	0 0 9 1;15 * ?        0 0 9 1,15 * ?
//	0 0 9 W15 * ?         0 0 9 15W * ?
//	0 0 9 WL * ?          0 0 9 LW * ?
//	0 0 9 ? * weekdays    0 0 9 ? * MON-FRI
//	0 0 9 ? * L5          0 0 9 ? * 5L
//	0 0 9 ? * 5#L         0 0 9 ? * 5L
func fixItem(f *field, item string, fields []string, index int) (fixed string, why message, ok bool) {
	upper := strings.ToUpper(item)
	if plain := rangeSign(f, item); plain != item {
		return plain, message{"a range has a single hyphen, as in 1-5", "范围应使用一个连字符，例如 1-5"}, true
	}
	if list := strings.NewReplacer(";", ",", "|", ",").Replace(item); list != item && isDigit(item[0]) && isDigit(item[len(item)-1]) {
		return list, message{"the items of a list are separated by commas, as in 1,15", "列表中的各项应使用逗号分隔，例如 1,15"}, true
	}
	switch {
	case len(item) > 1 && item[0] == '*' && allDigits(item[1:]) && len(item) < 4 && f != &weekdayField && atoi(item[1:]) > 0 && atoi(item[1:]) <= f.maxStep:
		return "*/" + item[1:], message{"a step has a slash, as in */5", "步长应使用斜线，例如 */5"}, true
	case f == &dayField && len(item) > 2 && allDigits(item[:len(item)-2]) && slices.Contains([]string{"ST", "ND", "RD", "TH"}, upper[len(upper)-2:]):
		return item[:len(item)-2], message{"a day is a number alone, as in 1", "日期只写数字，例如 1"}, true
	case f == &weekdayField && slices.Contains([]string{"WEEKDAY", "WEEKDAYS", "WORKDAY", "WORKDAYS"}, upper):
		return "MON-FRI", message{"the working days are MON-FRI", "工作日应写为 MON-FRI"}, true
	case f == &weekdayField && (upper == "WEEKEND" || upper == "WEEKENDS"):
		return "SAT,SUN", message{"the weekend is SAT,SUN", "周末应写为 SAT,SUN"}, true
	case item == "?" && f != &dayField && f != &weekdayField:
		return "*", why, true
	case strings.HasPrefix(item, "?/"):
		return "*" + item[1:], why, true
	case len(item) > 1 && item[0] == '/' && allDigits(item[1:]):
		return "*" + item, why, true
	case f == &dayField && upper == "WL":
		return "LW", message{"the last weekday of the month is LW", "当月最后一个工作日应写为 LW"}, true
	case f == &dayField && upper[:min(1, len(upper))] == "W" && allDigits(item[1:]):
		return item[1:] + "W", message{"W follows the day", "W 应写在日期之后"}, true
	case f == &weekdayField && len(item) > 1 && upper[0] == 'L':
		day := strings.TrimLeft(item[1:], "-#")
		if _, ok := weekdayNumber(day, 0); ok && day != "0" {
			return day + "L", message{"L follows the weekday", "L 应写在星期之后"}, true
		}
	case f == &weekdayField && strings.HasSuffix(upper, "#L"):
		return item[:len(item)-2] + "L", message{"the last such weekday of the month has L without #", "当月最后一个星期几只写 L，不写 #"}, true
	}
	if fixed, ok := fixWeekday(f, item); ok {
		return fixed, why, true
	}
	if fixed, ok := fixNumbers(f, item, fields, index); ok {
		return fixed, why, true
	}
	if f.names != nil {
		if fixed := fixNames(f, item); fixed != item {
			return fixed, why, true
		}
	}
	return item, why, false
}

// rangeSign replaces the signs that other programs use for a range.
//
//	0 0 9~17 * * ?        0 0 9-17 * * ?
//	0 0 9 ? * MON..FRI    0 0 9 ? * MON-FRI
func rangeSign(f *field, item string) string {
	for _, sign := range [...]string{"...", "..", "--", "~", "至", "到"} {
		if i := strings.Index(item, sign); i > 0 && i+len(sign) < len(item) {
			return item[:i] + "-" + item[i+len(sign):]
		}
	}
	lower := strings.ToLower(item)
	for _, sign := range [...]string{"through", "thru", "to"} {
		if i := strings.Index(lower, sign); i > 0 && i+len(sign) < len(item) && (isDigit(item[0]) || f.names != nil && i > 2) && f.maxStep > 0 {
			return item[:i] + "-" + item[i+len(sign):]
		}
	}
	return item
}

// fixWeekday rewrites an item of the weekday field with a number that counts from 0 = Sunday, or
// with another form of the k-th weekday of the month.
//
//	0 0 9 ? * 3#MON    0 0 9 ? * MON#3
//	0 0 9 ? * MON2     0 0 9 ? * MON#2
func fixWeekday(f *field, item string) (string, bool) {
	if f != &weekdayField {
		return item, false
	}
	if strings.HasPrefix(item, "0") {
		if len(item) == 2 && item[1] >= '1' && item[1] <= '7' {
			return item[1:], true // a leading zero
		}
		if fixed := weekdaysFrom(item, 0); fixed != item {
			return fixed, true
		}
	}
	day, week, found := strings.Cut(item, "#")
	if _, ok := weekdayNumber(week, 0); found && ok && !isDigit(week[0]) && len(day) == 1 && isDigit(day[0]) {
		return week + "#" + day, true
	}
	if n := len(item) - 1; !found && n >= 3 && isDigit(item[n]) && item[n] >= '1' && item[n] <= '5' {
		if _, ok := weekdayNumber(item[:n], 0); ok {
			return item[:n] + "#" + item[n:], true
		}
	}
	return item, false
}

// fixNumbers removes leading zeros. It also writes 0 for hour 24, and * for a range such as 0-60
// minutes, which ends one above the field and means the whole field.
//
//	0 0-60 * * * ?    0 * * * * ?
//	0 0 24 * * ?      0 0 0 * * ?
//	008 0 9 * * ?     8 0 9 * * ?
func fixNumbers(f *field, item string, fields []string, index int) (string, bool) {
	if f.min == 0 && (item == "0-"+strconv.Itoa(f.max+1) || item == "1-"+strconv.Itoa(f.max+1)) {
		return "*", true
	}
	if f == &hourField && item == "24" && strings.Trim(strings.Join(fields[index+1:min(6, len(fields))], ""), "*?") == "" {
		return "0", true
	}
	if f == &yearField || item == "" || !isDigit(item[0]) {
		return item, false
	}
	fixed := withoutZeros(withoutZeros(item)) // 008 has two
	return fixed, fixed != item && len(item) > 2
}

// fixNames writes the names of an item so that Parse knows them: abbreviations, plurals, Chinese
// names and names with a wrong letter.
//
//	0 0 9 ? Sept MON       0 0 9 ? SEP MON
//	0 0 9 ? * Mond         0 0 9 ? * MON
//	0 0 9 ? * 周一         0 0 9 ? * MON
//	0 0 9 ? 三月 MON       0 0 9 ? MAR MON
func fixNames(f *field, item string) string {
	var b strings.Builder
	for rest := item; rest != ""; {
		end := strings.IndexAny(rest, "-/#0123456789")
		if end == 0 {
			b.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		if end < 0 {
			end = len(rest)
		}
		b.WriteString(fixName(f, rest[:end]))
		rest = rest[end:]
	}
	return b.String()
}

// fixName returns the three letters of a name that is not quite right, or the name itself.
func fixName(f *field, name string) string {
	if n := chineseName(f, name); n >= 0 {
		return f.names[n][:3]
	}
	upper := strings.TrimRight(strings.ToUpper(name), ".")
	if len(upper) < 2 {
		return name
	}
	for _, word := range [...]string{upper, strings.TrimSuffix(upper, "S")} {
		found, count := "", 0
		for _, full := range f.names {
			if word == full || word == full[:3] {
				if name == word {
					return name
				}
				return full[:3]
			}
			if strings.HasPrefix(full, word) || len(word) > 4 && editDistance(word, full) == 1 {
				found, count = full, count+1
			}
		}
		if count == 1 && len(word) >= 2 {
			return found[:3]
		}
	}
	return name
}

// chineseName returns the index of a Chinese name among the names of the field, or -1.
func chineseName(f *field, name string) int {
	if f == &weekdayField {
		for _, front := range [...]string{"周", "星期", "礼拜"} {
			if day, ok := strings.CutPrefix(name, front); ok {
				if day == "天" {
					day = "日"
				}
				if n := strings.Index("一二三四五六日", day); n >= 0 && len(day) == 3 {
					return n / 3
				}
			}
		}
		return -1
	}
	if n, ok := numberWords[strings.TrimSuffix(name, "月")]; ok && strings.HasSuffix(name, "月") && n <= 12 {
		return int(n) - 1
	}
	return -1
}
