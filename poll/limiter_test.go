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

var (
	_ poll.Limiter  = (*rate.Limiter)(nil)
	_ poll.Limiter  = (*poll.Adaptive)(nil)
	_ poll.Feedback = (*poll.Adaptive)(nil)
)

type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

func TestAdmit(t *testing.T) {
	t.Parallel()
	usedUp := func() *rate.Limiter {
		l := rate.NewLimiter(rate.Every(time.Minute), 1)
		l.Allow()
		return l
	}
	refusal := errors.New("closed for today")
	refuses := limiterFunc(func(context.Context) error { return refusal })
	tests := map[string]struct {
		limiter func() poll.Limiter
		timeout time.Duration
		errs    []error
		not     error
		took    time.Duration
	}{
		"admits at once without a limiter":            {func() poll.Limiter { return nil }, 0, nil, nil, 0},
		"admits at once by a nil Adaptive":            {func() poll.Limiter { return (*poll.Adaptive)(nil) }, 0, nil, nil, 0},
		"waits for the limiter":                       {func() poll.Limiter { return usedUp() }, 2 * time.Minute, nil, nil, time.Minute},
		"refuses at once when the deadline is nearer": {func() poll.Limiter { return usedUp() }, time.Second, []error{context.DeadlineExceeded, poll.ErrRefused}, nil, 0},
		"keeps a limiter's own words":                 {func() poll.Limiter { return refuses }, time.Second, []error{refusal, context.DeadlineExceeded, poll.ErrRefused}, nil, 0},
		"speaks of no deadline where there is none":   {func() poll.Limiter { return refuses }, 0, []error{refusal, poll.ErrRefused}, context.DeadlineExceeded, 0},
		"calls the end of the context no refusal": {func() poll.Limiter {
			return limiterFunc(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		}, time.Second, []error{context.DeadlineExceeded}, poll.ErrRefused, time.Second},
		"knows a limiter that says that the context has ended": {func() poll.Limiter {
			return limiterFunc(func(context.Context) error { return context.Canceled })
		}, 0, []error{poll.ErrRefused, context.Canceled}, nil, 0},
		"refuses a nil *rate.Limiter":     {func() poll.Limiter { return (*rate.Limiter)(nil) }, 0, []error{errors.ErrInvalidArgument}, poll.ErrRefused, 0},
		"refuses a nil limiter of others": {func() poll.Limiter { return limiterFunc(nil) }, 0, []error{errors.ErrInvalidArgument}, poll.ErrRefused, 0},
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
				start := time.Now()
				err := poll.Admit(ctx, tt.limiter())
				assert.Equal(t, tt.took, time.Since(start))
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

func TestAdmitDoesNotCallTheLimiterAfterTheEndOfTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	asked := limiterFunc(func(context.Context) error { t.Error("asked"); return nil })
	assert.Equal(t, context.Canceled, poll.Admit(ctx, asked))
	assert.Equal(t, context.Canceled, poll.Admit(ctx, nil))
}

func TestANilContextIsAnError(t *testing.T) {
	t.Parallel()
	var none context.Context
	probe := func(context.Context) (int, bool, error) {
		t.Error("probed")
		return 0, true, nil
	}
	op := func(context.Context) (int, error) {
		t.Error("called")
		return 0, nil
	}
	attempt := func(context.Context, int) (int, error) { return op(none) }
	for name, call := range map[string]func() error{
		"Until":                          func() error { _, err := poll.Until(none, everySecond, probe); return err },
		"Retry":                          func() error { _, err := poll.Retry(none, everySecond, 3, op); return err },
		"RetryWith":                      func() error { _, err := poll.RetryWith(none, poll.Retrier{}, attempt); return err },
		"Admit":                          func() error { return poll.Admit(none, poll.NewAdaptive(10, time.Minute)) },
		"Admit without a limiter":        func() error { return poll.Admit(none, nil) },
		"Adaptive.Wait":                  func() error { return poll.NewAdaptive(10, time.Minute).Wait(none) },
		"Adaptive.Wait without a limit":  func() error { return new(poll.Adaptive).Wait(none) },
		"Adaptive.Wait of a nil limiter": func() error { return (*poll.Adaptive)(nil).Wait(none) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, call(), errors.ErrInvalidArgument)
		})
	}
}
