package runcommand_test

import (
	"fmt"
	"net/http"
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
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// denyInstances makes the service refuse each call of the action that names one of the
// instances.
func denyInstances(srv *runcommandtest.Server, action string, ids ...string) {
	srv.Control(action, func(c runcommandtest.Call) runcommandtest.Verdict {
		for name, value := range c.Parameters {
			if strings.HasPrefix(name, "InstanceId.") && slices.Contains(ids, value) {
				return runcommandtest.Refuse(errors.ForbiddenRAM)
			}
		}
		return runcommandtest.Pass()
	})
}

func TestARightForSomeInstancesShowsTheirAgents(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		instances int
		denied    []int // the numbers of the instances whose agents may not be seen; nil: all of them
		others    []int // the numbers of further instances whose agents are not shown, because no call was accepted
		calls     int
	}{
		"one of two":                             {2, []int{2}, nil, 3},
		"one of a hundred":                       {100, []int{37}, nil, 1 + 2*7},
		"the first of a hundred":                 {100, []int{1}, nil, 1 + 2*6},
		"one of the first of three calls":        {250, []int{1}, nil, 3 + 2*6},
		"one of each of three calls":             {250, []int{1, 101, 201}, nil, 3 + 2 + 2*5 + 2*6 + 2*5},
		"one of each half of the only call":      {4, []int{1, 4}, []int{2, 3}, 3},
		"all of the only call":                   {100, nil, nil, 3},
		"all of three calls":                     {250, nil, nil, 3 + 2},
		"the only one":                           {1, nil, nil, 1},
		"two of three, and one half is accepted": {3, []int{2, 3}, nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _, ids := fleetOf(t, tt.instances, nil)
			want, denied := make(map[string]errors.Code), slices.Clone(ids)
			if tt.denied != nil {
				denied = nil
			}
			for _, n := range tt.denied {
				denied = append(denied, ids[n-1])
			}
			for n, id := range ids {
				want[id] = ""
				if slices.Contains(denied, id) || slices.Contains(tt.others, n+1) {
					want[id] = errors.ForbiddenRAM
				}
			}
			denyInstances(srv, "DescribeCloudAssistantStatus", denied...)
			client := srv.Client(runcommand.WithLimits(validate.Limits{Instances: 500}))
			req := &runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: ids}
			p, err := client.Preflight(t.Context(), req)
			require.ErrorIs(t, err, errors.ErrPermission)
			require.ErrorContains(t, err, "the right ecs:DescribeCloudAssistantStatus is missing")
			assert.Equal(t, want, readinessCodes(p))
			assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), tt.calls)
		})
	}
}

func TestWaitReadyEndsAtOnceWhenTheRightForOneInstanceIsMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client, ids := fleetOf(t, 100, nil)
		denyInstances(srv, "DescribeCloudAssistantStatus", ids[0])
		began := time.Now()
		p, err := client.WaitReady(t.Context(), ids)
		ended := requireWaitError(t, err)
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.Equal(t, []int{99, 100}, []int{ended.Done, ended.Total})
		assert.Zero(t, time.Since(began))
		assert.Equal(t, ids[1:], p.Ready())
		assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 13)
	})
}

func TestDeniedAndUnknownInstancesDoNotHideTheOthers(t *testing.T) {
	t.Parallel()
	for action, call := range map[string]func(*testing.T, *runcommand.Client, []string) error{
		"DescribeCloudAssistantStatus": func(t *testing.T, client *runcommand.Client, ids []string) error {
			agents, err := client.AgentStatus(t.Context(), ids...)
			assert.Len(t, agents, len(ids)-2)
			return err
		},
		"InstallCloudAssistant": func(t *testing.T, client *runcommand.Client, ids []string) error {
			return client.InstallAgent(t.Context(), ids...)
		},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 48, func(_ int, i *runcommandtest.Instance) { i.NoAgent = true })
			given := slices.Concat([]string{"i-unknown"}, ids, []string{"i-denied"})
			srv.AddInstance(runcommandtest.Instance{ID: "i-denied"})
			denyInstances(srv, action, "i-denied")
			err := call(t, client, given)
			require.ErrorIs(t, err, errors.ErrPermission)
			require.ErrorIs(t, err, errors.ErrNotFound)
			joined, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok, "%T", err)
			var named []string
			for _, one := range joined.Unwrap() {
				e, ok := errors.AsType[*errors.InstanceError](one)
				require.True(t, ok, "%v", one)
				named = append(named, fmt.Sprint(e.InstanceID, " ", e.Code))
			}
			assert.Equal(t, []string{"i-unknown InvalidInstance.NotFound", "i-denied Forbidden.RAM"}, named)
			assert.LessOrEqual(t, len(srv.Calls(action)), 1+2*2*6)
		})
	}
}

