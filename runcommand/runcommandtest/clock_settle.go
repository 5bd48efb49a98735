package runcommandtest

import (
	"context"
	"time"
)

// catchUp lets everything happen that is due and returns the time up to which it
// did. The caller holds the lock; it is given up while Runners are awaited.
func (s *Server) catchUp(ctx context.Context) time.Time {
	for {
		s.await(ctx)
		now := s.clock.now()
		if !s.timeline.due(now) {
			s.forget(now)
			return now
		}
		s.timeline.next()
	}
}

// catchUpUnawaited is settle for calls that do not look at outcomes: it does not wait for
// Runners that have only just begun, except before a schedule fires, which
// depends on whether the run before has ended.
func (s *Server) catchUpUnawaited(ctx context.Context) time.Time {
	s.dropAwaited()
	for {
		now := s.clock.now()
		if !s.timeline.due(now) {
			s.forget(now)
			return now
		}
		if s.timeline.events[0].firing {
			s.await(ctx)
		}
		s.timeline.next()
	}
}

// forget drops what was kept for long enough, and what there is no room for.
func (s *Server) forget(now time.Time) {
	s.store.forget(now, s.opts.retention, s.opts.maxInvocations, s.opts.maxBytes)
}
