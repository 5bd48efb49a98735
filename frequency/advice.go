package frequency

// The functions of this file write the Reason of a ParseError for usual mistakes. A Reason says
// what is wrong, and often what to write instead.

// outOfRange explains a number that is below or above the range of its field. In the weekday field,
// the usual cause is that other cron programs count weekdays differently.
func outOfRange(f *field, n int) message {
	if f == &weekdayField {
		return message{"weekdays count 1 = Monday to 7 = Sunday (not as in Quartz or crontab); write 7 or SUN for Sunday", "星期用 1 到 7 表示周一到周日（与 Quartz 和 crontab 不同）；周日请写 7 或 SUN"}
	}
	if n < f.min {
		return format("%d is below %d", "%d 小于最小值 %d", n, f.min)
	}
	if n > lastYear { // the method digits does not return the true value of such a number
		return numberTooLarge(f.max)
	}
	return format("%d is above %d", "%d 大于最大值 %d", n, f.max)
}

// numberTooLarge is the reason for a number that is so large that the message does not repeat it.
func numberTooLarge(limit int) message {
	return format("the number is above %d", "数字大于最大值 %d", limit)
}

// tooManyDigits explains a number that has more digits than any value of the field.
func tooManyDigits(digits string, limit int) message {
	if digits[0] == '0' {
		return message{"a number has at most one leading zero and two digits, as in 08", "数字最多两位，且最多一个前导零，例如 08"}
	}
	return numberTooLarge(limit)
}

// stepTooLarge explains a step that is longer than the field.
func stepTooLarge(f *field) message {
	return format("a step in this field is at most %d", "此字段的步长最大为 %d", f.maxStep)
}

// stepAdvice says what to write instead of a step that is as long as the field, or longer.
func stepAdvice(f *field, n int) message {
	switch {
	case f == &weekdayField:
		return message{"; for one day a week write only that day, as in MON", "；每周执行一天时请只写那一天，例如 MON"}
	case n != f.max+1:
	case f == &secondField:
		return message{"; for every minute write only the second, as in 0", "；每分钟执行一次时请只写秒，例如 0"}
	case f == &minuteField:
		return message{"; for every hour write only the minute, as in 0", "；每小时执行一次时请只写分钟，例如 0"}
	case f == &hourField:
		return message{"; for once a day write only the hour, as in 0", "；每天执行一次时请只写小时，例如 0"}
	}
	return message{}
}

// reversed explains a range that goes backwards. Its author usually means that the range continues
// at the start of the field.
func (p *parser) reversed(f *field, s *span) message {
	backwards := message{"a range must not go backwards; ", "范围的起点不能大于终点；"}
	if f == &weekdayField && s.lo == f.max {
		backwards = message{
			"a range must not go backwards, and weekdays count 1 = Monday to 7 = Sunday; ",
			"范围的起点不能大于终点，且星期用 1 到 7 表示周一到周日；",
		}
	}
	switch {
	case f == &yearField:
		return backwards.plus(format("put the earlier year first, as in %d-%d", "请把较早的年份写在前面，例如 %d-%d", s.hi, s.lo))
	case p.peek() == '/':
		return backwards.plus(format("write two, one that ends at %d and one that begins at %d, each with its step",
			"请写成两个范围，一个到 %d 为止，一个从 %d 开始，各带步长", f.max, f.min))
	case s.hi == s.lo-1:
		return backwards.plus(message{"for every " + f.name + " write *", "表示所有值时请写 *"})
	}
	return backwards.plus(format("split it, as in %s", "请拆开写，例如 %s", f.aroundTheEnd(s.lo, s.hi)))
}

// aroundTheEnd returns the items for the values from lo to the end of the field, and from its start
// to hi.
func (f *field) aroundTheEnd(lo, hi int) string {
	if hi == lo-1 {
		return "*"
	}
	return string(appendRange(appendRange(nil, "", lo, f.max, f), ",", f.min, hi, f))
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
func nameAdvice(f *field) message {
	if f == &weekdayField {
		return message{"; write 1 to 7 (Monday to Sunday) or MON to SUN", "；请写 1 到 7（周一到周日）或 MON 到 SUN"}
	}
	return message{"; write 1 to 12 or JAN to DEC", "；请写 1 到 12 或 JAN 到 DEC"}
}

// unexpectedByte explains the byte at pos, which no rule of the field allows there.
func (p *parser) unexpectedByte(f *field) message {
	before := byte(' ')
	if p.pos > 0 {
		before = p.expr[p.pos-1]
	}
	switch c := p.peek(); {
	case f == &dayField && c == '-' && before|0x20 == 'w' && p.pos > 1 && p.expr[p.pos-2]|0x20 == 'l':
		return message{"LW-n is not supported; write LW, the last weekday, or the weekday nearest to a day, as in 28W", "不支持 LW-n；请写 LW（最后一个工作日），或离某日最近的工作日，例如 28W"}
	case f == &dayField && c == '-' && before|0x20 == 'l':
		return message{"L-n is not supported; write L, the last day, LW, the last weekday, or the number of a day", "不支持 L-n；请写 L（最后一天）、LW（最后一个工作日）或具体日期"}
	case before == '-':
		return message{"a range needs a first and a last value, as in 1-5", "范围应有起点和终点，例如 1-5"}
	case c == ',', before == ',' && (p.pos == p.end || isSpace(c)):
		return message{"a list has an empty item", "列表中有空项"}
	case c == '?' && f != &dayField && f != &weekdayField:
		return message{"? belongs in the day fields only; write *", "? 只能用于日期和星期字段；请写 *"}
	case c == '?':
		return message{"? must be the only item of its field", "? 必须是该字段中唯一的一项"}
	case f == &dayField && (isDigit(c) && before|0x20 == 'l' || c|0x20 == 'l' && isDigit(before)):
		return message{"L stands alone in the day-of-month field; the last such weekday of the month is written in the day-of-week field, as in 5L",
			"日期字段中的 L 只能单独使用；当月最后一个星期几应写在星期字段，例如 5L"}
	case c == 'L' || c == 'l':
		return message{"L belongs in the day fields only, alone, or after a weekday as in 6L", "L 只能用于日期和星期字段：单独使用，或写在星期之后，例如 6L"}
	case f == &dayField && c|0x20 == 'w' && isDigit(before):
		return message{"W belongs after one day, not after a range; write a list, as in 1W,15W", "W 只能写在单个日期之后，不能写在范围之后；请写成列表，例如 1W,15W"}
	case c == 'W' || c == 'w':
		return message{"W belongs in the day-of-month field, after a day as in 15W, or after L", "W 只能用于日期字段：写在日期之后，例如 15W，或写在 L 之后"}
	case c == '#':
		return message{"# belongs in the day-of-week field, after a weekday as in 6#3", "# 只能用于星期字段，写在星期之后，例如 6#3"}
	case c == '/':
		return message{"a step follows *, a value or a range, as in 0/15", "步长写在 *、数值或范围之后，例如 0/15"}
	case c == '-' && before != ',' && !isSpace(before):
		return message{"a range needs a first and a last value, as in 1-5", "范围应有起点和终点，例如 1-5"}
	case c == '-':
		return message{"a number must not have a sign", "数字不能带正负号"}
	}
	return format("unexpected %s", "此处不应出现 %s", p.quoteByte())
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
