package poll

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Limiter makes callers wait for their turn. Wait returns nil when the call
// may be made, and an error when it may not: because ctx ended or, at once,
// because its deadline comes before the turn. It must be safe for concurrent
// use.
//
// A *rate.Limiter of golang.org/x/time/rate is one.
type Limiter interface {
	Wait(ctx context.Context) error
}

// Feedback is implemented by a [Limiter] that learns from the calls it let
// through. Done is called once after each, with the error it ended with or nil.
type Feedback interface {
	Done(err error)
}

// Admit waits for a turn at l; without a limiter (nil) there is always one, as
// long as ctx has not ended. An error means that the call must not be made.
//
// Limiters may refuse in words of their own when the deadline of ctx comes
// before the turn. Admit joins context.DeadlineExceeded to such a refusal, so
// that errors.Is finds it whatever the limiter.
func Admit(ctx context.Context, l Limiter) error {
	if err := ctx.Err(); err != nil || l == nil {
		return err
	}
	err := l.Wait(ctx)
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, bounded := ctx.Deadline(); bounded {
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return err
}
