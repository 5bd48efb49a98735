package poll_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// dialTimeout is a time-out like those of package net: its Is method claims to be
// context.DeadlineExceeded although no context has ended.
type dialTimeout struct{}

func (dialTimeout) Error() string        { return "dial tcp: i/o timeout" }
func (dialTimeout) Timeout() bool        { return true }
func (dialTimeout) Is(target error) bool { return target == context.DeadlineExceeded }

func TestBudget(t *testing.T) {
	t.Parallel()
	slow, lost := throttled(0), &errors.TransportError{Action: "RunCommand", Err: dialTimeout{}}
	// Each step is one call. All calls share one budget of 20 tokens. A step has the errors of its
	// attempts, and the number of tokens that are left after the call.
	steps := []struct {
		name    string
		fails   []error
		calls   int
		left    int
		refused bool
	}{
		{"a success in a full budget gives nothing", nil, 1, 20, false},
		{"a retry that succeeds is paid back", []error{slow}, 2, 20, false},
		{"of two retries the last is paid back", []error{slow, slow}, 3, 15, false},
		{"a retry after a time-out costs double", []error{lost, slow}, 3, 5, false},
		{"a success at once gives one back", nil, 1, 6, false},
		{"another success gives one back too", nil, 1, 7, false},
		{"a time-out costs more than is left", []error{lost}, 1, 7, true},
		{"another failure costs less", []error{slow, slow}, 2, 2, true},
		{"a failure that costs more than is left", []error{slow}, 1, 2, true},
		{"first attempts are never refused", nil, 1, 3, false},
	}
	synctest.Test(t, func(t *testing.T) {
		r := poll.Retrier{Policy: doubling, Budget: poll.NewBudget(20)}
		for _, step := range steps {
			calls := 0
			_, err := poll.RetryWith(t.Context(), r, opWithErrors(&calls, step.fails...))
			assert.Equal(t, step.calls, calls, step.name)
			assert.Equal(t, step.left, r.Budget.Left(), step.name)
			assert.Equal(t, step.refused, errors.Is(err, poll.ErrBudget), step.name)
			if step.refused {
				require.ErrorIs(t, err, step.fails[calls-1], step.name)
				assert.True(t, errors.Retryable(err), "%s: the verdict on the failure stays", step.name)
			}
		}
	})
}

func TestBudgetCapacity(t *testing.T) {
	t.Parallel()
	var zero poll.Budget
	var none *poll.Budget
	assert.Equal(t, poll.DefaultBudget, zero.Left())
	assert.Equal(t, poll.DefaultBudget, poll.NewBudget(0).Left())
	assert.Equal(t, poll.DefaultBudget, poll.NewBudget(-3).Left())
	assert.Equal(t, 7, poll.NewBudget(7).Left())
	assert.Equal(t, -1, none.Left())
}

func TestBudgetBoundsTheRetriesOfAnOutage(t *testing.T) {
	t.Parallel()
	for _, callers := range []int{1, 10, 100} {
		t.Run(fmt.Sprintf("%d callers", callers), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const callsEach = 200
				r := poll.Retrier{Budget: poll.NewBudget(0)}
				var retries sync.Map
				var group sync.WaitGroup
				for caller := range callers {
					group.Go(func() {
						made := 0
						for range callsEach {
							_, err := poll.RetryWith(t.Context(), r, func(_ context.Context, attempt int) (int, error) {
								if attempt > 1 {
									made++
								}
								return 0, throttled(0)
							})
							assert.ErrorIs(t, err, errors.ErrThrottled)
						}
						retries.Store(caller, made)
					})
				}
				group.Wait()
				total := 0
				retries.Range(func(_, made any) bool { total += made.(int); return true })
				assert.Equal(t, min(100, callers*callsEach*4), total, "500 tokens are a hundred retries")
				assert.Zero(t, r.Budget.Left())
			})
		})
	}
}
