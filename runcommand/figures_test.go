package runcommand_test

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// TestTheEndIsNoticedSoonWithFewCalls proves P5 of internal/DESIGN.md: for every duration
// of a command, the delay until a wait notices the end is a small share of the duration.
// The times in replies are whole seconds. This is too coarse, so the test computes the end
// from the duration that it set. Each single wait must stay within the exact bound. The
// delay differs much from wait to wait. So the test takes the mean of many waits, minus
// four standard errors, and compares this value with the limits.
func TestTheEndIsNoticedSoonWithFewCalls(t *testing.T) {
	t.Parallel()
	waits := 3 * fleetCount()
	for _, c := range []struct {
		name                  string
		policy                poll.Policy
		calls, late, relative float64 // the largest allowed mean values
		longest               float64 // the largest allowed number of seconds between two polls
	}{
		{"the default policy", poll.Policy{}, 18.5, 5.6, 0.15, 20},
		{"at most a minute between polls", poll.Policy{Max: time.Minute}, 13, 12, 0.17, 60},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var count callCounter
				srv, _ := setup(t)
				client := srv.Client(count.option(), runcommand.WithPolling(c.policy))
				random := rand.New(rand.NewPCG(5, 5))
				var takes time.Duration
				setDuration(srv, &takes)
				var late, relative sample
				for k := range waits {
					// The range from 0.5 s to 30 min is cut into equal parts on a
					// logarithmic scale. Each command gets a random duration from its own
					// part.
					takes = time.Duration(0.5e9 * math.Pow(3600, (float64(k)+random.Float64())/float64(waits)))
					began := time.Now()
					report, err := begin(t, client, minimal().Timeout(time.Hour)).Wait(t.Context())
					require.NoError(t, err)
					require.True(t, report.Complete)
					l := (time.Since(began) - takes).Seconds()
					require.GreaterOrEqual(t, l, 0.0)
					require.LessOrEqual(t, l, min(1+0.29*takes.Seconds(), c.longest)+1e-6, "after %v", takes)
					late.add(l)
					relative.add(l / (takes.Seconds() + 1))
				}
				calls := float64(count.of("DescribeInvocations")) / float64(waits)
				t.Logf("P5, %s, %d waits of 0.5 s to 30 min: %.2f polls, %.2f s late (worst %.2f), relative %.3f (worst %.3f); %.2f fetches",
					c.name, waits, calls, late.mean(), late.worst, relative.mean(), relative.worst, float64(count.of("DescribeInvocationResults"))/float64(waits))
				assert.LessOrEqual(t, calls, c.calls, "polls")
				assert.LessOrEqual(t, late.certain(), c.late, "seconds late")
				assert.LessOrEqual(t, relative.certain(), c.relative, "late relative to the duration and a second")
			})
		})
	}
}

func TestAnHourIsWaitedForInNoTime(t *testing.T) {
	t.Parallel()
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		takes := time.Hour
		setDuration(srv, &takes)
		start := time.Now()
		report, err := begin(t, client, minimal().Timeout(2*time.Hour)).Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, runcommand.StatusSuccess, report.Status)
		assert.GreaterOrEqual(t, time.Since(start), time.Hour)
		assert.LessOrEqual(t, time.Since(start), time.Hour+20*time.Second)
	})
	t.Logf("an hour, %v by the wall clock", time.Since(began))
}

// TestThrottledPollsFailNoWaitAndAddFewCalls proves P4 of internal/DESIGN.md.
func TestThrottledPollsFailNoWaitAndAddFewCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const share = 1.0 / 3
		waits := fleetCount() / 2
		takes := 10 * time.Minute
		calls := func(throttle bool) (made, refused int) {
			var count callCounter
			srv, _ := setup(t)
			client := srv.Client(count.option())
			setDuration(srv, &takes)
			random := rand.New(rand.NewPCG(4, 4))
			if throttle {
				srv.Control("", func(call runcommandtest.Call) runcommandtest.Verdict {
					if call.Action == "RunCommand" || random.Float64() >= share {
						return runcommandtest.Pass()
					}
					refused++
					return runcommandtest.Refuse(errors.ThrottlingUser)
				})
			}
			for range waits {
				report, err := begin(t, client, minimal().Timeout(time.Hour)).Wait(t.Context())
				require.NoError(t, err)
				require.True(t, report.Complete)
			}
			return count.total(), refused
		}
		calm, _ := calls(false)
		throttled, refused := calls(true)
		ratio := float64(throttled) / float64(calm)
		t.Logf("P4: %d waits of ten minutes, %d of %d calls throttled, no failed wait, %.3f times the %d calls without",
			waits, refused, throttled, ratio, calm)
		assert.Greater(t, float64(refused), 0.3*float64(throttled-waits))
		assert.LessOrEqual(t, ratio, 1.3)
	})
}

// TestAThousandInstancesForTenMinutesCostFewCalls proves P7 of internal/DESIGN.md.
func TestAThousandInstancesForTenMinutesCostFewCalls(t *testing.T) {
	t.Parallel()
	tenMinutes := func(*rand.Rand) time.Duration { return 10 * time.Minute }
	anyMoment := func(r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(10 * time.Minute))) }
	for _, c := range []struct {
		name  string
		takes func(*rand.Rand) time.Duration
		poll  func(context.Context, *runcommand.Invocation) int
	}{
		{"all end together, awaited", tenMinutes, countByWait},
		{"each ends at a moment of its own, ranged over", anyMoment, countByRange},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var count callCounter
				srv, _ := setup(t)
				client := srv.Client(count.option())
				var mu sync.Mutex
				random := rand.New(rand.NewPCG(7, 7))
				srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
					mu.Lock()
					defer mu.Unlock()
					return runcommandtest.Outcome{Takes: c.takes(random)}
				})
				finished := make(chan int)
				for k := range 10 {
					inv := begin(t, client, runcommand.Shell("true").Timeout(time.Hour).Instances(addInstances(srv, k*100, 100)...))
					go func() { finished <- c.poll(t.Context(), inv) }()
				}
				results := 0
				for range 10 {
					results += <-finished
				}
				assert.Equal(t, 1000, results)
				t.Logf("P7: 1,000 instances for ten minutes, %s: %d calls (%d polls, %d fetches)", c.name,
					count.total(), count.of("DescribeInvocations"), count.of("DescribeInvocationResults"))
				assert.LessOrEqual(t, count.total(), 1200)
			})
		})
	}
}

func countByWait(ctx context.Context, inv *runcommand.Invocation) int {
	report, err := inv.Wait(ctx)
	if err != nil {
		return 0
	}
	return len(report.Results)
}

func countByRange(ctx context.Context, inv *runcommand.Invocation) int {
	n := 0
	for _, err := range inv.Results(ctx) {
		if err != nil {
			return 0
		}
		n++
	}
	return n
}
