package rollout_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/sqljournal"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// world is a local service with its instances, and a database. It is made in a bubble of
// testing/synctest: time is virtual.
type world struct {
	service  *runcommandtest.Server
	ids      []string
	database *sqljournal.Database
}

// newWorld starts a service with n instances, on which a command takes the time takes.
func newWorld(t *testing.T, n int, takes time.Duration) *world {
	t.Helper()
	w := &world{service: runcommandtest.Start(t)}
	for i := range n {
		id := fmt.Sprintf("i-bp%018d", i+1)
		w.ids = append(w.ids, id)
		w.service.AddInstance(runcommandtest.Instance{ID: id})
	}
	w.handle(takes, 0)
	var err error
	w.database, err = sqljournal.Open(t.Context(), filepath.Join(t.TempDir(), "fleet.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.database.Close()) })
	return w
}

// handle lets commands take a time and end with an exit code.
func (w *world) handle(takes time.Duration, exitCode int) {
	w.service.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("an output"), ExitCode: exitCode, Takes: takes}
	})
}

// activities returns the activities of a worker. The journal goes through wrap unless it is nil.
func (w *world) activities(wrap func(rollout.Journal) rollout.Journal) *rollout.Activities {
	return &rollout.Activities{
		Client: w.service.Client(),
		Journals: func(key string) rollout.Journal {
			if wrap == nil {
				return w.database.Journal(key)
			}
			return wrap(w.database.Journal(key))
		},
	}
}

func (w *world) input(change func(*rollout.Input)) rollout.Input {
	req, err := runcommand.Shell("patch").Timeout(10 * time.Minute).Instances(w.ids[0]).Build()
	if err != nil {
		panic(err)
	}
	req.InstanceIDs = nil
	in := rollout.Input{Command: req, Instances: w.ids}
	if change != nil {
		change(&in)
	}
	return in
}

// rollOut runs one attempt of the activity, as a worker does.
func rollOut(a *rollout.Activities, in rollout.Input, approved int) (*rollout.Summary, error) {
	return rollOutUntil(a, in, approved, nil)
}

// rollOutUntil is like rollOut. The worker begins to shut down when the channel is closed.
func rollOutUntil(a *rollout.Activities, in rollout.Input, approved int, shutdown chan struct{}) (*rollout.Summary, error) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	if shutdown != nil {
		env.SetWorkerStopChannel(shutdown)
	}
	env.RegisterActivity(a)
	value, err := env.ExecuteActivity(a.Rollout, rollout.Step{Input: in, Approved: approved})
	if err != nil {
		return nil, err
	}
	var s *rollout.Summary
	return s, value.Get(&s)
}

// requireRuns checks that each instance ran the command a number of times.
func (w *world) requireRuns(t *testing.T, want int) {
	t.Helper()
	for _, id := range w.ids {
		require.Equal(t, want, w.service.Executions(id), "executions on %s", id)
	}
}

// quiet is a logger of the Temporal SDK that logs nothing.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
