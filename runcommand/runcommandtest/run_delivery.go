package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// deliveryWindow is how long a command may stay Pending before it is Aborted
// (ECS API reference, DescribeInvocations).
const deliveryWindow = time.Minute

// accept creates an invocation for a checked command and delivers the command to its
// targets.
func (s *Server) accept(cmd *command, targets []*machine, now time.Time) *invocation {
	inv := &invocation{cmd: cmd, created: now, open: len(targets), needsGroup: s.groupNeeded(cmd.resourceGroup, targets)}
	if s.opts.visibilityDelay > 0 {
		inv.visible = now.Add(s.opts.visibilityDelay)
	}
	s.store.add(inv)
	s.store.accepted(cmd.region, now)
	if cmd.keep {
		s.store.kept[cmd.region]++
	}
	inv.rows = make([]*row, len(targets))
	for i, m := range targets {
		r := &row{inv: inv, machine: m, status: statusPending, updated: now}
		inv.rows[i] = r
		m.rows[r] = struct{}{}
	}
	for _, r := range inv.rows {
		s.deliver(r, now)
	}
	s.list(inv, now)
	return inv
}

// list makes the Describe operations show an invocation as soon as it is visible.
func (s *Server) list(inv *invocation, now time.Time) {
	switch {
	case s.store.invocations[inv.id] == nil: // its rows have ended, and there is no room for it
	case inv.visible.After(now):
		s.timeline.set(&inv.becomesVisible, inv.visible, func(time.Time) {
			if s.store.invocations[inv.id] == inv {
				s.store.listing.add(inv)
			}
		})
	default:
		s.store.listing.add(inv)
	}
}

// deliver gives the command to the agent. The agent refuses the command, runs it at
// once, or waits until it is due.
func (s *Server) deliver(r *row, now time.Time) {
	if f, ok := s.takeFault(stageDeliver, "", r.machine.ID); ok {
		code := f.Code
		if code == "" {
			code = errors.ClientNotOnline
		}
		s.timeline.set(&r.timer, now.Add(deliveryWindow), func(at time.Time) { s.refuse(r, code, "", at) })
		return
	}
	code, info := checkInstance(r.machine, r.inv.cmd, len(r.inv.rows))
	switch cmd := r.inv.cmd; {
	case code != "":
		s.refuse(r, code, info, now)
	case cmd.repeat == repeatDryRun:
		s.dryRun(r, now)
	case cmd.repeat == repeatPeriod:
		s.schedule(r, now)
	case cmd.timed():
		s.setStatus(r, statusScheduled, now)
	default:
		s.begin(r, now)
	}
}

// dryRun carries out the repeat mode DryRun: it checks everything and runs nothing.
func (s *Server) dryRun(r *row, now time.Time) {
	if _, err := newExec(r, r.machine); err != nil {
		code, _ := errors.AsType[errors.Code](err)
		s.refuse(r, code, "", now)
		return
	}
	r.finished = now
	s.closeRow(r, statusSuccess, now)
}

// schedule sets the first firing of a row. It refuses a schedule that never fires.
func (s *Server) schedule(r *row, now time.Time) {
	if code := agentRefusal(r.inv.cmd.schedule, now); code != "" && s.opts.agentRefusals {
		s.refuse(r, code, "", now)
		return
	}
	s.setStatus(r, statusScheduled, now)
	s.setNext(r, now)
	if !r.next.IsZero() {
		return
	}
	code := errors.CronExpressionExpired
	if r.inv.cmd.schedule.Kind() == frequency.KindAt {
		code = errors.AtExpressionExpired
	}
	s.refuse(r, code, "", now)
}

// setNext sets the first firing that is later than the parameter after. An expression
// without a zone is read in the zone of the instance. The interval of a rate begins at
// the previous firing. Before the first firing it begins when the invocation is
// created.
func (s *Server) setNext(r *row, after time.Time) {
	r.next = r.inv.cmd.schedule.Next(after.In(r.machine.Zone))
	if r.next.IsZero() {
		s.timeline.drop(&r.timer)
		return
	}
	if r.next.After(s.timeline.until) {
		r.fired = 0
	}
	s.timeline.setFiring(&r.timer, r.next, func(at time.Time) { s.fire(r, at) })
	s.wakeAt(r.next)
}

// fire begins a scheduled run. When the previous run has not ended, this firing is
// skipped.
func (s *Server) fire(r *row, at time.Time) {
	s.setNext(r, at.Add(s.timeline.leap(&r.fired, at, r.inv.cmd.schedule.MinInterval)))
	switch {
	case r.last == nil || r.last.done():
		s.begin(r, at)
	case r.next.IsZero():
		r.updated = at // no firing follows, so the current run is the last one
	}
}

// reboot restarts an instance. It interrupts the runs on the instance. Then it begins
// the runs that wait for a start of the instance, if the agent is there to run them.
func (s *Server) reboot(m *machine, now time.Time) {
	s.interruptAll(m, errors.InstanceRestarted, now)
	m.Stopped, m.Status, m.started = false, "", now
	m.finishInstall()
	if !m.online() {
		return
	}
	m.offlineSince = time.Time{}
	for _, r := range m.tasks() {
		mode := r.inv.cmd.repeat
		if r.status == statusScheduled && (mode == repeatReboots || mode == repeatNextReboot) {
			s.begin(r, now)
		}
	}
}

// release removes an instance and ends everything that runs on it.
func (s *Server) release(m *machine, now time.Time) {
	s.interruptAll(m, errors.InstanceReleased, now)
	for _, r := range m.tasks() {
		s.refuse(r, errors.InstanceReleased, "", now)
	}
	s.store.drop(m)
}
