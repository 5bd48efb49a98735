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
	busy := func() *rate.Limiter {
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
		"waits for the limiter":                       {func() poll.Limiter { return busy() }, 2 * time.Minute, nil, nil, time.Minute},
		"refuses at once when the deadline is nearer": {func() poll.Limiter { return busy() }, time.Second, []error{context.DeadlineExceeded}, nil, 0},
		"keeps a limiter's own words":                 {func() poll.Limiter { return refuses }, time.Second, []error{refusal, context.DeadlineExceeded}, nil, 0},
		"speaks of no deadline where there is none":   {func() poll.Limiter { return refuses }, 0, []error{refusal}, context.DeadlineExceeded, 0},
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

func TestAdmitNeverAsksOnADeadContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	asked := limiterFunc(func(context.Context) error { t.Error("asked"); return nil })
	assert.Equal(t, context.Canceled, poll.Admit(ctx, asked))
	assert.Equal(t, context.Canceled, poll.Admit(ctx, nil))
}
