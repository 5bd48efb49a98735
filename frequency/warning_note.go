package frequency

import (
	"strconv"
	"strings"
	"time"
)

// notedWarnings are the warnings about notes that need no values. Some of them do not apply to the
// canonical text of String, which avoids the spelling in question.
var notedWarnings = []struct {
	note notes
	code WarningCode
	text message
}{
	{noteRateSpelling, WarnSpelling, message{
		"blanks, capitals and leading zeros in rate(...) are understood by agents but not documented; String writes the documented form",
		"云助手 Agent 能识别 rate(...) 中的空格、大写字母和前导零，但文档中没有这种写法；发送时会写成文档规定的格式",
	}},
	{noteNoZone, WarnUTC, message{
		"at(...) without a zone is in UTC, while a clock schedule without a zone follows the clock of each instance; name the zone, such as Asia/Shanghai",
		"at(...) 未指定时区时按 UTC 时间执行，而 Cron 表达式未指定时区时按各实例的本地时间执行；请写明时区，例如 Asia/Shanghai",
	}},
	{noteSundayRange, WarnSundayRange, message{
		"agents never fire a weekday range that ends on Sunday, such as FRI-SUN or 1-7; String writes the days one by one, which they understand",
		"云助手 Agent 从不触发以周日结尾的星期范围，例如 FRI-SUN 或 1-7；发送时会逐个列出星期，云助手 Agent 可以识别",
	}},
	{noteBareL, WarnBareL, message{
		"L alone as a weekday is documented as Sunday, but agents refuse it; String writes 7",
		"文档规定星期字段中单独的 L 表示周日，但云助手 Agent 不接受这种写法；发送时会写成 7",
	}},
	{noteWeekdayStep, WarnWeekdayStep, message{
		"weekday steps are read as documented, 1 = Monday to 7 = Sunday, but agents count from Sunday = 0; String writes the days one by one",
		"此处按文档计算星期的步长，1 到 7 表示周一到周日，但云助手 Agent 从 0（周日）开始计算；发送时会逐个列出星期",
	}},
	{noteTwoDigits, WarnTwoDigits, message{
		"agents read a weekday in two digits, such as 05, as Sunday; String writes one digit, which they understand",
		"云助手 Agent 会把两位数字的星期（例如 05）一律当作周日；发送时会写成一位数字，云助手 Agent 可以识别",
	}},
	{noteYearStep, WarnYearStep, message{
		"*/n in the year field counts from 1970, not from this year; write the first year, as in 2026/2",
		"年份字段中的 */n 从 1970 年开始计算，而不是从今年开始；请写明起始年份，例如 2026/2",
	}},
	{noteLastInList, WarnLastInList, message{
		"the documentation advises against L together with lists or ranges, which can have unexpected results",
		"文档建议不要将 L 与列表或范围一起使用，否则结果可能不符合预期",
	}},
}

// noteWarnings returns the warnings about how s was written.
func (s *Schedule) noteWarnings() []Warning {
	var list []Warning
	if s.notes == 0 {
		return nil
	}
	for _, w := range notedWarnings {
		if s.notes&w.note != 0 {
			list = append(list, newWarning(w.code, w.text))
		}
	}
	if s.notes&noteEitherDay != 0 {
		list = append(list, newWarning(WarnEitherDay, s.eitherDay()))
	}
	if s.notes&noteQuartz != 0 {
		list = append(list, newWarning(WarnQuartz, s.quartzNumbers()))
	}
	list = append(list, s.unevenWarnings()...)
	if s.notes&noteGap != 0 {
		list = append(list, newWarning(WarnGap, s.momentInGap()))
	}
	if s.notes&noteOverlap != 0 {
		list = append(list, newWarning(WarnOverlap, s.momentTwice()))
	}
	return list
}

// eitherDay says on which days a schedule fires whose two day fields both name days.
func (s *Schedule) eitherDay() message {
	if s.days.every() {
		return message{
			"both day fields name days, and one of them names every day: the command runs every day; write ? in one of the two fields to use only the other field",
			"日期和星期字段都指定了值，且其中一个包含所有的天，因此命令每天都会执行；如果只想使用其中一个字段，请在另一个字段中写 ?",
		}
	}
	return message{
		"both day fields name days: the command runs on a day that matches either of them; write ? in one of the two fields to use only the other field",
		"日期和星期字段都指定了值，满足其中任意一个的日子都会执行命令；如果只想使用其中一个字段，请在另一个字段中写 ?",
	}
}

// quartzNumbers says which days the numbers mean, and what to write for the days of Quartz.
func (s *Schedule) quartzNumbers() message {
	if s.days.weekdays != quartzWorkdays {
		return message{
			"weekdays 1,7 are Monday and Sunday here, but the weekend in Quartz; for the weekend write SAT,SUN",
			"这里的星期 1,7 是周一和周日，而在 Quartz 中是周末；表示周末请写 SAT,SUN",
		}
	}
	return message{
		"weekdays 2-6 are Tuesday to Saturday here, but Monday to Friday in Quartz; for Monday to Friday write MON-FRI",
		"这里的星期 2-6 是周二到周六，而在 Quartz 中是周一到周五；表示周一到周五请写 MON-FRI",
	}
}

// etcHours returns how many hours a zone with the name Etc/GMT+h or Etc/GMT-h is ahead of UTC. It
// returns 0 for any other name. The names follow POSIX, which counts hours behind UTC as positive.
func etcHours(name string) int {
	sign, found := strings.CutPrefix(name, "Etc/GMT")
	if !found || sign == "" {
		return 0
	}
	hours, err := strconv.Atoi(sign)
	if err != nil {
		return 0
	}
	return -hours
}

// etcSign says what the name of a zone means, and how to write the two zones that may be meant.
func etcSign(name string, hours int) message {
	text := format("%s is UTC%+d: these names reverse the sign; write %s",
		"%s 实际是 UTC%+d，这类名称的正负号是相反的；请写 %s", name, hours, offsetName(hours*60))
	if -hours*60 < minOffset {
		return text
	}
	return text.plus(format(", or %s for UTC%+d", "；如果本意是 UTC%+[2]d，请写 %[1]s", offsetName(-hours*60), -hours))
}

// momentInGap says which moment is taken for a reading that the clock of the zone skips.
func (s *Schedule) momentInGap() message {
	at := s.moment()
	start, _ := at.ZoneBounds()
	_, before := start.Add(-1).Zone()
	return format("the clock of %s skips %s, and %s is taken instead; the documentation does not say at which moment the service then runs the command",
		"时区 %s 的时钟会跳过 %s，此处取 %s；文档没有说明服务端这时在哪个时刻执行命令",
		s.zone.name, showWall(s.when+int64(before)), at.Format(time.DateTime))
}

// momentTwice says which moment is taken for a reading that the clock of the zone shows twice.
func (s *Schedule) momentTwice() message {
	at := s.moment()
	other, _ := otherMoment(at)
	return format("the clock of %s shows %s twice, and %s is taken; for the other moment write at(%s UTC)",
		"时区 %s 的时钟会两次显示 %s，此处取 %s；如需另一个时刻，请写 at(%s UTC)",
		s.zone.name, at.Format(time.DateTime), at.UTC().Format(time.DateTime)+" UTC", other.UTC().Format(time.DateTime))
}
