package frequency

import (
	"strconv"
	"strings"
)

// largeStep says what to write instead of a step that is longer than the field.
//
//	0 0 */24 * * ?     0 0 0 * * ?
//	0 */120 * * * ?    0 0 0/2 * * ?
//	0 */90 * * * ?     rate(90m)
//	0 0 9 ? * 1/7      0 0 9 ? * 1
func largeStep(fields []string, index int, f *field) (correction, bool) {
	start, stepText, found := strings.Cut(fields[index], "/")
	if !found || !allDigits(stepText) || len(stepText) > 6 {
		return correction{}, false
	}
	step := atoi(stepText)
	if step <= f.maxStep {
		return correction{}, false
	}
	first, _, _ := strings.Cut(start, "-")
	switch {
	case f == &yearField || stepText[0] == '0':
		return correction{}, false
	case f == &weekdayField && step == 7 && start == first && first != "*" && first != "?":
		return correction{text: withField(fields, index, first)}, true
	case index > 2:
		return correction{why: stepTooLarge(f).plus(stepAdvice(f, step))}, true
	}
	if first == "*" || first == "?" || first == "" {
		first = "0"
	}
	if !allDigits(first) {
		return correction{}, false
	}
	size, unit := f.max+1, [...]int64{1, 60, 3600}[index]
	names := [...]message{{"seconds", "秒"}, {"minutes", "分钟"}, {"hours", "小时"}}[index]
	if step%size == 0 && (step == size || fields[index+1] == "*" && index < 2) {
		fields = append([]string{}, fields...)
		fields[index] = first
		if step > size {
			fields[index+1] = "0/" + strconv.Itoa(step/size)
		}
		c := correction{text: strings.Join(fields, " ")}
		if step > size {
			c.why = stepTooLarge(f).plus(format("; %d %s are %d %s", "；%d %s即 %d %s", step, names.en, step/size,
				[...]message{{"minutes", "分钟"}, {"hours", "小时"}}[index].en))
			c.why.zh = stepTooLarge(f).zh + "；" + stepText + " " + names.zh + "即 " + strconv.Itoa(step/size) + " " + [...]string{"分钟", "小时"}[index]
		}
		return c, true
	}
	c := correction{why: stepTooLarge(f)}
	every := true
	for i, field := range fields[:6] {
		every = every && (i == index || i > index && strings.Trim(field, "*?") == "" || i < index && allDigits(field))
	}
	v := interval{millis: int64(step) * unit * 1000}
	c.hint = format("; a longer interval has the form %s", "；更长的间隔应写为 %s", v.rate())
	if every && len(fields) == 6 && int64(step)*unit <= 7*daySeconds && int64(step)*unit >= 60 {
		c.text = v.rate()
		c.why = message{
			c.why.en + "; for every " + stepText + " " + names.en + " write " + c.text,
			c.why.zh + "；每 " + stepText + " " + names.zh + "执行一次时请写 " + c.text,
		}
	}
	return c, true
}

// withField returns the expression with another field at this index.
func withField(fields []string, index int, field string) string {
	fields = append([]string{}, fields...)
	fields[index] = field
	return strings.Join(fields, " ")
}
