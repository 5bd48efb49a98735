package frequency

import "math/bits"

// dates reads the day-of-month field.
func (p *parser) dates(s *Schedule) bool {
	if p.single('?') || p.single('*') {
		return true
	}
	f, d := &dayField, &s.days
	p.field = f.name
	every, items, last := false, 0, false
	var item span
	for {
		items++
		switch c := p.peek(); c {
		case 'L', 'l':
			p.pos++
			if p.peek()|0x20 == 'w' {
				p.pos++
				d.nearest |= lastDay
			} else {
				d.dates |= lastDay
			}
			last = true
		default:
			if n, ok := p.plainNumber(f); ok {
				d.dates |= 1 << n
				break
			}
			switch {
			case !p.span(f, &item):
				return false
			case item.star && !item.stepped:
				every = true
			case item.single && p.peek()|0x20 == 'w':
				p.pos++
				d.nearest |= 1 << item.lo
			default:
				d.dates |= uint32(item.bits())
			}
		}
		more, ok := p.more(f)
		if !ok {
			return false
		}
		if !more {
			break
		}
	}
	if last && items > 1 {
		s.notes |= noteLastInList
	}
	if every {
		d.dates, d.nearest = 0, 0
	} else if items == 1 && item.stepped {
		p.noteStep(f, &item)
	}
	return true
}

// weekdays reads the day-of-week field.
func (p *parser) weekdays(s *Schedule) bool {
	if p.single('?') || p.single('*') {
		return true
	}
	f, d := &weekdayField, &s.days
	p.field = f.name
	every, items, last := false, 0, false
	var read weekdayReading
	var item span
	begin := p.pos
	for {
		items++
		start := p.pos
		if n, ok := p.plainNumber(f); ok {
			d.weekdays |= 1 << n
			read.agents |= 1 << n
		} else if p.bareL() {
			d.weekdays |= sunday
			s.notes |= noteBareL
		} else {
			if !p.span(f, &item) {
				return false
			}
			switch c := p.peek(); {
			case item.star && !item.stepped:
				every = true
			case item.single && (c == 'L' || c == 'l'):
				p.pos++
				d.last |= 1 << item.lo
				last = true
			case item.single && c == '#':
				p.pos++
				k := p.peek() - '1'
				if k > 4 || p.pos+1 < p.end && isDigit(p.expr[p.pos+1]) {
					return p.fail(p.pos, message{"want 1 to 5 after #, as in 6#3 for the third Saturday", "# 后应为 1 到 5，例如 6#3 表示第三个周六"})
				}
				p.pos++
				d.nth[k] |= 1 << item.lo
			default:
				d.weekdays |= uint8(item.bits())
				read.add(&item)
			}
		}
		if p.expr[start] == '0' || item.ranged {
			read.addDigits(p.expr[start:p.pos])
		}
		more, ok := p.more(f)
		if !ok {
			return false
		}
		if !more {
			break
		}
	}
	if (last || s.notes&noteBareL != 0) && items > 1 {
		s.notes |= noteLastInList
	}
	if every {
		d.weekdays, d.last, d.nth = 0, 0, [5]uint8{}
		return true
	}
	s.notes |= read.notes(d, p.expr[begin:p.pos])
	if s.notes&(noteWeekdayStep|noteSundayRange) == 0 && items == 1 && item.stepped {
		p.noteStep(f, &item)
	}
	return true
}

// single reports whether the field at pos is the single byte c. If so, it moves past the field.
func (p *parser) single(c byte) bool {
	if p.peek() != c || p.pos+1 < p.end && !isSpace(p.expr[p.pos+1]) {
		return false
	}
	p.pos++
	return true
}

// bareL reports whether the list item at pos is L alone. If so, it moves past the item.
func (p *parser) bareL() bool {
	if p.peek()|0x20 != 'l' {
		return false
	}
	if p.pos+1 < p.end && p.expr[p.pos+1] != ',' && !isSpace(p.expr[p.pos+1]) {
		return false
	}
	p.pos++
	return true
}

// appendDates appends the canonical day-of-month field. A field that names no day is written as ?
// when the day-of-week field names days, and as * otherwise.
func (d *days) appendDates(b []byte) []byte {
	if !d.namesDates() {
		if d.namesWeekdays() {
			return append(b, '?')
		}
		return append(b, '*')
	}
	begin := len(b)
	if plain := d.dates &^ lastDay; plain != 0 {
		b = dayField.appendSet(b, uint64(plain))
	}
	for rest := d.nearest &^ lastDay; rest != 0; rest &= rest - 1 {
		b = appendInt(comma(b, begin), bits.TrailingZeros32(rest))
		b = append(b, 'W')
	}
	if d.dates&lastDay != 0 {
		b = append(comma(b, begin), 'L')
	}
	if d.nearest&lastDay != 0 {
		b = append(comma(b, begin), "LW"...)
	}
	return b
}

// appendWeekdays appends the canonical day-of-week field. A field that names no weekday is written
// as ?.
func (d *days) appendWeekdays(b []byte) []byte {
	if !d.namesWeekdays() {
		return append(b, '?')
	}
	begin := len(b)
	if d.weekdays != 0 {
		b = weekdayField.appendSet(b, uint64(d.weekdays))
	}
	for rest := d.last; rest != 0; rest &= rest - 1 {
		b = appendInt(comma(b, begin), bits.TrailingZeros8(rest))
		b = append(b, 'L')
	}
	for k, which := range d.nth {
		for rest := which; rest != 0; rest &= rest - 1 {
			b = appendInt(comma(b, begin), bits.TrailingZeros8(rest))
			b = append(b, '#', byte('1'+k))
		}
	}
	return b
}

// comma appends a comma unless the list that starts at begin is still empty.
func comma(b []byte, begin int) []byte {
	if len(b) > begin {
		b = append(b, ',')
	}
	return b
}
