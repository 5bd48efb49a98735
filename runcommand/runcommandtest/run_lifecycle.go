package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// begin starts a run of a row. When the instance cannot run it now, the run is skipped.
func (s *Server) begin(r *row, at time.Time) {
	m := r.machine
	code := m.unavailable()
	if code == "" && m.Concurrency > 0 && m.running >= m.Concurrency {
		code = errors.TaskConcurrencyLimit
	}
	if code != "" {
		s.skip(r, code, at)
		return
	}
	x, err := newExec(r, m)
	if err != nil {
		code, _ := errors.AsType[errors.Code](err)
		s.refuse(r, code, "", at)
		return
	}
	r.repeats++
	m.invoked = at
	s.store.executions[m.ID]++
	m.running++
	v := &run{row: r, number: r.repeats, status: statusRunning, started: at}
	r.last = v
	r.keep(v, s.opts.history)
	s.setStatus(r, statusRunning, at)
	x.Run = v.number
	s.executed.add(x)
	if s.applyRunFault(v, at) {
		return
	}
	act := s.nextCall(m)
	if act == nil {
		s.planEnd(v, Outcome{}, at)
		return
	}
	s.timeline.set(&v.timer, at.Add(x.Timeout), func(end time.Time) { s.timeOut(v, end) })
	s.execute(v, x, act)
}

// skip drops a run that the instance cannot run now. The code says why. It also ends the
// row, unless another run can follow later.
func (s *Server) skip(r *row, code errors.Code, at time.Time) {
	if s.hasMore(r) {
		return
	}
	s.refuse(r, code, "", at)
}

// applyRunFault applies a fault that decides how the run ends, and reports whether
// there is one.
func (s *Server) applyRunFault(v *run, at time.Time) bool {
	f, ok := s.takeFault(stageRun, "", v.row.machine.ID)
	if !ok {
		return false
	}
	switch f.Kind {
	case FaultNeverFinishes:
		// This run has no planned end. It lasts until it is stopped or interrupted.
	case FaultInstanceReleased:
		s.interrupt(v, errors.InstanceReleased, at)
		s.release(v.row.machine, at)
	default:
		s.planEnd(v, f.outcome(), at)
	}
	return true
}

// newExec returns the Exec for a run of a row, with the parameters filled in.
func newExec(r *row, m *machine) (Exec, error) {
	cmd := r.inv.cmd
	x := Exec{
		InvocationID: r.inv.id, CommandID: cmd.id, InstanceID: m.ID, Type: cmd.kind,
		Username: cmd.username, WorkingDir: cmd.workingDir, Script: cmd.content, Timeout: cmd.timeout,
		Launcher: cmd.launcher, TerminationMode: cmd.terminationMode,
		ContainerID: cmd.containerID, ContainerName: cmd.containerName,
	}
	if !cmd.enableParameter {
		return x, nil
	}
	script, err := substitute(cmd.content, cmd.parameters, builtins(r, m))
	x.Script = script
	return x, err
}

// planEnd plans that a run ends at the time end. When end is not after the start of the
// run, the run ends at once. A run that would end after its timeout times out instead.
func (s *Server) planEnd(v *run, out Outcome, end time.Time) {
	limit := v.started.Add(v.row.inv.cmd.timeout)
	if end.After(limit) {
		end = limit
		out = Outcome{Output: out.Output, Dropped: out.Dropped, Code: errors.ExecutionTimeout}
	}
	if !end.After(v.started) {
		s.endRun(v, out, v.started)
		return
	}
	v.plan = out
	s.timeline.set(&v.timer, end, func(at time.Time) { s.endRun(v, v.plan, at) })
}

// timeOut ends a run whose function or script has not returned in time.
func (s *Server) timeOut(v *run, at time.Time) {
	e := v.execution
	s.endRun(v, v.cutShort(Outcome{Code: errors.ExecutionTimeout}), at)
	s.cancelExecution(e, errTimedOut)
}

// cancelExecution ends the context of an execution. Calls then wait for the execution
// again, because its output has not arrived yet.
func (s *Server) cancelExecution(e *execution, cause error) {
	if e != nil && !e.returned {
		e.cancel(cause)
		s.awaitAgain(e)
	}
}

// interrupt ends a run with an error of its instance, for example because the instance
// restarts.
func (s *Server) interrupt(v *run, code errors.Code, at time.Time) {
	e := v.execution
	s.endRun(v, v.cutShort(Outcome{Code: code}), at)
	s.cancelExecution(e, errInterrupted)
}

// endRun records how a run ended and updates its row.
func (s *Server) endRun(v *run, out Outcome, at time.Time) {
	r := v.row
	s.timeline.drop(&v.timer)
	v.finished = at
	v.setOutput(out)
	v.code, v.info, v.exit = out.Code, out.Info, out.ExitCode
	if v.code == "" && v.exit != 0 {
		v.code = errors.ExitCodeNonzero
	}
	v.exited = v.code == "" || v.code == errors.ExitCodeNonzero
	v.status = statusSuccess
	if v.code != "" {
		e := endingOf(v.code)
		v.status = e.status
		if v.info == "" {
			v.info = e.info
		}
	}
	r.machine.countEnd(v)
	s.applyExitCode(r.machine, v, at)
	switch {
	case !r.stopped.IsZero():
		v.stopped = r.stopped
		s.closeRow(r, v.status, at)
	case s.hasMore(r):
		s.setStatus(r, statusScheduled, at)
	default:
		s.closeRow(r, v.status, at)
	}
}

// hasMore reports whether another run of the row r can follow.
func (s *Server) hasMore(r *row) bool {
	return !r.next.IsZero() || r.inv.cmd.repeat == repeatReboots
}

// refuse ends a row with an error code. The row has had no run yet, or will have no
// further run.
func (s *Server) refuse(r *row, code errors.Code, info string, at time.Time) {
	e := endingOf(code)
	if info == "" {
		info = e.info
	}
	r.code, r.info, r.finished = code, info, at
	s.closeRow(r, e.status, at)
}

// setStatus sets the status of a row that has not ended.
func (s *Server) setStatus(r *row, status Status, at time.Time) {
	r.status, r.updated = status, at
	s.store.listing.note(r)
}

// closeRow ends a row.
func (s *Server) closeRow(r *row, status Status, at time.Time) {
	if r.closed {
		return
	}
	s.setStatus(r, status, at)
	r.closed = true
	r.next = time.Time{}
	s.timeline.drop(&r.timer)
	delete(r.machine.rows, r)
	if r.inv.open--; r.inv.open == 0 {
		s.store.listing.note(r) // a task waits no longer
		s.store.end(r.inv, at)
		s.forget(s.clock.now())
	}
}

// keep adds a run to the history of the row. The history keeps the newest runs, at most
// as many as the parameter limit says. When limit is 0, it keeps all runs.
func (r *row) keep(v *run, limit int) {
	if limit > 0 && len(r.history) >= limit {
		r.history = append(r.history[:0], r.history[len(r.history)-limit+1:]...)
	}
	r.history = append(r.history, v)
}
