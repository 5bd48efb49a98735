package patch_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/testing/patch"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// start returns a local service with three instances on which an update takes 20 minutes.
// Call it inside of synctest.Test: then these minutes pass at once.
func start(t *testing.T) *runcommandtest.Server {
	t.Helper()
	srv := runcommandtest.Start(t)
	for _, id := range []string{"i-1", "i-2", "i-3"} {
		srv.AddInstance(runcommandtest.Instance{ID: id})
	}
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Output: []byte("Complete!\n"), Takes: 20 * time.Minute}))
	return srv
}

func TestUpdatesAreInstalledOnEveryInstance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		began := time.Now()
		done, err := patch.Install(t.Context(), srv.Client(), "i-1", "i-2", "i-3")
		require.NoError(t, err)
		assert.Equal(t, []string{"i-1", "i-2", "i-3"}, done.Updated)
		assert.Greater(t, time.Since(began), 20*time.Minute, "in virtual time")
		assert.Equal(t, "yum -y update --security", string(srv.Executed("i-1")[0].Script))
	})
}

func TestAnUpdateRunsOnceWhateverHappensToTheCall(t *testing.T) {
	t.Parallel()
	// The client makes five attempts for a call. So with five faults the first call fails,
	// and Install has to find out what became of it.
	for name, faults := range map[string][]runcommandtest.Fault{
		"one reply is lost":                       {{Kind: runcommandtest.FaultResetAfterAccept}},
		"every reply to the first call is lost":   {{Kind: runcommandtest.FaultResetAfterAccept, Times: runcommand.DefaultAttempts}},
		"a gateway answers in place of replies":   {{Kind: runcommandtest.FaultLostGateway, Action: "RunCommand", Times: runcommand.DefaultAttempts}},
		"the request is lost on the way there":    {{Kind: runcommandtest.FaultResetBefore, Times: runcommand.DefaultAttempts}},
		"the service throttles every operation":   {{Kind: runcommandtest.FaultThrottled, Times: 4}},
		"the reply is lost, then it is throttled": {{Kind: runcommandtest.FaultResetAfterAccept, Times: 2}, {Kind: runcommandtest.FaultThrottled, Action: "RunCommand", Times: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := start(t)
				srv.Inject(faults...)
				done, err := patch.Install(t.Context(), srv.Client(), "i-1")
				require.NoError(t, err)
				assert.Equal(t, []string{"i-1"}, done.Updated)
				assert.Equal(t, 1, srv.Executions("i-1"))
			})
		})
	}
}

func TestAnOutcomeThatNoAnswerTellsIsUnknown(t *testing.T) {
	t.Parallel()
	for name, answered := range map[string]int64{
		"every reply is lost":                              1000,
		"the calls after the one that is lost are refused": runcommand.DefaultAttempts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := start(t)
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand", Times: -1})
				var calls atomic.Int64
				srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
					if calls.Add(1) > answered {
						return runcommandtest.Refuse(errors.ForbiddenRAM)
					}
					return runcommandtest.Pass()
				})
				done, err := patch.Install(t.Context(), srv.Client(), "i-1")
				require.Error(t, err)
				assert.True(t, done.Unknown)
				assert.Empty(t, done.Updated)
				assert.Equal(t, 1, srv.Executions("i-1"), "it did run")
			})
		})
	}
}

func TestARefusalRanNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultPermission})
		done, err := patch.Install(t.Context(), srv.Client(), "i-1")
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.False(t, done.Unknown)
		assert.Zero(t, srv.Executions("i-1"))
	})
}

func TestEachInstanceIsReportedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-2", Offline: true})
		srv.Handle(runcommandtest.ByInstance(map[string]runcommandtest.Handler{
			"i-1": runcommandtest.Always(runcommandtest.Outcome{Takes: 5 * time.Minute}),
			"i-3": runcommandtest.Always(runcommandtest.Outcome{ExitCode: 1}),
		}, nil))
		done, err := patch.Install(t.Context(), srv.Client(), "i-1", "i-2", "i-3")
		require.NoError(t, err, "that instances failed is no error")
		assert.Equal(t, []string{"i-1"}, done.Updated)
		assert.Len(t, done.Failed, 2)
		assert.ErrorIs(t, done.Failed["i-2"], errors.ClientNotOnline)
		assert.ErrorIs(t, done.Failed["i-3"], errors.ErrScript)
	})
}

func TestADeadlineLeavesTheInstancesRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		done, err := patch.Install(ctx, srv.Client(), "i-1", "i-2")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, []string{"i-1", "i-2"}, done.Running)
		assert.Empty(t, done.Failed)
	})
}

func TestNoInstanceIsAMistake(t *testing.T) {
	t.Parallel()
	done, err := patch.Install(t.Context(), runcommandtest.Start(t).Client())
	require.ErrorIs(t, err, errors.ErrMissingArgument)
	assert.False(t, done.Unknown)
}
