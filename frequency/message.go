package frequency

import (
	"fmt"
	"strings"
)

// message is a text for people in English and in Chinese. Reasons of errors and texts of warnings
// are messages. The Chinese text uses full-width punctuation and the terms of the Chinese
// documentation: 云助手 Agent for the agent, 实例 for an instance, 命令 for a command.
type message struct{ en, zh string }

// format returns a message with values in it. Both texts have the same values, in the order of
// args. A text that needs another order uses %[1]s.
func format(en, zh string, args ...any) message {
	return message{fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)}
}

// plus returns the message m followed by the message o.
func (m message) plus(o message) message { return message{m.en + o.en, m.zh + o.zh} }

// withoutEnd returns the message m without the message end after it, when it is there.
func (m message) withoutEnd(end message) message {
	return message{strings.TrimSuffix(m.en, end.en), strings.TrimSuffix(m.zh, end.zh)}
}

// in returns the text in a language: "zh", also with a region as in "zh-CN", or English for any
// other language and for a message that has no Chinese text.
func (m message) in(lang string) string {
	if isChinese(lang) && m.zh != "" {
		return m.zh
	}
	return m.en
}

// isChinese reports whether lang is "zh", with or without a region.
func isChinese(lang string) bool {
	return len(lang) >= 2 && strings.EqualFold(lang[:2], "zh") && (len(lang) == 2 || !isLetter(lang[2]))
}

// chineseFields holds the Chinese name of each ParseError.Field.
var chineseFields = map[string]string{
	"rate":            "rate 表达式",
	"at":              "at 表达式",
	secondField.name:  secondField.chinese + "字段",
	minuteField.name:  minuteField.chinese + "字段",
	hourField.name:    hourField.chinese + "字段",
	dayField.name:     dayField.chinese + "字段",
	monthField.name:   monthField.chinese + "字段",
	weekdayField.name: weekdayField.chinese + "字段",
	yearField.name:    yearField.chinese + "字段",
	"zone":            "时区",
}
