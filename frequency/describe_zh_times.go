package frequency

import (
	"strconv"
	"strings"
)

// chineseUnits are the names of the units, in the order of stepUnit.
var chineseUnits = [...]string{"秒", "分钟", "小时"}

// chineseTiming writes the time of day, with the hour before the minute and the second.
//
//	0 0 9,18 * * ? UTC
//	    按 UTC 时间，每天09:00和18:00执行。
//	0 0/10 9-17 * * ? UTC
//	    按 UTC 时间，每天09:00至17:50，每10分钟执行一次。
//	0 0/7 * * * ? UTC
//	    按 UTC 时间，每小时第0、7、14、21、28、35、42、49、56分钟执行。
func (s *Schedule) chineseTiming(t *timing) string {
	if t.times != nil {
		return chineseList(showTimes(t.times)) + "执行"
	}
	windows := chineseWindows(t.windows)
	if t.step != 0 {
		return windows + chineseEvery(t.step, chineseUnits[t.unit]) + "执行一次"
	}
	return windows + s.chineseNumbers(t)
}

// chineseWindows writes the windows with a comma after them: 09:00至17:30，.
func chineseWindows(windows []window) string {
	if len(windows) == 0 {
		return ""
	}
	list := make([]string, 0, manyWindows)
	for _, w := range windows {
		ends := showTimes([]int{w.from, w.to})
		list = append(list, ends[0]+"至"+ends[1])
	}
	return chineseList(list) + "，"
}

// chineseNumbers writes the minutes of the hour and the seconds of the minute. Hours in a list are
// written one by one, since 8至12时 can be read as an end at 12:00.
//
//	0 5 * * * ? UTC
//	    按 UTC 时间，每小时第5分钟执行。
//	30 5 * * * ? UTC
//	    按 UTC 时间，每小时第5分30秒执行。
//	0 0,45 1,4,8-12 * * ? UTC
//	    按 UTC 时间，每天1时、4时、8时、9时、10时、11时和12时，每小时第0和第45分钟执行。
//	0/20 0/7 * * * ? UTC
//	    按 UTC 时间，每小时第0、7、14、21、28、35、42、49、56分钟内，每20秒执行一次。
//	0 1/2 * * * ? UTC
//	    按 UTC 时间，每小时从第1分钟起，每2分钟执行一次。
func (s *Schedule) chineseNumbers(t *timing) string {
	ofHours, within := "每小时", ""
	if t.listsHours(s) {
		hours := chineseList(chineseRuns(runs(uint64(s.hours), 24), func(n int) string { return strconv.Itoa(n) + "时" }))
		within = hours + "内，"
		if s.hours&(s.hours-1) == 0 {
			ofHours = hours + "的"
		} else {
			ofHours = hours + "，每小时" // not 1时和8时的第5分钟, which can be read as two times
		}
	}
	minute, _ := firstAndLast(s.minutes)
	second, lastSecond := firstAndLast(s.seconds)
	oneSecond, oneMinute := second == lastSecond, s.minutes&(s.minutes-1) == 0
	minutes, seconds := numbersOf(s.minutes), numbersOf(s.seconds)
	ofMinute := "的第" + strconv.Itoa(second) + "秒执行"
	switch {
	case oneSecond && second == 0 && s.minutes == 1 && within != "":
		return strings.TrimSuffix(within, "内，") + "整执行"
	case oneSecond && second == 0 && s.minutes == 1:
		return "每小时执行一次"
	case oneSecond && second == 0 && minutes.form == numbersEvery:
		return within + minutes.chinese("分钟", "")
	case oneSecond && second == 0:
		return minutes.chinese("分钟", ofHours)
	case oneSecond && minutes.form == numbersEvery:
		if minutes.step > 1 {
			return within + chineseEvery(minutes.step, "分钟") + "执行一次（在第" + strconv.Itoa(second) + "秒）"
		}
		return within + "每分钟" + ofMinute
	case minutes.form == numbersEvery && minutes.step > 1 && seconds.form == numbersList:
		return within + chineseEvery(minutes.step, "分钟") + "，在该分钟的" + chineseNumberList(seconds.list) + "秒各执行一次"
	case oneSecond && oneMinute:
		return ofHours + "第" + strconv.Itoa(minute) + "分" + strconv.Itoa(second) + "秒执行"
	case minutes.form == numbersEvery && minutes.step == 1 && seconds.form == numbersEvery:
		return within + seconds.chinese("秒", "")
	case minutes.form == numbersEvery && minutes.step == 1:
		return within + seconds.chinese("秒", "每分钟的")
	case seconds.form == numbersEvery:
		return ofHours + chineseMinutes(s.minutes) + "内，" + seconds.chinese("秒", "")
	}
	return seconds.chinese("秒", ofHours+chineseMinutes(s.minutes)+"的")
}

// chinese writes the numbers of a unit after the text of: 每小时第0和第45分钟执行.
func (n *numbers) chinese(unit, of string) string {
	every := chineseEvery(n.step, unit) + "执行一次"
	switch n.form {
	case numbersEvery:
		return every
	case numbersFrom:
		return strings.TrimSuffix(of, "的") + "从第" + strconv.Itoa(n.lo) + unit + "起，" + every
	case numbersRange:
		return of + "第" + strconv.Itoa(n.lo) + "至" + strconv.Itoa(n.hi) + unit + "，" + every
	}
	return of + chineseNumberList(n.list) + unit + "执行"
}

// chineseNumberList writes numbers with 第: 第0和第45, 第0、7、14, 第1至3和第10至20.
func chineseNumberList(list []span) string {
	items := chineseRuns(list, strconv.Itoa)
	if len(items) == 2 {
		return "第" + items[0] + "和第" + items[1]
	}
	return "第" + strings.Join(items, "、")
}

// chineseMinutes writes a set of minutes as names: 第3、7、9分钟.
func chineseMinutes(set uint64) string {
	if p := progression(set, manyTimes+1); p.step > 1 {
		return "第" + strconv.Itoa(p.lo) + "至" + strconv.Itoa(p.hi) + "分钟（每" + strconv.Itoa(p.step) + "分钟取1分钟）"
	}
	return chineseNumberList(runs(set, 3)) + "分钟"
}
