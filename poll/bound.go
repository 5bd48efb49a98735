package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// WithBound returns a copy of ctx that ends at the bound: its Err is then
// context.DeadlineExceeded, as with context.WithDeadline. Its Deadline stays that of
// ctx.
//
// It is for a bound that a wait sets itself. A [Limiter] refuses at once when the
// deadline of its context comes before the turn. It must not refuse because of a bound
// that the caller of the wait does not know. [Until] makes a last probe before the
// bound.
//
// Call the returned function once the context is no longer needed. For a nil ctx
// WithBound returns nil, which the waits of this package refuse.
func WithBound(ctx context.Context, bound time.Time) (context.Context, context.CancelFunc) {
	if ctx == nil {
		return nil, func() {}
	}
	own, cancel := context.WithDeadline(ctx, bound)
	return &bounded{Context: own, caller: ctx, bound: earlier(boundOf(ctx), bound)}, cancel
}

// bounded is a context that ends when the context in it ends, and whose Deadline is that of the
// caller.
type bounded struct {
	context.Context
	caller context.Context
	bound  time.Time // the earliest of its own and those of outer contexts
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
// without ending ctx does not count: context.WithoutCancel has removed it.
func boundOf(ctx context.Context) time.Time {
	bound, _ := ctx.Value(boundKey{}).(time.Time)
	if ctx.Err() == nil && !time.Now().Before(bound) {
		return time.Time{}
	}
	return bound
}

// endOf returns when ctx ends at the latest, by its deadline or its bound. It returns the zero time
// when it has neither.
func endOf(ctx context.Context) time.Time {
	deadline, _ := ctx.Deadline()
	return earlier(boundOf(ctx), deadline)
}

// earlier returns the earlier of two times. A zero time stands for none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// errNoContext is the error of a wait without a context.
var errNoContext = fmt.Errorf("poll: nil context: %w", errors.ErrInvalidArgument)
