package runcommandtest

import "time"

// stop carries out StopInvocation for a row. A row without a run becomes Cancelled. A
// row between two runs becomes Terminated. A row that runs becomes Stopping and, after
// the delay of [WithStopDelay], Terminated. A row that has ended does not change.
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
			e, out := v.execution, v.plan
			if e != nil {
				out = v.cutShort(out)
			}
			s.endRun(v, out, now)
			s.cancelExecution(e, errStopped)
			return
		}
		s.setStatus(r, statusStopping, now)
		v.status = statusStopping
		if v.execution == nil {
			s.endStopped(v, v.cutShort(Outcome{}))
			return
		}
		s.timeline.drop(&v.timer)
		s.cancelExecution(v.execution, errStopped)
	}
}

// endStopped ends a stopped run after the stop delay.
func (s *Server) endStopped(v *run, out Outcome) {
	end := v.row.stopped.Add(s.opts.stopDelay)
	if now := s.clock.now(); end.Before(now) {
		end = now
	}
	s.timeline.set(&v.timer, end, func(at time.Time) { s.terminate(v, out, at) })
}

// terminate records the end of a stopped run.
func (s *Server) terminate(v *run, out Outcome, at time.Time) {
	r := v.row
	s.timeline.drop(&v.timer)
	v.finished, v.status = at, statusTerminated
	v.setOutput(out)
	r.machine.countEnd(v)
	s.closeRow(r, statusTerminated, at)
}
