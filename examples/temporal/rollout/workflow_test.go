package rollout_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// newEnvironment returns the SDK's environment for a workflow that runs real activities.
func newEnvironment(a *rollout.Activities) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(1000 * time.Hour) // virtual time
	env.RegisterWorkflowWithOptions(rollout.Workflow, workflow.RegisterOptions{Name: rollout.WorkflowName})
	env.RegisterActivity(a)
	return env
}

func progressOf(t *testing.T, env *testsuite.TestWorkflowEnvironment) (p rollout.Progress) {
	t.Helper()
	value, err := env.QueryWorkflow(rollout.QueryProgress)
	require.NoError(t, err)
	require.NoError(t, value.Get(&p))
	return p
}

func TestAWorkflowRunsItsFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 250, time.Minute)
		env := newEnvironment(w.activities(nil))
		env.ExecuteWorkflow(rollout.WorkflowName, w.input(nil))
		require.True(t, env.IsWorkflowCompleted())
		require.NoError(t, env.GetWorkflowError())
		var s *rollout.Summary
		require.NoError(t, env.GetWorkflowResult(&s))
		assert.Equal(t, 250, s.Succeeded)
		p := progressOf(t, env)
		assert.Equal(t, rollout.PhaseEnded, p.Phase)
		assert.Equal(t, s, p.Last)
		w.requireRuns(t, 1)
	})
}

func TestAFailedAttemptIsFollowedByAnotherOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 250, time.Minute)
		attempts := 0
		env := newEnvironment(w.activities(func(j rollout.Journal) rollout.Journal {
			if attempts++; attempts <= 2 {
				return brokenJournal{j, int64(4 + attempts)}
			}
			return j
		}))
		env.ExecuteWorkflow(rollout.WorkflowName, w.input(nil))
		require.NoError(t, env.GetWorkflowError())
		var s *rollout.Summary
		require.NoError(t, env.GetWorkflowResult(&s))
		assert.Equal(t, 250, s.Succeeded)
		assert.Equal(t, 3, attempts)
		w.requireRuns(t, 1)
	})
}

func TestAFleetThatHaltedEndsTheWorkflow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20, time.Minute)
		w.handle(time.Second, 1)
		env := newEnvironment(w.activities(nil))
		env.ExecuteWorkflow(rollout.WorkflowName, w.input(func(in *rollout.Input) {
			in.Waves, in.MaxFailures = []fleet.Size{fleet.Count(5)}, fleet.Count(0)
		}))
		failure := requireFailure(t, env.GetWorkflowError(), rollout.ErrorHalted, true)
		var s *rollout.Summary
		require.NoError(t, failure.Details(&s))
		assert.Equal(t, 15, s.NotSent)
	})
}

func TestWavesWaitForTheirApproval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		signals []rollout.Approval // one an hour
		runs    int                // instances that got the command
		waits   []int              // the wave that waits just before each signal
		end     string             // part of the error; "" for none
	}{
		{"each is approved", []rollout.Approval{{Wave: 2}, {Wave: 3}}, 30, []int{2, 3}, ""},
		{"all are approved at once", []rollout.Approval{{Wave: 3}}, 30, []int{2}, ""},
		{"an approval of a wave that has begun changes nothing", []rollout.Approval{{Wave: 1}, {}, {Wave: -5}, {Wave: 2}, {Wave: 2}, {Wave: 9}}, 30, []int{2, 2, 2, 2, 3, 3}, ""},
		{"one is rejected", []rollout.Approval{{Wave: 2}, {Reject: true, Reason: "the canary is dead"}}, 20, []int{2, 3}, "wave 3 was rejected: the canary is dead"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 30, time.Minute)
				env := newEnvironment(w.activities(nil))
				var waits []int
				for i, signal := range tt.signals {
					env.RegisterDelayedCallback(func() {
						p := progressOf(t, env)
						assert.Equal(t, rollout.PhaseWaiting, p.Phase)
						waits = append(waits, p.WaitsForWave)
						env.SignalWorkflow(rollout.SignalApprove, signal)
					}, time.Duration(i+1)*time.Hour)
				}
				env.ExecuteWorkflow(rollout.WorkflowName, w.input(func(in *rollout.Input) {
					in.Waves, in.MaxFailures, in.Approval = []fleet.Size{fleet.Count(10)}, fleet.Count(0), true
				}))
				require.True(t, env.IsWorkflowCompleted())
				if tt.end == "" {
					require.NoError(t, env.GetWorkflowError())
				} else {
					failure := requireFailure(t, env.GetWorkflowError(), rollout.ErrorRejected, true)
					require.ErrorContains(t, failure, tt.end)
				}
				ran := 0
				for _, id := range w.ids {
					require.LessOrEqual(t, w.service.Executions(id), 1)
					ran += w.service.Executions(id)
				}
				assert.Equal(t, tt.runs, ran)
				assert.Equal(t, tt.waits, waits)
			})
		})
	}
}

