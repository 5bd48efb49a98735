package runcommand

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	// defaultTimeout is the service's, for a request without one.
	defaultTimeout = 60 * time.Second
	// longestTimeout is forever to those who wait, and can be added to.
	maxTimeout = 100 * 365 * 24 * time.Hour
	// deliveryWindow is how long the service tries to reach an instance before
	// it aborts (ECS API reference: one minute).
	deliveryWindow = time.Minute
	// waitSlack covers clocks that differ and states that are written late.
	waitSlack = 30 * time.Second
	// zoneSpread is how much later than in UTC a clock time can come in the
	// zone of an instance: the westernmost is UTC-12.
	maxZoneDelay = 12 * time.Hour
)

// plan is what is known about when an invocation ends.
type plan struct {
	mode       RepeatMode
	schedule   frequency.Schedule
	unreadable bool // there is a schedule, and it does not parse
	timeout    time.Duration
}

func planOf(req *Request) *plan {
	return &plan{mode: req.RepeatMode, schedule: req.Frequency, timeout: req.Timeout}
}

// planFrom reads the plan of an invocation that was begun elsewhere.
func planOfReply(inv *wire.Invocation) *plan {
	p := &plan{mode: RepeatMode(inv.RepeatMode), timeout: secondsToDuration(inv.Timeout)}
	if inv.Frequency != "" {
		s, bad := parseSchedule(inv.Frequency)
		p.schedule, p.unreadable = s, bad.err != nil
	}
	return p
}

// endless reports whether the invocation goes on until it is stopped.
func (p *plan) endless() bool {
	switch {
	case p.unreadable || p.mode == RepeatEveryReboot && p.schedule.IsZero():
		return true
	case p.schedule.IsZero():
		return p.mode == RepeatPeriod
	}
	return p.schedule.Endless()
}

// recurring reports whether the invocation can run more than once.
func (p *plan) recurring() bool {
	return p.mode == RepeatPeriod || p.mode == RepeatEveryReboot || p.unreadable || !p.schedule.IsZero()
}

// awaitsReboot reports whether nobody but the instance's owner knows when the
// invocation runs.
func (p *plan) waitsForReboot() bool {
	return p.mode == RepeatNextRebootOnly && p.schedule.IsZero()
}

// overdue is the moment by which the invocation must have ended.
func (p *plan) latestEnd(now time.Time) time.Time {
	last := now
	if t, ok := p.schedule.Last(); ok && t.After(now) {
		last = t
	}
	if p.schedule.Kind() == frequency.KindCron && p.schedule.Location() == nil {
		last = last.Add(maxZoneDelay)
	}
	timeout := min(p.timeout, maxTimeout)
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	return last.Add(timeout + deliveryWindow + waitSlack)
}

// unfit is the error for a wait that would not end by itself, and nil for others.
func (p *plan) waitError(bounded bool) error {
	switch {
	case p.endless():
		return ErrEndless
	case p.waitsForReboot() && !bounded:
		return ErrUnbounded
	}
	return nil
}
