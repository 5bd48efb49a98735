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

// DescribeIn returns s as a sentence in the given language, "en" or "zh", also
// with a region as in "zh-CN". Any other language gives English, so the result is
// never empty; of the zero Schedule it says that there is none.
//
// The sentence says when s fires by the documentation, not what agents make of
// it, for which see [Schedule.Warnings]. Days that some month lacks are said to
// be so, and so is that W stays within the month. A zone that is named after a
// city gives the city; others keep their names. Nothing reads the sentence back,
// and it may be worded differently in a later version; store the text of
// [Schedule.String] instead.
func (s Schedule) DescribeIn(lang string) string {
	if len(lang) >= 2 && strings.EqualFold(lang[:2], "zh") && (len(lang) == 2 || !isLetter(lang[2])) {
		return s.chinese()
	}
	return s.english()
}

// timing is what a sentence says about the time of day: some moments, or a
// steady beat. When it is empty there is nothing better than the fields.
type timing struct {
	times   []int    // seconds of the day
	step    int      // of a beat, 0 for none
	unit    beatUnit // of step
	windows []window // of a beat; none means the whole day
	past    int      // of a beat of one hour all day long: seconds past the hour
}

type beatUnit int

const (
	beatSecond beatUnit = iota
	beatMinute
	beatHour
)

// window is a stretch of the day from its first to its last firing, in seconds
// of the day.
type window struct{ from, to int }

const (
	manyTimes   = 8 // more moments than these are not listed
	manyWindows = 3 // more stretches than these are not listed
	allHours    = 1<<24 - 1
)

// timing finds the shortest way to say when s fires on its days.
func (s *Schedule) timing() timing {
	count := bits.OnesCount32(s.hours) * bits.OnesCount64(s.minutes) * bits.OnesCount64(s.seconds)
	if count > manyWindows {
		if t := s.beat(); t.step != 0 && len(t.windows) <= manyWindows {
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

// beat finds a step that is steady within stretches of the day.
func (s *Schedule) beat() timing {
	firstMinute, lastMinute := ends(s.minutes)
	firstSecond, lastSecond := ends(s.seconds)
	first, last := firstMinute*60+firstSecond, lastMinute*60+lastSecond
	oneSecond, oneMinute := firstSecond == lastSecond, firstMinute == lastMinute
	minutesInRow := s.minutes>>firstMinute+1 == 1<<(lastMinute-firstMinute+1) && !oneMinute
	seconds, minutes, hours := evenStep(s.seconds, 60), evenStep(s.minutes, 60), evenStep(uint64(s.hours), 24)
	switch {
	case seconds != 0 && minutes == 1:
		return timing{step: seconds, unit: beatSecond, windows: s.hourRuns(first, last)}.wholeDay(s)
	case seconds != 0 && (minutesInRow || oneMinute):
		return timing{step: seconds, unit: beatSecond, windows: s.eachHour(first, last)}
	case oneSecond && minutes != 0:
		return timing{step: minutes, unit: beatMinute, windows: s.hourRuns(first, last)}.wholeDay(s)
	case oneSecond && minutesInRow:
		return timing{step: 1, unit: beatMinute, windows: s.eachHour(first, last)}
	case oneSecond && oneMinute && hours == 1:
		return timing{step: 1, unit: beatHour, past: first}
	case oneSecond && oneMinute && hours != 0:
		from, to := ends(uint64(s.hours))
		return timing{step: hours, unit: beatHour, windows: []window{{from*3600 + first, to*3600 + last}}}
	case oneSecond && oneMinute:
		if windows := s.hourRuns(first, last); len(windows) == 1 {
			return timing{step: 1, unit: beatHour, windows: windows}
		}
	}
	return timing{}
}

// allDay reports whether t says nothing that limits it to a part of the day.
func (t *timing) allDay(s *Schedule) bool {
	return t.times == nil && t.windows == nil && s.hours == allHours
}

// wholeDay drops a window that is the whole day.
func (t timing) wholeDay(s *Schedule) timing {
	if s.hours == allHours && t.windows[0].from == 0 {
		t.windows = nil
	}
	return t
}

// hourRuns returns a window for each run of hours, from first seconds past its
// first hour to last seconds past its last.
func (s *Schedule) hourRuns(first, last int) []window {
	var list []window
	for _, r := range runs(uint64(s.hours), 1) {
		list = append(list, window{r.lo*3600 + first, r.hi*3600 + last})
	}
	return list
}

// eachHour returns a window for each hour.
func (s *Schedule) eachHour(first, last int) []window {
	var list []window
	for rest := s.hours; rest != 0; rest &= rest - 1 {
		hour := bits.TrailingZeros32(rest)
		list = append(list, window{hour*3600 + first, hour*3600 + last})
	}
	return list
}

// ends returns the first and the last value of a set.
func ends(set uint64) (first, last int) {
	return bits.TrailingZeros64(set), bits.Len64(set) - 1
}

// evenStep returns the step of a set that goes round a field evenly, such as
// 0/15 in 60, and 0 for any other.
func evenStep(set uint64, size int) int {
	first, last := ends(set)
	step := size / bits.OnesCount64(set)
	if step == size || size%step != 0 || last-first != size-step {
		return 0
	}
	if whole := (span{lo: first, hi: size - 1, step: step}); whole.bits() != set {
		return 0
	}
	return step
}

// runs splits a set into runs of values in a row. Runs shorter than least are
// split into single values.
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

// showTime writes a second of the day as 10:15, or as 10:15:30 when that is
// needed.
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

// showTimes writes several seconds of the day alike.
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
