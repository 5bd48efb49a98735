package frequency

import "time"

// The form of a moment as the documentation and as package time write it, and its first year.
// Agents count in seconds since 1970.
const (
	atLayout    = "yyyy-MM-dd HH:mm:ss"
	atLayoutGo  = time.DateTime
	atFirstYear = 1970
)

// atForm is the reason for a text in at(...) that is no moment.
var atForm = message{
	"want " + atLayout + ", as in at(2022-06-06 13:15:30 Asia/Shanghai)",
	"格式应为 " + atLayout + "，例如 at(2022-06-06 13:15:30 Asia/Shanghai)",
}

// at reads at(yyyy-MM-dd HH:mm:ss) and at(yyyy-MM-dd HH:mm:ss zone).
func (p *parser) at(s *Schedule) bool {
	p.field = "at"
	p.pos += len("at")
	if p.peek() != '(' {
		return p.fail(p.pos, message{"no blank may stand before the parenthesis", "括号前不能有空格"})
	}
	p.pos++
	if p.expr[p.end-1] != ')' {
		return p.fail(p.end, message{"want a closing parenthesis", "缺少右括号"})
	}
	p.end--
	date, ok := p.atTime()
	if !ok {
		return false
	}
	s.zone = utc
	if p.pos == p.end {
		s.notes |= noteNoZone
	} else {
		if p.expr[p.pos] != ' ' {
			return p.fail(p.pos, message{"want one blank and a zone, or a closing parenthesis", "此处应为一个空格和时区，或者右括号"})
		}
		p.pos++
		p.field = "zone"
		zone, reason := findZone(p.expr[p.pos:p.end])
		if zone == nil {
			return p.fail(p.pos, reason)
		}
		s.zone = zone
	}
	s.kind = KindAt
	s.setMoment(date)
	return true
}

// atTime reads the date and the time. It returns them as a wall clock reading, in
// seconds since 1970.
func (p *parser) atTime() (int64, bool) {
	begin := p.pos
	for i := range len(atLayout) {
		c := p.peek()
		switch want := atLayout[i]; {
		case isLetter(want) && isDigit(c), c == want && !isLetter(want):
			p.pos++
		case c == 'T' && want == ' ':
			return 0, p.fail(p.pos, message{"want a blank between date and time", "日期和时间之间应为一个空格"})
		case isLetter(want) && i > 0 && want != 'y' && isDigit(p.expr[p.pos-1]) && !isLetter(c):
			return 0, p.fail(p.pos-1, message{"want two digits; ", "应为两位数字；"}.plus(atForm))
		default:
			return 0, p.fail(p.pos, atForm)
		}
	}
	number := func(at, width int) int { return atoi(p.expr[begin+at : begin+at+width]) }
	year, month, day := number(0, 4), number(5, 2), number(8, 2)
	hour, minute, second := number(11, 2), number(14, 2), number(17, 2)
	switch {
	case year < atFirstYear:
		return 0, p.fail(begin, message{"the year must be 1970 or later", "年份不能早于 1970 年"})
	case month < 1 || month > 12:
		return 0, p.fail(begin+5, message{"the month must be 01 to 12", "月份应为 01 到 12"})
	case day < 1 || day > monthLength(year, month):
		return 0, p.fail(begin+8, message{"the month has no such day", "该月没有这一天"})
	case hour > 23:
		return 0, p.fail(begin+11, message{"the hour must be 00 to 23", "小时应为 00 到 23"})
	case minute > 59:
		return 0, p.fail(begin+14, message{"the minute must be 00 to 59", "分钟应为 00 到 59"})
	case second > 59:
		return 0, p.fail(begin+17, message{"the second must be 00 to 59", "秒应为 00 到 59"})
	}
	return int64(daysFromCivil(year, month, day))*daySeconds + int64(hour*3600+minute*60+second), true
}

// setMoment sets the instant at which the clock of the zone shows the reading wall. It adds a
// note when the zone skips or repeats that reading. When the clock goes from 02:00 to 03:00, the
// zone skips the reading 02:30, which is 30 minutes after the beginning of the gap. Then
// setMoment takes the instant 30 minutes after the change, which the clock shows as 03:30. For a
// reading that the zone repeats, it uses the result of time.Date.
func (s *Schedule) setMoment(wall int64) {
	at := dateOf(wall, s.zone.location)
	s.when = at.Unix()
	shown := reading(at)
	if shown != wall {
		s.notes |= noteGap
		// time.Date takes either the moment after the gap or the moment as long before it.
		s.when += max(wall-shown, 0)
		return
	}
	if _, twice := otherMoment(at); twice {
		s.notes |= noteOverlap
	}
}

// dateOf returns the result of time.Date for a wall clock reading.
func dateOf(wall int64, location *time.Location) time.Time {
	shown := time.Unix(wall, 0).UTC()
	return time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), 0, location)
}

// otherMoment returns the other instant at which the clock shows the reading that it shows at the
// instant at. The clock is that of the location of at. otherMoment returns false when there is no
// such instant. When a clock shows a reading twice, it shows it once before a change of the clock
// and once after it. So otherMoment looks at the last change before at and at the next change
// after at.
func otherMoment(at time.Time) (time.Time, bool) {
	wall := reading(at)
	before, after := at.ZoneBounds()
	for _, change := range []time.Time{before.Add(-1), after} {
		if change.IsZero() {
			continue
		}
		_, offset := change.Zone()
		if other := time.Unix(wall-int64(offset), 0).In(at.Location()); !other.Equal(at) && reading(other) == wall {
			return other, true
		}
	}
	return time.Time{}, false
}

// reading returns the wall clock reading at t: the seconds since midnight of January 1, 1970 by the
// clock of t's location.
func reading(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// appendAt appends the canonical text of a moment. It always names the zone.
func (s *Schedule) appendAt(b []byte) []byte {
	b = append(b, "at("...)
	b = s.moment().AppendFormat(b, atLayoutGo)
	b = append(b, ' ')
	b = append(b, s.zone.name...)
	return append(b, ')')
}
