package runcommandtest

import "time"

// stop asks a row to end: what has not run is cancelled, what runs is Stopping
// for a moment and then Terminated, what has ended stays as it is.
func (s *Server) stop(r *row, now time.Time) {
	if r.closed || !r.stopped.IsZero() {
		return
	}
	r.stopped = now
	r.next = time.Time{}
	s.timeline.drop(&r.timer)
	v := r.last
	switch {
	case v == nil:
		s.closeRow(r, statusCancelled, now)
	case v.done():
		s.closeRow(r, statusTerminated, now)
	default:
		v.stopped = now
		if _, race := s.takeFault(stageStop, "", r.machine.ID); race {
			e := v.execution
			s.endRun(v, v.plan, now)
			s.cancelExecution(e, errStopped)
			return
		}
		s.setStatus(r, statusStopping, now)
		v.status = statusStopping
		if v.execution == nil {
			s.endStopped(v, Outcome{})
			return
		}
		s.timeline.drop(&v.timer)
		s.cancelExecution(v.execution, errStopped)
	}
}

// endStopped ends a run that was asked to stop. A run that was about to end by
// itself no later than the request has already ended when this is called.
func (s *Server) endStopped(v *run, out Outcome) {
	end := v.row.stopped.Add(s.opts.stopDelay)
	if now := s.clock.now(); end.Before(now) {
		end = now
	}
	s.timeline.set(&v.timer, end, func(at time.Time) { s.terminate(v, out, at) })
}

// terminate concludes a stopped run.
func (s *Server) terminate(v *run, out Outcome, at time.Time) {
	r := v.row
	s.timeline.drop(&v.timer)
	v.finished, v.status = at, statusTerminated
	v.setOutput(out)
	r.machine.running--
	s.closeRow(r, statusTerminated, at)
}
