package frequency

import (
	"math/bits"
	"strconv"
)

// field describes one of the numeric fields of a clock schedule.
type field struct {
	name     string
	min, max int
	maxStep  int
	chinese  string   // the Chinese name of the values
	names    []string // the names of the values, beginning with the value min, in capitals
}

// The fields in their order. maxStep is the largest step that agents accept in the field. For most
// fields it is the largest number of the field. For weekdays it is 6, since agents count from
// Sunday = 0 to Saturday = 6. For years it is 59, since agents look a step up among the numbers of
// minutes.
var (
	secondField  = field{name: "second", chinese: "秒", min: 0, max: 59, maxStep: 59}
	minuteField  = field{name: "minute", chinese: "分钟", min: 0, max: 59, maxStep: 59}
	hourField    = field{name: "hour", chinese: "小时", min: 0, max: 23, maxStep: 23}
	dayField     = field{name: "day of month", chinese: "日期", min: 1, max: 31, maxStep: 31}
	monthField   = field{name: "month", chinese: "月份", min: 1, max: 12, maxStep: 12, names: monthNames[:]}
	weekdayField = field{name: "day of week", chinese: "星期", min: 1, max: 7, maxStep: 6, names: weekdayNames[:]}
	yearField    = field{name: "year", chinese: "年份", min: firstYear, max: lastYear, maxStep: 59}
)

// monthNames are the names of the months. The first three letters of a name are a name, too.
var monthNames = [...]string{
	"JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
	"JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
}

// weekdayNames are the names of the weekdays, which begin with Monday = 1.
var weekdayNames = [...]string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}

// span is one item of a list: a value, a range, or either with a step. In the minute field:
//
//	5          lo 5, hi 5, step 1, single
//	5-10       lo 5, hi 10, step 1, ranged
//	5/15       lo 5, hi 59, step 15, stepped
//	5-40/15    lo 5, hi 40, step 15, ranged, stepped
//	*          lo 0, hi 59, step 1, star
//	*/15       lo 0, hi 59, step 15, star, stepped
type span struct {
	lo, hi, step int
	star         bool // the item begins with *
	single       bool // a value without a range or step
	ranged       bool // a range a-b, with or without a step
	stepped      bool // has a step
}

// bits returns the values of a span as bits.
func (s *span) bits() uint64 {
	if s.step == 1 {
		return 2<<s.hi - 1<<s.lo
	}
	set := uint64(0)
	for v := s.lo; v <= s.hi; v += s.step {
		set |= 1 << v
	}
	return set
}

// numbers reads a field that is a list of spans.
func (p *parser) numbers(f *field) (uint64, bool) {
	if p.single('*') {
		return f.all(), true
	}
	p.field = f.name
	set, items := uint64(0), 0
	var item span
	for {
		items++
		if n, ok := p.plainNumber(f); ok {
			set |= 1 << n
		} else if p.span(f, &item) {
			set |= item.bits()
		} else {
			return 0, false
		}
		if more, ok := p.more(f); !more {
			if items == 1 && item.stepped {
				p.noteStep(f, &item)
			}
			return set, ok
		}
	}
}

// all returns every value of the field as bits.
func (f *field) all() uint64 { return 2<<f.max - 1<<f.min }

// plainNumber reads an item that is just a number of one or two digits, as most items are. For any
// other item it returns false and does not move. The method span then reads the item or explains
// what is wrong with it.
func (p *parser) plainNumber(f *field) (int, bool) {
	text, i := p.expr[:p.end], p.pos
	if i >= len(text) || !isDigit(text[i]) {
		return 0, false
	}
	n := int(text[i] - '0')
	i++
	if i < len(text) && isDigit(text[i]) {
		n = n*10 + int(text[i]-'0')
		i++
	}
	if i < len(text) && text[i] != ' ' && text[i] != ',' || n < f.min || n > f.max {
		return 0, false
	}
	p.pos = i
	return n, true
}

// more reports whether there is a comma at pos. If so, it moves past the comma. If not, the field
// must end at pos, and ok reports whether it does.
func (p *parser) more(f *field) (more, ok bool) {
	switch c := p.peek(); {
	case c == ',':
		p.pos++
		return true, true
	case c == 0 && p.pos == p.end, isSpace(c):
		return false, true
	}
	return false, p.fail(p.pos, p.unexpectedByte(f))
}

// span reads one item of a list into s.
func (p *parser) span(f *field, s *span) bool {
	*s = span{lo: f.min, hi: f.max, step: 1}
	begin := p.pos
	if p.peek() == '*' {
		p.pos++
		s.star = true
		return p.peek() != '/' || p.step(f, s)
	}
	var ok bool
	if s.lo, ok = p.value(f); !ok {
		return false
	}
	switch p.peek() {
	case '/': // from lo to the end of the field
		return p.step(f, s)
	case '-':
		p.pos++
		if s.hi, ok = p.value(f); !ok {
			return false
		}
		if s.hi < s.lo {
			return p.fail(begin, p.reversed(f, s))
		}
		s.ranged = true
		return p.peek() != '/' || p.step(f, s)
	}
	s.hi, s.single = s.lo, true
	return true
}

