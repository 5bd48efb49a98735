package runcommandtest

import (
	"bytes"
	"context"
	"runtime"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An execution is a run whose outcome comes from a function or a script. The function
// or script has its own goroutine.
//
// Every call that reads outcomes first waits for new executions. So the outcome of a
// function that does not block is always known. A function that blocks must not block
// the server. So the wait ends at awaitUntil. Inside testing/synctest that time comes
// only when the function really blocks.
type execution struct {
	run        *run
	cancel     context.CancelCauseFunc
	awaitUntil time.Time // when calls stop waiting for the function or script
	returned   bool
}

// awaitTime is how long calls wait for a new execution. On a busy machine the goroutine
// of the execution may not even have begun by then. So the scheduler is asked
// awaitYields times to run other goroutines before the wait ends.
const (
	awaitTime   = 500 * time.Millisecond
	awaitYields = 20
)

// execute calls act in a goroutine. The context that act gets ends when the run ends.
// When act panics or ends its goroutine, the run fails, but the process goes on.
func (s *Server) execute(r *run, x Exec, act func(context.Context, Exec) Outcome) {
	if s.life.Err() != nil {
		s.interrupt(r, errors.ExecutionInterrupted, r.started)
		return
	}
	ctx, cancel := context.WithCancelCause(s.life)
	ctx, release := context.WithTimeoutCause(ctx, x.Timeout, errTimedOut)
	e := &execution{run: r, cancel: func(cause error) { cancel(cause); release() }}
	r.execution = e
	s.awaitAgain(e)
	x.Script = bytes.Clone(x.Script) // the script is copied, because the function may write to it
	s.executing.Add(1)
	go func() {
		defer s.executing.Done()
		var out Outcome
		returned := false
		defer func() {
			if !returned {
				out = s.panicked(x, recover())
			}
			cause := context.Cause(ctx)
			e.cancel(nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.endExecution(e, out, cause)
		}()
		out = act(ctx, x)
		returned = true
	}()
}

// awaitAgain makes calls wait for e until awaitTime from now, also when an earlier wait
// for e has ended.
func (s *Server) awaitAgain(e *execution) {
	e.awaitUntil = time.Now().Add(awaitTime)
	s.awaited = append(s.awaited, e)
}

// endExecution records the outcome that act has returned. The parameter cause says why
// the context of act ended.
func (s *Server) endExecution(e *execution, out Outcome, cause error) {
	e.returned = true
	out = out.kept()
	out.Output = s.share(out.Output)
	close(s.returned)
	s.returned = make(chan struct{})
	r := e.run
	r.execution = nil
	if r.done() {
		// The run timed out or was interrupted before. Only its output was still missing.
		s.store.replaceOutput(r, out)
		s.forget(s.clock.now())
		return
	}
	end := r.started.Add(out.Takes)
	if now := s.clock.now(); !time.Now().Before(e.awaitUntil) && end.Before(now) {
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

// dropAwaited removes the oldest executions from the list s.awaited. It stops at the
// first execution that calls still have to wait for.
func (s *Server) dropAwaited() {
	n := 0
	for n < len(s.awaited) && (s.awaited[n].returned || !time.Now().Before(s.awaited[n].awaitUntil)) {
		s.awaited[n] = nil
		n++
	}
	s.awaited = s.awaited[n:]
}

// await waits until every new execution has returned or has reached its awaitUntil. It
// stops waiting when ctx or the server ends. It releases the lock while it waits.
func (s *Server) await(ctx context.Context) {
	for {
		s.dropAwaited()
		if len(s.awaited) == 0 || ctx.Err() != nil || s.life.Err() != nil {
			return
		}
		returned, timer := s.returned, time.NewTimer(time.Until(s.awaited[0].awaitUntil))
		s.mu.Unlock()
		select {
		case <-returned:
		case <-timer.C:
			for range awaitYields {
				runtime.Gosched()
			}
		case <-ctx.Done():
		case <-s.life.Done():
		}
		timer.Stop()
		s.mu.Lock()
	}
}
