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

func TestWaitReadyWaitsForMachineAndAgent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := runcommandtest.Start(t)
		srv.AddInstance(
			runcommandtest.Instance{ID: "i-1"},
			runcommandtest.Instance{ID: "i-2", Status: runcommandtest.InstanceStarting},
			runcommandtest.Instance{ID: "i-3", Offline: true},
		)
		time.AfterFunc(10*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-4"}) })
		time.AfterFunc(40*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-2", Offline: true}) })
		time.AfterFunc(70*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-3"}) })
		time.AfterFunc(90*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-2"}) })
		began := time.Now()
		var last runcommand.Progress
		p, err := srv.Client().WaitReady(t.Context(), []string{"i-1", "i-2", "i-3", "i-4", "i-1"},
			runcommand.OnProgress(func(p runcommand.Progress) {
				assert.GreaterOrEqual(t, p.Done, last.Done)
				assert.Equal(t, 4, p.Total)
				last = p
			}))
		require.NoError(t, err)
		assert.Equal(t, []string{"i-1", "i-2", "i-3", "i-4"}, p.Ready())
		took := time.Since(began)
		assert.GreaterOrEqual(t, took, 90*time.Second)
		assert.LessOrEqual(t, took, 90*time.Second*13/10)
		assert.Equal(t, 4, last.Done)
		assert.Equal(t, map[runcommand.Status]int{"Running": 4}, last.ByStatus)
	})
}

func TestWaitReadyAsksOnlyAboutInstancesThatAreNotReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client, ids := fleetOf(t, 150, func(n int, i *runcommandtest.Instance) { i.Offline = n == 150 })
		time.AfterFunc(time.Minute, func() { srv.AddInstance(runcommandtest.Instance{ID: ids[149]}) })
		_, err := client.WaitReady(t.Context(), ids)
		require.NoError(t, err)
		calls := srv.Calls("DescribeInstances")
		require.Greater(t, len(calls), 3)
		for _, call := range calls[2:] {
			assert.Equal(t, `["`+ids[149]+`"]`, call.Parameters["InstanceIds"])
		}
	})
}

func TestWaitReadyEnds(t *testing.T) {
	t.Parallel()
	stopped := runcommandtest.Instance{ID: "i-2", Status: runcommandtest.InstanceStopped}
	for name, tt := range map[string]struct {
		opts  []runcommand.WaitOption
		until func(context.Context) (context.Context, context.CancelFunc)
		after time.Duration
		want  error
	}{
		"after ten minutes, without a bound": {nil, nil, 10 * time.Minute, context.DeadlineExceeded},
		"after the longest wait":             {[]runcommand.WaitOption{runcommand.MaxWait(time.Minute)}, nil, time.Minute, context.DeadlineExceeded},
		"at the deadline": {nil, func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		}, time.Hour, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := runcommandtest.Start(t)
				srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, stopped)
				ctx, began := t.Context(), time.Now()
				if tt.until != nil {
					var cancel context.CancelFunc
					ctx, cancel = tt.until(ctx)
					defer cancel()
				}
				p, err := srv.Client().WaitReady(ctx, []string{"i-1", "i-2"}, tt.opts...)
				require.ErrorIs(t, err, tt.want)
				failure, ok := errors.AsType[*errors.WaitError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, []int{1, 2}, []int{failure.Done, failure.Total})
				assert.Empty(t, failure.InvocationID)
				assert.Equal(t, tt.after, time.Since(began))
				assert.Equal(t, map[string]errors.Code{"i-1": "", "i-2": errors.InstanceNotRunning}, readinessCodes(p))
				assert.Equal(t, []string{"i-1"}, p.Ready())
			})
		})
	}
}

func TestWaitReadyGivesUpAnInstanceThatDoesNotExist(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := runcommandtest.Start(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-1", Offline: true})
		time.AfterFunc(2*time.Minute, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-1"}) })
		began := time.Now()
		p, err := srv.Client().WaitReady(t.Context(), []string{"i-nope", "i-1"})
		require.ErrorIs(t, err, errors.InvalidInstanceNotFound)
		_, early := errors.AsType[*errors.WaitError](err)
		assert.False(t, early, "the wait came to its end")
		assert.Equal(t, []string{"i-1"}, p.Ready())
		assert.GreaterOrEqual(t, time.Since(began), 2*time.Minute)
		dry := 0
		for _, call := range srv.Calls("DescribeInstances") {
			if call.Parameters["DryRun"] != "" {
				dry++
			}
		}
		assert.Equal(t, 1, dry, "the right is asked for once")
	})
}

func TestWaitReadyEndsAtAMissingRight(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"DescribeInstances", "DescribeCloudAssistantStatus"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client, ids := fleetOf(t, 2, nil)
				srv.Control(action, func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
				began := time.Now()
				p, err := client.WaitReady(t.Context(), ids)
				require.ErrorIs(t, err, errors.ErrPermission)
				assert.ErrorContains(t, err, "ecs:"+action)
				assert.Zero(t, time.Since(began))
				assert.Empty(t, p.Ready())
				assert.Len(t, p.Instances, 2)
			})
		})
	}
}

func TestWaitReadySurvivesThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client, ids := fleetOf(t, 1, nil)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInstances", Times: 20})
		p, err := client.WaitReady(t.Context(), ids, runcommand.PollEvery(poll.Policy{Max: 5 * time.Second}))
		require.NoError(t, err)
		assert.Equal(t, ids, p.Ready())
		assert.Empty(t, srv.Pending())
	})
}

