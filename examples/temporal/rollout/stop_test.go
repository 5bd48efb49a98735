package rollout_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// newAttempt returns the SDK's environment for an activity whose context ends with ctx.
func newAttempt(ctx context.Context, a *rollout.Activities) *testsuite.TestActivityEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivity(a)
	return env
}

func stopAll(a *rollout.Activities, in rollout.Input) (*rollout.Summary, error) {
	value, err := newAttempt(context.Background(), a).ExecuteActivity(a.Stop, in)
	if err != nil {
		return nil, err
	}
	var s *rollout.Summary
	return s, value.Get(&s)
}

// TestTheEndOfAnAttemptStopsNoCommand ends the context of an attempt at many moments. That
// happens when the workflow is cancelled, and when the server has given the attempt up.
func TestTheEndOfAnAttemptStopsNoCommand(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, time.Nanosecond, time.Second, 30 * time.Second, time.Minute, 61 * time.Second, 90 * time.Second, 150 * time.Second} {
		for _, then := range []string{"another attempt goes on", "Stop stops"} {
			t.Run(after.String()+", then "+then, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, 250, time.Minute)
					a := w.activities(nil)
					in := w.input(func(in *rollout.Input) { in.Concurrency = fleet.Count(100) })
					ctx, cancel := context.WithTimeout(t.Context(), after)
					defer cancel()
					_, err := newAttempt(ctx, a).ExecuteActivity(a.Rollout, rollout.Step{Input: in, Approved: 1})
					require.Error(t, err)
					require.Empty(t, w.service.Calls("StopInvocation"))

					if then == "Stop stops" {
						sent := len(w.service.Calls("RunCommand"))
						s, err := stopAll(a, in)
						require.NoError(t, err)
						assert.Zero(t, s.Running)
						assert.Zero(t, s.Unknown)
						assert.Len(t, w.service.Calls("RunCommand"), sent, "Stop sends no command")
						assert.Equal(t, 250, s.Succeeded+s.Failed+s.NotSent)
						for _, inv := range w.service.Invocations() {
							assert.True(t, inv.Status.Terminal(), inv.Status)
						}
						return
					}
					s, err := rollOut(a, in, 1)
					require.NoError(t, err)
					assert.Equal(t, 250, s.Succeeded)
					w.requireRuns(t, 1)
				})
			})
		}
	}
}

func TestStopOfAFleetThatHasNotBegunDoesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5, time.Minute)
		s, err := stopAll(w.activities(nil), w.input(nil))
		require.NoError(t, err)
		assert.Equal(t, &rollout.Summary{Instances: 5, NotSent: 5}, s)
		assert.Empty(t, w.service.Calls(""))
	})
}

func TestStopFencesAnAttemptThatIsStillAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 250, time.Minute)
		a := w.activities(nil)
		in := w.input(func(in *rollout.Input) { in.Concurrency = fleet.Count(100) })
		done := make(chan error, 1)
		go func() { _, err := rollOut(a, in, 1); done <- err }()
		<-time.After(30 * time.Second)
		s, err := stopAll(a, in)
		require.NoError(t, err)
		assert.Equal(t, 100, s.Failed)
		assert.Equal(t, 150, s.NotSent)
		requireFailure(t, <-done, rollout.ErrorSuperseded, false)
		assert.Len(t, w.service.Calls("RunCommand"), 1)
	})
}
