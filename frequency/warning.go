package frequency

import (
	"fmt"
	"time"
)

// WarningCode names a kind of [Warning]. The text of a code does not change between versions. Programs
// can log it and compare it. Later versions may add codes.
type WarningCode string

// The warnings. Statements about agents are taken from the parser of the Cloud Assistant agent, and
// the documented rules from the ECS API reference, RunCommand, and its guide to cron expressions.
const (
	// WarnNoZone: a clock schedule without a zone follows the clock of each
	// instance, and instances in different zones run at different moments.
	WarnNoZone WarningCode = "no-zone"
	// WarnPast: the moment of at(...) has passed, or is now. Agents then report
	// AtExpressionExpired and the command does not run.
	WarnPast WarningCode = "past"
	// WarnExhausted: a clock schedule has no firing left, since its years have
	// passed. Agents then report CronExpressionExpired.
	WarnExhausted WarningCode = "exhausted"
	// WarnNever: the days of the schedule do not exist, such as February 30, or
	// February 29 in years that are not leap years.
	WarnNever WarningCode = "never"
	// WarnEitherDay: both day fields name days. The command runs on each day that
	// matches either of them, more often than many expect.
	WarnEitherDay WarningCode = "either-day"
	// WarnSundayRange: a weekday range ends on Sunday, as FRI-SUN does. Such a range is
	// documented, but agents never fire it. String avoids it.
	WarnSundayRange WarningCode = "sunday-range"
	// WarnBareL: L alone as a weekday is documented as Sunday, but agents refuse
	// it. String avoids it.
	WarnBareL WarningCode = "bare-l"
	// WarnWeekdayStep: the weekday field has a step. The documentation counts from
	// Monday = 1, but agents count from Sunday = 0. String avoids steps of weekdays.
	WarnWeekdayStep WarningCode = "weekday-step"
	// WarnYearStep: the year field is */n, which counts years from 1970. For example, */3
	// may not include the present year, but 2026/3 counts from 2026.
	WarnYearStep WarningCode = "year-step"
	// WarnLastInList: L is part of a list. The guide to cron expressions advises against
	// such a list. L still means the last day.
	WarnLastInList WarningCode = "last-in-list"
	// WarnSpelling: a spelling of rate(...) that agents take but the
	// documentation does not describe: capitals, blanks, leading zeros. String
	// avoids it.
	WarnSpelling WarningCode = "spelling"
	// WarnGap: the zone's clock skips a time of the schedule when it is set
	// forward. The schedule does not fire then, and some agents stop for good.
	WarnGap WarningCode = "gap"
	// WarnOverlap: the zone's clock shows a time of the schedule twice when it is
	// set back. The schedule fires at both moments, but agents run the command once.
	WarnOverlap WarningCode = "overlap"
)

// Warning says that a schedule is legal but will not do what it seems to. A schedule with warnings can
// be sent like any other.
type Warning struct {
	// Code is the kind of the warning, for programs.
	Code WarningCode
	// Message is one English sentence for people, often with what to write instead. A later version
	// may use other words.
	Message string
}

// String returns the message alone, without the code.
func (w Warning) String() string { return w.Message }

// noteWarnings are the warnings about notes. Some of them do not apply to the canonical text
// of String, which avoids the spelling in question.
var noteWarnings = []struct {
	note notes
	Warning
}{
	{noteRateSpelling, Warning{WarnSpelling, "blanks, capitals and leading zeros in rate(...) are understood by agents but not documented; String writes the documented form"}},
	{noteSundayRange, Warning{WarnSundayRange, "agents never fire a weekday range that ends on Sunday, such as FRI-SUN or 1-7; String writes the days one by one, which they understand"}},
	{noteBareL, Warning{WarnBareL, "L alone as a weekday is documented as Sunday, but agents refuse it; String writes 7"}},
	{noteWeekdayStep, Warning{WarnWeekdayStep, "weekday steps are read as documented, 1 = Monday to 7 = Sunday, but agents count from Sunday = 0; String writes the days one by one"}},
	{noteEitherDay, Warning{WarnEitherDay, "both day fields name days: the command runs on a day that matches either of them; write ? in one of them for the other alone"}},
	{noteYearStep, Warning{WarnYearStep, "*/n in the year field counts from 1970, not from this year; write the first year, as in 2026/2"}},
	{noteLastInList, Warning{WarnLastInList, "the documentation advises against L together with lists or ranges, which can have unexpected results"}},
	{noteGap, Warning{WarnGap, "the clock of the zone skips this time of day on this date; what the service makes of it is not documented"}},
	{noteOverlap, Warning{WarnOverlap, "the clock of the zone shows this time of day twice on this date, and one of the two is taken; name the moment in UTC"}},
}