func TestAWrongWaitForReadinessAsksNothing(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, nil)
	t.Cleanup(func() { assert.Empty(t, srv.Calls("")) }) // after the subtests, which are parallel
	for name, tt := range map[string]struct {
		ids  []string
		opts []runcommand.WaitOption
		says string
	}{
		"no instance":        {nil, nil, "no instance"},
		"an empty id":        {[]string{"i-0001", ""}, nil, "id is empty"},
		"a stop":             {ids, []runcommand.WaitOption{runcommand.StopOnCancel(time.Second)}, "StopOnCancel"},
		"a wrong option":     {ids, []runcommand.WaitOption{runcommand.MaxWait(-1)}, "MaxWait"},
		"an option that nil": {ids, []runcommand.WaitOption{nil}, "nil"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := client.WaitReady(t.Context(), tt.ids, tt.opts...)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, tt.says)
			require.NotNil(t, p)
			assert.Empty(t, p.Ready())
		})
	}
}

func TestWaitReadyGivesANewInstanceTimeToAppear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := runcommandtest.Start(t)
		time.AfterFunc(19500*time.Millisecond, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-1"}) })
		var elapsed []time.Duration
		p, err := srv.Client().WaitReady(t.Context(), []string{"i-1"}, everySecond, runcommand.OnProgress(func(p runcommand.Progress) {
			elapsed = append(elapsed, p.Elapsed)
		}))
		require.NoError(t, err)
		assert.Equal(t, []string{"i-1"}, p.Ready())
		require.Len(t, elapsed, 21)
		assert.Equal(t, 20*time.Second, elapsed[20])
	})
}

func TestWaitReadyWaitsForAnAgentThatTheReplyDoesNotShow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client, ids := fleetOf(t, 1, nil)
		began := time.Now()
		srv.Control("DescribeCloudAssistantStatus", func(runcommandtest.Call) runcommandtest.Verdict {
			if time.Since(began) >= 30*time.Second {
				return runcommandtest.Pass()
			}
			return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[]}}`)
		})
		p, err := client.WaitReady(t.Context(), ids)
		require.NoError(t, err)
		assert.Equal(t, ids, p.Ready())
		assert.GreaterOrEqual(t, time.Since(began), 30*time.Second)
	})
}

func TestAWaitForReadinessThatNeverGotAnAnswerCountsNoInstance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client, ids := fleetOf(t, 2, nil)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInstances", Times: -1})
		p, err := client.WaitReady(t.Context(), ids, runcommand.MaxWait(time.Minute))
		ended := requireWaitError(t, err)
		assert.Equal(t, []int{0, 2}, []int{ended.Done, ended.Total})
		assert.Empty(t, p.Ready())
		require.Len(t, p.Instances, 2)
		for _, r := range p.Instances {
			failure, ok := errors.AsType[*errors.InstanceError](r.Err)
			require.True(t, ok)
			assert.Empty(t, failure.Code, "nothing is known")
			assert.Equal(t, "the service did not answer about the instance", failure.Info)
		}
	})
}

func TestWaitReadyKeepsWhatIsKnownWhenACallFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		action string
		code   errors.Code
		want   map[string]errors.Code
	}{
		"no right to see agents": {"DescribeCloudAssistantStatus", errors.ForbiddenRAM, map[string]errors.Code{"i-1": errors.ForbiddenRAM, "i-2": errors.InstanceNotRunning}},
		"agents are throttled":   {"DescribeCloudAssistantStatus", errors.Throttling, map[string]errors.Code{"i-1": errors.Throttling, "i-2": errors.InstanceNotRunning}},
		"no right to list":       {"DescribeInstances", errors.ForbiddenRAM, map[string]errors.Code{"i-1": errors.ForbiddenRAM, "i-2": errors.ForbiddenRAM}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := runcommandtest.Start(t)
				srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2", Status: runcommandtest.InstanceStopped})
				srv.Control(tt.action, func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(tt.code) })
				p, err := srv.Client().WaitReady(t.Context(), []string{"i-1", "i-2"}, runcommand.MaxWait(time.Minute))
				_, ended := errors.AsType[*errors.WaitError](err)
				assert.True(t, ended, "%v", err)
				assert.Equal(t, tt.want, readinessCodes(p))
			})
		})
	}
}

func TestWaitReadyGivesUpAnInstanceOnlyAfterThirtySecondsWithoutIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := runcommandtest.Start(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-1", Status: runcommandtest.InstancePending})
		time.AfterFunc(60*time.Second, func() { srv.RemoveInstance("i-1") })
		time.AfterFunc(80*time.Second, func() { srv.AddInstance(runcommandtest.Instance{ID: "i-1"}) })
		p, err := srv.Client().WaitReady(t.Context(), []string{"i-1"})
		require.NoError(t, err)
		assert.Equal(t, []string{"i-1"}, p.Ready())

		began := time.Now()
		srv.RemoveInstance("i-1")
		_, err = srv.Client().WaitReady(t.Context(), []string{"i-1"})
		require.ErrorIs(t, err, errors.InvalidInstanceNotFound)
		assert.GreaterOrEqual(t, time.Since(began), 30*time.Second)
	})
}
