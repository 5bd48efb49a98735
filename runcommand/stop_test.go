package runcommand_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestStopEndsWhatHasNotEnded(t *testing.T) {
	t.Parallel()
	offline := runcommandtest.Fault{Kind: runcommandtest.FaultAgentOffline}
	for _, c := range []struct {
		name    string
		command runcommand.Builder
		fault   runcommandtest.Fault
		after   time.Duration // the time from the start of the command to the stop
		want    runcommand.Status
		runs    int
		stopped bool // the result shows the time of the stop
	}{
		{"pending", minimal(), offline, time.Second, runcommand.StatusCancelled, 0, true},
		{"running", minimal().Timeout(time.Hour), runcommandtest.Fault{}, time.Minute, runcommand.StatusTerminated, 1, true},
		{"scheduled, before its first run", minimal().Every(time.Hour), runcommandtest.Fault{}, time.Minute, runcommand.StatusCancelled, 0, true},
		{"scheduled, after a run", minimal().Every(time.Hour).Timeout(time.Hour), runcommandtest.Fault{}, 100 * time.Minute, runcommand.StatusTerminated, 1, true},
		{"scheduled, during a run", minimal().Every(time.Hour).Timeout(time.Hour), runcommandtest.Fault{}, 70 * time.Minute, runcommand.StatusTerminated, 1, true},
		{"waiting for a reboot", minimal().OnEveryReboot(), runcommandtest.Fault{}, time.Minute, runcommand.StatusCancelled, 0, true},
		{"finished", minimal().Timeout(time.Hour), runcommandtest.Fault{}, 40 * time.Minute, runcommand.StatusSuccess, 1, false},
		{"racing with the end", minimal().Timeout(time.Hour), runcommandtest.Fault{Kind: runcommandtest.FaultStopRace}, time.Minute, runcommand.StatusSuccess, 1, true},
	} {
		for how, handle := range handles {
			t.Run(c.name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					takes := 30 * time.Minute
					setDuration(srv, &takes)
					if c.fault.Kind != 0 {
						srv.Inject(c.fault)
					}
					inv := handle(client, begin(t, client, c.command))
					<-time.After(c.after)
					require.NoError(t, inv.Stop(t.Context()))
					require.NoError(t, inv.Stop(t.Context()), "twice is as good as once")
					<-time.After(24 * time.Hour)
					require.NoError(t, inv.Stop(t.Context()), "and so is much later")

					s, err := inv.Describe(t.Context())
					require.NoError(t, err)
					require.Len(t, s.Instances, 1)
					assert.Equal(t, c.want, s.Instances[0].Status)
					assert.Equal(t, c.stopped, !s.Instances[0].Stopped.IsZero())
					assert.Equal(t, c.runs, srv.Executions("i-1"), "a stopped schedule fires no more")
					assert.Empty(t, srv.Pending())
				})
			})
		}
	}
}

func TestAStoppedInvocationIsReportedAsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: time.Hour}, "i-2": {Takes: time.Hour}})
		inv := begin(t, client, onThreeInstances().Timeout(2*time.Hour))
		time.AfterFunc(time.Minute, func() { assert.NoError(t, inv.Stop(t.Context(), "i-1")) })
		time.AfterFunc(2*time.Minute, func() { assert.NoError(t, inv.Stop(t.Context())) })
		var order []string
		for r, err := range inv.Results(t.Context()) {
			require.NoError(t, err)
			order = append(order, r.InstanceID+" "+string(r.Status))
			assert.Equal(t, r.InstanceID != "i-3", errors.Is(r.Err(), errors.ErrStopped))
		}
		assert.Equal(t, []string{"i-3 Success", "i-1 Terminated", "i-2 Terminated"}, order)
	})
}

func TestStopOfAnUnknownInvocationIsNotFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		inv := begin(t, client, minimal())
		require.ErrorIs(t, inv.Stop(t.Context(), "i-2"), errors.ErrNotFound)
		err := client.Invocation("t-none").Stop(t.Context())
		require.ErrorIs(t, err, errors.ErrNotFound)
		require.ErrorContains(t, err, "t-none")
		require.ErrorIs(t, inv.Stop(t.Context(), "i-1", ""), errors.ErrInvalidArgument)
		require.ErrorIs(t, client.Invocation("").Stop(t.Context()), errors.ErrInvalidArgument)
		require.ErrorIs(t, new(runcommand.Invocation).Stop(t.Context()), errors.ErrInvalidArgument)
		assert.Len(t, srv.Calls("StopInvocation"), 2, "what cannot be right is not sent")
	})
}

func TestStopOfANewInvocationIsRepeatedUntilItIsVisible(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t, runcommandtest.WithVisibilityDelay(3*time.Second))
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
		inv := begin(t, client, minimal())
		require.NoError(t, inv.Stop(t.Context()))
		report, err := inv.Wait(t.Context())
		require.ErrorIs(t, err, errors.ErrStopped)
		assert.Equal(t, runcommand.StatusStopped, report.Status)

		hidden := runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "StopInvocation", Code: errors.InvalidInvokeIdNotFound, Times: -1}
		srv.Inject(hidden)
		began := time.Now()
		require.ErrorIs(t, inv.Stop(t.Context()), errors.ErrNotFound)
		assert.InDelta(t, 35, time.Since(began).Seconds(), 6, "but not for ever")
	})
}

