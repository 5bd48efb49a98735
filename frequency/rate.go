package frequency

// maxRate is the longest interval that agents accept, in days. The service documents a shorter
// limit. The validation of a request checks that limit.
const maxRate = 1000

// intervalTooLong is the reason for an interval above maxRate.
var intervalTooLong = message{"agents accept an interval of at most 1000 days", "云助手 Agent 接受的间隔最长为 1000 天"}

// unitsCombined is the reason for an interval such as 1h30m.
var unitsCombined = message{"units cannot be combined; use only the smaller unit, as in rate(90m)", "单位不能组合使用；请只用较小的单位，例如 rate(90m)"}

// rateUnits are the units of rate(...), the largest first.
var rateUnits = [...]rateUnit{
	{'d', daySeconds, "day", "天"},
	{'h', 60 * 60, "hour", "小时"},
	{'m', 60, "minute", "分钟"},
	{'s', 1, "second", "秒"},
}

// rateUnit is a unit of rate(...) with its names in sentences.
type rateUnit struct {
	letter           byte
	seconds          int64
	english, chinese string
}

// rate reads rate(<n><unit>). Like the agent it accepts letters in either case, and blanks before
// the parenthesis and before the unit.
func (p *parser) rate(s *Schedule) bool {
	p.field = "rate"
	begin := p.pos
	p.pos += len("rate")
	p.skipSpace()
	p.pos++
	number := p.pos
	n, ok := p.rateNumber()
	if !ok {
		return false
	}
	p.skipSpace()
	seconds, ok := p.rateUnit(number)
	if !ok {
		return false
	}
	if n > maxRate*daySeconds/seconds {
		return p.fail(number, intervalTooLong)
	}
	s.kind, s.when = KindRate, n*seconds
	var canonical [24]byte
	if string(s.appendRate(canonical[:0])) != p.expr[begin:p.end] && !p.plainRate(begin) {
		s.notes |= noteRateSpelling
	}
	return true
}

// plainRate reports whether the text from begin has the documented form: small letters, no blanks,
// no leading zeros. The unit may differ from the unit of the canonical text.
func (p *parser) plainRate(begin int) bool {
	text := p.expr[begin:p.end]
	inner := text[len("rate(") : len(text)-len("x)")]
	return text[:len("rate(")] == "rate(" && allDigits(inner) && inner[0] != '0' && text[len(text)-2] >= 'a'
}

// rateNumber reads the digits after the parenthesis.
func (p *parser) rateNumber() (int64, bool) {
	begin := p.pos
	n := int64(0)
	for p.pos < p.end && isDigit(p.expr[p.pos]) {
		n = min(n*10+int64(p.expr[p.pos]-'0'), maxRate*daySeconds+1)
		p.pos++
	}
	switch c := p.peek(); {
	case c == '.' || c == ',':
		return 0, p.fail(p.pos, message{"an interval is a whole number; use a smaller unit, as in rate(90m)", "间隔必须是整数；请换用更小的单位，例如 rate(90m)"})
	case begin < p.pos && n == 0:
		return 0, p.fail(begin, message{"an interval must be longer than 0", "间隔必须大于 0"})
	case begin < p.pos:
		return n, true
	case isSpace(c):
		return 0, p.fail(p.pos, message{"no blank may follow the parenthesis", "左括号后不能有空格"})
	case c == '-' || c == '+':
		return 0, p.fail(p.pos, message{"an interval must not have a sign", "间隔不能带正负号"})
	}
	return 0, p.fail(p.pos, message{"want a number and a unit, as in rate(5m)", "此处应为数字和单位，例如 rate(5m)"})
}

// rateUnit reads the unit and the closing parenthesis and returns the unit in
// seconds.
func (p *parser) rateUnit(number int) (int64, bool) {
	seconds := int64(0)
	for _, unit := range rateUnits {
		if p.peek()|0x20 == unit.letter {
			seconds = unit.seconds
		}
	}
	if seconds == 0 {
		return 0, p.fail(p.pos, message{"want a unit: s, m, h or d", "缺少单位：s、m、h 或 d"})
	}
	p.pos++
	switch c := p.peek(); {
	case c == ')' && p.pos+1 == p.end:
		return seconds, true
	case c == ')':
		return 0, p.fail(p.pos+1, message{"nothing may follow the parenthesis", "右括号后不能再有内容"})
	case isDigit(c):
		return 0, p.fail(number, unitsCombined)
	case isLetter(c):
		return 0, p.fail(p.pos-1, message{"units are the single letters s, m, h and d", "单位只能是单个字母 s、m、h 或 d"})
	case isSpace(c):
		return 0, p.fail(p.pos, message{"no blank may stand before the closing parenthesis", "右括号前不能有空格"})
	}
	return 0, p.fail(p.pos, message{"want a closing parenthesis", "缺少右括号"})
}

// inLargestUnit returns the interval of a rate in the largest unit that divides it.
func (s *Schedule) inLargestUnit() (int, *rateUnit) {
	i := 0
	for s.when%rateUnits[i].seconds != 0 {
		i++ // the loop ends at the latest with the unit s, since every interval is in whole seconds
	}
	return int(s.when / rateUnits[i].seconds), &rateUnits[i]
}

// appendRate appends the canonical text of a rate.
func (s *Schedule) appendRate(b []byte) []byte {
	n, unit := s.inLargestUnit()
	b = appendInt(append(b, "rate("...), n)
	return append(b, unit.letter, ')')
}