// step reads the step after a slash.
func (p *parser) step(f *field, s *span) bool {
	p.pos++
	begin := p.pos
	n, digits := p.digits()
	switch {
	case digits == 0:
		return p.fail(p.pos, message{"want a number after /", "/ 后应为数字"})
	case f == &yearField && n > f.maxStep && n < 10000 && p.expr[begin] != '0':
		return p.fail(begin, yearStepTooLarge(s, n))
	case digits > 2 || digits > 1 && p.expr[begin] == '0' && p.expr[begin+1] == '0':
		return p.fail(begin, tooManyDigits(p.expr[begin:p.pos], f.maxStep))
	case n == 0:
		return p.fail(begin, message{"a step must be 1 or more", "步长不能小于 1"})
	case n > f.maxStep:
		return p.fail(begin, stepTooLarge(f).plus(stepAdvice(f, n)))
	}
	s.step, s.stepped = n, true
	return true
}

// digits reads a run of digits. It returns the value and the length of the run. The value stops
// growing above the largest number of any field.
func (p *parser) digits() (n, length int) {
	text, begin := p.expr[:p.end], p.pos
	i := begin
	for ; i < len(text) && isDigit(text[i]); i++ {
		if n < 10000 {
			n = n*10 + int(text[i]-'0')
		}
	}
	p.pos = i
	return n, i - begin
}

// value reads a number or a name.
func (p *parser) value(f *field) (int, bool) {
	begin := p.pos
	n, digits := p.digits()
	switch {
	case digits == 0 && f.names != nil && isLetter(p.peek()):
		return p.name(f)
	case digits == 0:
		return 0, p.fail(p.pos, p.unexpectedByte(f))
	case f == &yearField && digits != 4:
		return 0, p.fail(begin, message{"a year has four digits, 1970 to 2099", "年份应为四位数字，1970 到 2099"})
	case f != &yearField && digits > 2:
		return 0, p.fail(begin, tooManyDigits(p.expr[begin:p.pos], f.max))
	case n < f.min || n > f.max:
		return 0, p.fail(begin, outOfRange(f, n))
	}
	return n, true
}

// name reads a name in upper or lower case: its first three letters or all of them.
func (p *parser) name(f *field) (int, bool) {
	begin := p.pos
	end := begin
	for end < p.end && isLetter(p.expr[end]) {
		end++
	}
	for i, name := range f.names {
		for _, length := range [...]int{len(name), 3} {
			rest := end - begin - length
			// an L may follow a weekday: FRIL is the last Friday
			if (rest == 0 || rest == 1 && f == &weekdayField && p.expr[end-1]|0x20 == 'l') &&
				equalFold(p.expr[begin:begin+length], name[:length]) {
				p.pos = begin + length
				return f.min + i, true
			}
		}
	}
	called := quote(p.expr[begin:end])
	return 0, p.fail(begin, message{"no " + f.name + " is called " + called, "没有名为 " + called + " 的" + f.chinese}.plus(nameAdvice(f)))
}

// equalFold reports whether s equals capitals without regard to the case of ASCII letters.
func equalFold(s, capitals string) bool {
	for i := range len(s) {
		if s[i]&^0x20 != capitals[i] {
			return false
		}
	}
	return true
}

// appendSet appends the canonical text of the values of a field.
//
//	0 0,15,30,45 * * * ?     0 0/15 * * * ?
//	0 1,2,3,7 * * * ?        0 1-3,7 * * * ?
//	0 0 9 ? * SAT,SUN,MON    0 0 9 ? * 1,6,7
func (f *field) appendSet(b []byte, set uint64) []byte {
	if set == f.all() {
		return append(b, '*')
	}
	if first, step := f.progression(set); step != 0 {
		b = appendInt(b, first)
		b = append(b, '/')
		return appendInt(b, step)
	}
	for rest := set; rest != 0; {
		if rest != set {
			b = append(b, ',')
		}
		first := bits.TrailingZeros64(rest)
		run := bits.TrailingZeros64(^(rest >> first))
		if f == &weekdayField && first+run-1 == f.max && run > 1 {
			run-- // agents never fire a range that ends on Sunday
		}
		if run < 3 {
			run = 1
		}
		b = appendInt(b, first)
		if run > 1 {
			b = append(b, '-')
			b = appendInt(b, first+run-1)
		}
		rest &^= (1<<run - 1) << first
	}
	return b
}

// progression returns the start v and the step n of a set that can be written as v/n: even steps
// from v to the end of the field. A set of two values is written so only when the step divides the
// field, as in 0/30. progression returns 0, 0 for all other sets. It also does so for weekdays,
// since agents and the documentation disagree on weekday steps.
func (f *field) progression(set uint64) (first, step int) {
	count := bits.OnesCount64(set)
	if f == &weekdayField || count < 2 {
		return 0, 0
	}
	first = bits.TrailingZeros64(set)
	step = bits.TrailingZeros64(set>>(first+1)) + 1
	size := f.max - f.min + 1
	if step == 1 || count == 2 && (size%step != 0 || first-f.min >= step) {
		return 0, 0
	}
	if whole := (span{lo: first, hi: f.max, step: step}); whole.bits() != set {
		return 0, 0
	}
	return first, step
}

// appendInt appends a number in decimal digits.
func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }
