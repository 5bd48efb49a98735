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
//	text from a person            Go values
//	      | Parse                     | Every, Once, Cron
//	      +-----------> Schedule <----+
//	                       |
//	                       +- Next, All, Last, Endless, MinInterval    when it fires
//	                       +- Warnings                                 what may surprise
//	                       +- Describe, DescribeIn                     a sentence for people
//	                       +- String                                   the text that is sent
//	                            |
//	                            +-> the service checks it, and may refuse it
//	                                   +-> the agent of each instance reads it again, and fires
//
// The form at(...) fires once. The form rate(...) fires until the invocation is
// stopped, and a clock schedule until its years end. Each of the three makes the
// repeat mode of the command Period, whatever mode was given (ECS API reference, RunCommand).
//
// # Often needed
//
//	every 5 minutes                             rate(5m) or 0 0/5 * * * ?
//	at 03:30 every day, in Shanghai             0 30 3 * * ? Asia/Shanghai
//	at 09:00 on working days                    0 0 9 ? * MON-FRI
//	every half hour from 09:00 to 17:30         0 0/30 9-17 * * ?
//	on the first day of each quarter            0 0 0 1 1/3 ?
//	on the last day of each month               0 0 22 L * ?
//	on the last Saturday of each month          0 15 10 ? * 6L
//	on the second Thursday of each month        0 0 3 ? * 4#2
//	on the first weekday of each month          0 0 9 1W * ?
//	at weekends, until the end of 2027          0 0 6 ? * SAT,SUN 2022-2027
//
// # Intervals
//
// A rate is a whole number and one of the units s, m, h and d: rate(90s), rate(5m), rate(36h),
// rate(7d). The first firing comes one interval after the creation of the command, and never at
// once. The interval is the time from the start of one run to the start of the next. When a run
// still goes on at that time, the agent leaves the firing out: runs of one command do not overlap
// on an instance. A rate needs no zone, and a change of daylight saving does not move it.
//
//	rate(5m)               every 5 minutes
//	rate(5 m), RATE(05M)   the same; agents take them, but no document describes them
//	rate(90m)              every hour and a half; not rate(1h30m), not rate(1.5h)
//	rate(59s), rate(8d)    can be parsed, but the service accepts 60 seconds to 7 days only
//	rate( 5m), rate(5w)    refused
//
// # Moments
//
// A moment is a date and a time of the calendar, with two digits for each part and four for the
// year, and one blank before the zone. Without a zone it is in UTC, unlike a clock schedule.
//
//	at(2022-06-06 13:15:30)                  13:15:30 in UTC
//	at(2022-06-06 13:15:30 Asia/Shanghai)    05:15:30 in UTC
//	at(2022-06-06 13:15:30 GMT-7:00)         20:15:30 in UTC
//	at(2022-06-06T13:15:30)                  refused, like at(2022-6-6 13:15:30)
//	at(2023-02-29 13:15:30)                  refused: that year has no such day
//
// A moment that has passed can be parsed; it never fires, and Warnings says so.
//
// # Clock schedules
//
// A clock schedule has six to eight fields, with blanks between them. This one fires at 10:15
// on the last Saturday of each month, from 2022 to the end of 2024, in Shanghai:
//
//	0 15 10 ? * 6L 2022-2024 Asia/Shanghai
//	|  |  | | |  |     |           |
//	|  |  | | |  |     |           zone, may be left out
//	|  |  | | |  |     year, may be left out
//	|  |  | | |  day of the week
//	|  |  | | month
//	|  |  | day of the month
//	|  |  hour
//	|  minute
//	second
//
// The fields in order:
//
//	field         values                        also
//	second        0-59                          * , - /
//	minute        0-59                          * , - /
//	hour          0-23                          * , - /
//	day-of-month  1-31                          * , - / ? L W
//	month         1-12 or JAN-DEC               * , - /
//	day-of-week   1-7 or MON-SUN                * , - / ? L #
//	year          1970-2099, may be left out    * , - /
//	zone          may be left out
//
// Days of the week count 1 = Monday to 7 = Sunday. Quartz (1 = Sunday) and
// crontab (0 = Sunday) count differently; names, MON to SUN or in full, mean the
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
//	L      in day-of-month: the last day of the month; alone in day-of-week: Sunday
//	nW     in day-of-month: the weekday nearest to day n, within the month
//	LW     in day-of-month: the last weekday of the month
//	nL     in day-of-week: the last such day of the month, 6L the last Saturday
//	n#k    in day-of-week: the k-th such day of the month, 4#2 the second Thursday
//
// A step is at least 1 and at most the largest number of its field, 6 for
// weekdays, or 59 for years. A range does not go backwards: 22-4 is written 22-23,0-4. Names and
// the letters L and W may be in either case. When a month does not have the day, as
// with 31, 31W or 5#5, the schedule does not fire in that month. When both day
// fields name days, the schedule fires on each day that matches at least one of them.
// Only * and ? name no days: */1, 1-31 and other spellings of every day name all of them.
// The years are 1970 to 2099, which is the range of the agents.
//
// A seventh field that begins with a digit or * is a year, and any other is a zone. When there are
// eight fields, the year comes first:
//
//	0 15 10 ? * * 2022                  at 10:15 every day of 2022, by the clock of each instance
//	0 15 10 ? * * Asia/Shanghai         at 10:15 every day, in Shanghai
//	0 15 10 ? * * 2022 Asia/Shanghai    at 10:15 every day of 2022, in Shanghai
//
// # Time zones
//
// A zone is an IANA name with a slash, UTC, GMT, or an offset such as GMT+8:00
// (GMT-12:59 to GMT+14:59, no leading zero in the hour). Without a zone a clock
// schedule follows the clock of each instance it runs on.
//
//	Asia/Shanghai, Europe/Berlin    an IANA name; each part begins with a capital letter
//	UTC, GMT, GMT+0:00              UTC; String writes UTC
//	GMT+8:00, GMT-7:00              an offset: hours from 0 to 14, minutes in two digits
//	Etc/GMT-8                       an IANA name with the opposite sign: UTC+8; has a warning
//	GMT+08:00, GMT+8, UTC+8, +08:00 refused, with the right spelling in the error
//	CST, PRC, Local, utc            refused: no slash
//
// A copy of the zone database is part of the program, for machines that have none, so every machine
// knows the same names. An instance can have another version of the database.
//
// # Daylight saving
//
// A clock schedule fires at the instants at which the wall clock matches. It does not
// fire in the hour that is skipped in spring, and fires twice in the hour that is
// repeated in autumn:
//
//	New York, March 8, 2026: after 01:59:59 comes 03:00:00
//
//	    01:00     01:30     03:00     03:30
//	------+---------+---------+---------+---->   real time
//	                *                            0 30 1 * * ?      fires
//	                                             0 30 2 * * ?      does not fire on this day
//	      *         *         *         *        0 0/30 1-3 * * ?  fires four times, not six
//
//	New York, November 1, 2026: after 01:59:59 comes 01:00:00
//
//	    01:00     01:30     01:00     01:30     02:00
//	------+---------+---------+---------+---------+---->   real time
//	                *                   *                  0 30 1 * * ?    fires twice
//	      *         *         *         *         *        0 0/30 * * * ?  stays even
//
// What each form does with a time in the gap or in the overlap:
//
//	                  gap (skipped time)           overlap (repeated time)
//	clock schedule    does not fire                fires at both instants
//	at(...)           the moment after the gap     the instant that time.Date returns
//	rate(...)         not affected                 not affected
//	agents            see WarnGap                  run the command once
//
// Agents are less exact; [Schedule.Warnings] says what they do. For a moment of at(...) that its
// zone skips, the moment after the gap is taken: 03:30 for 02:30 when the clock goes from 02:00
// to 03:00. A moment that its zone repeats is read as [time.Date] reads it. Both have a warning,
// because it is not documented how the service reads them. A zone without daylight saving, such
// as Asia/Shanghai, UTC or an offset, has no gap and no overlap in the future.
//
// # What the methods promise
//
//	Next(t)         the first firing strictly later than t; the zero time when there is none
//	All(t)          the firings of Next one after the other; lazy, and without end for a rate
//	Last()          the last firing; false when there is no end or no firing
//	Endless()       whether no end is named: a rate, or years that go on to 2099
//	MinInterval()   the smallest gap by the wall clock; 0 for fewer than two firings
//	Warnings(t)     what may surprise at the moment t; nil when there is nothing
//	String()        the canonical text; Parse of it gives an Equal schedule
//	Describe()      an English sentence; never empty
//
// Firings are in whole seconds, except those of a rate after a moment with a fraction. They
// follow the documentation. What an instance does also depends on its clock, on whether it runs,
// and on whether its previous run has ended. For a clock schedule without a zone Next uses the
// zone of its argument, so give a time in the zone of the instances. MinInterval looks at all
// years of the schedule, not at some firings, and it does not count changes of daylight saving.
// None of these methods reads the clock.
//
// # Limits
//
//	                      this package                 service
//	rate                  1 second to 1000 days        60 seconds to 7 days, longer than the timeout
//	gap of a clock        1 second                     10 seconds, and not shorter than the timeout
//	years of a clock      1970 to 2099                 the present year to 2099
//	year of a moment      1970 to 9999                 not documented
//	step of a field       its largest number, see above
//	length of the text    2048 bytes (MaxLength)       not documented
//
// Parse applies the limits of this package. Those of the service are checked when a request is
// validated (package validate), since an account or a later version can have others.
//
// # Where the rules come from
//
// The forms, the ranges and their meaning are those of the ECS API reference,
// RunCommand, and of its guide to cron expressions. Where these say nothing, this
// package follows the parser of the Cloud Assistant agent, since each agent reads the
// expression again. From that parser come the accepted spellings of rate(...), the
// largest step of a field, the range of years, the way to tell a year from a zone, and
// the rule that a day may match either of the two day fields. The parser of the service
// is not public; it can refuse what this package accepts.
//
// # What is refused and what is warned of
//
// [Parse] refuses what the documentation forbids and no agent understands, with a
// [ParseError] that points at the offending byte. It also refuses an expression of
// more than [MaxLength] bytes, without reading it. [Parse] accepts an expression that
// is legal but will not do what it seems to, such as FRI-SUN, which agents never fire.
// Such an expression has its documented meaning, [Schedule.Warnings] warns of it, and
// [Schedule.String] writes it in a way that every agent understands. Bounds, such
// as the shortest interval that the service accepts, are not part of the language;
// they are checked when a request is validated.
//
// # Errors
//
// Every error of this package is a [*ParseError]. It names the field and the byte and says what
// is allowed there. For usual mistakes it also says what to write instead: full-width characters,
// lines of a crontab, the schedules of Quartz, EventBridge, Jenkins and systemd, @daily, PT5M, 5
// minutes, "every Monday at 9am", 每天9点, ISO moments, UTC+8, Asia/Beijing, ranges that go
// backwards. When it is likely what is meant, [ParseError.Suggestion] is the expression to
// write:
//
//	given                       suggested
//	*/5 * * * *                 0 */5 * * * *                    a line of a crontab
//	cron(0 10 * * ? *)          0 0 10 * * ?                     Amazon EventBridge
//	H/15 * * * *                0 0/15 * * * *                   Jenkins
//	Mon..Fri 09:00              0 0 9 ? * Mon-Fri                systemd
//	@daily                      0 0 0 * * ?
//	PT5M, 5 minutes             rate(5m)
//	rate(1h30m)                 rate(90m)
//	every Monday at 9am         0 0 9 ? * MON
//	每天9点                     0 0 9 * * ?
//	2026-06-06T13:15:30Z        at(2026-06-06 13:15:30 UTC)
//	0 0 22-4 * * ?              0 0 22-23,0-4 * * ?
//	0 0 9 * * ? UTC+8           0 0 9 * * ? GMT+8:00
//	0 0 9 * * ? Asia/Beijing    0 0 9 * * ? Asia/Shanghai
//
// Never run a suggestion without asking: it is a guess about what a person meant. The text of the
// error is short and safe to print whatever the input was.
// [ParseError.MessageIn] and [Warning.MessageIn] return a text in English or in Chinese.
//
// # Before a command is sent
//
// Show the sentence, the warnings and the first firings, and ask for confirmation:
//
//	s, err := frequency.Parse(input)
//	if err != nil {
//		return err
//	}
//	fmt.Println(s.Describe())
//	for _, w := range s.Warnings(now) {
//		fmt.Println("careful:", w)
//	}
//	n := 0
//	for t := range s.All(now) {
//		fmt.Println(t)
//		if n++; n == 5 {
//			break
//		}
//	}
//
// # Keeping schedules
//
// A Schedule can be a field of a JSON document, a flag, or a key of a map: it
// implements [encoding.TextMarshaler], [encoding.TextUnmarshaler] and
// [flag.Getter]. The stored text is that of [Schedule.String], which is the same
// for schedules that are [Schedule.Equal].
//
// # Cost
//
// Parse, Next and MinInterval allocate no memory for a valid expression, except at
// the first use of a zone, when the zone is loaded. Parse takes a few hundred
// nanoseconds. Next takes a few tens of nanoseconds, even when the firing lies 70 years
// ahead or does not exist. A loop over All costs less than that for each firing. MinInterval takes
// some tens of nanoseconds for most schedules, and some microseconds when it has to compare months.
// Describe takes less than ten microseconds. An expression that is refused costs less than a
// millisecond, whatever its length and content, so Parse may be called on untrusted input.
//
// # Concurrency
//
// Every function and every method of a Schedule value may be called by any
// number of goroutines. Only the pointer methods [Schedule.Set] and
// [Schedule.UnmarshalText] change the variable that they are called on. No other
// goroutine may use that variable during the call. The package never reads the clock and
// starts no goroutine. Its only state is a bounded cache of time zones.
package frequency
