package runcommandtest

import (
	"bytes"
	"context"
	"runtime"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A flight is a run that a Runner is deciding about, in a goroutine of its own.
//
// Whoever looks at the store waits for the Runner first, so that the outcome of
// a Runner that does not block is there at once and always. A Runner that
// blocks must not hold up the server, so the wait ends when the flight is no
// longer fresh; inside testing/synctest that cannot happen before the Runner
// really blocks.
type flight struct {
	run    *run
	cancel context.CancelCauseFunc
	fresh  time.Time // when looking stops waiting for it
	landed bool
}

// patience is how long a flight stays fresh. On a busy machine a Runner that
// does not block may not even have begun by then, so that everything else that
// could run is let through a few times before its flight is given up.
const (
	patience = 500 * time.Millisecond
	yields   = 20
)

// launch hands x to the Runner. The context it gets ends with the run. A Runner
// that does not return fails its run and leaves the process alone.
func (s *Server) launch(r *run, x Exec, act func(context.Context, Exec) Outcome) {
	if s.life.Err() != nil {
		s.interrupt(r, errors.ExecutionInterrupted, r.started)
		return
	}
	ctx, cancel := context.WithCancelCause(s.life)
	ctx, release := context.WithTimeoutCause(ctx, x.Timeout, errTimedOut)
	f := &flight{run: r, cancel: func(cause error) { cancel(cause); release() }}
	r.flight = f
	s.refresh(f)
	x.Script = bytes.Clone(x.Script) // the function may write to it
	s.flights.Add(1)
	go func() {
		defer s.flights.Done()
		var out Outcome
		returned := false
		defer func() {
			if !returned {
				out = s.crashed(x, recover())
			}
			cause := context.Cause(ctx)
			f.cancel(nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.land(f, out, cause)
		}()
		out = act(ctx, x)
		returned = true
	}()
}

// refresh makes those who look wait for f from now on.
func (s *Server) refresh(f *flight) {
	f.fresh = time.Now().Add(patience)
	s.fresh = append(s.fresh, f)
}

// land takes in what the Runner decided; cause is why its context ended.
func (s *Server) land(f *flight, out Outcome, cause error) {
	f.landed = true
	out = out.kept()
	close(s.landed)
	s.landed = make(chan struct{})
	r := f.run
	r.flight = nil
	if r.done() {
		// The run ended without the Runner; only what was printed is missing.
		r.print(out)
		s.store.weigh(r.row.inv)
		s.forget(s.clock.now())
		return
	}
	end := r.started.Add(out.Takes)
	if now := s.clock.now(); !time.Now().Before(f.fresh) && end.Before(now) {
		end = now
	}
	switch {
	case !r.row.stopped.IsZero():
		s.endStopped(r, out)
	case errors.Is(cause, errTimedOut):
		s.finish(r, out, r.started.Add(r.row.inv.cmd.timeout+1))
	default:
		s.finish(r, out, end)
	}
}

// wilt forgets the oldest flights as far as they are no longer fresh.
func (s *Server) wilt() {
	n := 0
	for n < len(s.fresh) && (s.fresh[n].landed || !time.Now().Before(s.fresh[n].fresh)) {
		s.fresh[n] = nil
		n++
	}
	s.fresh = s.fresh[n:]
}

// await waits, with the lock given up, until no flight is fresh or ctx ends.
func (s *Server) await(ctx context.Context) {
	for {
		s.wilt()
		if len(s.fresh) == 0 || ctx.Err() != nil || s.life.Err() != nil {
			return
		}
		landed, timer := s.landed, time.NewTimer(time.Until(s.fresh[0].fresh))
		s.mu.Unlock()
		select {
		case <-landed:
		case <-timer.C:
			for range yields {
				runtime.Gosched()
			}
		case <-ctx.Done():
		case <-s.life.Done():
		}
		timer.Stop()
		s.mu.Lock()
	}
}
