package realaccount

import (
	"context"
	"fmt"
	"time"
)

// scheduleQuestions are about Frequency. Every schedule that the service accepts is stopped before it
// fires. Reversed ranges are asked in the fields of days and years only: in the other fields they make
// the parser of real agents crash (frequency.md §6).
func scheduleQuestions() []Question {
	const (
		refused   = "InvalidParam.Frequency"
		scheduled = "accepted, then Scheduled"
		expired   = "accepted, then Invalid CronExpressionExpired"
		check     = "runcommand/runcommandtest/check_frequency.go"
		agents    = "runcommand/runcommandtest/instance_check.go"
	)
	q := func(id, sources, asks, documents, assumed, where string, ask probe) Question {
		return Question{
			ID: id, Sources: sources, Asks: asks, Documents: documents, Assumed: assumed, Where: where,
			Calls: 5, actions: runAndStop, ask: ask,
		}
	}
	return []Question{
		q("rate-zero", "frequency.md §1", "Is rate(05m) accepted?", "undocumented; the agent accepts it", scheduled, "frequency/rate.go", asksSchedule("rate(05m)", nil)),
		q("rate-capitals", "frequency.md §1", "Is RATE(5M) accepted?", "undocumented; the agent accepts it", scheduled, "frequency/rate.go", asksSchedule("RATE(5M)", nil)),
		q("rate-blank", "frequency.md §1", "Is rate(5 m) accepted?", "partly documented", scheduled, "frequency/rate.go", asksSchedule("rate(5 m)", nil)),
		q("rate-of-timeout", "frequency.md §1", "Is an interval accepted that equals the timeout?", "it must be greater, but rate(60s) is allowed beside the default of 60 s",
			scheduled, check, asksSchedule("rate(60s)", nil)),
		q("at-text", "frequency.md §2, §9", "How is an at() without seconds refused?", "InvalidParam.Frequency (inferred)", refused, "frequency/at.go", asksSchedule("at(2099-01-01 10:00)", nil)),
		q("at-past", "frequency.md §2, §9", "Where is a moment in the past refused?", "unknown", "accepted, then Invalid AtExpressionExpired", "runcommand/runcommandtest/run_delivery.go",
			asksTimedSchedule(func(began time.Time) string { return began.AddDate(0, 0, -1).Format("at(2006-01-02 15:04:05)") }, nil)),
		q("at-gap", "frequency.md §2", "Is a local time that the clock skips accepted?", "undocumented", scheduled, "frequency/at.go", asksTimedSchedule(skippedTime, nil)),
		q("cron-gap", "frequency.md §3", "Where is a schedule with gaps below 10 s refused?", "the enforcement is unknown", refused, check, asksSchedule("*/7 * * * * ?", params{"Timeout": "1"})),
		q("cron-timeout", "frequency.md §3", "Where is a schedule with gaps below the timeout refused?", "the enforcement is unknown", refused, check, asksSchedule("*/30 * * * * ?", params{"Timeout": "60"})),
		q("zone-offset", "frequency.md §4, §9", "Where is a bad GMT offset refused?", "the call, likely", refused, "frequency/zone.go", asksSchedule("0 0 12 * * ? 2099 GMT+08:00", nil)),
		q("zone-unknown", "frequency.md §4, §9", "Where is an unknown zone refused?", "the call, likely", refused, "frequency/zone.go", asksSchedule("0 0 12 * * ? 2099 Mars/Base", nil)),
		q("cron-past", "frequency.md §5, §9", "Where is a schedule without a future firing refused?", "unknown", expired, "runcommand/runcommandtest/run_delivery.go", asksTimedSchedule(func(began time.Time) string { return fmt.Sprintf("0 0 0 1 1 ? %d", began.Year()-1) }, nil)),
		q("cron-never", "frequency.md §8, §9", "Where is a date refused that does not exist?", "unknown", expired, "runcommand/runcommandtest/run_delivery.go", asksSchedule("0 0 0 31 2 ?", nil)),
		q("cron-macro", "frequency.md §5", "Is @daily accepted?", "not documented", refused, "frequency/parse.go", asksSchedule("@daily", nil)),
		q("cron-bare-l", "frequency.md §3", "Is L alone as a weekday accepted?", "documented as Sunday; the agent refuses it", scheduled, agents, asksSchedule("0 0 12 ? * L", nil)),
		q("cron-to-sunday", "frequency.md §6", "Does a weekday range that ends on Sunday fire?", "documented; at the agent it never fires", scheduled, agents, asksSchedule("0 0 12 ? * FRI-SUN", nil)),
		q("cron-dow-zero", "frequency.md §6, §10", "Is a weekday with a leading zero accepted?", "the guide allows it; the agent runs it on Sunday", scheduled, "frequency/dayfield.go", asksSchedule("0 0 12 ? * 05", nil)),
		q("reversed-dow", "frequency.md §6", "Is a reversed range of weekdays accepted?", "the parser of the agent passes it, and it never fires", refused, "frequency/field.go", asksSchedule("0 0 12 ? * 5-1", nil)),
		q("reversed-dom", "frequency.md §6", "Is a reversed range of days accepted?", "the parser of the agent passes it, and it never fires", refused, "frequency/field.go", asksSchedule("0 0 12 20-10 * ?", nil)),
		q("reversed-year", "frequency.md §6", "Is a reversed range of years accepted?", "the parser of the agent passes it, and it never fires", refused, "frequency/year.go", asksSchedule("0 0 12 1 1 ? 2098-2090", nil)),
		q("dry-run-frequency", "run-command.md §6", "Is DryRun with a Frequency a schedule that runs?", "undocumented (inferred: Period)", "accepted as Period", "validate/schedule.go", askDryRunFrequency),
		{
			ID: "zone-default", Sources: "frequency.md §4", Asks: "Which zone does a public image have?", Documents: "typically Asia/Shanghai (inferred)",
			Assumed: "+0800", Where: "runcommand/runcommandtest/instance.go", Calls: 5, Runs: 1, actions: runAndLook,
			ask: func(ctx context.Context, s *session) (answer, error) {
				r, _, end, err := s.runToEnd(ctx, script(printZone))
				if err != nil || end == nil {
					return answer{value: r.Code}, err
				}
				return answer{value: fmt.Sprintf("%.16s", trimmed(end.text()))}, nil
			},
		},
	}
}

// skippedTime returns an at() for half past two in the night in which New York begins its summer time.
func skippedTime(began time.Time) string {
	day := time.Date(began.Year()+1, time.March, 8, 0, 0, 0, 0, time.UTC)
	for day.Weekday() != time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return "at(" + day.Format(time.DateOnly) + " 02:30:00 America/New_York)"
}

func askDryRunFrequency(ctx context.Context, s *session) (answer, error) {
	r, err := s.run(ctx, params{"RepeatMode": "DryRun", "Frequency": "rate(1d)"})
	if err != nil || r.Code != "" {
		return answer{value: r.Code}, err
	}
	inv, _, err := s.settled(ctx, r.InvokeID, 2*time.Minute, func(r *row) bool { return r.InvocationStatus != "Pending" })
	if err != nil {
		return answer{}, err
	}
	_, err = s.stop(ctx, r.InvokeID)
	return answer{value: "accepted as " + inv.RepeatMode}, err
}
