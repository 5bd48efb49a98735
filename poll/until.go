package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

var errNoFunction = errors.New("poll: nil function")

// Until calls probe at once, and then again after each wait of the policy, until probe
// says that it is done. Until returns the value of that last probe.
//
// When a probe fails with an error that errors.Retryable accepts, or because a
// limiter refused ([ErrRefused]), Until goes on with its schedule. The next probe
// comes no sooner than the error's errors.RetryAfter asks for, up to 5 minutes. Any
// other error ends the wait and is returned unchanged. A probe that says that it is done
// ends the wait in every case, also when it returns an error.
//
// The end of ctx is known when ctx has a deadline or a bound of [WithBound]. When a wait
// between two probes would last until that end, Until shortens one such wait, so that a
// last probe comes shortly before the end. A quarter of the remaining time, at most 3
// seconds, is left for that probe.
//
// When ctx ends first, the error is the error of ctx. If the latest probe had failed,
// the error also holds that failure, and errors.Is and errors.As find it.
//
// Every error comes with the latest known value: the value of the last probe without an
// error, or the value of the probe that said that it is done. Until never calls probe on
// a context that has ended. The calls of one Until do not overlap.
func Until[T any](ctx context.Context, p Policy, probe func(context.Context) (T, bool, error)) (T, error) {
	var (
		last   T
		failed error
	)
	switch {
	case probe == nil:
		return last, errNoFunction
	case ctx == nil:
		return last, errNoContext
	}
	delays := p.NewBackOff()
	lastPlanned := false // true after a wait was shortened for a last probe
	for {
		if err := ctx.Err(); err != nil {
			return last, joinEnd(err, failed)
		}
		value, done, err := probe(ctx)
		if done {
			return value, err
		}
		if err == nil {
			last = value
		} else if ctx.Err() == nil && !errors.Retryable(err) && !errors.Is(err, ErrRefused) {
			return last, err
		}
		failed = err
		wait := atLeast(delays.NextBackOff(), failed)
		if shorter, untilEnd := waitBeforeEnd(ctx, wait); untilEnd && !lastPlanned {
			wait, lastPlanned = shorter, true
		}
		if err := sleep(ctx, wait); err != nil {
			return last, joinEnd(err, failed)
		}
	}
}

// sleep waits for d or until ctx ends. It returns the error of ctx whenever ctx has
// ended, even when ctx ends at the same moment as the wait.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// The last probe before the end of ctx gets a part of the time that remains.
const (
	lastShare   = 4 // the part is the remaining time divided by lastShare
	longestLast = 3 * time.Second
)

// waitBeforeEnd reports whether wait would last until the end of ctx. It also returns a
// shorter wait that leaves time for a last probe before that end.
func waitBeforeEnd(ctx context.Context, wait time.Duration) (shorter time.Duration, untilEnd bool) {
	end := endOf(ctx)
	if end.IsZero() {
		return 0, false
	}
	left := time.Until(end)
	return left - min(left/lastShare, longestLast), 0 < left && left <= wait
}

// joinEnd joins the error that ended a wait with the latest failure, if there was one.
//
// When the end of the context caused the failure, joinEnd returns the failure alone. For errors.Is,
// a network time-out is also a context.DeadlineExceeded, although no context has ended. Such a
// time-out is retryable, so joinEnd can distinguish it.
func joinEnd(end, failed error) error {
	switch {
	case failed == nil:
		return end
	case errors.Is(failed, end) && !errors.Retryable(failed):
		return failed
	default:
		return fmt.Errorf("%w; last error: %w", end, failed)
	}
}
