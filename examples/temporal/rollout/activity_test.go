package rollout_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	codes "github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// requireFailure checks the type of an error of an activity, and whether a person must decide.
func requireFailure(t *testing.T, err error, kind string, final bool) *temporal.ApplicationError {
	t.Helper()
	failure := new(temporal.ApplicationError)
	require.ErrorAs(t, err, &failure)
	require.Equal(t, kind, failure.Type(), failure.Error())
	require.Equal(t, final, failure.NonRetryable(), failure.Error())
	return failure
}

func TestARolloutReportsEveryInstanceAndNoOutput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 120, time.Minute)
		w.service.AddInstance(runcommandtest.Instance{ID: w.ids[7], Status: "Stopped"})
		w.service.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == w.ids[3] {
				return runcommandtest.Outcome{ExitCode: 4}
			}
			return runcommandtest.Outcome{Output: []byte("an output")}
		})
		s, err := rollOut(w.activities(nil), w.input(func(in *rollout.Input) { in.SkipUnready = true }), 1)
		require.NoError(t, err)
		assert.Equal(t, &rollout.Summary{
			Fleet: s.Fleet, Instances: 120, Succeeded: 118, Failed: 1, Unready: 1,
			Waves: []fleet.Wave{{Number: 1, Instances: 120, Done: 120, Failed: 1}},
			Groups: []rollout.Group{
				{Status: runcommand.StatusSuccess, Count: 118},
				{Status: runcommand.StatusFailed, ExitCode: 4, Code: codes.ExitCodeNonzero, Count: 1},
			},
			FailedInstances: []string{w.ids[3]}, Error: s.Error,
		}, s)
		assert.Contains(t, s.Error, "1 failed")
	})
}

func TestAnErrorSaysWhetherAPersonMustDecide(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(*world)
		change func(*rollout.Input)
		kind   string
		final  bool
		want   string
	}{
		{"too many failures", func(w *world) { w.handle(0, 1) }, func(in *rollout.Input) { in.MaxFailures = fleet.Count(2) },
			rollout.ErrorHalted, true, "20 of 20 failed, limit 2"},
		{"the quota of the day is reached", func(w *world) {
			w.service.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "RunCommand", Code: codes.InvocationExceedQuota})
		}, nil, rollout.ErrorRefused, true, "Invocation.ExceedQuota"},
		{"a right is missing", func(w *world) {
			w.service.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "DescribeInvocations"})
		}, nil, rollout.ErrorRefused, true, "Forbidden.RAM"},
		{"no command", nil, func(in *rollout.Input) { in.Command = nil }, rollout.ErrorPlan, true, "no command"},
		{"no instances", nil, func(in *rollout.Input) { in.Instances = nil }, rollout.ErrorPlan, true, "the plan has no instances"},
		{"waves without a limit", nil, func(in *rollout.Input) { in.Waves = []fleet.Size{fleet.Count(1)} }, rollout.ErrorPlan, true, "MaxFailures"},
		{"a negative time", nil, func(in *rollout.Input) { in.StopGrace = -1 }, rollout.ErrorPlan, true, "stopGrace is negative"},
		{"a heartbeat that is too short", nil, func(in *rollout.Input) { in.Heartbeat = 1 }, rollout.ErrorPlan, true, "at least 1s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 20, time.Minute)
				if tt.before != nil {
					tt.before(w)
				}
				_, err := rollOut(w.activities(nil), w.input(tt.change), 1)
				failure := requireFailure(t, err, tt.kind, tt.final)
				assert.ErrorContains(t, failure, tt.want)
			})
		})
	}
}

func TestAFleetThatFailuresHaltedGoesOnOnlyWithAnotherLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 20, time.Minute)
		change := func(limit fleet.Size) rollout.Input {
			return w.input(func(in *rollout.Input) {
				in.Waves, in.MaxFailures = []fleet.Size{fleet.Count(5)}, limit
			})
		}
		w.handle(time.Second, 1)
		_, err := rollOut(w.activities(nil), change(fleet.Count(2)), 1)
		failure := requireFailure(t, err, rollout.ErrorHalted, true)
		var s *rollout.Summary
		require.NoError(t, failure.Details(&s))
		assert.Equal(t, 5, s.Failed)
		assert.Equal(t, 15, s.NotSent)

		w.handle(time.Second, 0)
		_, err = rollOut(w.activities(nil), change(fleet.Count(2)), 1)
		requireFailure(t, err, rollout.ErrorHalted, true)
		ran := 0
		for _, id := range w.ids {
			ran += w.service.Executions(id)
		}
		require.Equal(t, 5, ran, "the same limit sends nothing")

		s, err = rollOut(w.activities(nil), change(fleet.Count(5)), 1)
		require.NoError(t, err)
		assert.Equal(t, 15, s.Succeeded)
		assert.Equal(t, 5, s.Failed)
		w.requireRuns(t, 1)
	})
}

func TestAWorkflowIDWithAnotherPlanIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3, time.Second)
		in := w.input(nil)
		_, err := rollOut(w.activities(nil), in, 1)
		require.NoError(t, err)
		for name, change := range map[string]func(*rollout.Input){
			"other instances": func(in *rollout.Input) { in.Instances = in.Instances[:2] },
			"another script":  func(in *rollout.Input) { in.Command = new(*in.Command); in.Command.Content = []byte("rm") },
			"other waves": func(in *rollout.Input) {
				in.Waves, in.MaxFailures = []fleet.Size{fleet.Count(1)}, fleet.NoLimit()
			},
		} {
			_, err = rollOut(w.activities(nil), w.input(change), 1)
			failure := requireFailure(t, err, rollout.ErrorPlan, true)
			assert.ErrorContains(t, failure, "the journal belongs to another plan", name)
		}
		s, err := rollOut(w.activities(nil), in, 1)
		require.NoError(t, err)
		assert.Equal(t, 3, s.Succeeded, "the same plan again reports what ran")
		w.requireRuns(t, 1)
	})
}

func TestAWorkerThatShutsDownLeavesTheCommandsToTheNextOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 150, time.Minute)
		in := w.input(func(in *rollout.Input) { in.Concurrency = fleet.Count(50) })
		shutdown := make(chan struct{})
		time.AfterFunc(90*time.Second, func() { close(shutdown) })
		_, err := rollOutUntil(w.activities(nil), in, 1, shutdown)
		failure := requireFailure(t, err, rollout.ErrorUnavailable, false)
		require.ErrorContains(t, failure, "the worker shuts down")

		s, err := rollOut(w.activities(nil), in, 1)
		require.NoError(t, err)
		assert.Equal(t, 150, s.Succeeded)
		assert.Empty(t, w.service.Calls("StopInvocation"))
		w.requireRuns(t, 1)
	})
}

// A slowJournal yields its entries only when its context has ended, as a database does whose
// network hangs.
type slowJournal struct{ rollout.Journal }

func (slowJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		<-ctx.Done()
		yield(nil, ctx.Err())
	}
}

func TestAWorkerShutsDownWhileItReadsAJournal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		begun bool
	}{
		{"of a new rollout", false},
		{"of a rollout that goes on", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 3, time.Second)
				if c.begun {
					_, err := rollOut(w.activities(nil), w.input(nil), 1)
					require.NoError(t, err)
				}
				slow := w.activities(func(j rollout.Journal) rollout.Journal { return slowJournal{j} })
				shutdown := make(chan struct{})
				time.AfterFunc(time.Minute, func() { close(shutdown) })
				began := time.Now()
				_, err := rollOutUntil(slow, w.input(nil), 1, shutdown)
				requireFailure(t, err, rollout.ErrorUnavailable, false)
				assert.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestStopEndsWhileItReadsAJournal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3, time.Second)
		_, err := rollOut(w.activities(nil), w.input(nil), 1)
		require.NoError(t, err)
		slow := w.activities(func(j rollout.Journal) rollout.Journal { return slowJournal{j} })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err = newAttempt(ctx, slow).ExecuteActivity(slow.Stop, w.input(nil))
		require.ErrorContains(t, err, context.DeadlineExceeded.Error())
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

// A brokenJournal fails from an entry on, as a database that is down does.
type brokenJournal struct {
	rollout.Journal
	from int64
}

func (j brokenJournal) Append(ctx context.Context, n int64, entry []byte) error {
	if n >= j.from {
		return errors.New("the database is down")
	}
	return j.Journal.Append(ctx, n, entry)
}

func TestADatabaseThatIsDownIsTriedAgain(t *testing.T) {
	t.Parallel()
	for from := int64(1); from <= 6; from++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 150, time.Minute)
			broken := func(j rollout.Journal) rollout.Journal { return brokenJournal{j, from} }
			_, err := rollOut(w.activities(broken), w.input(nil), 1)
			failure := requireFailure(t, err, rollout.ErrorUnavailable, false)
			require.ErrorContains(t, failure, "the database is down")
			s, err := rollOut(w.activities(nil), w.input(nil), 1)
			require.NoError(t, err)
			assert.Equal(t, 150, s.Succeeded)
			w.requireRuns(t, 1)
		})
	}
}

func TestTheSecretsOfAPlanAreInNoError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const secret = "s3cr3t-marker"
		w := newWorld(t, 3, time.Second)
		_, err := rollOut(w.activities(nil), w.input(func(in *rollout.Input) {
			in.Command = new(*in.Command)
			in.Command.Content = []byte("echo " + secret)
			in.Command.Parameters = map[string]string{"password": secret} // without EnableParameter: a mistake
			in.Command.Name = string(make([]byte, 500))
		}), 1)
		requireFailure(t, err, rollout.ErrorPlan, true)
		assert.NotContains(t, err.Error(), secret)
	})
}
