package poll_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// bounds are the ways in which a context can have a known end.
var bounds = map[string]func(context.Context, time.Duration) (context.Context, context.CancelFunc){
	"a deadline": context.WithTimeout,
	"a bound": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return poll.WithBound(ctx, time.Now().Add(d))
	},
	"a bound within a later deadline": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		ctx, outer := context.WithTimeout(ctx, 2*d)
		ctx, inner := poll.WithBound(ctx, time.Now().Add(d))
		return ctx, func() { inner(); outer() }
	},
	"a bound around a later one": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		ctx, outer := poll.WithBound(ctx, time.Now().Add(d))
		ctx, inner := poll.WithBound(ctx, time.Now().Add(2*d))
		return ctx, func() { inner(); outer() }
	},
	"a deadline around a later bound": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		ctx, outer := context.WithTimeout(ctx, d)
		ctx, inner := poll.WithBound(ctx, time.Now().Add(2*d))
		return ctx, func() { inner(); outer() }
	},
	"a bound that was detached from an older one": func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		old, outer := poll.WithBound(ctx, time.Now())
		ctx, inner := poll.WithBound(context.WithoutCancel(old), time.Now().Add(d))
		return ctx, func() { inner(); outer() }
	},
}

// Until makes one last probe before the end, whether the policy, a retry-after or a failure asked for
// a wait beyond the end.
func TestALastProbeComesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	hourly := poll.Policy{Initial: time.Hour, Jitter: -1}
	for _, tt := range []struct {
		name       string
		policy     poll.Policy
		err        error // the error of every probe
		bound      time.Duration
		probeTimes []time.Duration
	}{
		{"a hint beyond the end", everySecond, throttled(5 * time.Minute), 100 * time.Second, []time.Duration{0, 97 * time.Second}},
		{"a hint that ends with it", everySecond, throttled(100 * time.Second), 100 * time.Second, []time.Duration{0, 97 * time.Second}},
		{"a hint that is too long to be believed", everySecond, throttled(time.Hour), 6 * time.Minute, []time.Duration{0, 5 * time.Minute, 6*time.Minute - 3*time.Second}},
		{"a policy with longer waits", hourly, nil, 10 * time.Minute, []time.Duration{0, 10*time.Minute - 3*time.Second}},
		{"a policy with longer waits and failures", hourly, throttled(0), 10 * time.Minute, []time.Duration{0, 10*time.Minute - 3*time.Second}},
		{"little time", hourly, nil, 40 * time.Millisecond, []time.Duration{0, 30 * time.Millisecond}},
		{"the last of many waits", everySecond, nil, 2400 * time.Millisecond, []time.Duration{0, time.Second, 2 * time.Second, 2300 * time.Millisecond}},
		{"waits that begin again after the last look", poll.Policy{Initial: time.Second, Growth: -1, Jitter: -1}, throttled(0), 4 * time.Second,
			[]time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second, 3750 * time.Millisecond}},
		{"no time at all", everySecond, nil, 0, nil},
	} {
		for how, bind := range bounds {
			t.Run(tt.name+", by "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					ctx, cancel := bind(t.Context(), tt.bound)
					defer cancel()
					var probeTimes []time.Duration
					_, err := poll.Until(ctx, tt.policy, func(context.Context) (int, bool, error) {
						probeTimes = append(probeTimes, time.Since(began))
						return 0, false, tt.err
					})
					require.ErrorIs(t, err, context.DeadlineExceeded)
					if tt.err != nil && tt.probeTimes != nil {
						require.ErrorIs(t, err, errors.ErrThrottled)
					}
					assert.Equal(t, tt.probeTimes, probeTimes)
					assert.Equal(t, tt.bound, time.Since(began))
				})
			})
		}
	}
}

func TestTheLastProbeCanEndTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := poll.WithBound(t.Context(), time.Now().Add(150*time.Second))
		defer cancel()
		calls := 0
		value, err := poll.Until(ctx, poll.Policy{}, func(context.Context) (string, bool, error) {
			if calls++; calls == 1 {
				return "", false, throttled(5 * time.Minute)
			}
			return "Success", true, nil
		})
		require.NoError(t, err)
		assert.Equal(t, "Success", value)
		assert.Equal(t, 2, calls)
	})
}

func TestABoundEndsAContextButIsNotItsDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		caller := context.WithValue(t.Context(), key{}, "kept")
		ctx, cancel := poll.WithBound(caller, time.Now().Add(time.Minute))
		defer cancel()
		_, has := ctx.Deadline()
		assert.False(t, has)
		assert.Equal(t, "kept", ctx.Value(key{}))
		child, stop := context.WithCancel(ctx)
		defer stop()
		require.NoError(t, ctx.Err())
		<-child.Done()
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		require.ErrorIs(t, child.Err(), context.DeadlineExceeded)
		require.NoError(t, caller.Err())

		later := time.Now().Add(time.Hour)
		caller, end := context.WithDeadline(t.Context(), later)
		defer end()
		ctx, cancel = poll.WithBound(caller, time.Now().Add(time.Minute))
		deadline, has := ctx.Deadline()
		assert.True(t, has)
		assert.Equal(t, later, deadline)
		cancel()
		require.ErrorIs(t, ctx.Err(), context.Canceled)

		var none context.Context
		ctx, cancel = poll.WithBound(none, later)
		cancel()
		_, err := poll.Until(ctx, poll.Policy{}, func(context.Context) (int, bool, error) { return 0, true, nil })
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
	})
}

// A limiter sees only the caller's deadline. A bound ends the wait for a turn, but the limiter does
// not refuse the turn because of the bound.
func TestALimiterSeesNoBound(t *testing.T) {
	t.Parallel()
	for name, limiter := range map[string]func() poll.Limiter{
		"a rate.Limiter": func() poll.Limiter { return rate.NewLimiter(rate.Every(time.Minute), 1) },
		"an Adaptive":    func() poll.Limiter { return poll.NewAdaptive(1, time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := limiter()
				require.NoError(t, poll.Admit(t.Context(), l))
				began := time.Now()
				ctx, cancel := poll.WithBound(t.Context(), began.Add(10*time.Second))
				defer cancel()
				err := poll.Admit(ctx, l)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.NotErrorIs(t, err, poll.ErrRefused)
				assert.Equal(t, 10*time.Second, time.Since(began))
			})
		})
	}
}

// When a limiter refuses, Until waits for its next probe, whatever error the limiter returns. Only
// the end of the context ends the wait.
func TestUntilWaitsWhileALimiterRefuses(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]error{
		"in words of its own":       errors.New("busy"),
		"as a deadline":             context.DeadlineExceeded,
		"as a cancellation":         context.Canceled,
		"as a right that is absent": errors.ErrPermission,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				opens := time.Now().Add(90 * time.Second)
				l := limiterFunc(func(context.Context) error {
					if time.Now().Before(opens) {
						return says
					}
					return nil
				})
				admitted := func(ctx context.Context) (int, bool, error) {
					err := poll.Admit(ctx, l)
					return 0, err == nil, err
				}
				began := time.Now()
				ctx, cancel := poll.WithBound(t.Context(), began.Add(time.Minute))
				_, err := poll.Until(ctx, everySecond, admitted)
				cancel()
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, err, says)
				assert.Equal(t, time.Minute, time.Since(began))

				_, err = poll.Until(t.Context(), everySecond, admitted)
				require.NoError(t, err)
				assert.LessOrEqual(t, time.Since(began), 91*time.Second)
			})
		})
	}
}
