package runcommand

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	// defaultTimeout is the timeout that the service sets for a request without
	// a timeout.
	defaultTimeout = 60 * time.Second
	// maxTimeout caps a timeout. Adding a longer timeout to a time could overflow.
	maxTimeout = 100 * 365 * 24 * time.Hour
	// deliveryWindow is how long the service tries to reach an instance before
	// it aborts (ECS API reference: one minute).
	deliveryWindow = time.Minute
	// waitSlack is extra time for clocks that differ and for states that appear
	// late.
	waitSlack = 30 * time.Second
	// maxZoneDelay is how much later than UTC the clock of an instance can reach the
	// same time of day. The westernmost zone is UTC-12.
	maxZoneDelay = 12 * time.Hour
)

// plan tells when an invocation ends: its repeat mode, schedule and timeout.
type plan struct {
	mode       RepeatMode
	schedule   frequency.Schedule
	unreadable bool // the schedule of the reply does not parse
	timeout    time.Duration
}

func planOf(req *Request) *plan {
	return &plan{mode: req.RepeatMode, schedule: req.Frequency, timeout: req.Timeout}
}

// planOfReply reads the plan of an invocation that another process began.
func planOfReply(inv *wire.Invocation) *plan {
	p := &plan{mode: RepeatMode(inv.RepeatMode), timeout: secondsToDuration(inv.Timeout)}
	if inv.Frequency != "" {
		s, bad := parseSchedule(inv.Frequency)
		p.schedule, p.unreadable = s, bad.err != nil
	}
	return p
}

// endless reports whether only a stop ends the invocation.
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

// waitsForReboot reports whether the invocation runs at the next start of the
// instance. The time of that start is unknown.
func (p *plan) waitsForReboot() bool {
	return p.mode == RepeatNextRebootOnly && p.schedule.IsZero()
}

// latestEnd is the time by which the invocation must have ended.
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

// waitError is the error for a wait that would not end by itself. It is nil for other
// waits.
func (p *plan) waitError(bounded bool) error {
	switch {
	case p.endless():
		return ErrEndless
	case p.waitsForReboot() && !bounded:
		return ErrUnbounded
	}
	return nil
}
