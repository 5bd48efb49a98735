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
	// maxTimeout is the longest timeout that is used. A time plus a longer timeout could
	// overflow.
	maxTimeout = 100 * 365 * 24 * time.Hour
	// deliveryWindow is how long the service tries to reach an instance before it aborts
	// the command there (ECS API reference: one minute).
	deliveryWindow = time.Minute
	// waitSlack is extra time for a wait, because clocks differ and states may appear
	// late.
	waitSlack = 30 * time.Second
	// maxZoneDelay is how far the clock of an instance can be behind UTC. The westernmost
	// time zone is UTC-12.
	maxZoneDelay = 12 * time.Hour
)

// plan holds the facts about an invocation that tell when it ends: repeat mode, schedule
// and timeout.
type plan struct {
	mode       RepeatMode
	schedule   frequency.Schedule
	unreadable bool // true when the reply has a schedule that cannot be parsed
	timeout    time.Duration
}

func planOf(req *Request) *plan {
	return &plan{mode: req.RepeatMode, schedule: req.Frequency, timeout: req.Timeout}
}

// planOfReply reads the plan of an invocation from a reply of the service. It is for an
// invocation that another process began.
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

// latestEnd returns the time by which the invocation must have ended. The parameter now
// is the start of the wait.
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

// waitError returns the error for a wait that would not end by itself, and nil for other
// waits. The parameter bounded says whether the caller limits the time of the wait.
func (p *plan) waitError(bounded bool) error {
	switch {
	case p.endless():
		return ErrEndless
	case p.waitsForReboot() && !bounded:
		return ErrUnbounded
	}
	return nil
}
