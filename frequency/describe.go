package frequency

import (
	"math/bits"
	"strings"
)

// Describe returns s as an English sentence, for confirmations and logs:
//
//	0 15 10 ? * 6L Asia/Shanghai
//	At 10:15 on the last Saturday of each month, Shanghai time.
//
// See [Schedule.DescribeIn].
func (s Schedule) Describe() string { return s.DescribeIn("en") }

// DescribeIn returns s as a sentence in the given language: "en" or "zh", also with a
// region as in "zh-CN". Any other language gives English, so the result is never
// empty. The sentence for the zero Schedule says that there is no schedule.
//
// The sentence says when s fires according to the documentation. See [Schedule.Warnings]
// for what agents do differently. The sentence also says so when some month lacks a day
// that s names, and when the nearest weekday (W) can be in another month and is then
// replaced by a weekday of the same month. A zone that is named after a city appears as
// the city; other zones appear by name. The wording may change in a later version, and no
// function parses it: store the text of [Schedule.String] instead.
func (s Schedule) DescribeIn(lang string) string {
	if len(lang) >= 2 && strings.EqualFold(lang[:2], "zh") && (len(lang) == 2 || !isLetter(lang[2])) {
		return s.chinese()
	}
	return s.english()
}

// timing is the part of a sentence about the time of day. It has either a few times, or even steps
// through the whole day or through windows of the day. When it has neither times nor steps, the
// sentence lists the numbers of the fields.
type timing struct {
	times   []int    // seconds of the day
	step    int      // number of units from one firing to the next; 0 when there are no even steps
	unit    stepUnit // the unit of step
	windows []window // the parts of the day that have the steps; empty for the whole day
	past    int      // seconds from the full hour to the firing; only for steps of one hour through the whole day
}

type stepUnit int

const (
	stepSecond stepUnit = iota
	stepMinute
	stepHour
)

// window is a part of the day from its first to its last firing, in seconds of the day.
type window struct{ from, to int }

const (
	manyTimes   = 8 // the largest number of times that a sentence lists
	manyWindows = 3 // the largest number of windows that a sentence lists
	allHours    = 1<<24 - 1
)

// timing returns the shortest description of the times at which s fires on its days.
func (s *Schedule) timing() timing {
	count := bits.OnesCount32(s.hours) * bits.OnesCount64(s.minutes) * bits.OnesCount64(s.seconds)
	if count > manyWindows {
		if t := s.evenTiming(); t.step != 0 && len(t.windows) <= manyWindows {
			return t
		}
	}
	var t timing
	if count <= manyTimes {
		for second := s.timeFrom(0); second >= 0; second = s.timeFrom(second + 1) {
			t.times = append(t.times, second)
		}
	}
	return t
}

// evenTiming returns the even steps in which s fires, all day or within windows. The result is empty
// when s does not fire in even steps.
func (s *Schedule) evenTiming() timing {
	firstMinute, lastMinute := firstAndLast(s.minutes)
	firstSecond, lastSecond := firstAndLast(s.seconds)
	first, last := firstMinute*60+firstSecond, lastMinute*60+lastSecond
	oneSecond, oneMinute := firstSecond == lastSecond, firstMinute == lastMinute
	minutesInRow := s.minutes>>firstMinute+1 == 1<<(lastMinute-firstMinute+1) && !oneMinute
	seconds, minutes, hours := evenStep(s.seconds, 60), evenStep(s.minutes, 60), evenStep(uint64(s.hours), 24)
	switch {
	case seconds != 0 && minutes == 1:
		return timing{step: seconds, unit: stepSecond, windows: s.hourRuns(first, last)}.wholeDay(s)
	case seconds != 0 && (minutesInRow || oneMinute):
		return timing{step: seconds, unit: stepSecond, windows: s.eachHour(first, last)}
	case oneSecond && minutes != 0:
		return timing{step: minutes, unit: stepMinute, windows: s.hourRuns(first, last)}.wholeDay(s)
	case oneSecond && minutesInRow:
		return timing{step: 1, unit: stepMinute, windows: s.eachHour(first, last)}
	case oneSecond && oneMinute && hours == 1:
		return timing{step: 1, unit: stepHour, past: first}
	case oneSecond && oneMinute && hours != 0:
		from, to := firstAndLast(uint64(s.hours))
		return timing{step: hours, unit: stepHour, windows: []window{{from*3600 + first, to*3600 + last}}}
	case oneSecond && oneMinute:
		if windows := s.hourRuns(first, last); len(windows) == 1 {
			return timing{step: 1, unit: stepHour, windows: windows}
		}
	}
	return timing{}
}

// allDay reports whether t covers the whole day.
func (t *timing) allDay(s *Schedule) bool {
	return t.times == nil && t.windows == nil && s.hours == allHours
}

// wholeDay returns t without its windows when they cover the whole day.
func (t timing) wholeDay(s *Schedule) timing {
	if s.hours == allHours && t.windows[0].from == 0 {
		t.windows = nil
	}
	return t
}

// hourRuns returns a window for each run of consecutive hours of s. The parameter first is the number
// of seconds from the start of the first hour to the start of the window. The parameter last is the
// number of seconds from the start of the last hour to the end of the window.
func (s *Schedule) hourRuns(first, last int) []window {
	var list []window
	for _, r := range runs(uint64(s.hours), 1) {
		list = append(list, window{r.lo*3600 + first, r.hi*3600 + last})
	}
	return list
}

// eachHour returns a window for each hour of s, from first to last seconds after the start of the hour.
func (s *Schedule) eachHour(first, last int) []window {
	var list []window
	for rest := s.hours; rest != 0; rest &= rest - 1 {
		hour := bits.TrailingZeros32(rest)
		list = append(list, window{hour*3600 + first, hour*3600 + last})
	}
	return list
}

// firstAndLast returns the smallest and the largest value of a set.
func firstAndLast(set uint64) (first, last int) {
	return bits.TrailingZeros64(set), bits.Len64(set) - 1
}

// evenStep returns the step of a set whose values divide a field into equal parts: 15 for the set
// 0/15 in a field of 60 values. It returns 0 for any other set.
func evenStep(set uint64, size int) int {
	first, last := firstAndLast(set)
	step := size / bits.OnesCount64(set)
	if step == size || size%step != 0 || last-first != size-step {
		return 0
	}
	if whole := (span{lo: first, hi: size - 1, step: step}); whole.bits() != set {
		return 0
	}
	return step
}

// runs splits a set into runs of consecutive values. When a run has fewer values than the parameter
// least, each of its values becomes a run of its own.
func runs(set uint64, least int) []span {
	var list []span
	for set != 0 {
		lo := bits.TrailingZeros64(set)
		n := bits.TrailingZeros64(^(set >> lo))
		if n < least {
			n = 1
		}
		list = append(list, span{lo: lo, hi: lo + n - 1})
		set &^= (1<<n - 1) << lo
	}
	return list
}

// showTime writes a second of the day as 10:15, or as 10:15:30 when seconds is true.
func showTime(second int, seconds bool) string {
	b := make([]byte, 0, 8)
	b = appendTwo(b, second/3600)
	b = appendTwo(append(b, ':'), second/60%60)
	if seconds {
		b = appendTwo(append(b, ':'), second%60)
	}
	return string(b)
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// showTimes writes several times, given as seconds of the day. When one of them is not at a whole
// minute, all are written with seconds.
func showTimes(times []int) []string {
	seconds := false
	for _, t := range times {
		seconds = seconds || t%60 != 0
	}
	list := make([]string, len(times))
	for i, t := range times {
		list[i] = showTime(t, seconds)
	}
	return list
}
