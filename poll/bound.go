package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// WithBound returns a copy of ctx that ends at the bound. Its Err is then
// context.DeadlineExceeded, as with context.WithDeadline. Its Deadline is the deadline of
// ctx, not the bound.
//
// Use WithBound for a bound that a wait sets itself. A [Limiter] refuses at once when the
// deadline of its context comes before the turn. It must not refuse because of a bound
// that the caller of the wait does not know. [Until] makes a last probe before the
// bound.
//
// Call the returned function once the context is no longer needed. For a nil ctx
// WithBound returns nil. The waits of this package refuse a nil context.
func WithBound(ctx context.Context, bound time.Time) (context.Context, context.CancelFunc) {
	if ctx == nil {
		return nil, func() {}
	}
	own, cancel := context.WithDeadline(ctx, bound)
	return &bounded{Context: own, caller: ctx, bound: earlier(boundOf(ctx), bound)}, cancel
}

// bounded is a context that ends when the context embedded in it ends. Its Deadline is the deadline of
// the context caller.
type bounded struct {
	context.Context
	caller context.Context
	bound  time.Time // the earlier one of two: the bound of this context and the bound of the context caller
}

type boundKey struct{}

func (b *bounded) Deadline() (time.Time, bool) { return b.caller.Deadline() }

func (b *bounded) Value(key any) any {
	if key == (boundKey{}) {
		return b.bound
	}
	return b.Context.Value(key)
}

// boundOf returns the bound of ctx, or the zero time when there is none. A bound that has passed
// although ctx has not ended is ignored: context.WithoutCancel has removed the effect of the
// bound.
func boundOf(ctx context.Context) time.Time {
	bound, _ := ctx.Value(boundKey{}).(time.Time)
	if ctx.Err() == nil && !time.Now().Before(bound) {
		return time.Time{}
	}
	return bound
}

// endOf returns the latest time at which ctx ends, by its deadline or its bound. It returns the zero
// time when ctx has neither.
func endOf(ctx context.Context) time.Time {
	deadline, _ := ctx.Deadline()
	return earlier(boundOf(ctx), deadline)
}

// earlier returns the earlier of two times. When one of them is the zero time, it returns the other.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// errNoContext is the error of a wait without a context.
var errNoContext = fmt.Errorf("poll: nil context: %w", errors.ErrInvalidArgument)
