package frequency

import (
	"strconv"
	"strings"
)

// interval is a duration that was recognised in an expression.
type interval struct {
	millis int64
	months bool // it also has months or years, which have no fixed length
	parts  int  // the number of units
}

// correction suggests the schedule that fires in this interval. The parameter at is the offset of
// the interval in its text.
func (v interval) correction(at int) correction {
	c := correction{at: at, why: message{"an interval has the form rate(...)", "间隔应使用 rate(...) 形式"}}
	seconds := v.millis / 1000
	switch {
	case v.months:
		c.why = message{
			"a month or a year is no fixed interval; write a clock schedule, as in 0 0 0 1 * ? for the first day of each month",
			"月和年不是固定间隔；请写 Cron 表达式，例如 0 0 0 1 * ? 表示每月 1 日",
		}
	case v.millis%1000 != 0 || seconds < 10:
		c.hint = message{"; the shortest interval is 60 seconds, and 10 seconds in a clock schedule, as in 0/10 * * * * ?",
			"；最短间隔为 60 秒，Cron 表达式为 10 秒，例如 0/10 * * * * ?"}
	case seconds < 60 && 60%seconds == 0:
		c.text = "0/" + strconv.FormatInt(seconds, 10) + " * * * * ?"
		c.why = format("an interval has the form rate(%ds), but the service accepts 60 seconds or more there",
			"间隔应写为 rate(%ds)，但该形式的间隔不能小于 60 秒", seconds)
	case seconds < 60:
		c.hint = message{", and is 60 seconds or more", "，且不能小于 60 秒"}
	case seconds > 7*daySeconds:
		c.hint = longerThanWeek
	default:
		c.text = v.rate()
	}
	return c
}

// longerThanWeek is the advice for an interval above the limit of the service.
var longerThanWeek = message{
	"; an interval is at most 7 days, so write a clock schedule for a longer time, as in 0 0 0 1 * ? for the first day of each month",
	"；间隔不能超过 7 天，更长的间隔请写 Cron 表达式，例如 0 0 0 1 * ? 表示每月 1 日",
}

// rate returns the interval as rate(...), or "" when that form cannot express it.
func (v interval) rate() string {
	if v.months || v.millis%1000 != 0 || v.millis <= 0 || v.millis > maxRate*daySeconds*1000 {
		return ""
	}
	s := Schedule{kind: KindRate, when: v.millis / 1000}
	return s.String()
}

// intervalUnits are the words for units, in milliseconds.
var intervalUnits = map[string]int64{
	"ms": 1, "millis": 1, "millisecond": 1, "milliseconds": 1,
	"s": 1000, "sec": 1000, "secs": 1000, "second": 1000, "seconds": 1000, "秒": 1000, "秒钟": 1000,
	"m": 60_000, "min": 60_000, "mins": 60_000, "mn": 60_000, "minute": 60_000, "minutes": 60_000, "分": 60_000, "分钟": 60_000, "分鐘": 60_000,
	"h": 3600_000, "hr": 3600_000, "hrs": 3600_000, "hour": 3600_000, "hours": 3600_000, "小时": 3600_000, "小時": 3600_000, "个小时": 3600_000, "时": 3600_000, "钟头": 3600_000, "个钟头": 3600_000,
	"d": 86400_000, "day": 86400_000, "days": 86400_000, "天": 86400_000, "日": 86400_000,
	"w": 604800_000, "wk": 604800_000, "wks": 604800_000, "week": 604800_000, "weeks": 604800_000, "周": 604800_000, "星期": 604800_000, "个星期": 604800_000, "礼拜": 604800_000,
	"fortnight": 1209600_000,
}

// numberWords are the numbers that people write as words.
var numberWords = map[string]int64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
	"twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty-five": 45, "sixty": 60, "other": 2, "second": 2,
	"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十五": 15, "二十": 20, "三十": 30,
}

