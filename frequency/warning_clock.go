package frequency

import "time"

// clockWarnings returns the warnings about the firings of a clock schedule that depend on the
// moment and on the zone.
func (s *Schedule) clockWarnings(now time.Time) []Warning {
	var list []Warning
	neverFires := false // the clock skips all remaining times
	if s.Next(now).IsZero() {
		if wall := s.matchAfter(now); wall == never {
			list = append(list, newWarning(WarnExhausted, message{
				"all its years have passed: agents report CronExpressionExpired",
				"表达式中的年份均已过去，云助手 Agent 会上报错误码 CronExpressionExpired",
			}))
		} else if s.zone != nil {
			neverFires = true
			list = append(list, newWarning(WarnNever, format(
				"the clock of %s skips all remaining times of the schedule, the first of them %s: the schedule does not fire, ",
				"时区 %s 的时钟会跳过该定时剩余的所有时刻（最近一次为 %s），因此不会再触发，",
				s.zone.name, showWall(wall)).plus(s.agentsInGap(wall))))
		}
	}
	if s.zone == nil {
		return append(list, newWarning(WarnNoZone, message{
			"without a zone the schedule follows the clock of each instance; name one, such as Asia/Shanghai, to run everywhere at the same moment",
			"未指定时区时，定时按各实例的本地时间执行；如需所有实例同时执行，请指定时区，例如 Asia/Shanghai",
		}))
	}
	return append(list, s.clockChanges(now, neverFires)...)
}

// matchAfter returns the first match by the wall clock that is later than now, whether or not the
// clock of the zone shows it. It returns the constant never when there is none.
func (s *Schedule) matchAfter(now time.Time) int64 {
	const margin = 2 * daySeconds // more than any offset
	unix := min(max(now.Unix(), -margin), calendarEnd+margin) + 1
	var at clock
	at.startClock(s, now, unix)
	var c cursor
	c.seek(s, unix+at.offset)
	return c.wall
}

// clockChanges warns about the next firing that the zone's clock skips, and about the next firing
// that the clock shows twice, when they come within three years. The parameter gap is true when
// another warning is already about the skipped firing.
func (s *Schedule) clockChanges(now time.Time, gap bool) []Warning {
	var list []Warning
	overlap := false
	until := now.AddDate(3, 0, 0).Unix()
	for i, p := range s.zone.periods {
		if i == 0 || p.start <= now.Unix() {
			continue
		}
		if p.start > until || gap && overlap {
			break
		}
		before, after := p.start+s.zone.periods[i-1].offset, p.start+p.offset
		var c cursor
		switch {
		case before < after && !gap:
			if c.seek(s, before); c.wall < after {
				gap = true
				list = append(list, newWarning(WarnGap, format("%s does not exist in %s: the schedule does not fire then, ",
					"%s 在时区 %s 不存在，定时不会在该时刻触发，", showWall(c.wall), s.zone.name).plus(s.agentsInGap(c.wall))))
			}
		case before > after && !overlap:
			if c.seek(s, after); c.wall < before {
				overlap = true
				list = append(list, newWarning(WarnOverlap, format(
					"the clock shows %s twice in %s: the schedule fires both times, but agents run the command once",
					"%s 在时区 %s 会出现两次：定时两次都触发，但云助手 Agent 只执行一次命令", showWall(c.wall), s.zone.name)))
			}
		}
	}
	return list
}

// agentsInGap says what agents do about a firing whose wall clock reading the clock of the zone
// skips. Agents compute the moment with time.Date, which takes a moment before the gap in some
// zones and a moment after it in others.
func (s *Schedule) agentsInGap(wall int64) message {
	otherHour := message{"; choose another hour, or write the schedule in UTC", "；请改用其他小时，或使用 UTC 时间"}
	taken := reading(dateOf(wall, s.zone.location))
	if taken < wall {
		return message{"and agents in this zone can stop for good there", "并且该时区的云助手 Agent 可能从此不再执行命令"}.plus(otherHour)
	}
	var c cursor
	if c.seek(s, taken); c.wall == taken {
		return format("and agents run the command once at %s, when it is due in any case",
			"云助手 Agent 在 %s 只执行一次命令，该时刻本来就要执行", showWall(taken))
	}
	if taken/daySeconds != wall/daySeconds {
		return format("but agents run the command at %s", "但云助手 Agent 会在 %s 执行命令", showWall(taken)).plus(otherHour)
	}
	return format("but agents run the command later that day, at %s", "但云助手 Agent 会在当天稍后的 %s 执行命令",
		time.Unix(taken, 0).UTC().Format(time.TimeOnly)).plus(otherHour)
}

// showWall writes a wall clock reading for people.
func showWall(wall int64) string {
	return time.Unix(wall, 0).UTC().Format(time.DateTime)
}
