package emulator

import (
	"context"
	"time"
)

// settle lets everything happen that is due and returns the time up to which it
// did. The caller holds the lock; it is given up while Runners are awaited.
func (s *Server) settle(ctx context.Context) time.Time {
	for {
		s.await(ctx)
		now := s.clock.now()
		if !s.timeline.due(now) {
			return now
		}
		s.timeline.next()
	}
}

// glance is settle without waiting for Runners that have only just begun: for
// calls that do not look at outcomes.
func (s *Server) glance() time.Time {
	now := s.clock.now()
	for s.timeline.due(now) {
		s.timeline.next()
	}
	return now
}
