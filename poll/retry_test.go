package poll_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// doubling is a policy with waits of 1, 2, 4, 8, 10, 10 ... seconds.
var doubling = poll.Policy{Initial: time.Second, Growth: 1, Max: 10 * time.Second, Jitter: -1}

// opWithErrors returns an operation that fails with each of errs in turn and then succeeds.
func opWithErrors(calls *int, errs ...error) func(context.Context, int) (int, error) {
	return func(_ context.Context, attempt int) (int, error) {
		*calls++
		if attempt <= len(errs) {
			return -attempt, errs[attempt-1]
		}
		return attempt, nil
	}
}

func TestRetryWith(t *testing.T) {
	t.Parallel()
	const s = time.Second
	slow := throttled(0)
	denied := &errors.APIError{Code: "Forbidden.RAM"}
	anything := func(error) bool { return true }
	tests := map[string]struct {
		retrier poll.Retrier
		fails   []error
		timeout time.Duration
		value   int
		errs    []error
		not     error
		took    time.Duration
		calls   int
	}{
		"returns what succeeds at once":                {value: 1, calls: 1},
		"repeats what failed for the moment":           {fails: []error{slow, slow}, value: 3, took: 3 * s, calls: 3},
		"doubles its waits up to Max":                  {retrier: poll.Retrier{Attempts: 7}, fails: []error{slow, slow, slow, slow, slow, slow}, value: 7, took: (1 + 2 + 4 + 8 + 10 + 10) * s, calls: 7},
		"makes five attempts unless told otherwise":    {fails: []error{slow, slow, slow, slow, slow}, value: -5, errs: []error{slow}, took: 15 * s, calls: 5},
		"makes the attempts it is told to":             {retrier: poll.Retrier{Attempts: 2}, fails: []error{slow, slow}, value: -2, errs: []error{slow}, took: s, calls: 2},
		"takes a negative number as unset":             {retrier: poll.Retrier{Attempts: -1}, fails: []error{slow}, value: 2, took: s, calls: 2},
		"does not repeat what will fail again":         {fails: []error{denied}, value: -1, errs: []error{denied}, calls: 1},
		"asks its own predicate":                       {retrier: poll.Retrier{Retryable: anything}, fails: []error{denied}, value: 2, took: s, calls: 2},
		"waits as long as the service asks":            {fails: []error{throttled(42 * s), slow}, value: 3, took: 44 * s, calls: 3},
		"believes the service five minutes":            {fails: []error{throttled(time.Hour)}, value: 2, took: 300 * s, calls: 2},
		"does not hurry when the service asks little":  {fails: []error{throttled(time.Millisecond)}, value: 2, took: s, calls: 2},
		"does not sleep past its deadline":             {fails: []error{throttled(time.Minute)}, timeout: 30 * s, value: -1, errs: []error{context.DeadlineExceeded, errors.ErrThrottled}, calls: 1},
		"does not sleep up to its deadline":            {fails: []error{slow, slow}, timeout: 3 * s, value: -2, errs: []error{context.DeadlineExceeded, errors.ErrThrottled}, took: s, calls: 2},
		"uses the time it has":                         {fails: []error{slow, slow}, timeout: 3*s + 1, value: 3, took: 3 * s, calls: 3},
		"tells a final failure without the deadline":   {fails: []error{slow, denied}, timeout: 2 * s, value: -2, errs: []error{denied}, not: context.DeadlineExceeded, took: s, calls: 2},
		"stops when the budget is spent":               {retrier: poll.Retrier{Budget: poll.NewBudget(5)}, fails: []error{slow, slow}, value: -2, errs: []error{poll.ErrBudget, slow}, took: s, calls: 2},
		"does not blame the budget for the attempts":   {retrier: poll.Retrier{Budget: poll.NewBudget(5), Attempts: 2}, fails: []error{slow, slow}, value: -2, errs: []error{slow}, not: poll.ErrBudget, took: s, calls: 2},
		"grows as slowly as it is told to":             {retrier: poll.Retrier{Policy: poll.Policy{Growth: 0.5, Jitter: -1}}, fails: []error{slow, slow, slow}, value: 4, took: 4750 * time.Millisecond, calls: 4},
		"keeps one pace with negative Growth":          {retrier: poll.Retrier{Policy: poll.Policy{Growth: -1, Jitter: -1}}, fails: []error{slow, slow, slow}, value: 4, took: 3 * s, calls: 4},
		"lets an explicit Max cap Initial":             {retrier: poll.Retrier{Policy: poll.Policy{Initial: 60 * s, Max: 2 * s, Jitter: -1}}, fails: []error{slow, slow}, value: 3, took: 4 * s, calls: 3},
		"waits no time at all with the shortest waits": {retrier: poll.Retrier{Policy: poll.Policy{Initial: 1, Max: 1}}, fails: []error{slow}, value: 2, took: 1, calls: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.timeout)
					defer cancel()
				}
				if tt.retrier.Policy == (poll.Policy{}) {
					tt.retrier.Policy = doubling
				}
				start, calls := time.Now(), 0
				value, err := poll.RetryWith(ctx, tt.retrier, opWithErrors(&calls, tt.fails...))
				assert.Equal(t, tt.value, value)
				assert.InDelta(t, tt.took, time.Since(start), 1)
				assert.Equal(t, tt.calls, calls)
				if len(tt.errs) == 0 {
					require.NoError(t, err)
				}
				for _, want := range tt.errs {
					require.ErrorIs(t, err, want)
				}
				if tt.not != nil {
					assert.NotErrorIs(t, err, tt.not)
				}
			})
		})
	}
}

func TestRetryReturnsTheLastErrorUnchanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := throttled(0)
		_, err := poll.Retry(t.Context(), doubling, 3, func(context.Context) (int, error) { return 0, failure })
		assert.Same(t, failure, err)
	})
}

func TestRetryJitterOnlyShortensWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shortest, longest := [6]float64{}, [6]float64{}
		for i := range shortest {
			shortest[i] = math.Inf(1)
		}
		for range 2000 {
			r := poll.Retrier{Attempts: 7, OnWait: func(attempt int, wait time.Duration, err error) {
				shortest[attempt-1] = min(shortest[attempt-1], wait.Seconds())
				longest[attempt-1] = max(longest[attempt-1], wait.Seconds())
				assert.ErrorIs(t, err, errors.ErrThrottled)
			}}
			_, err := poll.RetryWith(t.Context(), r, func(context.Context, int) (int, error) { return 0, throttled(0) })
			require.ErrorIs(t, err, errors.ErrThrottled)
		}
		for i, most := range []float64{1, 2, 4, 8, 16, 20} {
			assert.InEpsilon(t, most, longest[i], 0.01, "the longest of wait %d", i+1)
			assert.LessOrEqual(t, longest[i], most+1e-8, "the longest of wait %d", i+1)
			assert.InEpsilon(t, most/2, shortest[i], 0.01, "the shortest of wait %d", i+1)
		}
	})
}

func TestRetryWithEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for cut := range 30 {
			after := time.Duration(cut)*123*time.Millisecond + time.Nanosecond
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			start, budget := time.Now(), poll.NewBudget(500)
			r := poll.Retrier{Policy: poll.Policy{Initial: 10 * time.Second}, Budget: budget}
			_, err := poll.RetryWith(ctx, r, func(context.Context, int) (int, error) { return 0, throttled(0) })
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, errors.ErrThrottled)
			assert.Equal(t, after, time.Since(start))
			assert.Equal(t, 500, budget.Left(), "a retry that was not made costs nothing")
		}
	})
}

func TestRetryWithReturnsTheErrorOfItsContextBesideAFinalFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	value, err := poll.Retry(ctx, everySecond, 1, func(context.Context) (int, error) {
		cancel()
		return 3, errors.ErrPermission
	})
	assert.Equal(t, 3, value)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, errors.ErrPermission)
}

func TestRetryWithDoesNotCallAfterTheEndOfItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dead, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := poll.RetryWith(dead, poll.Retrier{}, func(context.Context, int) (int, error) {
			t.Error("called")
			return 0, nil
		})
		assert.Equal(t, context.Canceled, err)

		// In this part of the test, the context ends at the same moment as the wait.
		for range 100 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err = poll.RetryWith(ctx, poll.Retrier{Policy: everySecond}, func(ctx context.Context, _ int) (int, error) {
				assert.NoError(t, ctx.Err())
				return 0, throttled(0)
			})
			require.ErrorIs(t, err, context.Canceled)
		}
	})
}

func TestRetryWithDoesNotTakeANetworkTimeoutForTheEndOfItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		lost := &errors.TransportError{Action: "RunCommand", Err: dialTimeout{}}
		_, err := poll.Retry(ctx, everySecond, 2, func(context.Context) (int, error) { return 0, lost })
		require.ErrorIs(t, err, lost)
		assert.False(t, errors.Retryable(err), "there is no time left to retry in")
		assert.ErrorContains(t, err, "context deadline exceeded")
	})
}

func TestAWaitLongerThanAllowedEndsARetry(t *testing.T) {
	t.Parallel()
	failure := &errors.APIError{Code: errors.Throttling, RetryAfter: 10 * time.Second}
	for _, c := range []struct {
		name    string
		longest time.Duration
		calls   int
	}{
		{"shorter than the hint", 10*time.Second - 1, 1},
		{"as long as the hint", 10 * time.Second, 3},
		{"nothing left", -time.Second, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				_, err := poll.RetryWith(t.Context(), poll.Retrier{
					Attempts:    3,
					LongestWait: func() time.Duration { return c.longest },
				}, func(context.Context, int) (int, error) {
					calls++
					return 0, failure
				})
				require.ErrorIs(t, err, errors.Throttling)
				assert.Equal(t, c.calls, calls)
				assert.Equal(t, c.calls == 1, errors.Is(err, poll.ErrTooLate))
			})
		})
	}
}
