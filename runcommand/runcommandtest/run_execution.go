package runcommandtest

import (
	"bytes"
	"context"
	"runtime"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An execution is a run whose outcome is decided by a function or a script, in a
// goroutine of its own.
//
// Every call that reads outcomes first waits for new executions, so that the
// outcome of a function that does not block is always there. A function that blocks
// must not block the server. So the wait ends at awaitUntil. Inside
// testing/synctest that time comes only when the function really blocks.
type execution struct {
	run        *run
	cancel     context.CancelCauseFunc
	awaitUntil time.Time // when looking stops waiting for it
	returned   bool
}

// awaitTime is how long calls wait for a new execution. On a busy machine its
// goroutine may not even have begun by then. So the scheduler is asked awaitYields
// times to run other goroutines before the wait ends.
const (
	awaitTime   = 500 * time.Millisecond
	awaitYields = 20
)

// execute calls act in a goroutine. The context that act gets ends with the run. An
// act that panics or ends its goroutine fails its run and does not end the process.
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
	x.Script = bytes.Clone(x.Script) // the function may write to it
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

// awaitAgain starts the time for which calls wait for e, or starts it again.
func (s *Server) awaitAgain(e *execution) {
	e.awaitUntil = time.Now().Add(awaitTime)
	s.awaited = append(s.awaited, e)
}

// endExecution records what act has returned; cause is why its context ended.
func (s *Server) endExecution(e *execution, out Outcome, cause error) {
	e.returned = true
	out = out.kept()
	out.Output = s.share(out.Output)
	close(s.returned)
	s.returned = make(chan struct{})
	r := e.run
	r.execution = nil
	if r.done() {
		// The run has timed out or was interrupted: only its output was missing.
		r.setOutput(out)
		s.store.countBytes(r.row.inv)
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

// dropAwaited removes the oldest executions from the list until it reaches one that
// calls still have to wait for.
func (s *Server) dropAwaited() {
	n := 0
	for n < len(s.awaited) && (s.awaited[n].returned || !time.Now().Before(s.awaited[n].awaitUntil)) {
		s.awaited[n] = nil
		n++
	}
	s.awaited = s.awaited[n:]
}

// await waits until no execution has to be waited for, or ctx ends. It gives up the
// lock while it waits.
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