func TestACallerWithoutAnyRightCostsFewCalls(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 120, nil)
	for _, action := range []string{"DescribeCloudAssistantStatus", "InstallCloudAssistant"} {
		denyInstances(srv, action, ids...)
	}
	agents, err := client.AgentStatus(t.Context(), ids...)
	assert.Empty(t, agents)
	for action, err := range map[string]error{"DescribeCloudAssistantStatus": err, "InstallCloudAssistant": client.InstallAgent(t.Context(), ids...)} {
		require.ErrorIs(t, err, errors.ErrPermission)
		_, ofOne := errors.AsType[*errors.InstanceError](err)
		assert.False(t, ofOne, "%s: the refusal stands for all instances", action)
	}
	assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 2+2)
	assert.Len(t, srv.Calls("InstallCloudAssistant"), 3+2)
}

func TestAnErrorAfterAMissingRightEndsTheCalls(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 100, nil)
	calls := 0
	srv.Control("DescribeCloudAssistantStatus", func(runcommandtest.Call) runcommandtest.Verdict {
		switch calls++; calls {
		case 1:
			return runcommandtest.Refuse(errors.ForbiddenRAM)
		case 2:
			return runcommandtest.Pass()
		}
		return runcommandtest.Refuse(errors.InvalidRegionIdNotFound)
	})
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.ErrorIs(t, err, errors.InvalidRegionIdNotFound)
	assert.Equal(t, ids[:50], p.Ready())
	assert.Equal(t, errors.InvalidRegionIdNotFound, readinessCodes(p)[ids[99]])
	assert.Equal(t, 3, calls)
}

// hideInstances makes the service hide instances from a caller who lacks the right to list
// them: DescribeInstances leaves them out, and only a DryRun that names one is refused.
func hideInstances(srv *runcommandtest.Server, rows []string, ids ...string) {
	srv.Control("DescribeInstances", func(c runcommandtest.Call) runcommandtest.Verdict {
		if c.Parameters["DryRun"] != "true" {
			return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","Instances":{"Instance":[`+strings.Join(rows, ",")+`]}}`)
		}
		for _, id := range ids {
			if strings.Contains(c.Parameters["InstanceIds"], `"`+id+`"`) {
				return runcommandtest.Refuse(errors.ForbiddenRAM)
			}
		}
		return runcommandtest.Pass()
	})
}

func TestAnInstanceThatOneRightHidesIsNotMissing(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	hideInstances(srv, []string{`{"InstanceId":"i-1","Status":"Running"}`}, "i-2")
	p, err := preflightOf(t, srv.Client(), runcommand.Shell("date").Instances("i-1", "i-2", "i-nope"))
	require.ErrorIs(t, err, errors.ErrPermission)
	require.ErrorContains(t, err, "the right ecs:DescribeInstances is missing")
	assert.Equal(t, map[string]errors.Code{"i-1": "", "i-2": errors.ForbiddenRAM, "i-nope": errors.InvalidInstanceNotFound}, readinessCodes(p))
	assert.True(t, p.Instances[1].Agent.Online)
	calls := srv.Calls("DescribeInstances")
	require.Len(t, calls, 2)
	assert.Equal(t, `["i-2","i-nope"]`, calls[1].Parameters["InstanceIds"])
}

func TestEachHundredHiddenInstancesTakeOneDryRun(t *testing.T) {
	t.Parallel()
	srv, _, ids := fleetOf(t, 150, nil)
	hideInstances(srv, nil, ids[120])
	client := srv.Client(runcommand.WithLimits(validate.Limits{Instances: 500}))
	req := &runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: ids}
	p, err := client.Preflight(t.Context(), req)
	require.ErrorIs(t, err, errors.ErrPermission)
	for k, r := range p.Instances {
		want := errors.InvalidInstanceNotFound
		if k >= 100 {
			want = errors.ForbiddenRAM
		}
		assert.Equal(t, want, codeOf(r.Err), r.InstanceID)
	}
	assert.Len(t, srv.Calls("DescribeInstances"), 2+2)
}

func TestWaitReadyAsksForTheRightOfAnInstanceThatIsHiddenLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := runcommandtest.Start(t)
		srv.AddInstance(runcommandtest.Instance{ID: "i-1", Offline: true})
		time.AfterFunc(20*time.Second, func() { hideInstances(srv, nil, "i-1") })
		_, err := srv.Client().WaitReady(t.Context(), []string{"i-1", "i-nope"})
		require.ErrorIs(t, err, errors.ErrPermission)
		assert.ErrorContains(t, err, "ecs:DescribeInstances")
	})
}
