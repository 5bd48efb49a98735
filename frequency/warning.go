package frequency

import "time"

// WarningCode names a kind of [Warning]. The text of a code does not change between versions.
// Programs can log it and compare it. Later versions may add codes, so a program should show a code
// that it does not know, with its message, instead of refusing the schedule.
type WarningCode string

// The warnings. Statements about agents are taken from the parser of the Cloud Assistant agent, and
// the documented rules from the ECS API reference, RunCommand, and its guide to cron expressions.
//
// Each comment says when the warning is given, and shows an expression that gets it and what to
// write instead. Most codes are about the expression alone. These depend on the moment that
// Warnings is asked for: WarnPast, WarnExhausted, WarnFar, and for clock schedules WarnGap,
// WarnOverlap and some cases of WarnNever. These are about the spelling, so that a schedule that is
// parsed from the text of String does not have them: WarnSundayRange, WarnBareL, WarnWeekdayStep,
// WarnSpelling, WarnTwoDigits, WarnUTC, and some cases of WarnEitherDay, WarnUnevenStep and
// WarnGap. Package runcommand sends the text of String, so agents never see these spellings.
const (
	// WarnNoZone: a clock schedule without a zone follows the clock of each
	// instance, and instances in different zones run at different moments.
	//
	//	0 30 3 * * ?                  03:30 by the clock of each instance
	//	0 30 3 * * ? Asia/Shanghai    one moment for all instances
	//
	// Name a zone, unless the local time of each instance is meant.
	WarnNoZone WarningCode = "no-zone"
	// WarnPast: the moment of at(...) has passed, or is now. Agents then report
	// AtExpressionExpired and the command does not run.
	//
	//	at(2022-06-06 13:15:30 UTC)    at any moment after June 6, 2022
	//
	// Choose a later moment, or run the command without a schedule.
	WarnPast WarningCode = "past"
	// WarnExhausted: a clock schedule has no firing left, since its years have
	// passed. Agents then report CronExpressionExpired.
	//
	//	0 0 9 * * ? 2022-2025 UTC    at any moment after 2025
	//
	// Leave the year out, or write one that is still to come.
	WarnExhausted WarningCode = "exhausted"
	// WarnNever: the schedule never fires. Its days do not exist, such as February 30, or
	// February 29 in years that are not leap years; or the clock of its zone skips all of
	// its remaining times.
	//
	//	0 0 0 30 2 ?                          no year has this day
	//	0 0 0 L 2 ?                           the last day of February
	//	0 30 2 29 3 ? 2026 Europe/Berlin      the clock goes from 02:00 to 03:00 on that day
	WarnNever WarningCode = "never"
	// WarnEitherDay: both day fields name days. The command runs on each day that
	// matches either of them, more often than many expect.
	//
	//	0 0 0 13 * 5      every Friday and every 13th
	//	0 0 0 13 * */1    every day, since */1 names every day
	//	0 0 0 13 * ?      every 13th
	//
	// There is no expression for days that match both fields, such as Friday the 13th: test the
	// date in the script.
	WarnEitherDay WarningCode = "either-day"
	// WarnSundayRange: a weekday range ends on Sunday, as FRI-SUN does. Such a range is
	// documented, but agents never fire it. [Schedule.String] writes a list instead.
	//
	//	0 0 9 ? * FRI-SUN        sent as it is, agents report CronExpressionExpired
	//	0 0 9 ? * FRI,SAT,SUN    the same days for agents, too
	//	0 0 9 * * ?              instead of 1-7 or MON-SUN
	WarnSundayRange WarningCode = "sunday-range"
	// WarnBareL: L alone as a weekday is documented as Sunday, but agents refuse
	// it. [Schedule.String] writes 7 instead.
	//
	//	0 0 9 ? * L      Sunday by the documentation; a syntax error for agents
	//	0 0 9 ? * SUN    Sunday
	//	0 0 9 L * ?      the last day of the month
	WarnBareL WarningCode = "bare-l"
	// WarnWeekdayStep: agents read a step in the weekday field differently. The
	// documentation counts from Monday = 1, but agents count from Sunday = 0. String avoids
	// steps of weekdays. A step that means the same days in both has no warning, such as 1-5/2.
	//
	//	0 0 9 ? * 1/2              Monday, Wednesday, Friday, Sunday; for agents without Sunday
	//	0 0 9 ? * MON,WED,FRI,SUN  the same days for both
	WarnWeekdayStep WarningCode = "weekday-step"
	// WarnYearStep: the year field is */n, which counts years from 1970. For example, */3
	// may not include the present year, but 2026/3 counts from 2026.
	//
	//	0 0 0 1 1 ? */3       1970, 1973, ... 2024, 2027
	//	0 0 0 1 1 ? 2026/3    2026, 2029, 2032
	WarnYearStep WarningCode = "year-step"
	// WarnLastInList: L is part of a list. The guide to cron expressions advises against
	// such a list. L still means the last day.
	//
	//	0 0 9 1,L * ?    the first and the last day of the month
	//
	// Two schedules, one with each part of the list, avoid the doubt.
	WarnLastInList WarningCode = "last-in-list"
	// WarnSpelling: a spelling of rate(...) that agents take but the
	// documentation does not describe: capitals, blanks, leading zeros. String
	// avoids it.
	//
	//	RATE(05 m)    not documented
	//	rate(5m)      what String writes
	WarnSpelling WarningCode = "spelling"
	// WarnGap: the zone's clock skips a time of the schedule when it is set
	// forward within the next three years. A clock schedule does not fire then, and some
	// agents stop for good. The form at(...) takes the moment after the gap. WarnNever comes
	// instead when no other time is left.
	//
	//	0 30 2 * * ? America/New_York               02:30 does not exist on one day in March
	//	0 30 3 * * ? America/New_York               every day
	//	at(2026-03-08 02:30:00 America/New_York)    03:30 is taken
	//
	// Choose an hour that the clock does not skip, or write the schedule in UTC or with an offset
	// such as GMT+8:00, which have no daylight saving. The message says what agents in this zone
	// do.
	WarnGap WarningCode = "gap"
	// WarnOverlap: the zone's clock shows a time of the schedule twice when it is
	// set back within the next three years. The schedule fires at both moments, but
	// agents run the command once.
	//
	//	0 30 1 * * ? America/New_York               01:30 comes twice on one day in November
	//	at(2026-11-01 01:30:00 America/New_York)    the message says which moment is taken
	//
	// For a clock schedule choose another hour, or UTC. For at(...) write the moment in UTC.
	WarnOverlap WarningCode = "overlap"
	// WarnTwoDigits: a weekday is written in two digits, such as 05. The guide to cron
	// expressions allows a leading zero, but agents read each such number as Sunday. String
	// avoids it.
	//
	//	0 0 9 ? * 05    Friday by the documentation; Sunday for agents
	//	0 0 9 ? * 5     Friday
	WarnTwoDigits WarningCode = "two-digit-weekday"
	// WarnQuartz: the weekdays are 2-6 or 1,7, as in Quartz, where they mean the working
	// days and the weekend. Here they are Tuesday to Saturday, and Monday and Sunday.
	//
	//	0 0 9 ? * 2-6        Tuesday to Saturday
	//	0 0 9 ? * MON-FRI    Monday to Friday
	//
	// Names have no warning: write TUE-SAT if those days are meant.
	WarnQuartz WarningCode = "quartz-weekdays"
	// WarnUnevenStep: the values of a step are not as far apart as the step says, since it
	// begins again with the field: */7 in the minute field fires at 56 and at 0. Or the step
	// has no effect, since it names only one value.
	//
	//	0 0/7 * * * ?     minutes 0, 7, ... 56, and then 0 again after 4 minutes
	//	0 0/10 * * * ?    every 10 minutes, since 10 divides 60
	//	rate(7m)          every 7 minutes, counted from the creation of the command
	//	0 0 9/20 * * ?    only 09:00; write 0 0 9 * * ?
	WarnUnevenStep WarningCode = "uneven-step"
	// WarnUTC: at(...) without a zone is in UTC, while a clock schedule without a zone
	// follows the clock of each instance. String names UTC.
	//
	//	at(2026-06-06 13:15:30)                  13:15:30 in UTC
	//	at(2026-06-06 13:15:30 Asia/Shanghai)    13:15:30 in Shanghai
	WarnUTC WarningCode = "utc"
	// WarnEtcSign: the zone is Etc/GMT-8 or another of these names, whose sign is reversed:
	// Etc/GMT-8 is 8 hours ahead of UTC.
	//
	//	0 0 9 * * ? Etc/GMT-8    09:00 in UTC+8
	//	0 0 9 * * ? GMT+8:00     the same moments, with the usual sign
	WarnEtcSign WarningCode = "etc-sign"
	// WarnFar: the first firing is more than a year away. It is not given when Warnings is asked
	// for the zero time.
	//
	//	0 0 0 29 2 ?    at most moments, since February 29 comes every four years
	//
	// Check the years and the day; nothing else is wrong.
	WarnFar WarningCode = "far"
)

