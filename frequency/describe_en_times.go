package frequency

import (
	"strconv"
	"strings"
)

// englishUnits are the names of the units, in the order of stepUnit.
var englishUnits = [...]string{"second", "minute", "hour"}

// englishTiming writes the time of day: times, steps with their windows, or the numbers of the
// fields.
//
//	0 0 9,18 * * ? UTC
//	    At 09:00 and 18:00 every day (UTC).
//	0 0/10 9-17 * * ? UTC
//	    Every 10 minutes from 09:00 to 17:50 every day (UTC).
//	0 0/7 * * * ? UTC
//	    At 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past the hour (UTC).
func (s *Schedule) englishTiming(t *timing) string {
	switch {
	case t.times != nil:
		return "at " + englishList(showTimes(t.times))
	case t.step != 0:
		return "every " + englishEvery(t.step, englishUnits[t.unit]) + englishWindows(t.windows)
	}
	return s.englishNumbers(t)
}

// englishWindows writes the windows with a blank before each: " from 09:00 to 17:30".
func englishWindows(windows []window) string {
	if len(windows) == 0 {
		return ""
	}
	list := make([]string, 0, manyWindows)
	for _, w := range windows {
		ends := showTimes([]int{w.from, w.to})
		list = append(list, "from "+ends[0]+" to "+ends[1])
	}
	return " " + englishList(list)
}

// englishNumbers writes the minutes of the hour and the seconds of the minute. Each "past the hour"
// and "past the minute" means every hour and every minute, so the sentence does not say "every"
// again.
//
//	0 5 * * * ? UTC
//	    At 5 minutes past the hour (UTC).
//	30 5 * * * ? UTC
//	    At 5 minutes and 30 seconds past the hour (UTC).
//	0 0,45 1,4,8-12 * * ? UTC
//	    At 0 and 45 minutes past the hour during hours 1, 4 and 8 through 12 every day (UTC).
//	0/20 0/7 * * * ? UTC
//	    Every 20 seconds during minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour (UTC).
//	0 1/2 * * * ? UTC
//	    Every 2 minutes, starting at 1 minute past the hour (UTC).
func (s *Schedule) englishNumbers(t *timing) string {
	hours, during := "every hour", englishWindows(t.windows)
	if t.listsHours(s) {
		hours = englishNames("hour", uint64(s.hours))
		during = " during " + hours
	}
	minute, _ := firstAndLast(s.minutes)
	second, lastSecond := firstAndLast(s.seconds)
	oneSecond, oneMinute := second == lastSecond, s.minutes&(s.minutes-1) == 0
	minutes, seconds := numbersOf(s.minutes), numbersOf(s.seconds)
	pastMinute := " at " + englishCount(second, "second") + " past the minute"
	switch {
	case oneSecond && second == 0 && s.minutes != 1:
		if minutes.form == numbersRange && during != "" {
			during = "," + during
		}
		return minutes.english("minute", "the hour") + during
	case oneSecond && second == 0 && t.listsHours(s):
		return "on the hour" + during
	case oneSecond && second == 0:
		return "every hour"
	case minutes.form == numbersEvery && minutes.step > 1 && seconds.form == numbersList:
		if during != "" {
			during = "," + during
		}
		return "every " + englishEvery(minutes.step, "minute") + ", " + seconds.english("second", "the minute") + during
	case oneSecond && minutes.form == numbersEvery:
		return strings.TrimSpace(pastMinute) + during
	case oneSecond && oneMinute && minute != 0:
		return "at " + englishCount(minute, "minute") + " and " + englishCount(second, "second") + " past the hour" + during
	case minutes.form == numbersEvery && minutes.step == 1:
		return seconds.english("second", "the minute") + during
	case s.minutes == 1 && seconds.form != numbersEvery:
		return seconds.english("second", "the hour") + during
	case t.windows == nil:
		during = ""
	}
	return seconds.english("second", englishMinutes(s.minutes)+" of "+hours) + during
}

// english writes the numbers of a unit past something: "at 0 and 45 minutes past the hour".
func (n *numbers) english(unit, past string) string {
	switch n.form {
	case numbersEvery:
		every := "every " + englishEvery(n.step, unit)
		if strings.HasPrefix(past, "the ") {
			return every
		}
		return every + " during " + past
	case numbersFrom:
		return "every " + englishEvery(n.step, unit) + ", starting at " + englishCount(n.lo, unit) + " past " + past
	case numbersRange:
		return "every " + englishEvery(n.step, unit) + " from " + strconv.Itoa(n.lo) + " through " + englishCount(n.hi, unit) + " past " + past
	}
	text := "at " + englishList(englishRuns(n.list, strconv.Itoa)) + " " + unit
	if len(n.list) > 1 || n.list[0].lo != 1 {
		text += "s"
	}
	return text + " past " + past
}

// englishMinutes writes a set of minutes as names: "minute 0", "minutes 3 and 7", "every 2nd minute
// from 0 through 58".
func englishMinutes(set uint64) string {
	if p := progression(set, manyTimes+1); p.step > 1 {
		return "every " + englishOrdinal(p.step) + " minute from " + strconv.Itoa(p.lo) + " through " + strconv.Itoa(p.hi)
	}
	return englishNames("minute", set)
}

// englishNames writes a set of numbers after their unit: "hour 9", "hours 1, 4 and 8 through 12".
func englishNames(unit string, set uint64) string {
	if set&(set-1) != 0 {
		unit += "s"
	}
	return unit + " " + englishList(englishRuns(runs(set, 3), strconv.Itoa))
}
