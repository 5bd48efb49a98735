package runcommandtest

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An execution is a run whose outcome comes from a function or a script. The function
// or script has its own goroutine. See run_await.go for how calls wait for it.
type execution struct {
	run      *run
	cancel   context.CancelCauseFunc
	waiting  *wait         // the latest wait for this execution
	ended    chan struct{} // closed when the outcome has been recorded
	started  atomic.Pointer[time.Time]
	finished atomic.Bool // act has returned; its outcome may not have been recorded yet
	returned bool        // the outcome has been recorded
}

// execute calls act in a goroutine. The context that act gets ends when the run ends.
// When act panics or ends its goroutine, the run fails, but the process goes on.
func (s *Server) execute(r *run, x Exec, act func(context.Context, Exec) Outcome) {
	if s.life.Err() != nil {
		s.interrupt(r, errors.ExecutionInterrupted, r.started)
		return
	}
	ctx, cancel := context.WithCancelCause(s.life)
	ctx, release := context.WithTimeoutCause(ctx, x.Timeout, errTimedOut)
	e := &execution{run: r, cancel: func(cause error) { cancel(cause); release() }, ended: make(chan struct{})}
	r.execution = e
	s.awaitAgain(e)
	// A timeout and the next firing wait until the outcome is known.
	r.timer.after, r.row.timer.after = e.waiting, e.waiting
	x.Script = bytes.Clone(x.Script) // the script is copied, because the function may write to it
	r.partial = &partialOutput{}
	ctx = context.WithValue(ctx, outputKey{}, r.partial)
	s.executing.Add(1)
	go func() {
		defer s.executing.Done()
		e.started.Store(new(time.Now()))
		var out Outcome
		returned := false
		defer func() {
			if !returned {
				out = s.panicked(x, recover())
			}
			cause := context.Cause(ctx)
			e.cancel(nil)
			e.finished.Store(true)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.endExecution(e, out, cause)
		}()
		out = act(ctx, x)
		returned = true
	}()
}

// endExecution records the outcome that act has returned. The parameter cause says why
// the context of act ended.
func (s *Server) endExecution(e *execution, out Outcome, cause error) {
	e.returned = true
	out = e.run.endOutput(out)
	out.Output = s.share(out.Output)
	close(e.ended)
	r := e.run
	r.execution, r.timer.after = nil, nil
	if w := r.row.timer.after; w != nil && w.execution == e {
		r.row.timer.after = nil
	}
	if r.done() {
		// The run timed out or was interrupted before. Only its output was still missing.
		s.store.replaceOutput(r, out)
		s.forget(s.clock.now())
		return
	}
	end := r.started.Add(out.Takes)
	if now := s.clock.now(); e.tooLong() && end.Before(now) {
		end = now
	}
	switch {
	case !r.row.stopped.IsZero():
		s.endStopped(r, out)
	case errors.Is(cause, errTimedOut):
		s.planEnd(r, out, r.started.Add(r.row.inv.cmd.timeout+1))
	default:
		s.planEnd(r, out, end)
	}
}
