package frequency

import "math/bits"

// The range of years that agents accept in a clock schedule.
const (
	firstYear = 1970
	lastYear  = 2099
)

// yearSet is a set of years: year y is bit y-1970 of three words. Bits for years above 2099 are
// never set, so that two sets can be compared with ==.
//
//	word 0    1970 to 2033
//	word 1    2034 to 2097
//	word 2    2098 and 2099
type yearSet [3]uint64

// everyYear holds all years from 1970 to 2099.
var everyYear = yearSet{^uint64(0), ^uint64(0), 1<<(lastYear-firstYear-127) - 1}

// has reports whether y, between firstYear and lastYear, is in the set.
func (s *yearSet) has(y int) bool {
	i := uint(y - firstYear)
	return s[i/64]>>(i%64)&1 != 0
}

// add puts the years lo, lo+step, ... up to hi into the set.
func (s *yearSet) add(lo, hi, step int) {
	for y := lo; y <= hi; y += step {
		i := uint(y - firstYear)
		s[i/64] |= 1 << (i % 64)
	}
}

// next returns the first year of the set that is y or later. It returns 0 when there is none.
func (s *yearSet) next(y int) int {
	if y > lastYear {
		return 0
	}
	i := uint(max(y, firstYear) - firstYear)
	for w, mask := i/64, ^uint64(0)<<(i%64); w < uint(len(s)); w, mask = w+1, ^uint64(0) {
		if rest := s[w] & mask; rest != 0 {
			return firstYear + int(w)*64 + bits.TrailingZeros64(rest)
		}
	}
	return 0
}

// last returns the last year of the set that is y or earlier. It returns 0 when there is none.
func (s *yearSet) last(y int) int {
	for y = min(y, lastYear); y >= firstYear; y-- {
		if s.has(y) {
			return y
		}
	}
	return 0
}

// progression returns the first year and the step of a set that consists of three or more years in
// even steps to the end of the range. It returns 0, 0 for any other set, and for a step that agents
// do not accept.
func (s *yearSet) progression() (first, step int) {
	first = s.next(firstYear)
	if first == 0 {
		return 0, 0
	}
	second := s.next(first + 1)
	if second == 0 {
		return 0, 0
	}
	step = second - first
	if second+step > lastYear || step > yearField.maxStep {
		return 0, 0
	}
	var whole yearSet
	whole.add(first, lastYear, step)
	if whole != *s {
		return 0, 0
	}
	return first, step
}

// endless reports whether the set goes on in even steps to the end of the range. Such a set names
// no last year.
func (s *yearSet) endless() bool {
	_, step := s.progression()
	return step != 0
}

// yearKinds is the number of different calendars that a year can have: January 1 is one of seven
// weekdays, and the year is a leap year or not. Whether the days of a schedule exist in a year
// depends only on the kind of the year, so one year of each kind is enough to find all firing
// years.
const yearKinds = 14

// kindOf returns the kind of year y, 0 to 13: the weekday of January 1 counted
// from Monday, plus 7 in leap years.
func kindOf(y int) int {
	kind := weekday(daysFromCivil(y, 1, 1)) - 1
	if isLeap(y) {
		kind += 7
	}
	return kind
}

// yearsOfKind holds all years of each kind, and sampleOfKind one year of each kind.
var yearsOfKind, sampleOfKind = sortYears()

// sortYears computes yearsOfKind and sampleOfKind once, when the program starts.
func sortYears() (sets [yearKinds]yearSet, samples [yearKinds]int) {
	for y := firstYear; y <= lastYear; y++ {
		k := kindOf(y)
		sets[k].add(y, y, 1)
		samples[k] = y
	}
	return sets, samples
}

// append appends the canonical text of a set: v/n for even steps of two or more years to the end of
// the range, and a list of years and ranges for any other set.
func (s *yearSet) append(b []byte) []byte {
	if first, step := s.progression(); step > 1 {
		if first == firstYear {
			b = append(b, '*')
		} else {
			b = appendInt(b, first)
		}
		return appendInt(append(b, '/'), step)
	}
	begin := len(b)
	for _, r := range s.runs() {
		b = appendInt(comma(b, begin), r.lo)
		if r.hi > r.lo {
			b = appendInt(append(b, '-'), r.hi)
		}
	}
	return b
}

// yearStepTooLarge explains a step in the year field that agents do not accept. Such a step names
// at most three years, so the explanation lists them.
func yearStepTooLarge(s *span, step int) message {
	var years yearSet
	years.add(s.lo, s.hi, step)
	return format("agents accept a step of at most %d in the year field; write the years, as in %s",
		"云助手 Agent 在年份字段中接受的步长最大为 %d；请直接写出年份，例如 %s", yearField.maxStep, years.append(nil))
}

// runs returns three or more consecutive years as one span and any other year as a span of its own.
func (s *yearSet) runs() []span {
	var list []span
	for y := s.next(firstYear); y != 0; {
		end := y
		for end < lastYear && s.has(end+1) {
			end++
		}
		if end-y < 2 {
			end = y
		}
		list = append(list, span{lo: y, hi: end})
		y = s.next(end + 1)
	}
	return list
}
