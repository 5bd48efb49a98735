package runcommandtest

import (
	"sync/atomic"
	"time"
)

// A clock is the server's own time: a source that everybody shares plus an
// offset that only this server has. Inside testing/synctest the default source
// is virtual. It is safe for concurrent use.
type clock struct {
	source func() time.Time
	offset atomic.Int64
}

func (c *clock) now() time.Time {
	return c.source().Add(time.Duration(c.offset.Load()))
}

// shared returns the time that callers have too: whatever was advanced here,
// their clocks were not.
func (c *clock) shared() time.Time { return c.source() }

func (c *clock) advance(d time.Duration) {
	c.offset.Add(int64(d))
}

// stamp writes a time as the service does: UTC, whole seconds, the empty string
// for no time (ECS API reference, DescribeInvocations).
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