// Warning says that a schedule is legal but will not do what it seems to. A schedule with warnings
// can be sent like any other.
type Warning struct {
	// Code is the kind of the warning, for programs.
	Code WarningCode
	// Message is one English sentence for people, often with what to write instead. A later version
	// may use other words.
	Message string

	text message // Message in both languages; not used when a program has set another Message
}

// newWarning returns a warning with its text in both languages.
func newWarning(code WarningCode, text message) Warning {
	return Warning{Code: code, Message: text.en, text: text}
}

// String returns the message alone, without the code.
func (w Warning) String() string { return w.Message }

// MessageIn returns the message in the given language, "en" or "zh", also with a region as in
// "zh-CN". Any other language gives English, and so does a Message that a program has set.
func (w Warning) MessageIn(lang string) string {
	if w.Message == w.text.en {
		return w.text.in(lang)
	}
	return w.Message
}

// Warnings lists the parts of s that are legal but will not do what they seem to do at
// the moment now. It returns nil when there is no warning. Some warnings are about a
// spelling that [Schedule.String] avoids. A schedule that is parsed from the text of
// String does not have these warnings.
//
// Each gap and each overlap is reported once, for the first change of the zone's clock
// within three years after now that affects a firing. A schedule whose days do not exist
// has [WarnNever] and no warning about its zone. The zero time as now stands for an
// unknown moment: no firing is far away from it.
//
// Ask for the warnings when a person writes the schedule, and again some time later for
// schedules that are kept: a year may have passed since. A warning alone is no reason to refuse a
// schedule, since it may be what is meant.
func (s Schedule) Warnings(now time.Time) []Warning {
	list := s.noteWarnings()
	if s.zone != nil {
		if hours := etcHours(s.zone.name); hours != 0 {
			list = append(list, newWarning(WarnEtcSign, etcSign(s.zone.name, hours)))
		}
	}
	switch {
	case s.kind == KindAt && !s.moment().After(now):
		return append(list, newWarning(WarnPast, format("%s has passed: agents report AtExpressionExpired",
			"%s 已经过去，云助手 Agent 会上报错误码 AtExpressionExpired", s.show(s.moment()))))
	case s.kind == KindCron && s.firingYears == yearSet{}:
		return append(list, newWarning(WarnNever, message{"no year has such a day: the command never runs", "没有这样的日期，命令永远不会执行"}))
	}
	if next := s.Next(now); !now.IsZero() && !next.IsZero() && next.After(now.AddDate(1, 0, 0)) {
		list = append(list, newWarning(WarnFar, s.far(next)))
	}
	if s.kind == KindCron {
		list = append(list, s.clockWarnings(now)...)
	}
	return list
}

// far says when a firing comes that is more than a year away.
func (s *Schedule) far(next time.Time) message {
	return format("the first firing is more than a year away: %s", "首次执行在一年以后：%s", s.show(next))
}

// show writes a firing for people, with the zone of s when it has one.
func (s *Schedule) show(firing time.Time) string {
	text := firing.Format(time.DateTime)
	if s.zone != nil {
		text += " " + s.zone.name
	}
	return text
}
