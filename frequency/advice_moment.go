package frequency

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scanner reads a text piece by piece.
type scanner struct{ rest string }

// number reads a number of at least one and at most digits digits.
func (c *scanner) number(digits int) (int, bool) {
	i := 0
	for i < len(c.rest) && i < digits && isDigit(c.rest[i]) {
		i++
	}
	n := atoi(c.rest[:i])
	c.rest = c.rest[i:]
	return n, i > 0
}

// any reads one of the given pieces, and returns it.
func (c *scanner) any(pieces ...string) (string, bool) {
	for _, piece := range pieces {
		if rest, ok := strings.CutPrefix(c.rest, piece); ok {
			c.rest = rest
			return piece, true
		}
	}
	return "", false
}

// spaces moves past blanks.
func (c *scanner) spaces() { c.rest = strings.TrimLeft(c.rest, blanks) }

// date reads a date that begins with the year, as in 2022-6-6, 2022/06/06, 20220606 or
// 2022年6月6日.
func (c *scanner) date() (year, month, day int, ok bool) {
	start := c.rest
	year, ok = c.number(4)
	if !ok || len(start)-len(c.rest) != 4 {
		return 0, 0, 0, false
	}
	first, separated := c.any("-", "/", ".", "年")
	month, ok = c.number(2)
	if separated && ok {
		second, _ := c.any("-", "/", ".", "月")
		ok = first == second || first == "年" && second == "月"
	}
	if !ok {
		return 0, 0, 0, false
	}
	day, ok = c.number(2)
	c.any("日", "号")
	compact := len(start)-len(c.rest) == 8
	return year, month, day, ok && (separated || compact)
}

// clock reads a time of day, as in 9:30, 09:30:15.000, 093015, 9am or 9点30分.
func (c *scanner) clock() (seconds int, ok bool) {
	start := c.rest
	afternoon, morning := false, false
	if word, ok := c.any("上午", "早上", "早晨", "凌晨", "清晨", "下午", "晚上", "傍晚", "夜里", "中午"); ok {
		afternoon = word == "下午" || word == "晚上" || word == "傍晚"
		morning = !afternoon && word != "中午"
		c.spaces()
	}
	hour, ok := c.number(2)
	if !ok {
		c.rest = start
		return 0, false
	}
	var minute, second int
	separator, separated := c.any(":", "点", "时", "h")
	switch {
	case separated:
		digits := len(c.rest)
		if minute, ok = c.number(2); ok {
			ok = len(c.rest) == digits-2 || separator != ":"
			if _, more := c.any(":", "分"); more {
				second, _ = c.number(2)
				c.any("秒")
			}
		} else if _, half := c.any("半"); half {
			minute, ok = 30, true
		} else {
			c.any("整", "钟")
			ok = separator != ":"
		}
	case len(start) >= 6 && allDigits(start[:6]):
		minute, _ = c.number(2)
		second, ok = c.number(2)
	default:
		ok = false
	}
	if dot := c.rest; strings.HasPrefix(dot, ".") && len(dot) > 1 && isDigit(dot[1]) { // parts of a second
		c.rest = strings.TrimLeft(dot[1:], "0123456789")
	}
	half := strings.TrimLeft(c.rest, " ")
	for _, word := range [...]string{"a.m.", "p.m.", "am", "pm"} {
		if len(half) >= len(word) && strings.EqualFold(half[:len(word)], word) && (len(half) == len(word) || !isLetter(half[len(word)])) {
			ok = (ok || !separated && len(start)-len(c.rest) <= 2) && hour >= 1 && hour <= 12
			afternoon, morning = word[0] == 'p', word[0] == 'a'
			c.rest = half[len(word):]
			break
		}
	}
	switch {
	case afternoon && hour < 12:
		hour += 12
	case morning && hour == 12:
		hour = 0
	}
	return hour*3600 + minute*60 + second, ok && hour < 24 && minute < 60 && second < 60
}

