package runcommandtest

import (
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

// stamp formats a time as the service does: in UTC and in whole seconds (ECS API
// reference, DescribeInvocations). The zero time becomes the empty string.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
