package frequency

import "time"

// WarningCode names a kind of [Warning]. The text of a code does not change between versions.
// Programs can log it and compare it. Later versions may add codes.
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
	// WarnNever: the schedule never fires. Its days do not exist, such as February 30, or
	// February 29 in years that are not leap years; or the clock of its zone skips all of
	// its remaining times.
	WarnNever WarningCode = "never"
	// WarnEitherDay: both day fields name days. The command runs on each day that
	// matches either of them, more often than many expect.
	WarnEitherDay WarningCode = "either-day"
	// WarnSundayRange: a weekday range ends on Sunday, as FRI-SUN does. Such a range is
	// documented, but agents never fire it. [Schedule.String] writes a list instead.
	WarnSundayRange WarningCode = "sunday-range"
	// WarnBareL: L alone as a weekday is documented as Sunday, but agents refuse
	// it. [Schedule.String] writes 7 instead.
	WarnBareL WarningCode = "bare-l"
	// WarnWeekdayStep: agents read a step in the weekday field differently. The
	// documentation counts from Monday = 1, but agents count from Sunday = 0. String avoids
	// steps of weekdays.
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
	// forward within the next three years. A clock schedule does not fire then, and some
	// agents stop for good. The form at(...) takes the moment after the gap. WarnNever comes
	// instead when no other time is left.
	WarnGap WarningCode = "gap"
	// WarnOverlap: the zone's clock shows a time of the schedule twice when it is
	// set back within the next three years. The schedule fires at both moments, but
	// agents run the command once.
	WarnOverlap WarningCode = "overlap"
	// WarnTwoDigits: a weekday is written in two digits, such as 05. The guide to cron
	// expressions allows a leading zero, but agents read each such number as Sunday. String
	// avoids it.
	WarnTwoDigits WarningCode = "two-digit-weekday"
	// WarnQuartz: the weekdays are 2-6 or 1,7, as in Quartz, where they mean the working
	// days and the weekend. Here they are Tuesday to Saturday, and Monday and Sunday.
	WarnQuartz WarningCode = "quartz-weekdays"
	// WarnUnevenStep: the values of a step are not as far apart as the step says, since it
	// begins again with the field: */7 in the minute field fires at 56 and at 0. Or the step
	// has no effect, since it names only one value.
	WarnUnevenStep WarningCode = "uneven-step"
	// WarnUTC: at(...) without a zone is in UTC, while a clock schedule without a zone
	// follows the clock of each instance. String names UTC.
	WarnUTC WarningCode = "utc"
	// WarnEtcSign: the zone is Etc/GMT-8 or another of these names, whose sign is reversed:
	// Etc/GMT-8 is 8 hours ahead of UTC.
	WarnEtcSign WarningCode = "etc-sign"
	// WarnFar: the first firing is more than a year away.
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
