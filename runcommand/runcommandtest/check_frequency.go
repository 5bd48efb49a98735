package runcommandtest

import (
	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// checkFrequency reads the schedule and checks its documented bounds. A command with a
// Frequency has the repeat mode Period, even when RepeatMode has another value.
func checkFrequency(p parameters, cmd *command, l Limits) *refusal {
	cmd.frequency = p["Frequency"]
	if cmd.frequency == "" {
		if cmd.repeat == repeatPeriod {
			return refuse(errors.MissingParamFrequency, "the repeat mode Period needs a Frequency")
		}
		if cmd.repeat == "" {
			cmd.repeat = repeatOnce
		}
		return nil
	}
	cmd.repeat = repeatPeriod
	schedule, err := frequency.Parse(cmd.frequency)
	if err != nil {
		return refuse(errors.InvalidParamFrequency, "Frequency is not valid: %v", err)
	}
	cmd.schedule = schedule
	gap := schedule.MinInterval()
	switch kind := schedule.Kind(); {
	case kind == frequency.KindRate && (gap < l.RateMin || gap > l.RateMax):
		return refuse(errors.InvalidParamFrequency, "the interval is not between %s and %s", l.RateMin, l.RateMax)
	case gap == 0:
		return nil // the schedule fires at most once, so it has no interval to check
	case kind == frequency.KindCron && gap < l.MinInterval:
		return refuse(errors.InvalidParamFrequency, "two firings are less than %s apart", l.MinInterval)
	case gap < cmd.timeout:
		return refuse(errors.InvalidParamFrequency, "two firings are %s apart, less than the timeout of %s", gap, cmd.timeout)
	}
	return nil
}
