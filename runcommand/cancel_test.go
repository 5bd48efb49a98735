package runcommand_test

import (
	"context"
	"net/http"
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

// longOperation is a call that would last much longer than its context allows.
type longOperation struct {
	name  string
	fault runcommandtest.Fault
	turn  time.Duration // the time that a limiter puts between two calls; 0: no limiter
	do    func(ctx context.Context, c *runcommand.Client, inv *runcommand.Invocation) error
}

func waitForEnd(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
	_, err := inv.Wait(ctx)
	return err
}

func rangeOverResults(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
	for _, err := range inv.Results(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

func runMinimal(ctx context.Context, c *runcommand.Client, _ *runcommand.Invocation) error {
	req, err := minimal().Build()
	if err != nil {
		return err
	}
	_, err = c.Run(ctx, req)
	return err
}

var longOperations = []longOperation{
	{name: "a wait between two polls", do: waitForEnd},
	{name: "a wait while the service is silent", fault: silentFault("DescribeInvocations"), do: waitForEnd},
	{name: "a wait that is throttled", do: waitForEnd,
		fault: runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInvocations", Times: -1, RetryAfter: time.Minute}},
	{name: "a wait in the queue of a limiter", turn: time.Minute, do: waitForEnd},
	{name: "a loop over results", do: rangeOverResults},
	{name: "a loop while the service is silent", fault: silentFault("DescribeInvocations"), do: rangeOverResults},
	{name: "a run while the service is silent", fault: silentFault("RunCommand"), do: runMinimal},
	{name: "a run between two attempts", do: runMinimal,
		fault: runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "RunCommand", Times: -1}},
	{name: "a stop while the service is silent", fault: silentFault("StopInvocation"),
		do: func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			return inv.Stop(ctx)
		}},
	{name: "a history while the service is silent", fault: silentFault("DescribeInvocationResults"),
		do: func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range inv.History(ctx) {
				return err
			}
			return nil
		}},
	{name: "a fetch while the service is silent", fault: silentFault("DescribeInvocationResults"),
		do: func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
			for _, err := range inv.Fetch(ctx) {
				return err
			}
			return nil
		}},
	{name: "a run while it is announced",
		do: func(ctx context.Context, c *runcommand.Client, _ *runcommand.Invocation) error {
			_, err := c.RunAnnounced(ctx, minimal().Draft(), func(ctx context.Context, _ int) error {
				<-ctx.Done()
				return ctx.Err()
			})
			return err
		}},
}

// TestACancelledContextEndsEveryCallAtOnce proves P3 of internal/DESIGN.md.
func TestACancelledContextEndsEveryCallAtOnce(t *testing.T) {
	t.Parallel()
	points := 0
	for _, c := range longOperations {
		for _, after := range []time.Duration{0, 300 * time.Millisecond, time.Second, 4321 * time.Millisecond} {
			points++
			t.Run(c.name+", after "+after.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, plain := setup(t, runcommandtest.WithPendingFaults()) // a call that is cancelled at once may meet no fault
					srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
					inv := begin(t, plain, minimal().Timeout(time.Hour))
					limiter := poll.NewAdaptive(1, max(c.turn, 1))
					client := srv.Client(runcommand.WithLimiter("DescribeInvocations", limiter))
					inv = client.Invocation(inv.ID)
					if c.fault.Kind != 0 {
						srv.Inject(c.fault)
					}

					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					var cancelled time.Time
					time.AfterFunc(after, func() {
						cancelled = time.Now()
						cancel()
					})
					err := c.do(ctx, client, inv)
					require.ErrorIs(t, err, context.Canceled)
					require.False(t, cancelled.IsZero(), "it lasted until it was cancelled")
					assert.Zero(t, time.Since(cancelled), "time from the cancellation to the return")
				})
			})
		}
	}
	t.Logf("P3: %d cancel points, each back without any time passing", points)
	assert.GreaterOrEqual(t, points, 30)
}

func TestACredentialLookUpThatHangsDelaysNoCaller(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(context.Context, *runcommand.Client, *runcommand.Invocation) error{
		"a wait": waitForEnd, "a loop": rangeOverResults, "a run": runMinimal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release) // the credential look-up is the only goroutine that may go on after a call has returned
				srv, _ := setup(t)
				client := srv.Client(runcommand.WithCredential(runcommand.CredentialFunc(
					func(context.Context) (runcommand.Credential, error) {
						<-release
						return runcommand.Credential{}, errors.New("too late")
					})))
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				began := time.Now()
				require.ErrorIs(t, do(ctx, client, client.Invocation("t-1")), context.DeadlineExceeded)
				assert.Equal(t, 200*time.Millisecond, time.Since(began))
			})
		})
	}
}

// TestACancelledContextEndsACallOverAConnection repeats
// TestACancelledContextEndsEveryCallAtOnce over a real connection. The test logs the
// measured time and does not assert it, because a call can take long on a busy machine.
func TestACancelledContextEndsACallOverAConnection(t *testing.T) {
	t.Parallel()
	srv, plain := setup(t)
	client := srv.Client(runcommand.WithEndpoint(srv.URL()), runcommand.WithHTTPClient(&http.Client{Transport: &http.Transport{}}))
	defer client.CloseIdleConnections()
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
	inv := client.Invocation(begin(t, plain, minimal()).ID)
	var slowest time.Duration
	for point := range 30 {
		if point == 15 {
			srv.Inject(silentFault("DescribeInvocations"))
		}
		ctx, cancel := context.WithCancel(t.Context())
		moment := make(chan time.Time, 1)
		time.AfterFunc(time.Duration(point)*time.Millisecond, func() {
			moment <- time.Now()
			cancel()
		})
		_, err := inv.Wait(ctx)
		back := time.Since(<-moment)
		require.ErrorIs(t, err, context.Canceled)
		slowest = max(slowest, back)
	}
	t.Logf("P3: cancelled at 30 points over loopback, back after %v at the latest", slowest)
}
