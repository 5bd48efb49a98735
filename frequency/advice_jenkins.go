package frequency

import "strings"

// jenkins replaces the H of Jenkins, which stands for a value that Jenkins chooses.
//
//	H 9 * * *            0 0 9 * * *
//	H/15 * * * *         0 0/15 * * * *
//	H H(9-17)/2 * * *    0 0 9-17/2 * * *
func (a *adviser) jenkins(text string, _ *ParseError) (correction, bool) {
	fields := strings.Fields(text)
	if len(fields) < 5 || len(fields) > 8 {
		return correction{}, false
	}
	first := -1
	for i, word := range fields[:min(len(fields), 6)] {
		f := clockFields[min(i+max(0, 6-len(fields)), weekdayIndex)]
		items := strings.Split(word, ",")
		for j, item := range items {
			if value, ok := withoutHash(f, item); ok {
				items[j] = value
				if first < 0 {
					first = fieldOffset(text, i)
				}
			}
		}
		fields[i] = strings.Join(items, ",")
	}
	if first < 0 {
		return correction{}, false
	}
	return correction{
		at: first, text: strings.Join(fields, " "),
		why:  message{"H is known to Jenkins only; choose a value, such as 0", "只有 Jenkins 支持 H；请选定一个值，例如 0"},
		hint: message{", as in 0 0/15 * * * ?", "，例如 0 0/15 * * * ?"},
	}, true
}

// withoutHash returns an item of Jenkins without its H: H/15 becomes 0/15, H(9-17)/2 becomes
// 9-17/2.
func withoutHash(f *field, item string) (string, bool) {
	rest, ok := strings.CutPrefix(item, "H")
	if !ok {
		return item, false
	}
	first := string(appendInt(nil, f.min))
	switch {
	case rest == "":
		return first, true
	case rest[0] == '/' && allDigits(rest[1:]):
		return first + rest, true
	case rest[0] == '(':
		span, step, closed := strings.Cut(rest[1:], ")")
		from, to, isRange := strings.Cut(span, "-")
		switch {
		case !closed || !isRange || !allDigits(from) || !allDigits(to):
			return item, false
		case step == "":
			return from, true
		}
		return span + step, true
	}
	return item, false
}