// endRolloutWithWorkflow does what a server does and the SDK's environment does not: when
// the workflow is cancelled, the context of the activity ends, and it gets no other attempt.
func endRolloutWithWorkflow(env *testsuite.TestWorkflowEnvironment, a *rollout.Activities) {
	cancelled := make(chan struct{})
	env.SetOnActivityCanceledListener(func(*activity.Info) { close(cancelled) })
	env.RegisterActivityWithOptions(func(ctx context.Context, step rollout.Step) (*rollout.Summary, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			select {
			case <-cancelled:
				cancel()
			case <-ctx.Done():
			}
		}()
		s, err := a.Rollout(ctx, step)
		if ctx.Err() != nil {
			return nil, temporal.NewNonRetryableApplicationError("cancelled", "", err)
		}
		return s, err
	}, activity.RegisterOptions{Name: "Rollout", DisableAlreadyRegisteredCheck: true})
}

func TestACancelledWorkflowStopsItsCommands(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*rollout.Input)
	}{
		{"in its only wave", nil},
		{"with a limit on failures", func(in *rollout.Input) { in.MaxFailures = fleet.Count(0) }},
		{"with approvals", func(in *rollout.Input) {
			in.Approval, in.Waves, in.MaxFailures = true, []fleet.Size{fleet.Percent(100)}, fleet.NoLimit()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 250, 5*time.Minute)
				env := newEnvironment(w.activities(nil))
				endRolloutWithWorkflow(env, w.activities(nil))
				env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
				env.ExecuteWorkflow(rollout.WorkflowName, w.input(tt.change))
				require.True(t, env.IsWorkflowCompleted())
				var cancelled *temporal.CanceledError
				require.ErrorAs(t, env.GetWorkflowError(), &cancelled)
				var s *rollout.Summary
				require.NoError(t, cancelled.Details(&s))
				assert.Equal(t, 250, s.Failed, "all are Stopped")
				assert.Zero(t, s.Running)
				assert.Len(t, w.service.Calls("StopInvocation"), 3)
				w.requireRuns(t, 1)
			})
		})
	}
}

func TestAWorkflowThatIsCancelledWhileItWaitsSendsNothingMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 30, time.Minute)
		env := newEnvironment(w.activities(nil))
		env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
		env.ExecuteWorkflow(rollout.WorkflowName, w.input(func(in *rollout.Input) {
			in.Waves, in.MaxFailures, in.Approval = []fleet.Size{fleet.Count(10)}, fleet.Count(0), true
		}))
		require.True(t, env.IsWorkflowCompleted())
		var cancelled *temporal.CanceledError
		require.ErrorAs(t, env.GetWorkflowError(), &cancelled)
		assert.Len(t, w.service.Calls("RunCommand"), 1)
		assert.Empty(t, w.service.Calls("StopInvocation"))
	})
}