// Warnings lists the parts of s that are legal but will not do what they seem to do at
// the moment now. It returns nil when there is no warning. Some warnings are about a
// spelling that [Schedule.String] avoids. A schedule that is parsed from the text of
// String does not have these warnings.
//
// Each gap and each overlap is reported once, for the first change of the zone's clock
// after now that affects a firing. A schedule that can never fire has [WarnNever] and
// no warning about its zone.
func (s Schedule) Warnings(now time.Time) []Warning {
	var list []Warning
	for _, w := range noteWarnings {
		if s.notes&w.note != 0 {
			list = append(list, w.Warning)
		}
	}
	switch s.kind {
	case KindAt:
		if !s.moment().After(now) {
			list = append(list, Warning{WarnPast, fmt.Sprintf("%s has passed: agents report AtExpressionExpired", s.moment().Format(time.DateTime))})
		}
	case KindCron:
		list = append(list, s.cronWarnings(now)...)
	}
	return list
}

// cronWarnings returns the warnings that depend on the moment or on the zone.
func (s *Schedule) cronWarnings(now time.Time) []Warning {
	var list []Warning
	switch {
	case s.firingYears == yearSet{}:
		return []Warning{{WarnNever, "no year has such a day: the command never runs"}}
	case s.Next(now).IsZero():
		list = append(list, Warning{WarnExhausted, "all its years have passed: agents report CronExpressionExpired"})
	}
	if s.zone == nil {
		return append(list, Warning{WarnNoZone, "without a zone the schedule follows the clock of each instance; name one, such as Asia/Shanghai, to run everywhere at the same moment"})
	}
	return append(list, s.clockChanges(now)...)
}

// clockChanges warns about the next firing that the zone's clock skips, and about the next firing
// that the clock shows twice.
func (s *Schedule) clockChanges(now time.Time) []Warning {
	var list []Warning
	var gap, overlap bool
	for i, p := range s.zone.periods {
		if i == 0 || p.start <= now.Unix() {
			continue
		}
		before, after := p.start+s.zone.periods[i-1].offset, p.start+p.offset
		var c cursor
		switch {
		case before < after && !gap:
			if c.seek(s, before); c.wall < after {
				gap = true
				list = append(list, Warning{WarnGap, s.gapMessage(c.wall, p.start)})
			}
		case before > after && !overlap:
			if c.seek(s, after); c.wall < before {
				overlap = true
				list = append(list, Warning{WarnOverlap, fmt.Sprintf(
					"%s comes twice in %s: the schedule names both moments, agents run once", showWall(c.wall), s.zone.name)})
			}
		}
		if gap && overlap {
			break
		}
	}
	return list
}

// gapMessage says what happens to a wall clock reading that the change at the instant start skips.
func (s *Schedule) gapMessage(wall, start int64) string {
	text := showWall(wall) + " does not exist in " + s.zone.name + ": the schedule does not fire then, "
	if _, offset := time.Unix(start, 0).In(s.zone.location).Zone(); offset <= 0 {
		return text + "and agents in this zone can stop for good there; choose another hour, or write the schedule in UTC"
	}
	return text + "but agents run the command later that day; choose another hour, or write the schedule in UTC"
}

// showWall writes a wall clock reading for people.
func showWall(wall int64) string {
	return time.Unix(wall, 0).UTC().Format("2006-01-02 15:04:05")
}
