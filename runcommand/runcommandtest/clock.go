package runcommandtest

import (
	"context"
	"sync/atomic"
	"time"
)

// A clock shows the time of one server: the time of a source that callers share, plus
// an offset that only this server has. Inside testing/synctest the default source gives
// virtual time. A clock is safe for concurrent use.
type clock struct {
	source func() time.Time
	offset atomic.Int64
}

func (c *clock) now() time.Time { return c.source().Add(time.Duration(c.offset.Load())) }

// shared returns the time of the source, without the offset. The clocks of callers show
// the same time.
func (c *clock) shared() time.Time { return c.source() }

func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// catchUp carries out every event that is due and returns the current time. It waits
// for executions that have just begun. The caller holds the lock. catchUp releases the
// lock while it waits.
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

// catchUpUnawaited works like catchUp, for calls that do not read outcomes. It waits
// for executions that have just begun only before a schedule fires. Before a firing it
// must wait, because a firing is skipped when the previous run has not ended.
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

// forget removes ended invocations that are too old or for which there is no room.
func (s *Server) forget(now time.Time) {
	s.store.forget(now, s.opts.retention, s.opts.maxInvocations, s.opts.maxBytes)
}

// stamp formats a time as the service does: in UTC and in whole seconds (ECS API
// reference, DescribeInvocations). The zero time becomes the empty string.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
