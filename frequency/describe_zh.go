package frequency

import (
	"fmt"
	"strconv"
	"strings"
)

// chineseWeekdays are the names of the weekdays, 1 to 7.
var chineseWeekdays = [...]string{1: "周一", "周二", "周三", "周四", "周五", "周六", "周日"}

// chineseCities maps the name of a zone to the Chinese name of its city. It has the cities of the
// service's regions and some other well-known cities. A zone of another city is written with its
// English name.
var chineseCities = map[string]string{
	"America/Los_Angeles": "洛杉矶",
	"America/Mexico_City": "墨西哥城",
	"America/New_York":    "纽约",
	"Asia/Bangkok":        "曼谷",
	"Asia/Dubai":          "迪拜",
	"Asia/Hong_Kong":      "香港",
	"Asia/Jakarta":        "雅加达",
	"Asia/Kuala_Lumpur":   "吉隆坡",
	"Asia/Manila":         "马尼拉",
	"Asia/Riyadh":         "利雅得",
	"Asia/Seoul":          "首尔",
	"Asia/Shanghai":       "上海",
	"Asia/Singapore":      "新加坡",
	"Asia/Tokyo":          "东京",
	"Europe/Berlin":       "柏林",
	"Europe/London":       "伦敦",
	"Europe/Paris":        "巴黎",
}

// chinese builds a sentence in the order zone, years, days, time.
func (s *Schedule) chinese() string {
	switch s.kind {
	case KindRate:
		n, unit := s.inLargestUnit()
		count := strconv.Itoa(n) + unit.chinese
		return chineseEvery(n, unit.chinese) + "执行一次，创建" + count + "后首次执行。"
	case KindAt:
		at := s.moment()
		return fmt.Sprintf("%s%s（%s）%s执行一次。", chineseZone(s.zone), at.Format("2006年1月2日"),
			chineseWeekdays[(int(at.Weekday())+6)%7+1], showMoment(at))
	case KindCron:
		t := s.timing()
		text := chineseZone(s.zone) + s.chineseDays(&t) + s.chineseTiming(&t)
		if s.firingYears == (yearSet{}) {
			text += "；没有这样的日期，因此永不执行"
		}
		return text + "。"
	}
	return "未设置定时。"
}

// chineseZone writes the beginning of a sentence. The beginning says which clock the schedule
// follows.
func chineseZone(z *zone) string {
	if z == nil {
		return "按各实例的本地时间，"
	}
	if city := chineseCities[z.name]; city != "" {
		return "按" + city + "时间，"
	}
	return "按 " + z.name + " 时间，"
}

// chineseEvery writes a step: 每分钟, 每天, 每5分钟.
func chineseEvery(n int, unit string) string {
	if n > 1 {
		return "每" + strconv.Itoa(n) + unit
	}
	return "每" + unit
}

// chineseList joins the items with 、 and 和. With a run among the items it writes only 、, since
// the end of a run must not be read together with the next item: 周一、周四至周日.
func chineseList(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := "和"
	for _, item := range items {
		if strings.Contains(item, "至") {
			last = "、"
		}
	}
	return strings.Join(items[:len(items)-1], "、") + last + items[len(items)-1]
}

// chineseRuns writes each run as a value or as a至b.
func chineseRuns(list []span, show func(int) string) []string {
	items := make([]string, 0, len(list))
	for _, r := range list {
		if r.lo == r.hi {
			items = append(items, show(r.lo))
		} else {
			items = append(items, show(r.lo)+"至"+show(r.hi))
		}
	}
	return items
}

// chineseWeekday returns the name of weekday n, where 1 is Monday and 7 is Sunday.
func chineseWeekday(n int) string { return chineseWeekdays[n] }

// chineseDate writes a day of the month: 15日.
func chineseDate(n int) string { return strconv.Itoa(n) + "日" }

// chineseMonth writes a month: 3月.
func chineseMonth(n int) string { return strconv.Itoa(n) + "月" }

// chineseYear writes a year: 2026年.
func chineseYear(n int) string { return strconv.Itoa(n) + "年" }

// chinese writes the years before the days. The parameter months says that a month follows, which
// needs a word between: 2024年至2026年每年6月. A month in every year is 每年6月.
func (y *yearsPhrase) chinese(months bool) string {
	text, join := "", "每年"
	switch y.form {
	case yearsOne:
		text, join = chineseYear(y.first), ""
	case yearsRange:
		text = chineseYear(y.first) + "至" + chineseYear(y.last)
	case yearsFrom:
		text = "自" + chineseYear(y.first) + "起"
	case yearsSteps:
		return "自" + chineseYear(y.first) + "起每" + chineseYear(y.step) + "的"
	case yearsList:
		text, join = chineseList(chineseRuns(y.list, chineseYear)), "的"
	}
	if months {
		text += join
	}
	return text
}
