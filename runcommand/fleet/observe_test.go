package fleet_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

type waveKey struct{}

// The observer sees each wave as an operation, and the calls of the wave below it.
func TestTheObserverSeesEachWave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 30, time.Second)
		var mu sync.Mutex
		var waves []runcommand.Operation
		var ends []runcommand.Ended
		below := map[int]map[string]int{} // number of operations below each wave
		observer := runcommand.Observer{Begin: func(ctx context.Context, op runcommand.Operation) (context.Context, func(runcommand.Ended)) {
			mu.Lock()
			defer mu.Unlock()
			if op.Name != "fleet.Wave" {
				wave, _ := ctx.Value(waveKey{}).(int)
				if below[wave] == nil {
					below[wave] = map[string]int{}
				}
				below[wave][op.Name]++
				return ctx, nil
			}
			waves = append(waves, op)
			return context.WithValue(ctx, waveKey{}, op.Wave), func(e runcommand.Ended) {
				mu.Lock()
				defer mu.Unlock()
				ends = append(ends, e)
			}
		}}
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == ids[12] || x.InstanceID == ids[13] {
				return runcommandtest.Outcome{ExitCode: 1, Takes: time.Second}
			}
			return runcommandtest.Outcome{Takes: time.Second}
		})
		f, err := fleet.New(s.Client(runcommand.WithObserver(observer)), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(1),
		})
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err)
		require.Len(t, waves, 2)
		require.Len(t, ends, 2)
		for k, op := range waves {
			assert.Equal(t, f.ID(), op.FleetID)
			assert.Equal(t, k+1, op.Wave)
			assert.Equal(t, 10, op.Instances)
			assert.Equal(t, "cn-hangzhou", op.Region)
			assert.Equal(t, 1, below[k+1]["RunAnnounced"]+below[k+1]["Run"])
			assert.NotZero(t, below[k+1]["Invocations"])
		}
		assert.Equal(t, runcommand.Ended{Done: 10, Total: 10, ByStatus: map[runcommand.Status]int{runcommand.StatusSuccess: 10}}, ends[0])
		assert.Equal(t, 2, ends[1].Failed)
		assert.Equal(t, map[runcommand.Status]int{runcommand.StatusSuccess: 8, runcommand.StatusFailed: 2}, ends[1].ByStatus)
		halt, ok := errors.AsType[*fleet.HaltError](ends[1].Err)
		require.True(t, ok)
		assert.Equal(t, 2, halt.Failed)
		assert.Empty(t, below[0], "calls outside of waves")
	})
}

// A cancelled fleet goes on without a new limit, although it has stopped many instances.
func TestACommandThatTheFleetHasStoppedDoesNotCountAsFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 300, 5*time.Minute)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Concurrency: fleet.Count(100), MaxFailures: fleet.Count(3),
		}, fleet.WithJournal(journal), fleet.StopOnCancel(time.Minute))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		report, err := f.Run(ctx)
		assert.EqualError(t, err, "halted in wave 1: 0 of 300 failed, limit 3; 200 not sent: context deadline exceeded; 1 command was asked to stop")
		assert.Equal(t, runcommand.StatusTerminated, report.Results[0].Status)
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err = f.Run(t.Context())
		failed, ok := errors.AsType[*fleet.FailedError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 100, failed.Failed, "they did not succeed")
		assert.Len(t, report.Results, 300)
		assert.Equal(t, 300, requireOnce(t, s, ids))
	})
}

// Each of the first chunks has one instance that the caller may not use. The other instances
// still get their command.
func TestOneDeniedInstanceInEveryChunkIsFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 1000, time.Second, runcommandtest.WithPendingFaults())
		for k := 50; k < 1000; k += 100 {
			s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "RunCommand", InstanceID: ids[k], Times: -1})
		}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Len(t, report.Results, 990)
		assert.Len(t, report.Unready, 10)
		assert.Equal(t, 990, requireOnce(t, s, ids))
	})
}

// Outputs that cannot be fetched for long halt the fleet.
func TestOutputsThatCannotBeFetchedHaltTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "DescribeInvocationResults", Times: 400})
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, errors.ErrUnavailable)
		require.ErrorContains(t, err, "outputs")
		assert.Less(t, time.Since(began), 15*time.Minute)
		assert.Len(t, report.Results, 150)
	})
}

// Somebody else has stopped a command before the fleet is cancelled. Its instance counts as
// failed, also after the cancellation.
func TestACommandThatSomebodyElseHasStoppedCountsAsFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 100, 5*time.Minute)
		journal, client := &keptJournal{}, s.Client()
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, MaxFailures: fleet.Count(20)},
			fleet.WithJournal(journal), fleet.StopOnCancel(time.Minute))
		require.NoError(t, err)
		time.AfterFunc(time.Minute, func() {
			assert.NoError(t, client.Invocation(s.Invocations()[0].ID).Stop(t.Context(), ids[:10]...))
		})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		report, err := f.Run(ctx)
		require.ErrorContains(t, err, "10 of 100 failed")
		assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 100, Done: 100, Failed: 10}}, report.Waves)
		f, err = fleet.Resume(client, journal)
		require.NoError(t, err)
		assert.Equal(t, report.Waves, f.Report().Waves, "what the journal knows")
	})
}

func TestACommandThatCannotBeStoppedIsInTheErrorOfTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, 5*time.Minute, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation", Times: -1})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.StopOnCancel(time.Minute))
		require.NoError(t, err)
		_, _, err = runFor(t, f, 20*time.Second)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.ErrorContains(t, err, "not all commands were stopped: ")
	})
}

func TestAChunkThatMayHaveBeenAcceptedIsNotStoppedAndTheErrorSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, 5*time.Minute, runcommandtest.WithPendingFaults())
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"},
			runcommandtest.Fault{Kind: runcommandtest.FaultNotVisible, Action: "DescribeInvocations", Times: -1})
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(runcommand.WithRetry(poll0(), 1)), fleet.Plan{Command: command(), Instances: ids},
			fleet.WithJournal(journal), fleet.StopOnCancel(10*time.Second))
		require.NoError(t, err)
		report, _, err := runFor(t, f, 5*time.Second)
		require.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "1 chunk may have been accepted and is not stopped: see Unknown of the report")
		assert.NotContains(t, err.Error(), "not all commands were stopped")
		assert.Equal(t, ids, report.Unknown)
		assert.Empty(t, s.Calls("StopInvocation"))
		_, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err, "the journal can still be read")
	})
}
