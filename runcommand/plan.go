package runcommand

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	// defaultTimeout is the service's, for a request without one.
	defaultTimeout = 60 * time.Second
	// deliveryWindow is how long the service tries to reach an instance before
	// it aborts (ECS API reference: one minute).
	deliveryWindow = time.Minute
	// waitSlack covers clocks that differ and states that are written late.
	waitSlack = 30 * time.Second
	// zoneSpread is how much later than in UTC a clock time can come in the
	// zone of an instance: the westernmost is UTC-12.
	zoneSpread = 12 * time.Hour
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
func planFrom(inv *wire.Invocation) *plan {
	p := &plan{mode: RepeatMode(inv.RepeatMode), timeout: time.Duration(inv.Timeout) * time.Second}
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
func (p *plan) awaitsReboot() bool {
	return p.mode == RepeatNextRebootOnly && p.schedule.IsZero()
}

// overdue is the moment by which the invocation must have ended.
func (p *plan) overdue(now time.Time) time.Time {
	last := now
	if t, ok := p.schedule.Last(); ok && t.After(now) {
		last = t
	}
	if p.schedule.Kind() == frequency.KindCron && p.schedule.Location() == nil {
		last = last.Add(zoneSpread)
	}
	timeout := p.timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	return last.Add(timeout + deliveryWindow + waitSlack)
}

// ErrEndless is the cause of an [*errors.WaitError] for an invocation that ends
// only when it is stopped. It is an [errors.ErrNotSupported].
var ErrEndless error = wrapped{
	"the schedule has no end, so there is nothing to wait for: read the runs so far with Invocation.History, end it with Invocation.Stop",
	errors.ErrNotSupported,
}

// ErrUnbounded is the cause of an [*errors.WaitError] for a command that runs
// at the next reboot when neither [MaxWait] nor the context bounds the wait.
// It is an [errors.ErrInvalidArgument].
var ErrUnbounded error = wrapped{
	"nobody knows when the instance will restart: bound the wait with MaxWait or a context with a deadline",
	errors.ErrInvalidArgument,
}

// ErrNotVisible is the cause of an error about an invocation that the service
// does not list, or no longer: its id is unknown in this region and resource
// group, it is older than the service keeps records, or, right after a Run, it
// is not visible yet. A wait asks again for half a minute before it gives up. It
// is an [errors.ErrNotFound].
var ErrNotVisible error = wrapped{
	"the service does not list this invocation (not yet, no longer, or in another region or resource group)",
	errors.ErrNotFound,
}

// wrapped is a constant error of a kind.
type wrapped struct {
	text string
	kind error
}

func (w wrapped) Error() string { return w.text }
func (w wrapped) Unwrap() error { return w.kind }

// judge refuses to wait for what does not end by itself.
func (p *plan) judge(bounded bool) error {
	switch {
	case p.endless():
		return ErrEndless
	case p.awaitsReboot() && !bounded:
		return ErrUnbounded
	}
	return nil
}
