package frequency

import (
	"fmt"
	"strconv"
	"strings"
)

var (
	chineseUnits    = [...]string{"秒", "分钟", "小时"}
	chineseWeekdays = [...]string{1: "周一", "周二", "周三", "周四", "周五", "周六", "周日"}
	chineseOrdinals = [...]string{"第一个", "第二个", "第三个", "第四个", "第五个"}
)

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
			chineseWeekdays[(int(at.Weekday())+6)%7+1], at.Format("15:04:05"))
	case KindCron:
		t := s.timing()
		text := chineseZone(s.zone) + s.chineseYears() + s.chineseDays(t) + s.chineseTiming(t)
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

// chineseEvery writes a step: 每分钟, 每5分钟. One day is 每1天, since 每天 does not say that the step is an
// interval.
func chineseEvery(n int, unit string) string {
	if n > 1 || unit == "天" {
		return "每" + strconv.Itoa(n) + unit
	}
	return "每" + unit
}

// chineseList joins the items with 、 and 和.
func chineseList(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], "、") + "和" + items[len(items)-1]
}

// chineseTiming writes the time of day, with the hour before the minute and the second.
func (s *Schedule) chineseTiming(t timing) string {
	switch {
	case t.times != nil:
		return chineseList(showTimes(t.times)) + "执行"
	case t.step == 0:
		text := chineseNumbers(uint64(s.hours), 24, "时") + "的" + chineseNumbers(s.minutes, 60, "分")
		if s.seconds != 1 {
			text += "的" + chineseNumbers(s.seconds, 60, "秒")
		}
		return text + "执行"
	case t.past%60 != 0:
		return fmt.Sprintf("每小时的%d分%d秒执行", t.past/60, t.past%60)
	case t.past != 0:
		return fmt.Sprintf("每小时的%d分执行", t.past/60)
	}
	every := chineseEvery(t.step, chineseUnits[t.unit]) + "执行一次"
	if t.windows == nil {
		return every
	}
	var windows []string
	for _, w := range t.windows {
		ends := showTimes([]int{w.from, w.to})
		windows = append(windows, ends[0]+"至"+ends[1])
	}
	return chineseList(windows) + "，" + every
}

// chineseNumbers writes a set of numbers with its unit: "3、7至9分".
func chineseNumbers(set uint64, size int, unit string) string {
	if set == 1<<size-1 {
		return "每" + strings.Replace(strings.Replace(unit, "时", "小时", 1), "分", "分钟", 1)
	}
	return chineseList(chineseRuns(runs(set, 3), strconv.Itoa)) + unit
}

// chineseRuns writes each run as a value or as a至b.
func chineseRuns(list []span, show func(int) string) []string {
	var items []string
	for _, r := range list {
		if r.lo == r.hi {
			items = append(items, show(r.lo))
		} else {
			items = append(items, show(r.lo)+"至"+show(r.hi))
		}
	}
	return items
}

// chineseDays writes the days. The result is empty when the schedule fires all day, every day.
func (s *Schedule) chineseDays(t timing) string {
	months := ""
	if s.months != allMonths {
		months = chineseList(chineseRuns(runs(uint64(s.months), 3), func(m int) string { return strconv.Itoa(m) + "月" }))
	}
	d := &s.days
	if d.every() {
		switch {
		case months != "":
			return months + "的每天"
		case t.allDay(s):
			return ""
		}
		return "每天"
	}
	ofMonth := "每月"
	if months != "" {
		ofMonth = months
		if s.months&(s.months-1) != 0 {
			ofMonth += "的"
		}
	}
	groups := s.groups()
	var parts []string
	for _, g := range groups {
		if dates := g.chineseDates(); dates != nil {
			parts = append(parts, ofMonth+chineseList(dates)+g.chineseNote(g.crossesMonth()))
		}
	}
	if d.weekdays != 0 {
		text := "每" + chineseList(chineseRuns(runs(uint64(d.weekdays), 3), chineseWeekday))
		if months != "" {
			text = months + "的" + text
		}
		parts = append(parts, text)
	}
	for _, g := range groups {
		if nth := g.chineseNth(); nth != nil {
			parts = append(parts, ofMonth+chineseList(nth)+g.chineseNote(false))
		}
	}
	return strings.Join(parts, "以及")
}

// chineseNote says that some months may not have the days of a group, and that W stays within the
// month.
func (g *group) chineseNote(crossesMonth bool) string {
	switch {
	case g.rare && crossesMonth:
		return "（当月内，如有该日）"
	case g.rare:
		return "（如有该日）"
	case crossesMonth:
		return "（当月内）"
	}
	return ""
}

func chineseWeekday(n int) string { return chineseWeekdays[n] }

func chineseDate(n int) string { return strconv.Itoa(n) + "日" }

// chineseDates lists the days of the month: 1日, 最后一个工作日.
func (d *days) chineseDates() []string {
	var list []string
	list = append(list, chineseRuns(runs(uint64(d.dates&^lastDay), 3), chineseDate)...)
	for _, r := range runs(uint64(d.nearest&^lastDay), 32) {
		list = append(list, "离"+chineseDate(r.lo)+"最近的工作日")
	}
	if d.dates&lastDay != 0 {
		list = append(list, "最后一天")
	}
	if d.nearest&lastDay != 0 {
		list = append(list, "最后一个工作日")
	}
	return list
}

// chineseNth writes the days of nL and n#k.
func (d *days) chineseNth() []string {
	var list []string
	for k, which := range d.nth {
		for _, r := range runs(uint64(which), 8) {
			list = append(list, chineseOrdinals[k]+chineseWeekday(r.lo))
		}
	}
	for _, r := range runs(uint64(d.last), 8) {
		list = append(list, "最后一个"+chineseWeekday(r.lo))
	}
	return list
}

// chineseYears writes the years. The result is empty when the years do not limit the schedule.
func (s *Schedule) chineseYears() string {
	if s.years == everyYear {
		return ""
	}
	if first, step := s.years.progression(); step != 0 {
		if step == 1 {
			return fmt.Sprintf("自%d年起，", first)
		}
		return fmt.Sprintf("自%d年起每%d年，", first, step)
	}
	show := func(y int) string { return strconv.Itoa(y) + "年" }
	return chineseList(chineseRuns(s.years.runs(), show))
}