func TestManyInstancesAreStoppedInChunks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instances int
		chunks    []int
		refused   string // Stop sends the ids in chunks; the service refuses the chunk with this instance
		spared    int    // the number of instances in the refused chunk
	}{
		"50":                          {50, []int{50}, "", 0},
		"51":                          {51, []int{50, 1}, "", 0},
		"100":                         {100, []int{50, 50}, "", 0},
		"100, the first half refused": {100, []int{50, 50}, "i-00007", 50},
		"60, the rest refused":        {60, []int{50, 10}, "i-00055", 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				takes := time.Hour
				setDuration(srv, &takes)
				ids := addInstances(srv, 0, c.instances)
				inv := begin(t, client, runcommand.Shell("sleep 3600").Timeout(2*time.Hour).Instances(ids...))
				if c.refused != "" {
					srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation", InstanceID: c.refused})
				}
				err := inv.Stop(t.Context(), append(ids, ids...)...) // every id is given twice; the client ignores repeated ids
				if c.refused == "" {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, errors.ErrPermission)
				}
				var sizes []int
				for _, call := range srv.Calls("StopInvocation") {
					n := 0
					for name := range call.Parameters {
						if strings.HasPrefix(name, "InstanceId.") {
							n++
						}
					}
					sizes = append(sizes, n)
				}
				assert.Equal(t, c.chunks, sizes)
				<-time.After(time.Minute)
				s, err := inv.Describe(t.Context())
				require.NoError(t, err)
				running := slices.DeleteFunc(s.Instances, func(r runcommand.Result) bool { return r.Status.Terminal() })
				assert.Len(t, running, c.spared, "the other chunk is stopped nevertheless")
				assert.Empty(t, srv.Pending())
			})
		})
	}
}

func TestStopOnCancelStopsTheRemoteCommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		delay   time.Duration // the time until the service shows the new invocation
		fault   runcommandtest.Fault
		within  time.Duration // the deadline of the context; 0: the context has no deadline and is cancelled
		lasts   time.Duration // the longest allowed time from the end of the context to the return
		stopped bool
		seen    bool // the report shows that the command has ended
		is      error
		says    string
	}{
		{name: "when cancelled", lasts: time.Second, stopped: true, seen: true, is: context.Canceled, says: "was asked to stop"},
		{name: "at the deadline", within: 10 * time.Second, lasts: time.Second, stopped: true, seen: true,
			is: context.DeadlineExceeded, says: "was asked to stop"},
		{name: "although it is not visible yet", delay: 12 * time.Second, lasts: 4 * time.Second, stopped: true, seen: true,
			is: context.Canceled, says: "was asked to stop"},
		{name: "although a poll is under way", fault: silentFault(states), lasts: 5 * time.Second, stopped: true,
			is: context.Canceled, says: "was asked to stop"},
		{name: "although the stop is throttled once", lasts: 2 * time.Second, stopped: true, seen: true,
			is: context.Canceled, says: "was asked to stop",
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "StopInvocation"}},
		{name: "without the right to stop", is: errors.ErrPermission, says: "was not stopped",
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation", Times: -1}},
		{name: "for the grace, when there is no answer", lasts: 5 * time.Second, is: context.Canceled, says: "was not stopped",
			fault: silentFault("StopInvocation"), stopped: true, seen: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t, runcommandtest.WithVisibilityDelay(c.delay))
				takes := time.Hour
				setDuration(srv, &takes)
				inv := begin(t, client, minimal().Timeout(2*time.Hour))
				if c.fault.Kind != 0 {
					srv.Inject(c.fault)
				}
				ctx, cancel := context.WithCancel(t.Context())
				if c.within > 0 {
					ctx, cancel = context.WithTimeout(t.Context(), c.within)
				} else {
					time.AfterFunc(10*time.Second, cancel)
				}
				defer cancel()
				began := time.Now()
				report, err := inv.Wait(ctx, runcommand.StopOnCancel(5*time.Second))
				lasted := time.Since(began) - 10*time.Second
				e := requireWaitError(t, err)
				assert.Equal(t, c.seen, e.Done == 1)
				assert.Equal(t, 1, e.Total)
				require.ErrorIs(t, err, c.is)
				require.ErrorIs(t, err, ctx.Err())
				require.ErrorContains(t, err, c.says)
				assert.Equal(t, c.seen, report.Complete)
				assert.Equal(t, c.seen, report.Results[0].Status == runcommand.StatusTerminated)
				assert.LessOrEqual(t, lasted, c.lasts)
				<-time.After(time.Minute)
				states := srv.Invocations()[0].Instances
				assert.Equal(t, c.stopped, string(states[0].Status) == string(runcommand.StatusTerminated))
				t.Logf("%v after the end of the context: %v", lasted, err)
			})
		})
	}
}

func TestNothingElseStopsTheRemoteCommand(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(context.Context, *runcommand.Invocation) error{
		"a cancellation without the option": func(ctx context.Context, inv *runcommand.Invocation) error {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			_, err := inv.Wait(ctx)
			return err
		},
		"MaxWait": func(ctx context.Context, inv *runcommand.Invocation) error {
			_, err := inv.Wait(ctx, runcommand.StopOnCancel(time.Second), runcommand.MaxWait(time.Minute))
			return err
		},
		"leaving a loop": func(ctx context.Context, inv *runcommand.Invocation) error {
			for _, err := range inv.Results(ctx, runcommand.StopOnCancel(time.Second)) {
				if err != nil {
					return err
				}
				break
			}
			return context.DeadlineExceeded
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: time.Hour}})
				inv := begin(t, client, onThreeInstances().Timeout(2*time.Hour))
				require.ErrorIs(t, leave(t.Context(), inv), context.DeadlineExceeded)
				assert.Empty(t, srv.Calls("StopInvocation"))
				report, err := inv.Wait(t.Context())
				require.NoError(t, err, "the wait can be taken up again")
				assert.True(t, report.Complete)
			})
		})
	}
}
