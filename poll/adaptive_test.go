package poll_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// turnTimes waits for n turns in a row and returns the time of each turn.
func turnTimes(t *testing.T, a *poll.Adaptive, n int) []time.Duration {
	t.Helper()
	start, came := time.Now(), make([]time.Duration, n)
	for i := range came {
		require.NoError(t, a.Wait(t.Context()))
		came[i] = time.Since(start)
	}
	return came
}

func TestOneAdaptiveKeepsTheLimit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		calls  int
		per    time.Duration
		atOnce int
	}{
		"the documented limit of RunCommand": {1000, time.Minute, 100},
		"a small limit":                      {10, time.Minute, 1},
		"one call a minute":                  {1, time.Minute, 1},
		"a limit by the second":              {100, time.Second, 10},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				came := turnTimes(t, poll.NewAdaptive(tt.calls, tt.per), 5*tt.calls+1)
				assert.Zero(t, came[tt.atOnce-1], "the first calls need not wait")
				assert.NotZero(t, came[tt.atOnce], "the others must")
				for i := tt.calls; i < len(came); i++ {
					require.GreaterOrEqual(t, came[i]-came[i-tt.calls], tt.per-time.Microsecond, "call %d", i)
				}
				used := float64(tt.per) * float64(len(came)) / float64(came[len(came)-1]) / float64(tt.calls)
				assert.GreaterOrEqual(t, used, 0.9, "little of the limit is wasted")
			})
		})
	}
}

func TestAdaptiveSlowsDownAndRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(1000, time.Minute)
		full := a.Rate()
		assert.InDelta(t, 900.0/60, full, 1e-9)

		a.Done(nil)
		a.Done(errors.ErrPermission)
		assert.InDelta(t, full, a.Rate(), 1e-9, "never above the limit, not moved by other failures")

		for range 100 {
			a.Done(throttled(0))
		}
		assert.InDelta(t, full*0.65, a.Rate(), 1e-9, "a burst is one signal")

		<-time.After(time.Minute)
		a.Done(errors.ErrPermission)
		assert.InDelta(t, full*0.65, a.Rate(), 1e-9, "only a success recovers")
		a.Done(nil)
		assert.InDelta(t, full*0.75, a.Rate(), 1e-9, "a tenth in a minute")

		<-time.After(time.Minute)
		a.Done(throttled(0))
		assert.InDelta(t, full*0.75*(1-0.35*math.Sqrt(0.75)), a.Rate(), 1e-9, "a smaller rate is cut less")
		a.Done(nil)
		assert.InDelta(t, full*0.75*(1-0.35*math.Sqrt(0.75)), a.Rate(), 1e-9, "what was won before a cut is gone with it")

		<-time.After(time.Hour)
		a.Done(nil)
		assert.InDelta(t, full, a.Rate(), 1e-9, "an idle limiter recovers")

		for range 10_000 {
			<-time.After(time.Minute)
			a.Done(throttled(0))
			a.Done(nil)
		}
		assert.GreaterOrEqual(t, a.Rate(), 0.9/60, "a limiter never stops")
	})
}

func TestAdaptiveIsLoweredOnceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(100, time.Second)
		a.Done(throttled(0))
		lowered := a.Rate()
		for range 9 { // pauses are short here, and a success ends each pause
			<-time.After(100 * time.Millisecond)
			a.Done(nil)
			a.Done(throttled(0))
			assert.GreaterOrEqual(t, a.Rate(), lowered)
		}
		<-time.After(100 * time.Millisecond)
		a.Done(nil)
		a.Done(throttled(0))
		assert.Less(t, a.Rate(), lowered)
	})
}

func TestAdaptivePauses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		hint        time.Duration
		times       int
		least, most time.Duration
	}{
		"for a few seconds after a throttled call":                  {0, 1, 1500 * time.Millisecond, 3 * time.Second},
		"for longer while they go on":                               {0, 2, 3 * time.Second, 6 * time.Second},
		"for no longer than a quarter of the period":                {0, 40, 7500 * time.Millisecond, 15 * time.Second},
		"as long as the service asks":                               {30 * time.Second, 1, 30 * time.Second, 30 * time.Second},
		"for no longer than the period, also when the service asks": {time.Hour, 1, time.Minute, time.Minute},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := poll.NewAdaptive(1000, time.Minute)
				for i := range tt.times {
					require.NoError(t, a.Wait(t.Context()))
					hint := time.Duration(0)
					if i == tt.times-1 {
						hint = tt.hint
					}
					a.Done(throttled(hint))
				}
				came := turnTimes(t, a, 3)
				assert.GreaterOrEqual(t, came[0], tt.least)
				assert.LessOrEqual(t, came[0], tt.most)
				assert.InEpsilon(t, 1/a.Rate(), (came[1] - came[0]).Seconds(), 1e-6, "no burst ends a pause")
				assert.InEpsilon(t, 1/a.Rate(), (came[2] - came[1]).Seconds(), 1e-6)
			})
		})
	}
}

func TestThrottledCallsDuringAPauseChangeNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(1000, time.Minute)
		for range 20 { // 20 calls are sent at the same time
			require.NoError(t, a.Wait(t.Context()))
		}
		for range 20 {
			a.Done(throttled(0))
		}
		lowered := a.Rate()
		assert.LessOrEqual(t, turnTimes(t, a, 1)[0], 3*time.Second, "one pause, not twenty")
		a.Done(throttled(0))
		assert.Equal(t, lowered, a.Rate(), "the limit is still used up: a longer pause, no further cut")

		turnTimes(t, a, 1)
		a.Done(nil)
		<-time.After(time.Minute)
		assert.Zero(t, turnTimes(t, a, 20)[19], "after a success and a rest a burst may go out again")
	})
}

func TestAdaptivePauseAlsoDelaysCallersThatWaitAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(10, time.Minute)
		turnTimes(t, a, 1)
		var group sync.WaitGroup
		group.Go(func() {
			start := time.Now()
			assert.NoError(t, a.Wait(t.Context()))
			assert.GreaterOrEqual(t, time.Since(start), 40*time.Second)
		})
		synctest.Wait()
		a.Done(throttled(40 * time.Second))
		group.Wait()
	})
}

func TestAdaptivePauseRefusesCallersWithAnEarlierDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(10, time.Minute)
		turnTimes(t, a, 1)
		var group sync.WaitGroup
		group.Go(func() {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			assert.ErrorIs(t, a.Wait(ctx), context.DeadlineExceeded)
			assert.Less(t, time.Since(start), 7*time.Second, "refused when its token came")
		})
		synctest.Wait()
		a.Done(throttled(40 * time.Second))
		group.Wait()
	})
}

func TestAdaptiveRefusesATurnAfterTheDeadlineAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(t *testing.T, a *poll.Adaptive)
		within  time.Duration // a deadline before the turn
		enough  time.Duration
	}{
		"when the bucket fills too late": {func(t *testing.T, a *poll.Adaptive) { turnTimes(t, a, 1) }, 6 * time.Second, 7 * time.Second},
		"when a pause lasts too long":    {func(_ *testing.T, a *poll.Adaptive) { a.Done(throttled(30 * time.Second)) }, 29 * time.Second, 31 * time.Second},
		"when others wait in a pause": {func(t *testing.T, a *poll.Adaptive) {
			a.Done(throttled(45 * time.Second))
			go func() { _ = a.Wait(t.Context()) }()
			synctest.Wait()
		}, 44 * time.Second, 56 * time.Second}, // the other caller gets its turn at 45 s, and this caller 10.3 s later, at 65 % of the full rate
		"when too many came before": {func(t *testing.T, a *poll.Adaptive) {
			for range 5 {
				go func() { _ = a.Wait(t.Context()) }()
			}
			synctest.Wait()
		}, 33 * time.Second, 34 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := poll.NewAdaptive(10, time.Minute) // one call at once, then 9 calls a minute: one every 6.67 s
				tt.prepare(t, a)
				ctx, cancel := context.WithTimeout(t.Context(), tt.within)
				defer cancel()
				start := time.Now()
				require.ErrorIs(t, a.Wait(ctx), context.DeadlineExceeded)
				assert.Zero(t, time.Since(start))
				require.NoError(t, ctx.Err())

				longer, cancelLonger := context.WithTimeout(t.Context(), tt.enough)
				defer cancelLonger()
				assert.NoError(t, a.Wait(longer), "a little more is enough")
			})
		})
	}
}

func TestAdaptiveReturnsAtOnceWhenCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(1, time.Hour)
		turnTimes(t, a, 1)
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		var group sync.WaitGroup
		for range 30 { // one caller waits for the bucket, the others wait for that caller
			group.Go(func() {
				assert.Equal(t, context.Canceled, a.Wait(ctx))
				assert.Equal(t, time.Minute, time.Since(start))
			})
		}
		<-time.After(time.Minute)
		cancel()
		group.Wait()
		assert.Equal(t, context.Canceled, a.Wait(ctx))
		assert.Equal(t, time.Hour, time.Minute+turnTimes(t, a, 1)[0], "turns not taken are not lost")
	})
}

func TestAdaptiveServesInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := poll.NewAdaptive(10, time.Second)
		served := make(chan int, 20)
		var group sync.WaitGroup
		for i := range cap(served) {
			group.Go(func() {
				assert.NoError(t, a.Wait(t.Context()))
				served <- i
			})
			synctest.Wait()
		}
		group.Wait()
		for i := range cap(served) {
			assert.Equal(t, i, <-served)
		}
	})
}

func TestAdaptiveWithoutALimit(t *testing.T) {
	t.Parallel()
	var none *poll.Adaptive
	for name, a := range map[string]*poll.Adaptive{"nil": none, "zero": new(poll.Adaptive)} {
		require.NoError(t, a.Wait(t.Context()), name)
		a.Done(throttled(time.Hour))
		require.NoError(t, a.Wait(t.Context()), name)
		assert.Equal(t, math.Inf(1), a.Rate(), name)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.Equal(t, context.Canceled, a.Wait(ctx), name)
	}
	assert.Positive(t, poll.NewAdaptive(-1, -1).Rate())
}
