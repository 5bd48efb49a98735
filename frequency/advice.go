package frequency

import (
	"strconv"
	"strings"
)

// The functions of this file write the Reason of a ParseError for usual mistakes. A Reason says
// what is wrong, and often what to write instead.

// outOfRange explains a number that is below or above the range of its field. In the weekday field,
// the usual cause is that other cron programs count weekdays differently.
func outOfRange(f *field, n int) string {
	if f == &weekdayField {
		return "weekdays count 1 = Monday to 7 = Sunday (not as in Quartz or crontab); write 7 or SUN for Sunday"
	}
	if n < f.min {
		return strconv.Itoa(n) + " is below " + strconv.Itoa(f.min)
	}
	return quoteNumber(n) + " is above " + strconv.Itoa(f.max)
}

// quoteNumber writes n, or "the number" when n is above the largest year: the method digits does not
// return the true value of such a number.
func quoteNumber(n int) string {
	if n > lastYear {
		return "the number"
	}
	return strconv.Itoa(n)
}

// tooManyDigits explains a number that has more digits than any value of the field.
func tooManyDigits(digits string, limit int) string {
	if digits[0] == '0' {
		return "a number has at most one leading zero and two digits, as in 08"
	}
	return "the number is above " + strconv.Itoa(limit)
}

// stepAdvice says what to write instead of a step that is too large.
func stepAdvice(f *field, n int) string {
	switch {
	case f == &weekdayField:
		return "; for one day a week name the day"
	case n == f.max+1 && f.min == 0:
		return "; for the whole " + f.name + " write the value it starts at"
	}
	return ""
}

// reversed explains a range that goes backwards. Its author usually means that the range continues at
// the start of the field.
func (p *parser) reversed(f *field, s *span) string {
	backwards := "a range must not go backwards; "
	if f == &weekdayField && s.lo == f.max {
		backwards = "a range must not go backwards, and weekdays count 1 = Monday to 7 = Sunday; "
	}
	switch {
	case f == &yearField:
		return backwards + "put the earlier year first, as in " + strconv.Itoa(s.hi) + "-" + strconv.Itoa(s.lo)
	case p.peek() == '/':
		return backwards + "write two, one that ends at " + strconv.Itoa(f.max) + " and one that begins at " +
			strconv.Itoa(f.min) + ", each with its step"
	case s.hi == s.lo-1:
		return backwards + "for every " + f.name + " write *"
	}
	text := appendRange([]byte(backwards), "split it, as in ", s.lo, f.max, f)
	return string(appendRange(text, ",", f.min, s.hi, f))
}

// appendRange appends the list item for the values lo to hi. Agents never fire a range of weekdays
// that ends on Sunday, so appendRange writes the days of such a range one by one.
func appendRange(b []byte, before string, lo, hi int, f *field) []byte {
	b = appendInt(append(b, before...), lo)
	switch {
	case lo == hi:
	case f == &weekdayField && hi == f.max:
		b = appendRange(b, ",", lo+1, hi, f)
	default:
		b = appendInt(append(b, '-'), hi)
	}
	return b
}

// nameAdvice lists the names of a field that has names.
func nameAdvice(f *field) string {
	if f == &weekdayField {
		return "; write 1 to 7 (Monday to Sunday) or MON to SUN"
	}
	return "; write 1 to 12 or JAN to DEC"
}

// unexpectedByte explains the byte at pos, which no rule of the field allows there.
func (p *parser) unexpectedByte(f *field) string {
	before := byte(' ')
	if p.pos > 0 {
		before = p.expr[p.pos-1]
	}
	switch c := p.peek(); {
	case f == &dayField && c == '-' && before|0x20 == 'l':
		return "L-n is not supported; write L, the last day, LW, the last weekday, or the number of a day"
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

// quoteByte returns the character at pos in quotes.
func (p *parser) quoteByte() string {
	for i := range p.expr[p.pos:p.end] {
		if i > 0 {
			return quote(p.expr[p.pos : p.pos+i])
		}
	}
	return quote(p.expr[p.pos:p.end])
}

// isDuration reports whether word is an ISO 8601 duration, such as P1D or PT5M.
func isDuration(word string) bool {
	date, clock, hasClock := strings.Cut(word, "T")
	date, ok := strings.CutPrefix(date, "P")
	return ok && date+clock != "" && isAmounts(date, "YMWD") && (!hasClock || clock != "" && isAmounts(clock, "HMS"))
}

// isAmounts reports whether s is empty or a sequence of numbers, each followed by one letter
// of units.
func isAmounts(s, units string) bool {
	for s != "" {
		rest := strings.TrimLeft(s, "0123456789")
		if len(rest) == len(s) || rest == "" || strings.IndexByte(units, rest[0]) < 0 {
			return false
		}
		s = rest[1:]
	}
	return true
}
