package frequency

import "strings"

// The corrections of this file are about the fields as a whole: how many there are, what stands
// between them, and in which order they come.

// separators corrects blanks inside a field, and fields with another separator than blanks.
//
//	0 0 9 1, 15 * ?    0 0 9 1,15 * ?
//	0,0,9,*,*,?        0 0 9 * * ?
//	0 0 9 ** ?         0 0 9 * * ?
func (a *adviser) separators(text string, _ *ParseError) (correction, bool) {
	if joined := joinAround(text); joined != text && strings.Count(joined, " ") > 3 && hasSplitField(text) {
		if complete := a.complete(joined); complete != "" {
			return correction{
				at: blankBeside(text), text: complete,
				why: message{"a field has no blanks in it", "字段中不能有空格"},
			}, true
		}
	}
	for _, separator := range [...]string{",", ";", "|", "_", "/", "\\t", ":", "-"} {
		if n := strings.Count(text, separator); n < 4 {
			continue
		}
		words := strings.Split(text, separator)
		for i := range words {
			words[i] = strings.Trim(words[i], blanks)
		}
		split := strings.Join(words, " ")
		if n := strings.Count(split, " "); n != len(words)-1 || n > 8 {
			continue // there are blanks between other words
		}
		if complete := a.complete(split); complete != "" {
			return correction{
				at: strings.Index(text, separator), text: complete,
				why: message{"fields are separated by blanks", "字段之间应使用空格分隔"},
			}, true
		}
	}
	for _, run := range [...]string{"***", "**", "*?", "?*"} { // stars that have lost the blanks between them
		if i := strings.Index(text, run); i >= 0 {
			split := strings.ReplaceAll(strings.ReplaceAll(text, "*", " * "), "?", " ? ")
			split = strings.ReplaceAll(strings.ReplaceAll(split, "* /", "*/"), "? /", "?/")
			why := message{"fields are separated by blanks", "字段之间应使用空格分隔"}
			if len(strings.Fields(text)) >= 6 && run[0] == run[1] { // no blank is missing
				split, why = strings.ReplaceAll(text, run, "*"), message{"a field has a single *", "一个字段只写一个 *"}
			}
			if complete := a.complete(strings.TrimSpace(split)); complete != "" {
				return correction{at: i + 1, text: complete, why: why}, true
			}
		}
	}
	return correction{}, false
}

// hasSplitField reports whether blanks inside fields are likely: there are too many words for the
// fields, or a number with a comma is followed by a number.
func hasSplitField(text string) bool {
	words := strings.Fields(text)
	for i, word := range words[1:] {
		if before := words[i]; isDigit(word[0]) && len(before) > 1 && before[len(before)-1] == ',' && isDigit(before[len(before)-2]) {
			return true
		}
	}
	return len(words) > 6
}

