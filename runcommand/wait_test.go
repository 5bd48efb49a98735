package runcommand_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestWaitReportsEveryInstanceAndSaysWhichFailedAndWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{
			"i-1": {Output: []byte("fine"), Takes: 20 * time.Second},
			"i-2": {Output: []byte("password hunter2"), ExitCode: 3, Takes: 5 * time.Second},
			"i-3": {Output: []byte("still at it"), Takes: 5 * time.Minute},
		})
		inv := begin(t, client, onThreeInstances().Timeout(2*time.Minute))
		report, err := inv.Wait(t.Context())

		assert.True(t, report.Complete)
		assert.Equal(t, inv.ID, report.InvocationID)
		assert.Equal(t, runcommand.StatusPartialFailed, report.Status)
		require.Len(t, report.Results, 3)
		for k, want := range []runcommand.Result{
			{InstanceID: "i-3", Status: runcommand.StatusTimeout, Output: []byte("still at it"), ErrorCode: errors.ExecutionTimeout},
			{InstanceID: "i-1", Status: runcommand.StatusSuccess, Output: []byte("fine"), Exited: true},
			{InstanceID: "i-2", Status: runcommand.StatusFailed, Output: []byte("password hunter2"), Exited: true, ExitCode: 3, ErrorCode: errors.ExitCodeNonzero},
		} {
			got := report.Results[k]
			assert.Equal(t, want.InstanceID, got.InstanceID, "in the order of the request")
			assert.Equal(t, want.Status, got.Status)
			assert.Equal(t, want.Output, got.Output)
			assert.Equal(t, want.Exited, got.Exited)
			assert.Equal(t, want.ExitCode, got.ExitCode)
			assert.Equal(t, want.ErrorCode, got.ErrorCode)
			assert.Equal(t, 1, got.Repeats)
			assert.Positive(t, got.Duration())
			assert.Zero(t, got.Stopped)
		}

		e, ok := errors.AsType[*errors.InvocationError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 3, e.Total)
		require.Len(t, e.Failed, 2)
		assert.Equal(t, []byte("password hunter2"), e.Failed[1].Output)
		require.ErrorIs(t, err, errors.ErrScript)
		require.ErrorIs(t, err, errors.ErrTimeout)
		for _, part := range []string{inv.ID, "2 of 3", "i-2", "exit code 3", "i-3", "Timeout"} {
			assert.ErrorContains(t, err, part)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			assert.NotContains(t, fmt.Sprintf(verb, err), "hunter2", "scripts echo secrets")
		}
	})
}

func TestWaitReportsWhatNeverRan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultAgentOffline, InstanceID: "i-1"},
			runcommandtest.Fault{Kind: runcommandtest.FaultInstanceReleased, InstanceID: "i-2"},
		)
		report, err := begin(t, client, onThreeInstances()).Wait(t.Context())
		require.ErrorIs(t, err, errors.ClientNotOnline)
		require.ErrorIs(t, err, errors.InstanceReleased)
		r, ok := report.Result("i-1")
		require.True(t, ok)
		assert.Equal(t, runcommand.StatusAborted, r.Status)
		assert.False(t, r.Exited)
		assert.Zero(t, r.Started)
		assert.Zero(t, r.Duration())
		assert.Len(t, report.Failed(), 2)
		assert.Empty(t, srv.Pending())
	})
}

func TestWaitKnowsTheInstancesThatATagChose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.AddInstance(
			runcommandtest.Instance{ID: "i-a", Tags: map[string]string{"env": "test"}},
			runcommandtest.Instance{ID: "i-b", Tags: map[string]string{"env": "test"}},
		)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-b": {Takes: 10 * time.Second}})
		report, err := begin(t, client, runcommand.Shell("true").ResourceTag("env", "test")).Wait(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 2)
		assert.True(t, report.Complete)
	})
}

func TestOneInvocationCanBeWaitedForByMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: time.Minute, Output: []byte("x")}})
		inv := begin(t, client, onThreeInstances().Timeout(time.Hour))
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				report, err := inv.Wait(t.Context())
				assert.NoError(t, err)
				assert.Len(t, report.Results, 3)
			})
			group.Go(func() { assert.Equal(t, 3, countByRange(t.Context(), inv)) })
		}
		group.Wait()
	})
}

func TestProgressCountsInstancesByStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		var observed, told []runcommand.Progress
		client := srv.Client(runcommand.WithObserver(runcommand.Observer{
			Poll: func(_ context.Context, p runcommand.Progress) { observed = append(observed, p) },
		}))
		setOutcomes(srv, map[string]runcommandtest.Outcome{
			"i-2": {Takes: 10 * time.Second},
			"i-3": {Takes: 30 * time.Second, ExitCode: 1},
		})
		inv := begin(t, client, onThreeInstances())
		_, err := inv.Wait(t.Context(), runcommand.OnProgress(func(p runcommand.Progress) { told = append(told, p) }))
		require.ErrorIs(t, err, errors.ErrScript)

		assert.Equal(t, told, observed, "the observer sees the same")
		assert.Len(t, told, len(srv.Calls("DescribeInvocations")), "once a poll")
		for k, p := range told {
			assert.Equal(t, inv.ID, p.InvocationID)
			assert.Equal(t, 3, p.Total)
			sum := 0
			for _, n := range p.ByStatus {
				sum += n
			}
			assert.Equal(t, 3, sum)
			if k > 0 {
				assert.GreaterOrEqual(t, p.Done, told[k-1].Done)
				assert.Greater(t, p.Elapsed, told[k-1].Elapsed)
			}
		}
		first, last := told[0], told[len(told)-1]
		assert.Equal(t, 1, first.Done)
		assert.Zero(t, first.Elapsed)
		assert.Equal(t, map[runcommand.Status]int{runcommand.StatusSuccess: 1, runcommand.StatusRunning: 2}, first.ByStatus)
		assert.Equal(t, 3, last.Done)
		assert.Equal(t, map[runcommand.Status]int{runcommand.StatusSuccess: 2, runcommand.StatusFailed: 1}, last.ByStatus)
	})
}

func TestPollEveryReplacesTheClientsPolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		takes := 10 * time.Second
		setDuration(srv, &takes)
		inv := begin(t, client, minimal())
		_, err := inv.Wait(t.Context(), runcommand.PollEvery(everyThreeSeconds))
		require.NoError(t, err)
		calls := srv.Calls("DescribeInvocations")
		require.Len(t, calls, 5)
		assert.Equal(t, 12*time.Second, calls[4].At.Sub(calls[0].At))
	})
}

func TestInvalidHandlesAndOptionsOfAWaitAreErrors(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	var none *runcommand.Invocation
	for name, c := range map[string]struct {
		inv *runcommand.Invocation
		opt runcommand.WaitOption
	}{
		"a nil invocation":                     {none, runcommand.MaxWait(1)},
		"a literal":                            {&runcommand.Invocation{ID: "t-1"}, runcommand.MaxWait(1)},
		"an empty id":                          {client.Invocation(""), runcommand.MaxWait(1)},
		"a client that NewClient did not make": {new(runcommand.Client).Invocation("t-1"), runcommand.MaxWait(1)},
		"a nil option":                         {client.Invocation("t-1"), nil},
		"a grace of none":                      {client.Invocation("t-1"), runcommand.StopOnCancel(0)},
		"a function that is nil":               {client.Invocation("t-1"), runcommand.OnProgress(nil)},
		"a longest wait of none":               {client.Invocation("t-1"), runcommand.MaxWait(0)},
		"a longest wait in minus":              {client.Invocation("t-1"), runcommand.MaxWait(-time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := c.inv.Wait(t.Context(), c.opt)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.NotNil(t, report)
			_, ok := errors.AsType[*errors.InvocationError](report.Err())
			assert.True(t, ok, "an empty report is no success")
			n := 0
			for r, err := range c.inv.Results(t.Context(), c.opt) {
				assert.Zero(t, r)
				require.ErrorIs(t, err, errors.ErrInvalidArgument)
				n++
			}
			assert.Equal(t, 1, n)
		})
	}
}

func TestRunAndWaitGivesBoth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {ExitCode: 4}})
		req, err := minimal().Build()
		require.NoError(t, err)
		report, err := client.RunAndWait(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrScript)
		assert.Len(t, report.Failed(), 1)

		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand"})
		report, err = client.RunAndWait(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Nil(t, report, "nothing was accepted")

		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "DescribeInvocations"})
		report, err = client.RunAndWait(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrPermission)
		require.NotNil(t, report, "the command was accepted")
		assert.False(t, report.Complete)
		assert.Equal(t, runcommand.StatusPending, report.Status)
	})
}
