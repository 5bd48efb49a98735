package frequency

import (
	"math/bits"
	"strconv"
)

// stepFields are the fields whose steps begin again at the start of the field, with the note of an
// uneven step. A step of years does not begin again.
var stepFields = [...]struct {
	field *field
	note  notes
	unit  message
}{
	{&secondField, noteUnevenSecond, message{"second", "秒"}},
	{&minuteField, noteUnevenMinute, message{"minute", "分钟"}},
	{&hourField, noteUnevenHour, message{"hour", "小时"}},
	{&dayField, noteUnevenDay, message{"day", "天"}},
	{&monthField, noteUnevenMonth, message{"month", "个月"}},
	{&weekdayField, noteUnevenWeekday, message{"day", "天"}},
}

// noteStep adds a note when a field consists of one uneven step. A step is uneven when it reaches
// no second value. It is also uneven when the gap from its last value to the first value of the
// next round differs from the step. But a step that begins one step or more after the start of
// the field, such as 9/4 in the hour field, is meant to have a longer gap: such a gap gets no
// note.
func (p *parser) noteStep(f *field, s *span) {
	size := f.max - f.min + 1
	last := s.lo + (s.hi-s.lo)/s.step*s.step
	whole := !s.ranged || s.lo == f.min && s.hi == f.max
	switch {
	case s.step == 1 && last != s.lo:
		return
	case last == s.lo:
	case !whole || s.lo-f.min >= s.step:
		return
	case f != &dayField && last+s.step == s.lo+size:
		return
	}
	for _, step := range stepFields {
		if step.field == f {
			p.notes |= step.note
		}
	}
}

// unevenWarnings warns about steps that are not even.
func (s *Schedule) unevenWarnings() []Warning {
	var list []Warning
	for _, step := range stepFields {
		if s.notes&step.note == 0 {
			continue
		}
		set := s.valuesOf(step.field)
		if set&(set-1) == 0 {
			list = append(list, newWarning(WarnUnevenStep, stepWithoutEffect(step.field, set)))
		} else if s.beginsAgain(step.field) {
			list = append(list, newWarning(WarnUnevenStep, unevenStep(step.field, step.unit, set).plus(s.rateInstead(step.field, set))))
		}
	}
	return list
}

// valuesOf returns the values of a field other than the year.
func (s *Schedule) valuesOf(f *field) uint64 {
	switch f {
	case &secondField:
		return s.seconds
	case &minuteField:
		return s.minutes
	case &hourField:
		return uint64(s.hours)
	case &dayField:
		return uint64(s.days.dates)
	case &monthField:
		return uint64(s.months)
	}
	return uint64(s.days.weekdays)
}

// beginsAgain reports whether the step of a field begins again directly after its last value: there
// must be two minutes in a row for a step of seconds, two hours in a row for a step of minutes, and
// so on.
func (s *Schedule) beginsAgain(f *field) bool {
	years := func() bool {
		for y := s.years.next(firstYear); y != 0 && y < lastYear; y = s.years.next(y + 1) {
			if s.years.has(y + 1) {
				return true
			}
		}
		return false
	}
	months := func() bool { return inRow(&monthField, uint64(s.months), years) }
	days := func() bool { return s.gapOfDays() == 1 }
	hours := func() bool { return inRow(&hourField, uint64(s.hours), days) }
	switch f {
	case &secondField:
		return inRow(&minuteField, s.minutes, hours)
	case &minuteField:
		return hours()
	case &hourField:
		return days()
	case &dayField:
		return months()
	case &monthField:
		return years()
	}
	return true
}

// inRow reports whether a set has two values in a row. The last value and the first value of the
// field are in a row when the next larger field has two values in a row.
func inRow(f *field, set uint64, larger func() bool) bool {
	return closest(set) == 1 || set>>f.max&1 != 0 && set>>f.min&1 != 0 && larger()
}

// stepWithoutEffect says that a step names one value only.
func stepWithoutEffect(f *field, set uint64) message {
	return format("the step in the %[1]s field has no effect: it names only %[3]d; write %[3]d alone",
		"%[2]s字段中的步长不起作用，只包含 %[3]d；请直接写 %[3]d", f.name, f.chinese, bits.TrailingZeros64(set))
}

// unevenStep says how far the last value of a step is from the first value of the next round.
func unevenStep(f *field, unit message, set uint64) message {
	first, last := firstAndLast(set)
	step := stepOf(set)
	if f == &dayField {
		return format("the step of %d in the day of month field begins again in each month: after day %d comes day %d of the next month",
			"日期字段的步长 %d 在每个月重新计数：%d日之后是下个月的%d日", step, last, first)
	}
	size := f.max - f.min + 1
	gap := first + size - last
	text := format("the step of %[3]d in the %[1]s field is uneven: from %[4]d to the next %[5]d it is %[6]s",
		"%[2]s字段的步长 %[3]d 不均匀：从 %[4]d 到下一个 %[5]d 相隔 %[7]s", f.name, f.chinese, step, last, first,
		englishCount(gap, unit.en), strconv.Itoa(gap)+" "+unit.zh)
	if f == &weekdayField {
		return text
	}
	return text.plus(format("; steps that divide %d are even", "；能整除 %d 的步长才是均匀的", size))
}

// stepOf returns the distance between the first two values of a set.
func stepOf(set uint64) int {
	return bits.TrailingZeros64(set&(set-1)) - bits.TrailingZeros64(set)
}

// rateInstead names the rate with the interval of a step. There is none for seconds and months,
// since a rate is 60 seconds to 7 days, and none when a larger field limits the schedule.
func (s *Schedule) rateInstead(f *field, set uint64) message {
	var unit byte
	step := stepOf(set)
	always := s.months == allMonths && s.years == everyYear
	switch {
	case f == &minuteField && s.hours == allHours && s.daily:
		unit = 'm'
	case f == &hourField && s.daily:
		unit = 'h'
	case f == &dayField && always && !s.days.namesWeekdays() && step <= 7:
		unit = 'd'
	default:
		return message{}
	}
	return format("; rate(%d%c) is an even interval, counted from the creation of the command",
		"；rate(%d%c) 从创建命令起按固定间隔执行", step, unit)
}
