package frequency

import "strings"

// shorthands are the words that crontab, systemd and other programs use for usual schedules.
var shorthands = map[string]string{
	"minutely": "0 * * * * ?", "every_minute": "0 * * * * ?",
	"hourly": "0 0 * * * ?", "every_hour": "0 0 * * * ?",
	"daily": "0 0 0 * * ?", "midnight": "0 0 0 * * ?", "nightly": "0 0 0 * * ?", "everyday": "0 0 0 * * ?", "every_day": "0 0 0 * * ?",
	"noon": "0 0 12 * * ?", "midday": "0 0 12 * * ?",
	"weekly": "0 0 0 ? * SUN", "every_week": "0 0 0 ? * SUN",
	"weekdays": "0 0 0 ? * MON-FRI", "workdays": "0 0 0 ? * MON-FRI", "weekday": "0 0 0 ? * MON-FRI", "workday": "0 0 0 ? * MON-FRI",
	"weekends": "0 0 0 ? * SAT,SUN", "weekend": "0 0 0 ? * SAT,SUN",
	"monthly": "0 0 0 1 * ?", "every_month": "0 0 0 1 * ?",
	"quarterly": "0 0 0 1 1/3 ?", "semiannually": "0 0 0 1 1/6 ?", "semi-annually": "0 0 0 1 1/6 ?", "biannually": "0 0 0 1 1/6 ?",
	"yearly": "0 0 0 1 1 ?", "annually": "0 0 0 1 1 ?", "annual": "0 0 0 1 1 ?", "every_year": "0 0 0 1 1 ?",
}

// notSchedules are words that name no schedule, with what to do instead.
var notSchedules = map[string]message{
	"reboot":      afterReboot,
	"restart":     afterReboot,
	"startup":     afterReboot,
	"boot":        afterReboot,
	"now":         runsAtOnce,
	"once":        runsAtOnce,
	"immediately": runsAtOnce,
	"never":       runsAtOnce,
	"none":        runsAtOnce,
	"null":        runsAtOnce,
	"nil":         runsAtOnce,
	"-":           runsAtOnce,
}

// The reasons for words that are no schedules.
var (
	afterReboot = message{
		"the start of an instance is no schedule; leave the frequency out and set the repeat mode EveryReboot or NextRebootOnly",
		"实例启动不是定时表达式；请不要设置 Frequency，并将 RepeatMode 设为 EveryReboot 或 NextRebootOnly",
	}
	runsAtOnce = message{
		"this is no schedule; leave the frequency out and the command runs once, at once",
		"这不是定时表达式；不设置 Frequency 时，命令会立即执行一次",
	}
	unknownShorthand = message{
		"shorthands such as @daily are unknown here; write six fields, as in 0 0 0 * * ?",
		"不支持 @daily 之类的简写；请写 6 个字段，例如 0 0 0 * * ?",
	}
)

// shorthand replaces @hourly, daily and the like by fields, and @every 5m by rate(5m). What follows
// a shorthand is the command of a crontab line.
//
//	@hourly                 0 0 * * * ?
//	@daily Asia/Shanghai    0 0 0 * * ? Asia/Shanghai
//	@every 1h30m            rate(90m)
//	weekly                  0 0 0 ? * MON
func (a *adviser) shorthand(text string, _ *ParseError) (correction, bool) {
	first, rest, _ := strings.Cut(strings.Join(strings.Fields(text), " "), " ")
	word, at := strings.CutPrefix(strings.ToLower(first), "@")
	if reason, ok := notSchedules[word]; ok && (at || rest == "") {
		return correction{why: reason}, true
	}
	expr, known := shorthands[word]
	switch {
	case at && word == "every" || at && strings.HasPrefix(word, "every") && !known:
		return a.every(strings.TrimPrefix(word, "every") + " " + rest)
	case at && !known && word != "scheduled":
		if interval, ok := parseInterval(word); ok {
			return interval.correction(0), true
		}
		return correction{why: unknownShorthand}, true
	case !known:
		return correction{}, false
	case rest != "" && !at:
		return correction{}, false
	}
	if word == "weekly" && !at {
		expr = "0 0 0 ? * MON" // systemd begins a week on Monday, crontab on Sunday
	}
	c := correction{why: format("%s is unknown here", "不支持 %s", quote(first)), text: expr}
	if z, ok := resolveZone(rest); ok && rest != "" {
		c.text += " " + z
	}
	return c, true
}

// every reads the interval of @every 5m.
func (a *adviser) every(rest string) (correction, bool) {
	rest = strings.ToLower(strings.Trim(rest, " ()"))
	for end := len(rest); end > 0; end = strings.LastIndexByte(rest[:end], ' ') { // a command may follow
		if interval, ok := parseInterval(rest[:end]); ok {
			return interval.correction(0), true
		}
	}
	return correction{
		why: message{"an interval has the form rate(...), as in rate(5m)", "间隔应使用 rate(...) 形式，例如 rate(5m)"},
	}, true
}
