package runcommand_test

import (
	"context"
	"net/http"
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

// TestFourClientsShareALimit lets four busy clients run commands in one account. The
// clients do not know each other, as if they were in four processes.
func TestFourClientsShareALimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		calls            int
		options          func() []runcommand.Option
		settle, measured time.Duration
	}{
		{"the documented limit, the client's own limiter", 1000, func() []runcommand.Option { return nil }, 10 * time.Minute, 10 * time.Minute},
		{"a limit of 200 a minute, a limiter made for it", 200, func() []runcommand.Option {
			return []runcommand.Option{runcommand.WithLimiter("RunCommand", poll.NewAdaptive(200, time.Minute))}
		}, 20 * time.Minute, 30 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if raceDetector && c.calls > 200 {
				t.Log("left to the run without the race detector")
				return
			}
			synctest.Test(t, func(t *testing.T) {
				const clients = 4
				srv, _ := setup(t, runcommandtest.WithRateLimit("RunCommand", c.calls, time.Minute))
				srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
					return runcommandtest.Delay(20 * time.Millisecond)
				})
				settled := time.Now().Add(c.settle)
				ctx, cancel := context.WithDeadline(t.Context(), settled.Add(c.measured))
				defer cancel()
				var rations [clients]shareCounts
				var group sync.WaitGroup
				for i := range rations {
					group.Go(func() { rations[i].keepRunning(ctx, t, srv, settled, c.options()) })
					<-time.After(17 * time.Second)
				}
				group.Wait()

				fair := float64(c.calls) * c.measured.Minutes() / clients
				var total shareCounts
				var shares [clients]float64
				for i := range rations {
					shares[i] = float64(rations[i].answered) / fair
					total.answered += rations[i].answered
					total.throttled += rations[i].throttled
					total.failed += rations[i].failed
				}
				rejected := float64(total.throttled) / float64(total.answered+total.throttled)
				t.Logf("%s: %.2f of the fair share each, %.2f %% of the calls throttled, %d runs failed", c.name, shares, 100*rejected, total.failed)
				for _, share := range shares {
					assert.InDelta(t, 1, share, 0.25)
				}
				assert.LessOrEqual(t, rejected, 0.03)
				assert.Zero(t, total.failed)
			})
		})
	}
}

// A shareCounts counts the results of the calls of one client. It counts only calls after
// the moment settled.
type shareCounts struct{ answered, throttled, failed int }

// keepRunning runs commands one after another, in four goroutines.
func (y *shareCounts) keepRunning(ctx context.Context, t *testing.T, srv *runcommandtest.Server, settled time.Time, options []runcommand.Option) {
	var mu sync.Mutex
	count := func(n *int) {
		mu.Lock()
		defer mu.Unlock()
		if time.Now().After(settled) {
			*n++
		}
	}
	client := sharingClient(t, srv, append(options, runcommand.WithObserver(runcommand.Observer{
		Attempt: func(_ context.Context, a runcommand.Attempt) {
			switch {
			case a.Err == nil:
				count(&y.answered)
			case errors.Is(a.Err, errors.ErrThrottled):
				count(&y.throttled)
			}
		},
	}))...)
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				_, err := client.Run(ctx, req)
				switch {
				case errors.Is(err, context.DeadlineExceeded):
					return
				case err != nil:
					count(&y.failed)
				}
			}
		})
	}
	group.Wait()
}

// TestAFreshClientRunsAHundredAtOnce shows how much time the default limiter costs a
// program that only runs a hundred commands.
func TestAFreshClientRunsAHundredAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		client := sharingClient(t, srv)
		began := time.Now()
		for range 100 {
			begin(t, client, runcommand.Shell("echo").Instances("i-1"))
		}
		took := time.Since(began)
		assert.Zero(t, took)
		for range 900 {
			begin(t, client, runcommand.Shell("echo").Instances("i-1"))
		}
		assert.GreaterOrEqual(t, time.Since(began), time.Minute, "the limit still holds")
		t.Logf("a fresh client runs 100 commands in %v and 1,000 in %v", took, time.Since(began))
	})
}

// sharingClient returns a client of the server with the default limiter of every client.
// The clients that Server.Client returns have no limiter.
func sharingClient(tb testing.TB, srv *runcommandtest.Server, opts ...runcommand.Option) *runcommand.Client {
	tb.Helper()
	client, err := runcommand.NewClient(runcommandtest.Region, append([]runcommand.Option{
		runcommand.WithEndpoint("http://local.invalid"),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""),
		runcommand.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
	}, opts...)...)
	require.NoError(tb, err)
	return client
}