// parseInterval reads a duration as people and other programs write it: 5m, 1h30m, 5 minutes, every
// 5 min, 1.5h, PT5M, 5分钟. The text is in small letters.
func parseInterval(text string) (interval, bool) {
	text = strings.Trim(text, " \"'`()")
	for _, front := range [...]string{"once every ", "once per ", "every ", "each ", "per ", "in ", "每隔", "每", "间隔"} {
		text = strings.TrimLeft(strings.TrimPrefix(text, front), blanks)
	}
	if upper := strings.ToUpper(text); strings.HasPrefix(upper, "P") || strings.HasPrefix(upper, "R") {
		return parseISODuration(upper)
	}
	var v interval
	for ; ; v.parts++ {
		text = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(text, " ,+"), "and "), " ")
		if text == "" {
			return v, v.parts > 0 && v.millis > 0
		}
		number, rest, ok := cutAmount(text)
		if !ok {
			return v, false
		}
		rest = strings.TrimLeft(rest, " -")
		end := strings.IndexAny(rest, " ,+0123456789")
		if end < 0 {
			end = len(rest)
		}
		word := strings.TrimRight(rest[:end], ".)")
		unit, known := intervalUnits[word]
		if word == "months" || word == "month" || word == "years" || word == "year" || word == "月" || word == "个月" || word == "年" {
			unit, known, v.months = 1000, true, true
		}
		if !known || number > 1<<40/unit*1000 {
			return v, false
		}
		v.millis += number * unit / 1000
		text = rest[end:]
	}
}

// cutAmount reads the number in front of a unit. It returns it in thousandths.
func cutAmount(text string) (thousandths int64, rest string, ok bool) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i == 0 {
		return cutNumberWord(text)
	}
	if i > 10 {
		return 0, "", false
	}
	thousandths = int64(atoi(text[:i])) * 1000
	rest = text[i:]
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && isDigit(rest[1]) {
		weight := int64(100)
		for rest = rest[1:]; rest != "" && isDigit(rest[0]); rest = rest[1:] {
			thousandths += int64(rest[0]-'0') * weight
			weight /= 10
		}
	}
	return thousandths, rest, true
}

// cutNumberWord reads a number that is written as a word, and "half" as 0.5.
func cutNumberWord(text string) (thousandths int64, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(text, "half "); ok {
		return 500, strings.TrimPrefix(strings.TrimPrefix(rest, "an "), "a "), true
	}
	if rest, ok := strings.CutPrefix(text, "半"); ok {
		return 500, strings.TrimPrefix(rest, "个"), true
	}
	word, rest, found := strings.Cut(text, " ")
	if n, ok := numberWords[word]; found && ok {
		if n == 1 && strings.HasPrefix(rest, "half") {
			return cutNumberWord(rest)
		}
		return n * 1000, rest, true
	}
	for _, size := range [...]int{6, 3} { // Chinese numbers have one or two characters and no blank after them
		if len(text) > size {
			if n, ok := numberWords[text[:size]]; ok && text[0] >= 0x80 {
				return n * 1000, text[size:], true
			}
		}
	}
	return 0, "", false
}

// parseISODuration reads a duration of ISO 8601, such as P1D or PT1H30M, also with a count of
// repetitions in front. The text is in capitals.
func parseISODuration(text string) (interval, bool) {
	if text[0] == 'R' {
		_, after, found := strings.Cut(text, "/")
		if text = after; !found {
			return interval{}, false
		}
	}
	date, clock, hasClock := strings.Cut(text, "T")
	date, ok := strings.CutPrefix(date, "P")
	if !ok || date+clock == "" || hasClock && clock == "" {
		return interval{}, false
	}
	var v interval
	for _, part := range [...]struct {
		text, units string
		millis      []int64
	}{
		{date, "YMWD", []int64{0, 0, 604800_000, 86400_000}},
		{clock, "HMS", []int64{3600_000, 60_000, 1000}},
	} {
		for rest := part.text; rest != ""; {
			number, after, ok := cutAmount(rest)
			if !ok || after == "" || number > 1<<40 {
				return v, false
			}
			unit := strings.IndexByte(part.units, after[0])
			if unit < 0 {
				return v, false
			}
			if part.millis[unit] == 0 {
				v.months = true
			}
			if number > 1<<40/max(part.millis[unit], 1)*1000 {
				return v, false
			}
			v.millis += number * part.millis[unit] / 1000
			rest = after[1:]
		}
	}
	return v, v.millis > 0 || v.months
}

