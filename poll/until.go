package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

var errNoFunction = errors.New("poll: nil function")

// Until calls probe, at once and then at the points of the policy, until it
// says that it is done, and returns its value.
//
// A probe that fails with an error that errors.Retryable accepts, or because a
// limiter refused ([ErrRefused]), is a wait like any other: the schedule goes
// on, at least as late as the error's errors.RetryAfter asks for, so that a
// throttled wait does not call more often. More than 5 minutes are not believed.
// Any other error ends the wait and is returned as it is. A probe that is done
// ends the wait in every case, also with an error.
//
// A wait between two probes that would last until the end of ctx, by its
// deadline or by [WithBound], is shortened once, whatever asked for it: a last
// probe comes shortly before that end. A quarter of the time that is left,
// at most 3 seconds, remains for it.
//
// When ctx ends first, the error is that of ctx; if the latest probe had
// failed, it holds that failure as well, for errors.Is and errors.As to find.
//
// With every error comes the latest value known: that of the last probe
// without an error, or the one that came with done. Until never calls probe on
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
	lastLook := false // it has been planned
	for {
		if err := ctx.Err(); err != nil {
			return last, ended(err, failed)
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
		if look, before := beforeEnd(ctx, wait); before && !lastLook {
			wait, lastLook = look, true
		}
		if err := sleep(ctx, wait); err != nil {
			return last, ended(err, failed)
		}
	}
}

// sleep waits for d or until ctx ends. It returns the error of ctx in every case
// where that has ended, also when both come at the same moment.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// What is left for the last probe before the end of a wait: a share of the time
// that remains until then.
const (
	lastShare   = 4 // one part in so many
	longestLast = 3 * time.Second
)

// beforeEnd reports whether wait lasts until the end of ctx, and how long to
// wait for a last look before it.
func beforeEnd(ctx context.Context, wait time.Duration) (look time.Duration, before bool) {
	end := endOf(ctx)
	if end.IsZero() {
		return 0, false
	}
	left := time.Until(end)
	return left - min(left/lastShare, longestLast), 0 < left && left <= wait
}

// longestHint is how much of a retry-after hint is believed. A service does not
// ask for more; a gateway that does would hold its callers for hours.
const longestHint = 5 * time.Minute

// atLeast returns wait, or the longer time that err asks for.
func atLeast(wait time.Duration, err error) time.Duration {
	hint, _ := errors.RetryAfter(err)
	return max(wait, min(hint, longestHint))
}

// ended joins the error that ended a wait with the failure seen last, if any.
//
// A failure that came of the end itself is enough alone. A network time-out
// also claims to be a context.DeadlineExceeded, but it is retryable.
func ended(end, failed error) error {
	switch {
	case failed == nil:
		return end
	case errors.Is(failed, end) && !errors.Retryable(failed):
		return failed
	default:
		return fmt.Errorf("%w; last error: %w", end, failed)
	}
}
