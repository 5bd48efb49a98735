package poll_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// everySecond is a policy in which every wait lasts one second.
var everySecond = poll.Policy{Initial: time.Second, Growth: -1, Jitter: -1}

func throttled(after time.Duration) error {
	return &errors.APIError{Action: "DescribeInvocations", Code: errors.Throttling, RetryAfter: after}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	denied := &errors.APIError{Code: "Forbidden.RAM"}
	type step struct {
		value int
		done  bool
		err   error
	}
	tests := map[string]struct {
		steps   []step
		timeout time.Duration
		value   int
		errs    []error // errors.Is must find each of them in the error; when empty, there must be no error
		took    time.Duration
		calls   int
	}{
		"returns at once what is done at once":              {steps: []step{{7, true, nil}}, value: 7, calls: 1},
		"looks again until it is done":                      {steps: []step{{1, false, nil}, {2, false, nil}, {3, true, nil}}, value: 3, took: 2 * time.Second, calls: 3},
		"waits a retryable failure out":                     {steps: []step{{1, false, nil}, {0, false, throttled(0)}, {3, true, nil}}, value: 3, took: 2 * time.Second, calls: 3},
		"waits as long as the service asks":                 {steps: []step{{0, false, throttled(30 * time.Second)}, {3, true, nil}}, value: 3, took: 30 * time.Second, calls: 2},
		"does not look sooner when the service asks little": {steps: []step{{0, false, throttled(time.Millisecond)}, {3, true, nil}}, value: 3, took: time.Second, calls: 2},
		"ends on another failure with the last value":       {steps: []step{{5, false, nil}, {0, false, denied}}, value: 5, errs: []error{denied, errors.ErrPermission}, took: time.Second, calls: 2},
		"ends when done, whatever the failure":              {steps: []step{{5, false, nil}, {6, true, throttled(0)}}, value: 6, errs: []error{errors.ErrThrottled}, took: time.Second, calls: 2},
		"ends with its context and the last value":          {steps: []step{{5, false, nil}}, timeout: 3500 * time.Millisecond, value: 5, errs: []error{context.DeadlineExceeded}, took: 3500 * time.Millisecond, calls: 5},
		"tells the failure seen last with the context's":    {steps: []step{{5, false, nil}, {0, false, throttled(0)}}, timeout: 3500 * time.Millisecond, value: 5, errs: []error{context.DeadlineExceeded, errors.ErrThrottled}, took: 3500 * time.Millisecond, calls: 5},
		"ends with its context in a wait asked for":         {steps: []step{{0, false, throttled(time.Hour)}}, timeout: time.Minute, errs: []error{context.DeadlineExceeded, errors.ErrThrottled}, took: time.Minute, calls: 2},
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
				start, calls := time.Now(), 0
				value, err := poll.Until(ctx, everySecond, func(context.Context) (int, bool, error) {
					s := tt.steps[min(calls, len(tt.steps)-1)]
					calls++
					return s.value, s.done, s.err
				})
				assert.Equal(t, tt.value, value)
				assert.Equal(t, tt.took, time.Since(start))
				assert.Equal(t, tt.calls, calls)
				if len(tt.errs) == 0 {
					require.NoError(t, err)
				}
				for _, want := range tt.errs {
					require.ErrorIs(t, err, want)
				}
			})
		})
	}
}

func TestUntilDropsAFailureOnceAProbeSucceeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		calls := 0
		_, err := poll.Until(ctx, everySecond, func(context.Context) (int, bool, error) {
			if calls++; calls == 1 {
				return 0, false, throttled(0)
			}
			return 0, false, nil
		})
		assert.Equal(t, context.DeadlineExceeded, err)
	})
}

func TestUntilDoesNotProbeAfterTheEndOfItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := poll.Until(ctx, everySecond, func(context.Context) (int, bool, error) {
		t.Error("probed")
		return 0, true, nil
	})
	assert.Equal(t, context.Canceled, err)
}

func TestUntilReturnsTheErrorOfACancelledProbeOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	lost := &errors.TransportError{Action: "DescribeInvocations", Sent: true, Err: context.Canceled}
	_, err := poll.Until(ctx, everySecond, func(context.Context) (int, bool, error) {
		cancel()
		return 0, false, lost
	})
	assert.Equal(t, error(lost), err, "the failure holds the context's error already")
}

func TestUntilReturnsTheErrorOfItsContextBesideAFinalFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := poll.Until(ctx, everySecond, func(context.Context) (int, bool, error) {
		cancel()
		return 0, false, errors.ErrPermission
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, errors.ErrPermission)
}

func TestUntilReturnsAtOnceWhenCancelledInAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for cut := range 30 {
			after := time.Duration(cut)*317*time.Millisecond + time.Nanosecond
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			start := time.Now()
			_, err := poll.Until(ctx, poll.Policy{}, func(context.Context) (int, bool, error) { return 0, false, nil })
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, after, time.Since(start))
		}
	})
}

func TestUntilAndRetryRefuseANilFunction(t *testing.T) {
	t.Parallel()
	_, err := poll.Until[int](t.Context(), poll.Policy{}, nil)
	require.EqualError(t, err, "poll: nil function")
	_, err = poll.Retry[int](t.Context(), poll.Policy{}, 0, nil)
	require.EqualError(t, err, "poll: nil function")
	_, err = poll.RetryWith[int](t.Context(), poll.Retrier{}, nil)
	require.EqualError(t, err, "poll: nil function")
}

func TestUntilDoesNotRecoverAPanicOfAProbe(t *testing.T) {
	t.Parallel()
	assert.PanicsWithValue(t, "own", func() {
		_, _ = poll.Until(t.Context(), everySecond, func(context.Context) (int, bool, error) { panic("own") })
	})
}