// interval suggests rate(...) for an expression that is a duration, such as 5m or PT5M. A number
// alone has no unit.
//
//	5m              rate(5m)
//	1h30m           rate(90m)
//	half an hour    rate(30m)
//	PT1H30M         rate(90m)
//	P1D             rate(1d)
//	30s             0/30 * * * * ?
func (a *adviser) interval(text string, _ *ParseError) (correction, bool) {
	if allDigits(text) {
		return bareNumber(text), true
	}
	if v, ok := parseInterval(strings.ToLower(text)); ok {
		return v.correction(0), true
	}
	return correction{}, false
}

// bareNumber explains an expression that is only a number.
func bareNumber(text string) correction {
	if len(text) == 10 || len(text) == 13 {
		if moment := unixMoment(text); moment != "" {
			return correction{why: message{"a moment has the form at(...)", "时间点应使用 at(...) 形式"}, text: moment}
		}
	}
	c := correction{why: message{"a number needs a unit: s, m, h or d, as in rate(5m)", "数字需要单位：s、m、h 或 d，例如 rate(5m)"}}
	if n := strings.TrimLeft(text, "0"); n != "" && len(n) < 6 {
		c.why = format("a number needs a unit, as in rate(%sm) for minutes or rate(%ss) for seconds",
			"数字需要单位，例如 rate(%sm) 表示分钟，rate(%ss) 表示秒", n, n)
	}
	return c
}

// rateForm corrects what stands in rate(...), or after the word rate.
//
//	rate(5 minutes)    rate(5m)
//	rate(1h30m)        rate(90m)
//	rate 5m            rate(5m)
//	rate(0 9 * * *)    0 0 9 * * *
func (a *adviser) rateForm(text string, err *ParseError) (correction, bool) {
	if len(text) < 5 || !strings.EqualFold(text[:4], "rate") || isLetter(text[4]) {
		return correction{}, false
	}
	c := correction{at: err.Offset, field: "rate"}
	if err.Field != "rate" {
		c.why, c.field = message{"an interval has the form rate(...), as in rate(5m)", "间隔应使用 rate(...) 形式，例如 rate(5m)"}, ""
	}
	inner := strings.TrimLeft(text[4:], " ([{:=")
	if end := strings.IndexAny(inner, ")]}"); end >= 0 {
		after := strings.Trim(inner[end:], " )]};,.")
		if _, isZone := resolveZone(after); after != "" && !isZone {
			return c, true
		}
		inner = inner[:end]
	}
	inner = strings.Trim(inner, " \"'`+")
	v, ok := parseInterval(strings.ToLower(inner))
	switch {
	case ok && v.months:
		c = v.correction(err.Offset)
		c.field = "rate"
	case ok && v.millis > 7*daySeconds*1000:
		c.hint = longerThanWeek
	case ok:
		if c.text = v.rate(); c.text != "" && err.Field == "rate" {
			c.why = err.reason.instance(c.text)
			if v.parts > 1 {
				c.why, c.at = unitsCombined.instance(c.text), strings.Index(text, inner)
			}
		}
	case v.parts > 0 && v.millis == 0, allDigits(inner) && strings.Trim(inner, "0") == "":
		// no advice: an interval of 0, such as 0h, is no rate, and 0h does not mean the hour 0
		// here
	case allDigits(inner):
		c.hint = format("; for minutes write rate(%sm)", "；单位为分钟时请写 rate(%sm)", inner)
	case inner != "" && !strings.HasPrefix(strings.ToLower(inner), "rate"):
		if other := a.complete(inner); other != "" {
			return correction{text: other, why: message{"rate(...) is only for an interval", "rate(...) 只能用于间隔"}}, true
		}
	}
	return c, true
}

// instance returns the reason m with the suggestion in place of the example in it.
func (m message) instance(suggestion string) message {
	examples := strings.NewReplacer("rate(90m)", suggestion, "rate(5m)", suggestion)
	return message{examples.Replace(m.en), examples.Replace(m.zh)}
}