// readMoment returns at(...) for a moment in another form, such as that of ISO 8601. The result is
// empty for any other text. A moment without a time is returned as incomplete.
func readMoment(text string) (moment string, complete bool) {
	text = strings.Trim(text, " \"'`()")
	c := scanner{text}
	year, month, day, ok := c.date()
	if !ok {
		return "", false
	}
	moment = fmt.Sprintf("at(%04d-%02d-%02d ", year, month, day)
	c.any("T", "t", ",", "_")
	c.spaces()
	if c.rest == "" {
		return moment + "00:00:00)", false
	}
	seconds, ok := c.clock()
	if !ok {
		return "", false
	}
	moment += fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	c.spaces()
	if c.rest == "" {
		return moment + ")", true
	}
	if offset, name, found := strings.Cut(c.rest, "["); found && strings.HasSuffix(name, "]") && len(offset) > 1 {
		c.rest = name // java.time writes both: +08:00[Asia/Shanghai]
	}
	zone, ok := resolveZone(c.rest)
	if !ok {
		return "", false
	}
	return moment + " " + zone + ")", true
}

// unixMoment returns at(...) for a number of seconds or milliseconds since 1970.
func unixMoment(digits string) string {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return ""
	}
	if len(digits) == 13 {
		n /= 1000
	}
	return "at(" + time.Unix(n, 0).UTC().Format(atLayoutGo) + " UTC)"
}

// momentForm is the reason for a moment without at(...) around it.
var momentForm = message{
	"a moment has the form at(...), in UTC when no zone is given",
	"时间点应使用 at(...) 形式，不写时区时为 UTC",
}

// moment suggests at(...) for an expression that is a moment.
//
//	2026-06-06T13:15:30+08:00    at(2026-06-06 13:15:30 GMT+8:00)
//	2026年6月6日 13点15分        at(2026-06-06 13:15:00)
//	20260606 131530              at(2026-06-06 13:15:30)
func (a *adviser) moment(text string, _ *ParseError) (correction, bool) {
	for _, front := range [...]string{"at ", "on ", "once at "} {
		if len(text) > len(front) && strings.EqualFold(text[:len(front)], front) {
			text = text[len(front):]
		}
	}
	moment, complete := readMoment(text)
	switch {
	case moment == "":
		return correction{}, false
	case !complete:
		c := correction{why: message{"a moment has the form at(...), with the time of day", "时间点应使用 at(...) 形式，并写出时间"}}
		c.hint = format(", as in %s", "，例如 %s", moment)
		return c, true
	}
	return correction{why: momentForm, text: moment}, true
}

// atForm corrects what stands in at(...).
//
//	at(2026-06-06T13:15:30Z)    at(2026-06-06 13:15:30 UTC)
//	at(2026-6-6 9:30)           at(2026-06-06 09:30:00)
//	at(1780000000)              at(2026-05-28 20:26:40 UTC)
func (a *adviser) atForm(text string, err *ParseError) (correction, bool) {
	inner, after, ok := cutForm(text, "at")
	if !ok {
		return correction{}, false
	}
	inner = strings.Trim(inner, " \"'`()")
	if after != "" {
		inner += " " + after
	}
	if allDigits(inner) && (len(inner) == 10 || len(inner) == 13) {
		return correction{text: unixMoment(inner)}, true
	}
	moment, complete := readMoment(inner)
	switch {
	case moment != "" && !complete:
		return correction{hint: format("; for midnight write %s", "；如为零点请写 %s", moment)}, true
	case moment != "":
		return correction{text: moment}, true
	}
	if daily := a.complete(inner); daily != "" {
		c := correction{field: err.Field, at: err.Offset}
		c.why = message{"at(...) is one moment and needs a date", "at(...) 表示单个时间点，需要日期"}
		if s, _ := Parse(daily); s.kind == KindCron {
			c.hint = format("; for every day at this time write %s", "；如需每天在该时间执行请写 %s", daily)
			if strings.Count(inner, " ") > 3 {
				c.why, c.text = message{"at(...) is only for one moment", "at(...) 只能用于单个时间点"}, daily
			}
		}
		return c, true
	}
	return correction{}, true
}
