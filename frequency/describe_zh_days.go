package frequency

import (
	"math/bits"
	"strconv"
	"strings"
)

// chineseOrdinals are the words for the k of n#k, counted from 0, and for nL.
var chineseOrdinals = [...]string{"第一个", "第二个", "第三个", "第四个", "第五个", "最后一个"}

// chineseDays writes the years and the days. The result is empty when the schedule fires all day,
// every day, of every year.
//
//	0 0 9 ? * MON-FRI 2027 UTC
//	    按 UTC 时间，2027年每周一至周五09:00执行。
//	0 0 0 13 * 5 UTC
//	    按 UTC 时间，每月13日以及每周五00:00执行。
//	0 0 9 1 1-6 ? UTC
//	    按 UTC 时间，每年1月至6月每月1日09:00执行。
func (s *Schedule) chineseDays(t *timing) string {
	years := s.yearsPhrase()
	text := years.chinese(s.months != allMonths)
	months := ""
	if s.months != allMonths {
		months = chineseList(chineseRuns(runs(uint64(s.months), 3), chineseMonth))
	}
	if s.days.every() {
		if text == "" && t.allDay(s) {
			return ""
		}
		return text + months + "每天"
	}
	var parts []string
	groups := s.groups()
	for i := range groups {
		parts = groups[i].appendChineseDates(parts, months)
	}
	if s.days.weekdays != 0 {
		weekdays := "每" + chineseList(chineseRuns(s.days.weekdayRuns(), chineseWeekday))
		if months != "" {
			weekdays = months + "的" + weekdays
		}
		parts = append(parts, weekdays)
	}
	for i := range groups {
		parts = groups[i].appendChineseNth(parts, months)
	}
	last := len(parts) - 1
	if last > 0 {
		text += strings.Join(parts[:last], "，") + "以及"
	}
	text += parts[last]
	if strings.HasSuffix(text, "天") && t.allDay(s) {
		text += "，" // 每2天，每5分钟
	}
	return text
}

// appendChineseDates appends the dates of g: steps of days, and single days or runs of days.
//
//	0 0 9 1,15,L * ? UTC
//	    按 UTC 时间，每月1日、15日和最后一天09:00执行。
//	0 0 9 1/3 * ? UTC
//	    按 UTC 时间，每月自1日起每3天09:00执行。
//	0 0 9 15W * ? UTC
//	    按 UTC 时间，每月离15日最近的工作日（周一至周五）09:00执行。
func (g *group) appendChineseDates(parts []string, months string) []string {
	if g.every.step != 0 {
		text := "每月"
		switch {
		case g.oneMonth() != 0:
			text = months
		case months != "":
			text = months + "每月"
		}
		if g.toEnd {
			text += "自" + chineseDate(g.every.lo) + "起"
		} else {
			text += chineseDate(g.every.lo) + "至" + chineseDate(g.every.hi)
		}
		parts = append(parts, text+"每"+strconv.Itoa(g.every.step)+"天")
	}
	if g.dates|g.nearest == 0 {
		return parts
	}
	items := chineseRuns(runs(uint64(g.dates&^lastDay), 3), chineseDate)
	for rest := g.nearest &^ lastDay; rest != 0; rest &= rest - 1 {
		if n := bits.TrailingZeros32(rest); n == 1 {
			items = append(items, "第一个工作日")
		} else {
			items = append(items, "离"+chineseDate(n)+"最近的工作日")
		}
	}
	if g.dates&lastDay != 0 {
		items = append(items, "最后一天")
	}
	if g.nearest&lastDay != 0 {
		items = append(items, "最后一个工作日")
	}
	ofMonths := g.chineseOfMonths(months)
	if g.dates&^lastDay == 0 && strings.HasPrefix(items[0], "离") {
		ofMonths = strings.TrimSuffix(ofMonths, "的")
	}
	return append(parts, ofMonths+chineseList(items)+g.chineseDateNotes())
}

// appendChineseNth appends the days of nL and n#k: 每月第一个和第三个周一.
//
//	0 0 9 ? * 1#1,1#3 UTC
//	    按 UTC 时间，每月第一个和第三个周一09:00执行。
//	0 0 9 ? * 5L UTC
//	    按 UTC 时间，每月最后一个周五09:00执行。
func (g *group) appendChineseNth(parts []string, months string) []string {
	var items []string
	for rest := g.nthWeekdays(); rest != 0; rest &= rest - 1 {
		weekday := bits.TrailingZeros8(rest)
		which := chineseRuns(runs(uint64(g.nthOf(weekday)), 8), func(k int) string { return chineseOrdinals[k] })
		items = append(items, chineseList(which)+chineseWeekday(weekday))
	}
	if items == nil {
		return parts
	}
	text := g.chineseOfMonths(months) + chineseList(items)
	switch {
	case g.rare && g.months == allMonths:
		text += "（仅限有该日的月份）"
	case g.rare:
		text += "（如有该日）"
	}
	return append(parts, text)
}

// chineseOfMonths writes the months of a group before its days. After a run of months it says 每月,
// since 1月至6月的1日 can be read as an end on June 1.
func (g *group) chineseOfMonths(months string) string {
	switch {
	case months == "":
		return "每月"
	case g.oneMonth() != 0:
		return months
	case strings.Contains(months, "至"):
		return months + "每月"
	}
	return months + "的"
}

// chineseDateNotes says which days are meant by 工作日, since in China it can also be a weekend day
// that makes up for a holiday. It also says that the nearest weekday stays within the month, and
// that some months do not have the days of the group.
//
//	0 0 9 LW * ? UTC
//	    按 UTC 时间，每月最后一个工作日（周一至周五）09:00执行。
//	0 0 9 31 * ? UTC
//	    按 UTC 时间，每月31日（仅限有该日的月份）09:00执行。
//	0 0 0 29 2 ? UTC
//	    按 UTC 时间，每年2月29日（仅闰年）00:00执行。
func (g *group) chineseDateNotes() string {
	var notes []string
	switch {
	case g.nearest != 0 && g.dates == 0:
		notes = append(notes, "周一至周五")
	case g.nearest != 0:
		notes = append(notes, "工作日指周一至周五")
	}
	if g.crossesMonth() {
		notes = append(notes, "不跨月")
	}
	switch {
	case g.leapDay():
		notes = append(notes, "仅闰年")
	case g.rare && g.months == allMonths:
		notes = append(notes, "仅限有该日的月份")
	case g.rare:
		notes = append(notes, "如有该日")
	}
	if notes == nil {
		return ""
	}
	return "（" + strings.Join(notes, "，") + "）"
}
