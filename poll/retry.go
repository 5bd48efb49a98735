package poll

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// DefaultAttempts is the largest number of calls that [Retry] and [RetryWith] make,
// including the first call, unless their caller sets another number. The attempts of a
// runcommand.Client have the same default.
const DefaultAttempts = 5

// ErrTooLate is joined to the error of a call whose next attempt would come
// later than [Retrier.LongestWait] allows.
var ErrTooLate = errors.New("poll: the next attempt would come too late")

// A Retrier says how [RetryWith] repeats a failed call. Its zero value makes
// [DefaultAttempts] attempts with the default policy and without a budget.
//
// A Retrier is a value that many calls may share at the same time, provided
// that its functions allow it.
type Retrier struct {
	// Policy gives the waits between attempts; the type Policy describes the defaults.
	Policy Policy

	// Attempts is the largest number of calls, the first included. Zero or less
	// means DefaultAttempts.
	Attempts int

	// Budget limits the retries of all calls that share it; nil is no limit.
	Budget *Budget

	// Retryable reports whether another attempt may help; nil means
	// errors.Retryable.
	Retryable func(error) bool

	// LongestWait, unless nil, is called after a failure and returns how long the
	// wait before the next attempt may be. When the policy or a retry-after asks
	// for more, there is no next attempt.
	LongestWait func() time.Duration

	// OnWait, unless nil, is called before each wait with the number of the
	// attempt that failed, the length of the wait and the failure.
	OnWait func(attempt int, wait time.Duration, err error)
}

// Retry calls op until it succeeds, at most attempts times; zero or less means
// [DefaultAttempts]. [RetryWith] does the same with more settings.
func Retry[T any](ctx context.Context, p Policy, attempts int, op func(context.Context) (T, error)) (T, error) {
	if op == nil {
		var none T
		return none, errNoFunction
	}
	return RetryWith(ctx, Retrier{Policy: p, Attempts: attempts}, func(ctx context.Context, _ int) (T, error) {
		return op(ctx)
	})
}

// RetryWith calls op, with the number of the attempt counted from 1, until it
// succeeds, and returns what the last attempt returned.
//
// The error is the error of the last attempt. It is unchanged when it is not retryable
// or when the attempts are used up. In the following cases it is joined with a second
// error, and errors.Is and errors.As find both:
//
//   - the error of ctx, when ctx ended during the attempt or the wait after it,
//   - context.DeadlineExceeded, at once, when the wait would last until the
//     deadline of ctx or longer,
//   - [ErrTooLate], at once, when the wait is longer than LongestWait allows,
//   - [ErrBudget], at once, when the budget has no retry left.
//
// Each wait is the longer of two: the wait of the policy, and the errors.RetryAfter of
// the failure, up to 5 minutes. RetryWith never calls op on a context that has ended.
// When ctx has ended before the first attempt, the error is the error of ctx alone.
func RetryWith[T any](ctx context.Context, r Retrier, op func(ctx context.Context, attempt int) (T, error)) (T, error) {
	var last T
	if op == nil {
		return last, errNoFunction
	}
	if ctx == nil {
		return last, errNoContext
	}
	if err := ctx.Err(); err != nil {
		return last, err
	}
	attempts, retryable := r.Attempts, r.Retryable
	if attempts <= 0 {
		attempts = DefaultAttempts
	}
	if retryable == nil {
		retryable = errors.Retryable
	}

	var delays backoff.BackOff // created after the first failure, since most calls do not fail
	cost := 0
	for attempt := 1; ; attempt++ {
		value, err := op(ctx, attempt)
		if err == nil {
			r.Budget.giveBack(max(cost, firstRefund))
			return value, nil
		}
		if end := ctx.Err(); end != nil {
			return value, joinEnd(end, err)
		}
		if attempt >= attempts || !retryable(err) {
			return value, err
		}
		if delays == nil {
			delays = r.Policy.newRetryBackOff()
		}
		wait := atLeast(delays.NextBackOff(), err)
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return value, joinEnd(context.DeadlineExceeded, err)
		}
		if r.LongestWait != nil {
			if longest := r.LongestWait(); longest < wait {
				late := fmt.Errorf("%w: it would have to wait %v, and at most %v are allowed",
					ErrTooLate, wait.Round(time.Second), max(longest, 0).Round(time.Second))
				return value, joinEnd(late, err)
			}
		}
		if cost = r.Budget.spend(err); cost < 0 {
			return value, joinEnd(ErrBudget, err)
		}
		if r.OnWait != nil {
			r.OnWait(attempt, wait, err)
		}
		if end := sleep(ctx, wait); end != nil {
			r.Budget.giveBack(cost)
			return value, joinEnd(end, err)
		}
	}
}
