package validate

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// schedule checks presence and bounds. The language is package frequency's.
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

// rate lets an interval equal to the timeout pass, although the documents ask for
// a longer one: by the letter rate(60s) would need a timeout of its own.
func (c *checker) rate(interval time.Duration) {
	switch {
	case interval < c.limits.RateMin:
		c.badGap("rate interval of", interval, "the limit is %v at least", c.limits.RateMin)
	case interval > c.limits.RateMax:
		c.badGap("rate interval of", interval, "the limit is %v at most", c.limits.RateMax)
	}
	c.againstTimeout(interval)
}

// cron takes the smallest gap between two firings, 0 where it fires only once.
func (c *checker) cron(gap time.Duration) {
	if gap == 0 {
		return
	}
	if gap < c.limits.MinInterval {
		c.badGap("smallest gap of", gap, "the limit is %v at least", c.limits.MinInterval)
	}
	c.againstTimeout(gap)
}

func (c *checker) againstTimeout(gap time.Duration) {
	if timeout := c.effectiveTimeout(); gap < timeout {
		c.badGap("gap between two runs of", gap, "which is shorter than the timeout of %v", timeout)
	}
}

func (c *checker) badGap(what string, gap time.Duration, bound string, limit time.Duration) {
	c.report("Frequency", errors.InvalidParamFrequency, "has a %s %v, "+bound, what, gap, limit)
}

// timeout checks that whole seconds can be sent. The service has an upper limit,
// which is not published; the largest Duration is far below the largest integer
// that the API allows.
func (c *checker) timeout() {
	switch {
	case c.Timeout < 0:
		c.reportLocal("Timeout", errors.InvalidTimeoutExceedLimit, "is negative, %v; leave it 0 for the default of %v", c.Timeout, defaultTimeout)
	case c.Timeout%time.Second != 0:
		c.reportLocal("Timeout", errors.InvalidTimeoutExceedLimit, "is %v, which is not in whole seconds", c.Timeout)
	}
}
