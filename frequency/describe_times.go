package frequency

import "math/bits"

// timing is the part of a sentence about the time of day. It has either a few times, or steps from
// the first to the last time of each window. When it has neither, the sentence says the numbers of
// the fields second and minute, for the whole day, for windows of the day, or for a list of hours.
type timing struct {
	times   []int    // seconds of the day
	step    int      // number of units from one firing to the next; 0 when the sentence does not say steps
	unit    stepUnit // the unit of step
	windows []window // the parts of the day with firings; empty for the whole day and for a list of hours
}

// stepUnit is the unit of the steps of a timing.
type stepUnit int

// The units, the smallest first.
const (
	stepSecond stepUnit = iota
	stepMinute
	stepHour
)

// window is a part of the day from its first to its last firing, in seconds of the day.
type window struct{ from, to int }

// How much a sentence lists. Larger sets are said in another way.
const (
	fewTimes    = 3  // up to this number of times, a sentence always lists them
	manyTimes   = 12 // the largest number of times that a sentence lists
	manyWindows = 3  // the largest number of windows that a sentence lists
	manySteps   = 6  // the largest number of values in steps that a sentence lists
	allHours    = 1<<24 - 1
)

// timing returns the shortest description of the times at which s fires on its days.
//
//	0 0 9,12,18 * * ? UTC
//	    At 09:00, 12:00 and 18:00 every day (UTC).
//	0 0/10 9-17 * * ? UTC
//	    Every 10 minutes from 09:00 to 17:50 every day (UTC).
//	0 0/7 9-17 * * ? UTC
//	    At 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past the hour from 09:00 to 17:56 every day (UTC).
func (s *Schedule) timing() timing {
	count := bits.OnesCount32(s.hours) * bits.OnesCount64(s.minutes) * bits.OnesCount64(s.seconds)
	if count > fewTimes {
		if t := s.stepTiming(); t.step != 0 && len(t.windows) <= manyWindows && count > 2*len(t.windows) {
			return t
		}
	}
	var t timing
	if count <= manyTimes {
		t.times = make([]int, 0, count)
		for second := s.timeFrom(0); second >= 0; second = s.timeFrom(second + 1) {
			t.times = append(t.times, second)
		}
		return t
	}
	if s.hours != allHours {
		t.windows = s.wideHourRuns()
	}
	return t
}

// stepTiming returns the steps in which s fires, all day or within windows. The result has no
// step when s does not fire in steps, and when the numbers of the fields are clearer. For
// example, minutes 0 and 40 of each hour are clearer than steps of 40 minutes.
func (s *Schedule) stepTiming() timing {
	oneSecond, oneMinute := s.seconds&(s.seconds-1) == 0, s.minutes&(s.minutes-1) == 0
	minutesInRow := progression(s.minutes, 2).step == 1
	switch seconds, minutes := evenStep(s.seconds, 60), evenStep(s.minutes, 60); {
	case oneSecond && oneMinute:
		return s.hourTiming()
	case oneSecond && minutes != 0:
		return s.runTiming(minutes, stepMinute)
	case oneSecond:
		return s.eachHourTiming(progression(s.minutes, fewTimes+1).step, stepMinute)
	case seconds != 0 && minutes == 1:
		return s.runTiming(seconds, stepSecond)
	case seconds != 0 && (minutesInRow || oneMinute):
		return s.eachHourTiming(seconds, stepSecond)
	case oneMinute:
		return s.eachHourTiming(progression(s.seconds, fewTimes+1).step, stepSecond)
	}
	return timing{}
}

// hourTiming returns the steps of a schedule that fires once in each of its hours.
//
//	0 30 9-17 * * ? UTC
//	    Every hour from 09:30 to 17:30 every day (UTC).
//	0 30 0/6 * * ? UTC
//	    Every 6 hours from 00:30 to 18:30 every day (UTC).
func (s *Schedule) hourTiming() timing {
	if s.hours == allHours {
		return timing{}
	}
	first, last := s.inHour()
	if p := progression(uint64(s.hours), 2); p.step != 0 &&
		(p.step == 1 || evenStep(uint64(s.hours), 24) != 0 || p.count > manySteps) {
		return timing{step: p.step, unit: stepHour, windows: []window{{p.lo*3600 + first, p.hi*3600 + last}}}
	}
	if windows := s.wideHourRuns(); windows != nil {
		return timing{step: 1, unit: stepHour, windows: windows}
	}
	return timing{}
}

// runTiming returns steps that go on through each run of consecutive hours.
//
//	0 0/30 9-11,14-16 * * ? UTC
//	    Every 30 minutes from 09:00 to 11:30 and from 14:00 to 16:30 every day (UTC).
//	0/30 * * * * ? UTC
//	    Every 30 seconds (UTC).
func (s *Schedule) runTiming(step int, unit stepUnit) timing {
	first, last := s.inHour()
	if s.hours == allHours {
		if first != 0 {
			return timing{}
		}
		return timing{step: step, unit: unit}
	}
	return timing{step: step, unit: unit, windows: s.hourRuns(first, last)}
}

// eachHourTiming returns steps that begin anew in each hour of s. It has one window for each hour.
//
//	0 0-10 9,18 * * ? UTC
//	    Every minute from 09:00 to 09:10 and from 18:00 to 18:10 every day (UTC).
func (s *Schedule) eachHourTiming(step int, unit stepUnit) timing {
	if step == 0 || bits.OnesCount32(s.hours) > manyWindows {
		return timing{}
	}
	first, last := s.inHour()
	t := timing{step: step, unit: unit}
	for rest := s.hours; rest != 0; rest &= rest - 1 {
		hour := bits.TrailingZeros32(rest)
		t.windows = append(t.windows, window{hour*3600 + first, hour*3600 + last})
	}
	return t
}

// allDay reports whether t covers every hour of the day. A sentence with such a timing does not say
// "every day".
func (t *timing) allDay(s *Schedule) bool {
	return t.times == nil && t.windows == nil && s.hours == allHours
}

// inHour returns the first and the last firing of an hour, in seconds from the start of the hour.
func (s *Schedule) inHour() (first, last int) {
	firstMinute, lastMinute := firstAndLast(s.minutes)
	firstSecond, lastSecond := firstAndLast(s.seconds)
	return firstMinute*60 + firstSecond, lastMinute*60 + lastSecond
}

// hourRuns returns a window for each run of consecutive hours of s. The parameter first is the
// number of seconds from the start of the first hour to the start of the window. The parameter last
// is the number of seconds from the start of the last hour to the end of the window.
func (s *Schedule) hourRuns(first, last int) []window {
	var list []window
	for _, r := range runs(uint64(s.hours), 1) {
		list = append(list, window{r.lo*3600 + first, r.hi*3600 + last})
	}
	return list
}

// wideHourRuns returns the windows of hourRuns. It returns none when there are too many for a
// sentence, or when one of them is a single hour, since a list of hours is then shorter.
func (s *Schedule) wideHourRuns() []window {
	list := runs(uint64(s.hours), 1)
	if len(list) > manyWindows {
		return nil
	}
	for _, r := range list {
		if r.lo == r.hi {
			return nil
		}
	}
	return s.hourRuns(s.inHour())
}

// listsHours reports whether the sentence lists the hours of s, since t covers neither the whole
// day nor windows.
func (t *timing) listsHours(s *Schedule) bool { return t.windows == nil && s.hours != allHours }
