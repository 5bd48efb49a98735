package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// WithBound returns a copy of ctx that ends at the bound: its Err is then
// context.DeadlineExceeded, as that of context.WithDeadline is. Its Deadline
// stays that of ctx.
//
// It is for a bound that a wait sets itself. A [Limiter] refuses at once when
// the deadline of its context comes before the turn; it must not do so for a
// bound that the caller of the wait knows nothing about. [Until] looks a last
// time before the bound.
//
// Call the function that comes with it once the context is no longer needed. Of
// a nil ctx comes nil, which the waits of this package refuse.
func WithBound(ctx context.Context, bound time.Time) (context.Context, context.CancelFunc) {
	if ctx == nil {
		return nil, func() {}
	}
	own, cancel := context.WithDeadline(ctx, bound)
	return &bounded{Context: own, caller: ctx, bound: earlier(boundOf(ctx), bound)}, cancel
}

// bounded ends as the context in it does and keeps the deadline to itself.
type bounded struct {
	context.Context
	caller context.Context
	bound  time.Time // the earliest of all around it
}

type boundKey struct{}

func (b *bounded) Deadline() (time.Time, bool) { return b.caller.Deadline() }

func (b *bounded) Value(key any) any {
	if key == (boundKey{}) {
		return b.bound
	}
	return b.Context.Value(key)
}

// boundOf returns the bound of ctx, or zero where there is none. A bound that is
// over and did not end ctx was left behind by context.WithoutCancel.
func boundOf(ctx context.Context) time.Time {
	bound, _ := ctx.Value(boundKey{}).(time.Time)
	if ctx.Err() == nil && !time.Now().Before(bound) {
		return time.Time{}
	}
	return bound
}

// endOf returns when ctx ends at the latest, by its deadline or its bound, or
// zero where it has neither.
func endOf(ctx context.Context) time.Time {
	deadline, _ := ctx.Deadline()
	return earlier(boundOf(ctx), deadline)
}

// earlier returns the earlier of two moments; zero is no moment.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// errNoContext is the error of a wait without a context.
var errNoContext = fmt.Errorf("poll: nil context: %w", errors.ErrInvalidArgument)
