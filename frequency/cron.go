package frequency

import "strings"

// cron reads a clock schedule.
func (p *parser) cron(s *Schedule) bool {
	s.kind = KindCron
	if !isDigit(p.expr[p.pos]) && p.expr[p.pos] != '*' && !p.mayBeCron() {
		return false
	}
	var set uint64
	var ok bool
	if s.seconds, ok = p.numbers(&secondField); !ok || !p.nextField(1) {
		return p.checkCount()
	}
	if s.minutes, ok = p.numbers(&minuteField); !ok || !p.nextField(2) {
		return p.checkCount()
	}
	if set, ok = p.numbers(&hourField); !ok || !p.nextField(3) {
		return p.checkCount()
	}
	s.hours = uint32(set)
	if !p.dates(s) || !p.nextField(4) {
		return p.checkCount()
	}
	if set, ok = p.numbers(&monthField); !ok || !p.nextField(5) {
		return p.checkCount()
	}
	s.months = uint16(set)
	if !p.weekdays(s) {
		return p.checkCount()
	}
	s.notes |= p.notes
	if !s.days.every() {
		if s.days.namesDates() && s.days.namesWeekdays() {
			s.notes |= noteEitherDay
		}
		s.days.normalize()
	}
	if !p.yearAndZone(s) {
		return p.checkCount()
	}
	s.findFiringYears()
	s.daily = s.days.every() && s.months == allMonths && s.years == everyYear
	return true
}

// nextField moves to the next field. It fails when there is none. The parameter count
// is the number of fields read so far.
func (p *parser) nextField(count int) bool {
	p.skipSpace()
	if p.pos < p.end {
		return true
	}
	p.field = ""
	return p.fail(p.end, fieldCount(count))
}

// fieldCount is the reason for an expression with too few fields.
func fieldCount(count int) message {
	return format("want 6 to 8 fields, not %d", "应为 6 到 8 个字段，实际为 %d 个", count)
}

// yearAndZone reads the year and the zone, the two optional fields. When only one of them is
// present, its first byte tells whether it is a year.
func (p *parser) yearAndZone(s *Schedule) bool {
	p.skipSpace()
	if p.pos == p.end {
		s.years = everyYear
		return true
	}
	word := p.word()
	last := p.pos+len(word) == p.end
	if last && !looksLikeYear(word[0]) {
		s.years = everyYear
		return p.zone(s)
	}
	if !p.yearList(s) {
		return false
	}
	p.skipSpace()
	if p.pos == p.end {
		return true
	}
	return p.zone(s)
}

// looksLikeYear reports whether a field that begins with this byte is read as a year and not as a
// zone. The bytes ?, comma and # can begin neither a year nor a zone. They are treated as a year,
// so that the error is about the year.
func looksLikeYear(first byte) bool {
	return isDigit(first) || strings.IndexByte("*?,#", first) >= 0
}

// yearList reads the year field.
func (p *parser) yearList(s *Schedule) bool {
	p.field = yearField.name
	for {
		var item span
		if !p.span(&yearField, &item) {
			return false
		}
		if item.star && item.step > 1 {
			s.notes |= noteYearStep
		}
		if item.star && item.step == 1 {
			s.years = everyYear
		} else {
			s.years.add(item.lo, item.hi, item.step)
		}
		if more, ok := p.more(&yearField); !more {
			return ok
		}
	}
}

// zone reads the zone, which is the last field.
func (p *parser) zone(s *Schedule) bool {
	p.field = "zone"
	word := p.word()
	if p.pos+len(word) != p.end {
		p.field = ""
		return p.fail(p.pos+len(word), message{"want 6 to 8 fields, not more", "应为 6 到 8 个字段，字段过多"})
	}
	zone, reason := findZone(word)
	if zone == nil {
		return p.fail(p.pos, reason)
	}
	s.zone = zone
	return true
}

// mayBeCron refuses an expression whose first bytes cannot begin a clock schedule.
func (p *parser) mayBeCron() bool {
	word := p.word()
	switch c := word[0]; {
	case c == '@':
		return p.fail(p.pos, unknownShorthand)
	case isLetter(c):
		return p.fail(p.pos, message{"want rate(...), at(...) or six to eight fields that begin with seconds", "应为 rate(...)、at(...)，或以秒开头的 6 到 8 个字段"})
	}
	return true
}

// checkCount replaces the error of a clock schedule that has fewer than six or more than eight
// fields: when a field is missing, the fields after it were read as the wrong fields. It returns
// false.
func (p *parser) checkCount() bool {
	fields, start := 0, 0
	for i := 0; i < p.end && fields < 9; {
		for i < p.end && isSpace(p.expr[i]) {
			i++
		}
		for start = i; i < p.end && !isSpace(p.expr[i]); {
			i++
		}
		fields++
	}
	failed := p.err
	switch {
	case fields == 5:
		p.field = ""
		return p.fail(p.end, message{"want 6 to 8 fields, not 5; unlike in crontab, the first field is the second, so put 0 in front; weekdays count from 1 = Monday", "应为 6 到 8 个字段，实际为 5 个；与 crontab 不同，第一个字段是秒，请在最前面加 0；星期从 1（周一）开始"})
	case fields < 6 && failed.Field == "second" && fields == 1:
		return false // for a single word that is not a field, the first error is kept, because it says more
	case fields < 6:
		p.field = ""
		return p.fail(p.end, fieldCount(fields))
	case fields > 8:
		p.field = ""
		return p.fail(start, message{"want 6 to 8 fields, not more", "应为 6 到 8 个字段，字段过多"})
	}
	return false
}

// appendCron appends the canonical text of a clock schedule. It leaves the year out when every year
// matches, and the zone when there is none.
func (s *Schedule) appendCron(b []byte) []byte {
	b = secondField.appendSet(b, s.seconds)
	b = minuteField.appendSet(append(b, ' '), s.minutes)
	b = hourField.appendSet(append(b, ' '), uint64(s.hours))
	b = s.days.appendDates(append(b, ' '))
	b = monthField.appendSet(append(b, ' '), uint64(s.months))
	b = s.days.appendWeekdays(append(b, ' '))
	if s.years != everyYear {
		b = s.years.append(append(b, ' '))
	}
	if s.zone != nil {
		b = append(b, ' ')
		b = append(b, s.zone.name...)
	}
	return b
}