// joinAround removes the blanks beside the signs that join the parts of a field. A blank before the
// path or the option of a command is left.
func joinAround(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		next := i
		for next < len(text) && isSpace(text[next]) {
			next++
		}
		if next > i && (joins(text, i-1, next) || joins(text, next, next+1)) {
			i = next - 1
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// joins reports whether the byte at sign joins what is before it with what follows from next.
func joins(text string, sign, next int) bool {
	if sign < 0 || sign >= len(text) || strings.IndexByte(",-/#~", text[sign]) < 0 {
		return false
	}
	blank := next < len(text) && isSpace(text[next])
	rest := strings.TrimLeft(text[min(next, len(text)):], blanks)
	return rest != "" && (text[sign] == ',' || isDigit(rest[0]) || isLetter(rest[0]) && text[sign] == '-' && (blank || next > sign+1))
}

// blankBeside returns the offset of the first blank that joinAround removes.
func blankBeside(text string) int {
	joined := joinAround(text)
	for i := range len(joined) {
		if text[i] != joined[i] {
			return i
		}
	}
	return 0
}

// fieldCount corrects an expression with the five fields of crontab, and one with a command after
// the fields. A year and a zone may follow the five fields.
//
//	30 9 * * 0                          0 30 9 * * 7
//	30 9 * * * Asia/Shanghai            0 30 9 * * * Asia/Shanghai
//	0 0 9 * * ? root /usr/bin/backup    0 0 9 * * ?
func (a *adviser) fieldCount(text string, err *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	if len(fields) < 5 || !isFieldStart(fields[0]) {
		return correction{}, false
	}
	if len(fields) > 6 {
		if six := strings.Join(fields[:6], " "); a.complete(six) != "" && a.refusal(six) == nil {
			return a.afterFields(text, six, fields, 6, err)
		}
	}
	if fields[3] == "?" && len(fields) == 5 {
		return correction{at: len(text), text: text + " *", why: message{"the day of week is missing", "缺少星期字段"}}, true
	}
	if fields[3] == "?" || sixBeforeZone(fields) {
		return correction{}, false
	}
	five := a.complete(crontabFields(fields[:5]))
	tail, ok := yearAndZoneOf(fields[5:])
	fieldsOnly := len(fields) == 5 || ok && tail != " *"
	if c, ok := a.secondFirst(fields, five, tail); ok && fieldsOnly {
		return c, true
	}
	switch {
	case five == "":
		return correction{}, false
	case len(fields) == 5:
		return correction{text: five}, true
	case fieldsOnly:
		return correction{text: five + tail, why: fiveFields}, true
	}
	return a.afterFields(text, five, fields, 5, err)
}

// secondFirst corrects five fields that begin with the second and have lost another field. The
// parameter crontab is the schedule of the same five fields in a crontab, or "" when they are not
// valid there. When both readings are as likely, secondFirst names both and suggests neither.
func (a *adviser) secondFirst(fields []string, crontab, tail string) (correction, bool) {
	six := strings.Join(fields[:5], " ") + " ?"
	if fields[4] == "?" {
		six = strings.Join(fields[:4], " ") + " * ?"
	}
	if strings.Trim(fields[0], "0") != "" || fields[2] == "*" || a.refusal(six) != nil {
		return correction{}, false
	}
	if crontab == "" {
		return correction{text: six + tail, why: message{
			"a field is missing; the first field is the second, and the last is the day of week",
			"缺少一个字段；第一个字段是秒，最后一个是星期",
		}}, true
	}
	if n := fields[1]; allDigits(n) && atoi(n)%5 != 0 {
		return correction{}, false // few schedules have such a minute, and many have such an hour
	}
	return correction{why: format(
		"a field is missing: write %s if the first field is the second, or %s if it is the minute, as in crontab",
		"缺少一个字段：若第一个字段是秒，请写 %s；若与 crontab 一样是分钟，请写 %s", six+tail, crontab+tail)}, true
}

// sixBeforeZone reports whether six fields stand before a year or a zone. One of the six is then
// wrong, and no field is missing.
func sixBeforeZone(fields []string) bool {
	if len(fields) < 7 || fields[5] != "*" && isYear(fields[5]) {
		return false
	}
	_, zone := resolveZone(fields[5])
	_, tail := yearAndZoneOf(fields[6:])
	return tail && !zone
}

// fiveFields is the reason for the five fields of crontab before a year or a zone.
var fiveFields = message{
	"the second is missing: unlike in crontab, the first field is the second, so put 0 in front; weekdays count from 1 = Monday",
	"缺少秒字段：与 crontab 不同，第一个字段是秒，请在最前面加 0；星期从 1（周一）开始",
}

// afterFields removes what follows the first count fields when it is a command, a user or a
// comment.
//
//	0 0 9 * * ? # daily            0 0 9 * * ?
//	0 0 9 * * ? /usr/bin/backup    0 0 9 * * ?
//	30 9 * * * root backup.sh      0 30 9 * * *
func (a *adviser) afterFields(text, expr string, fields []string, count int, err *ParseError) (correction, bool) {
	if _, ok := yearAndZoneOf(fields[count:]); ok {
		return correction{}, false
	}
	if count == 6 && len(fields) > 7 && isYear(fields[6]) {
		if withYear := expr + " " + fields[6]; a.refusal(withYear) == nil {
			expr, count = withYear, 7
			if zone, ok := resolveZone(fields[7]); ok {
				expr, count = expr+" "+zone, 8
			}
		}
	} else if zone, ok := resolveZone(fields[count]); ok && len(fields) > count+1 {
		expr, count = expr+" "+zone, count+1
	}
	if count >= len(fields) {
		return correction{}, false
	}
	first := fields[count]
	path := strings.IndexByte("/~$#.", first[0]) >= 0 && !strings.HasPrefix(first, "..")
	if len(fields) == count+1 && !path || !isLetter(first[0]) && strings.IndexByte("/~$#.[({\"'`", first[0]) < 0 {
		return correction{}, false
	}
	c := correction{at: fieldOffset(text, count), text: expr}
	c.why = message{
		"a schedule ends after its fields; a command, a user or a comment does not belong in it",
		"定时表达式到字段为止；其中不能写命令、用户或注释",
	}
	if count == 6 && len(fields) == 7 {
		c.why = err.reason.plus(message{"; a command does not belong in a schedule", "；定时表达式中不能写命令"})
		c.field = err.Field
	} else if count == 5 {
		c.why = c.why.plus(message{", and the second comes first, as 0", "，且第一个字段是秒，请写 0"})
	}
	return c, true
}

// isFieldStart reports whether a word can be the first field.
func isFieldStart(word string) bool {
	return isDigit(word[0]) || word[0] == '*' || word[0] == '?'
}

// yearAndZoneOf reads words that are a year, a zone, or both in either order. It returns them as
// they are written, with a blank in front of each.
func yearAndZoneOf(words []string) (string, bool) {
	year := ""
	switch {
	case len(words) > 0 && isYear(words[0]):
		year, words = " "+words[0], words[1:]
	case len(words) > 1 && isYear(words[len(words)-1]):
		year, words = " "+words[len(words)-1], words[:len(words)-1]
	}
	if len(words) == 0 {
		return year, year != ""
	}
	zone, ok := resolveZone(strings.Join(words, " "))
	return year + " " + zone, ok
}

// crontabFields turns the five fields of crontab into six.
func crontabFields(fields []string) string {
	return "0 " + strings.Join(fields[:4], " ") + " " + weekdaysFrom(fields[4], 0)
}
