package frequency

import "strconv"

// The sentences of this file meet the usual slips with what to write instead.

func outOfRange(f *field, n int) string {
	if f == &weekdayField {
		return "weekdays count 1 = Monday to 7 = Sunday (not as in Quartz or crontab); write 7 or SUN for Sunday"
	}
	if n < f.min {
		return strconv.Itoa(n) + " is below " + strconv.Itoa(f.min)
	}
	return quoteNumber(n) + " is above " + strconv.Itoa(f.max)
}

func quoteNumber(n int) string {
	if n > lastYear {
		return "the number"
	}
	return strconv.Itoa(n)
}

func tooManyDigits(digits string, limit int) string {
	if digits[0] == '0' {
		return "a number has at most one leading zero and two digits, as in 08"
	}
	return "the number is above " + strconv.Itoa(limit)
}

func stepAdvice(f *field, n int) string {
	switch {
	case f == &weekdayField:
		return "; for one day a week name the day"
	case n == f.max+1 && f.min == 0:
		return "; for the whole " + f.name + " write the value it starts at"
	}
	return ""
}

func reversed(f *field, s *span) string {
	if f == &weekdayField && s.lo == 7 {
		return "a range must not go backwards; weekdays count 1 = Monday to 7 = Sunday, so write 7,1-" + strconv.Itoa(s.hi)
	}
	return "a range must not go backwards; write two, as in " +
		strconv.Itoa(s.lo) + "-" + strconv.Itoa(f.max) + "," + strconv.Itoa(f.min) + "-" + strconv.Itoa(s.hi)
}

func nameAdvice(f *field) string {
	if f == &weekdayField {
		return "; write 1 to 7 (Monday to Sunday) or MON to SUN"
	}
	return "; write 1 to 12 or JAN to DEC"
}

// stray explains the byte at pos, which does not belong there.
func (p *parser) stray(f *field) string {
	before := byte(' ')
	if p.pos > 0 {
		before = p.expr[p.pos-1]
	}
	switch c := p.peek(); {
	case before == '-':
		return "a range has two ends, as in 1-5"
	case c == ',', before == ',' && (p.pos == p.end || isSpace(c)):
		return "a list has an empty item"
	case c == '?' && f != &dayField && f != &weekdayField:
		return "? belongs in the day fields only; write *"
	case c == '?':
		return "? stands alone"
	case c == 'L' || c == 'l':
		return "L belongs in the day fields only, alone, or after a weekday as in 6L"
	case c == 'W' || c == 'w':
		return "W belongs in the day-of-month field, after a day as in 15W, or after L"
	case c == '#':
		return "# belongs in the day-of-week field, after a weekday as in 6#3"
	case c == '/':
		return "a step follows *, a value or a range, as in 0/15"
	case c == '-' && before != ',' && !isSpace(before):
		return "a range has two ends, as in 1-5"
	case c == '-':
		return "numbers have no sign"
	}
	return "unexpected " + p.quoteByte()
}

// quoteByte shows the character at pos.
func (p *parser) quoteByte() string {
	for i := range p.expr[p.pos:p.end] {
		if i > 0 {
			return quote(p.expr[p.pos : p.pos+i])
		}
	}
	return quote(p.expr[p.pos:p.end])
}
