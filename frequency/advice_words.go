package frequency

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// notInWords is the reason for a schedule in words, in either language.
var notInWords = message{"a schedule is written in fields, not in words", "定时表达式应使用字段，不能使用文字描述"}

// words says what to write instead of a phrase that is not understood, or that needs more than one
// schedule.
func (a *adviser) words(text string, err *ParseError) (correction, bool) {
	word := strings.ToLower(firstWord(text))
	if err.Field == "at" || err.Field == "rate" || word != "" && (len(text) == len(word) || !isSpace(text[len(word)])) {
		return correction{}, false
	}
	_, isUnit := unitWords[word]
	_, isDay := weekdayNumber(strings.TrimSuffix(word, "s"), 0)
	known := slices.Contains([]string{"every", "each", "once", "twice", "on", "at", "run", "first", "last", "weekdays", "weekends"}, word)
	if han, _ := utf8.DecodeRuneInString(text); !unicode.Is(unicode.Han, han) && !known && (!isUnit && !isDay || len(word) < 3) {
		return correction{}, false
	}
	return correction{why: notInWords, hint: message{
		"; write second, minute, hour, day, month, weekday, as in 0 0 9 * * ? for every day at 9:00; times that do not fit into one schedule need several",
		"；请依次写秒、分钟、小时、日期、月份、星期，例如 0 0 9 * * ? 表示每天 9:00；一个表达式无法表示的时间需要拆成多个定时任务",
	}}, true
}
