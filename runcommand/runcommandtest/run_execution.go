package runcommandtest

import (
	"bytes"
	"context"
	"runtime"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A execution is a run that a Runner is deciding about, in a goroutine of its own.
//
// Whoever looks at the store waits for the Runner first, so that the outcome of
// a Runner that does not block is there at once and always. A Runner that
// blocks must not hold up the server, so the wait ends when the flight is no
// longer fresh; inside testing/synctest that cannot happen before the Runner
// really blocks.
type execution struct {
	run        *run
	cancel     context.CancelCauseFunc
	awaitUntil time.Time // when looking stops waiting for it
	returned   bool
}

// awaitTime is how long a flight stays fresh. On a busy machine a Runner that
// does not block may not even have begun by then, so that everything else that
// could run is let through a few times before its flight is given up.
const (
	awaitTime   = 500 * time.Millisecond
	awaitYields = 20
)

// execute hands x to the Runner. The context it gets ends with the run. A Runner
// that does not return fails its run and leaves the process alone.
func (s *Server) execute(r *run, x Exec, act func(context.Context, Exec) Outcome) {
	if s.life.Err() != nil {
		s.interrupt(r, errors.ExecutionInterrupted, r.started)
		return
	}
	ctx, cancel := context.WithCancelCause(s.life)
	ctx, release := context.WithTimeoutCause(ctx, x.Timeout, errTimedOut)
	f := &execution{run: r, cancel: func(cause error) { cancel(cause); release() }}
	r.execution = f
	s.awaitAgain(f)
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
			f.cancel(nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.endExecution(f, out, cause)
		}()
		out = act(ctx, x)
		returned = true
	}()
}

// awaitAgain makes those who look wait for f from now on.
func (s *Server) awaitAgain(f *execution) {
	f.awaitUntil = time.Now().Add(awaitTime)
	s.awaited = append(s.awaited, f)
}

// endExecution takes in what the Runner decided; cause is why its context ended.
func (s *Server) endExecution(f *execution, out Outcome, cause error) {
	f.returned = true
	out = out.kept()
	close(s.returned)
	s.returned = make(chan struct{})
	r := f.run
	r.execution = nil
	if r.done() {
		// The run ended without the Runner; only what was printed is missing.
		r.setOutput(out)
		s.store.countBytes(r.row.inv)
		s.forget(s.clock.now())
		return
	}
	end := r.started.Add(out.Takes)
	if now := s.clock.now(); !time.Now().Before(f.awaitUntil) && end.Before(now) {
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

// dropAwaited forgets the oldest flights as far as they are no longer fresh.
func (s *Server) dropAwaited() {
	n := 0
	for n < len(s.awaited) && (s.awaited[n].returned || !time.Now().Before(s.awaited[n].awaitUntil)) {
		s.awaited[n] = nil
		n++
	}
	s.awaited = s.awaited[n:]
}

// await waits, with the lock given up, until no flight is fresh or ctx ends.
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
