package frequency

import (
	"strconv"
	"strings"
)

// timeField corrects the field second, minute or hour as a whole.
func timeField(fields []string, index int, f *field) (correction, bool) {
	if index > 2 {
		return correction{}, false
	}
	if c, ok := numberWithUnit(fields[index], f); ok {
		return c, true
	}
	if f != &hourField {
		return correction{}, false
	}
	if first, ok := strings.CutSuffix(fields[index], "-24"); ok && allDigits(first) && len(first) < 3 && atoi(first) > 1 && atoi(first) < f.max {
		return correction{hint: format("; write %s-23, or 0,%s-23 to include 00:00", "；请写 %s-23，如需包括 00:00 请写 0,%s-23", first, first)}, true
	}
	return timesInHours(fields)
}

// numberWithUnit explains a number with its unit, as in 30m. It can mean one value or a step.
func numberWithUnit(text string, f *field) (correction, bool) {
	word := strings.TrimLeft(text, "0123456789")
	n := text[:len(text)-len(word)]
	if n == "" || len(n) > 2 || atoi(n) > f.max || atoi(n) == 0 || unitWords[strings.ToLower(word)] != f.name {
		return correction{}, false
	}
	return correction{why: message{
		"a number has no unit; write " + n + " for " + f.name + " " + n + ", or 0/" + n + " for every " + englishEvery(atoi(n), f.name),
		"数字不带单位；第 " + n + " " + f.chinese + "请写 " + n + "，" + chineseEvery(atoi(n), f.chinese) + "请写 0/" + n,
	}}, true
}

// timesInHours corrects times of day in the hour field: 9:30, 9am, 9am-5pm. Their minutes and
// seconds move to the other fields, which must be 0.
//
//	0 0 9:30 * * ?       0 30 9 * * ?
//	0 0 9am-5pm * * ?    0 0 9-17 * * ?
func timesInHours(fields []string) (correction, bool) {
	rest, hours, inHour := strings.ToLower(fields[2]), "", -1
	for {
		end := strings.IndexAny(rest, ",-")
		if end < 0 {
			end = len(rest)
		}
		c := scanner{rest[:end]}
		time, ok := c.clock()
		if !ok || c.rest != "" || allDigits(rest[:end]) || inHour >= 0 && time%3600 != inHour {
			return correction{}, false
		}
		inHour = time % 3600
		hours += strconv.Itoa(time / 3600)
		if end == len(rest) {
			break
		}
		hours, rest = hours+rest[end:end+1], rest[end+1:]
	}
	c := correction{why: message{"this field is only the hour, from 0 to 23; the minute and the second have their own fields", "此字段只写小时（0 到 23）；分钟和秒有各自的字段"}}
	switch {
	case strings.Trim(fields[0]+fields[1], "0") == "":
		fields = append([]string{strconv.Itoa(inHour % 60), strconv.Itoa(inHour / 60), hours}, fields[3:]...)
	case inHour == 0 && !strings.Contains(fields[2], ":"):
		fields = append([]string{fields[0], fields[1], hours}, fields[3:]...)
	default:
		return c, true
	}
	c.text = strings.Join(fields, " ")
	return c, true
}
