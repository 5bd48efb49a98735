package runcommandtest

import (
	"context"
	"time"
)

// catchUp carries out every event that is due when it begins, each at its own time, and
// returns the current time. It first waits for executions that have just begun, so that
// their outcomes are known. It waits for no execution that others begin later: a
// command that begins while a call waits does not delay that call. The caller holds the
// lock. catchUp releases the lock while it waits.
func (s *Server) catchUp(ctx context.Context) time.Time {
	due := s.clock.now()
	s.await(ctx, s.awaited...)
	return s.carryOut(ctx, due, true)
}

// catchUpUnawaited works like catchUp, for calls that do not read outcomes. It waits
// for executions only when events are due, because a firing is skipped when the
// previous run has not ended.
func (s *Server) catchUpUnawaited(ctx context.Context) time.Time {
	due := s.clock.now()
	s.dropAwaited()
	if s.timeline.due(due) {
		s.await(ctx, s.awaited...)
	}
	return s.carryOut(ctx, due, false)
}

// carryOut carries out the events until the time due, in order, and returns the current
// time. After each event it waits until the executions that the event has begun have
// returned, or are found to block. After the last event it waits only when outcomes is true.
func (s *Server) carryOut(ctx context.Context, due time.Time, outcomes bool) time.Time {
	for s.timeline.due(due) {
		if ctx.Err() != nil && s.life.Err() == nil {
			break // the caller has gone; the next call carries out the rest
		}
		e := s.timeline.first()
		if e.after.pending() && s.life.Err() == nil {
			s.await(ctx, e.after) // another call has begun it
			continue
		}
		begun := s.waits
		s.timeline.next(due)
		if own := s.waitsSince(begun); len(own) > 0 && (outcomes || s.timeline.due(due)) {
			s.await(ctx, own...)
		}
	}
	now := s.carryOutInstant(s.clock.now())
	s.forget(now)
	return now
}

// carryOutInstant carries out the events that became due while a call waited, up to the
// first one that needs a wait. It returns the current time, or the time of the event at
// which it stopped.
func (s *Server) carryOutInstant(now time.Time) time.Time {
	for s.timeline.due(now) {
		e := s.timeline.first()
		if e.firing || e.after.pending() {
			return e.at
		}
		at, begun := e.at, s.waits
		s.timeline.next(now)
		if s.waits != begun {
			return at
		}
	}
	return now
}

// forget removes ended invocations that are too old or for which there is no room.
func (s *Server) forget(now time.Time) {
	s.store.forget(now, s.opts.retention, s.opts.maxInvocations, s.opts.maxBytes)
}
