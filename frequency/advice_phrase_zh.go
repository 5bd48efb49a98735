package frequency

import (
	"strings"
	"unicode"
)

// translatedWords translates the words of a schedule. Longer words come before their parts.
var translatedWords = strings.NewReplacer(
	"北京时间", " ", "每个工作日", " weekdays ", "每工作日", " weekdays ", "最后一个工作日", " last weekday ", "工作日", " weekdays ", "每个周末", " weekends ",
	"每周末", " weekends ", "周末", " weekends ", "最后一天", " last day ", "月底", " last day ", "月末", " last day ", "第一天", " first day ", "月初", " first day ",
	"半个小时", "30 minutes ", "半小时", "30 minutes ", "每个小时", " every hour ", "每小时", " every hour ", "每一小时", " every hour ", "每分钟", " every minute ", "每秒", " every second ",
	"每天", " every day ", "每日", " every day ", "天天", " every day ", "每晚", " every day 晚上", "每个季度", " every quarter ", "每季度", " every quarter ", "每季", " every quarter ", "每年", " every year ",
	"每个月", " every month ", "每月", " every month ", "每周", " every week ", "每星期", " every week ", "每个星期", " every week ", "每礼拜", " every week ",
	"每隔", " every ", "每", " every ", "个小时", " hours ", "小时", " hours ", "分钟", " minutes ", "秒钟", " seconds ", "个月", " months ", "天", " days ",
	"执行一次", " ", "运行一次", " ", "一次", " ", "执行", " ", "运行", " ", "定时", " ", "在", " ", "的", " ", "于", " ", "整点", " ", "和", " ", "第", " ", "及", " ", "、", " ",
	"午夜", " midnight ", "零点整", " midnight ", "零点", " midnight ", "正午", " noon ", "，", " ", "。", " ",
)

// translatedNumbers turns Chinese numbers before a unit into digits.
var translatedNumbers = func() *strings.Replacer {
	words := []string{"二十", "20", "三十", "30", "四十", "40", "五十", "50", "十五", "15", "十二", "12", "十一", "11", "十", "10"}
	for i, digit := range []string{"一", "二", "三", "四", "五", "六", "七", "八", "九"} {
		words = append(words, digit, string(byte('1'+i)))
	}
	return strings.NewReplacer(append(words, "两", "2")...)
}()

// chinesePhrase suggests fields for a schedule in Chinese words, such as 每天9点.
//
//	每天9点                  0 0 9 * * ?
//	每周一、三、五上午9点    0 0 9 ? * MON,WED,FRI
//	每月最后一天22点         0 0 22 L * ?
//	每个工作日9:30           0 30 9 ? * MON-FRI
//	每2小时                  rate(2h)
func (a *adviser) chinesePhrase(text string, _ *ParseError) (correction, bool) {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return correction{}, false
	}
	plain := a.plainText(text)
	if v, ok := parseInterval(plain); ok {
		c := v.correction(0)
		c.why = notInWords
		return c, true
	}
	zone := ""
	if strings.Contains(plain, "北京时间") {
		zone = " Asia/Shanghai"
	}
	words := translatedWords.Replace(translateWeekdays(plain))
	expr := readPhrase(strings.TrimSpace(translatedNumbers.Replace(words)))
	if expr != "" && !strings.HasPrefix(expr, "rate") {
		expr += zone
	}
	if expr = a.complete(expr); expr == "" {
		return correction{}, false
	}
	return correction{why: notInWords, text: expr}, true
}

// plainText replaces the characters that only look like those of the grammar.
func (a *adviser) plainText(text string) string {
	if c, ok := a.characters(text, &ParseError{}); ok {
		text = c.text
	}
	return strings.ToLower(text)
}

// translateWeekdays translates the weekdays of a Chinese text, also in lists such as
// 每周一、三、五.
func translateWeekdays(text string) string {
	const days = "一二三四五六日天"
	var b strings.Builder
	for rest := text; rest != ""; {
		front := ""
		for _, word := range [...]string{"每个星期", "每星期", "每礼拜", "每周", "星期", "礼拜", "周"} {
			if front == "" && strings.HasPrefix(rest, word) {
				front = word
			}
		}
		after := []rune(rest[len(front):])
		if front == "" || len(after) == 0 || !strings.ContainsRune(days, after[0]) {
			size := runeLength(rest)
			b.WriteString(rest[:size])
			rest = rest[size:]
			continue
		}
		i := 0
		for i < len(after) && strings.ContainsRune(days, after[i]) {
			n := min(strings.IndexRune(days, after[i])/3, 6)
			b.WriteString(" " + strings.ToLower(weekdayNames[n]) + " ")
			i++
			for i+1 < len(after) && strings.ContainsRune(",、和/", after[i]) && strings.ContainsRune(days, after[i+1]) {
				i++
				break
			}
			if i+1 < len(after) && strings.ContainsRune("至到-", after[i]) {
				b.WriteString("to")
				i++
			}
		}
		rest = string(after[i:])
	}
	return b.String()
}
