package validate

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// schedule checks that a required schedule is given, and that the schedule is within the limits.
// Package frequency has already parsed the schedule.
func (c *checker) schedule() {
	const field = "Frequency"
	switch {
	case c.FrequencyErr != nil:
		message := "is not a schedule"
		if e, ok := errors.AsType[*frequency.ParseError](c.FrequencyErr); ok {
			message += ": " + strings.TrimPrefix(e.Field+": "+e.Reason, ": ")
		}
		c.add(errors.Violation{Field: field, Code: errors.InvalidParamFrequency, Message: message, Err: c.FrequencyErr})
	case c.RepeatMode == "Period" && c.Frequency.IsZero():
		c.report(field, errors.MissingParamFrequency, "is missing, repeat mode Period needs a schedule")
	case c.Frequency.Kind() == frequency.KindRate:
		c.rate(c.Frequency.MinInterval())
	case c.Frequency.Kind() == frequency.KindCron:
		c.cron(c.Frequency.MinInterval())
	}
	if c.RepeatMode == "DryRun" && c.scheduled() {
		c.reportLocal(field, errors.InvalidParamFrequency,
			"is given for a DryRun; a schedule overrides every repeat mode, so the command would really run")
	}
}

// rate checks the interval of a rate schedule. It accepts an interval equal to the timeout. The
// documents ask for an interval longer than the timeout, but then rate(60s) would need a timeout
// below the default of 60 s.
func (c *checker) rate(interval time.Duration) {
	switch {
	case interval < c.limits.RateMin:
		c.reportGap("rate interval of", interval, "the minimum is %v", c.limits.RateMin)
	case interval > c.limits.RateMax:
		c.reportGap("rate interval of", interval, "the maximum is %v", c.limits.RateMax)
	}
	c.notUnderTimeout(interval)
}

// cron checks the smallest gap between two firings, which is 0 for a schedule that fires only once.
func (c *checker) cron(gap time.Duration) {
	if gap == 0 {
		return
	}
	if gap < c.limits.MinInterval {
		c.reportGap("smallest gap of", gap, "the minimum is %v", c.limits.MinInterval)
	}
	c.notUnderTimeout(gap)
}

// notUnderTimeout checks that the gap between two runs is not shorter than the timeout. Then one
// run ends before the next run begins.
func (c *checker) notUnderTimeout(gap time.Duration) {
	if timeout := c.effectiveTimeout(); gap < timeout {
		c.reportGap("gap between two runs of", gap, "which is shorter than the timeout of %v", timeout)
	}
}

// reportGap reports an interval that is too short or too long. The parameter bound says which limit
// it breaks, with %v in the place of the limit.
func (c *checker) reportGap(what string, gap time.Duration, bound string, limit time.Duration) {
	c.report("Frequency", errors.InvalidParamFrequency, "has a %s %v, "+bound, what, gap, limit)
}

// timeout checks that Timeout is a number of whole seconds. The service has an upper limit, but it
// is not published. The range of integers needs no check: the longest Duration in seconds is far
// below the largest integer of the API.
func (c *checker) timeout() {
	switch {
	case c.Timeout < 0:
		c.reportLocal("Timeout", errors.InvalidTimeoutExceedLimit, "is negative, %v; leave it 0 for the default of %v", c.Timeout, defaultTimeout)
	case c.Timeout%time.Second != 0:
		c.reportLocal("Timeout", errors.InvalidTimeoutExceedLimit, "is %v, which is not in whole seconds", c.Timeout)
	}
}
