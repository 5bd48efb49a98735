// Package frequency reads, builds, previews and explains the schedules of ECS
// RunCommand: the Frequency parameter of the ECS API reference, RunCommand.
//
// A schedule is one of three kinds:
//
//	rate(5m)                                    a fixed interval, in s, m, h or d
//	at(2022-06-06 13:15:30 Asia/Shanghai)       one moment; UTC when no zone is given
//	0 15 10 ? * 6L 2022-2024 Asia/Shanghai      a clock: second minute hour
//	                                            day-of-month month day-of-week [year] [zone]
//
// [Parse] reads all three, [Every], [Once] and [Cron] build one from Go values.
// The result is a [Schedule]: a small immutable value that any number of
// goroutines may share, copy and compare with [Schedule.Equal].
//
// # Clock schedules
//
// Days of the week count 1 = Monday to 7 = Sunday. This is not Quartz (1 =
// Sunday) and not crontab (0 = Sunday); names, MON to SUN or in full, say the
// same everywhere. The fields take
//
//	v      a value, with at most one leading zero
//	*      every value
//	?      no particular value; only in the two day fields
//	a,b,c  a list
//	a-b    a range
//	v/n    from v every n up to the end of the field
//	*/n    from the start of the field every n
//	a-b/n  from a every n up to b
//	L      in day-of-month the last day of the month, alone in day-of-week Sunday
//	nW     in day-of-month: the weekday nearest to day n, within the month
//	LW     in day-of-month: the last weekday of the month
//	nL     in day-of-week: the last such day of the month, 6L the last Saturday
//	n#k    in day-of-week: the k-th such day of the month, 4#2 the second Thursday
//
// Years run from 1970 to 2099. When both day fields name days, a day that
// matches either of them counts.
//
// A zone is an IANA name with a slash, UTC, GMT, or an offset such as GMT+8:00
// (GMT-12:59 to GMT+14:59, no leading zero in the hour). Without a zone a clock
// schedule follows the clock of each instance it runs on.
//
// # Daylight saving
//
// A clock schedule fires at the instants whose wall clock matches: not at all
// in the hour that is skipped in spring, twice in the hour that is repeated in
// autumn. Agents are less exact, and [Schedule.Warnings] says how. A moment of
// at(...) that its zone skips or repeats is read as [time.Date] reads it, and is
// warned of too: what the service makes of it is not documented.
//
// # What is refused and what is warned of
//
// What the documentation forbids and no agent survives is refused by [Parse]
// with a [ParseError] that points at the offending byte; so is an expression of
// more than [MaxLength] bytes, unread. What is legal but will
// not do what it seems to, such as FRI-SUN, which agents never fire, is accepted
// with its documented meaning and listed by [Schedule.Warnings];
// [Schedule.String] then writes it in a way that every agent understands.
// Bounds, such as the shortest interval that the service takes, are not part of
// the language; they are checked when a request is validated.
//
// The package never reads the clock and starts no goroutine. Its only state is
// a bounded cache of time zones. The zone database is embedded in the program.
package frequency
