package frequency

import "strings"

// eventBridge corrects the order of the fields of Amazon EventBridge: minute, hour, day-of-month,
// month, day-of-week, year. Weekdays count from 1 = Sunday there.
//
//	0 10 ? * MON-FRI *    0 0 10 ? * MON-FRI
//	0 10 ? * 2-6 *        0 0 10 ? * 1-5
func (a *adviser) eventBridge(text string, err *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	expr := eventBridgeFields(fields)
	if expr == "" || fields[5] != "*" && !isYear(fields[5]) {
		return correction{}, false
	}
	complete := a.complete(expr)
	if complete == "" {
		return correction{}, false
	}
	if tail, ok := yearAndZoneOf(fields[5:]); ok && tail != " *" {
		if c, ok := a.secondFirst(fields, a.complete(crontabFields(fields[:5])), tail); ok {
			return c, true
		}
	}
	return correction{
		at: err.Offset, field: err.Field, text: complete,
		why: message{
			"the first field is the second, and weekdays count from 1 = Monday, not as in Amazon EventBridge",
			"与 Amazon EventBridge 不同，第一个字段是秒，且星期从 1（周一）开始",
		},
	}, true
}

// eventBridgeFields turns six fields in the order of EventBridge into those of this package.
// Exactly one of the day fields of EventBridge is ?, in a place where this package has no ?.
func eventBridgeFields(fields []string) string {
	if len(fields) != 6 || (fields[2] == "?") == (fields[4] == "?") || fields[5] == "?" {
		return ""
	}
	expr := "0 " + strings.Join(fields[:4], " ") + " " + weekdaysFrom(fields[4], 1)
	if fields[5] != "*" {
		expr += " " + fields[5]
	}
	return expr
}

// cronForm corrects cron(...): the parentheses do not belong to the language, and the fields may be
// those of EventBridge or of crontab.
//
//	cron(0 10 ? * 2-6 *)    0 0 10 ? * 1-5
//	cron(30 9 * * *)        0 30 9 * * *
//	cron(0 0 9 * * ?)       0 0 9 * * ?
func (a *adviser) cronForm(text string, _ *ParseError) (correction, bool) {
	inner, after, ok := cutForm(text, "cron")
	if !ok {
		return correction{}, false
	}
	inner = strings.Trim(inner, " \"'`")
	c := correction{
		why: message{"a clock schedule has no cron(...) around it", "Cron 表达式外面不加 cron(...)"},
		hint: message{"; write six fields that begin with the second, as in 0 0 10 * * ?",
			"；请写以秒开头的 6 个字段，例如 0 0 10 * * ?"},
	}
	if expr := eventBridgeFields(strings.Fields(inner)); expr != "" {
		if c.text = a.complete(expr); c.text != "" {
			c.why = message{
				"a clock schedule has no cron(...) around it and begins with the second; weekdays count from 1 = Monday, not as in Amazon EventBridge",
				"Cron 表达式外面不加 cron(...)，且以秒开头；与 Amazon EventBridge 不同，星期从 1（周一）开始",
			}
		}
	} else {
		c.text = a.complete(inner)
	}
	if zone, ok := resolveZone(after); ok && after != "" && c.text != "" {
		c.text += " " + zone
	}
	return c, true
}
