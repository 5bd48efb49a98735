package runcommand_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// fleetOf starts a local service with n instances, i-0001 and so on. The function change
// may change each instance before it is added.
func fleetOf(tb testing.TB, n int, change func(int, *runcommandtest.Instance)) (*runcommandtest.Server, *runcommand.Client, []string) {
	tb.Helper()
	srv := runcommandtest.Start(tb)
	var ids []string
	for k := range n {
		i := runcommandtest.Instance{ID: fmt.Sprintf("i-%04d", k+1)}
		if change != nil {
			change(k+1, &i)
		}
		srv.AddInstance(i)
		ids = append(ids, i.ID)
	}
	return srv, srv.Client(), ids
}

// instanceIDs returns the ids of the instances that a filter selects.
func instanceIDs(tb testing.TB, client *runcommand.Client, f runcommand.InstanceFilter) []string {
	tb.Helper()
	ids := []string{}
	for i, err := range client.Instances(tb.Context(), f) {
		require.NoError(tb, err)
		ids = append(ids, i.ID)
	}
	return ids
}

func TestEveryFieldOfAnInstanceIsRead(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 3, 2, 8, 15, 0, 0, time.UTC)
	srv := runcommandtest.Start(t)
	srv.AddInstance(
		runcommandtest.Instance{
			ID: "i-1", Name: "web-1", HostName: "web1.local", Status: runcommandtest.InstanceStopping, OS: runcommandtest.Windows,
			ZoneID: "cn-hangzhou-k", ResourceGroupID: "rg-1", Tags: map[string]string{"app": "shop"}, Created: created, LockReasons: []string{"financial"},
		},
		runcommandtest.Instance{ID: "i-2"},
	)
	var all []runcommand.Instance
	for i, err := range srv.Client().Instances(t.Context(), runcommand.InstanceFilter{All: true}) {
		require.NoError(t, err)
		all = append(all, i)
	}
	require.Len(t, all, 2)
	assert.NotEmpty(t, all[0].OSName)
	all[0].OSName = ""
	assert.Equal(t, runcommand.Instance{
		ID: "i-1", Name: "web-1", HostName: "web1.local", Status: runcommand.InstanceStopping, OS: runcommand.OSWindows,
		ZoneID: "cn-hangzhou-k", ResourceGroupID: "rg-1", Tags: []runcommand.Tag{{Key: "app", Value: "shop"}}, Created: created, Locks: []string{"financial"},
	}, all[0])
	assert.Equal(t, runcommand.OSLinux, all[1].OS)
	assert.Nil(t, all[1].Tags, "the reply has no tags at all for an instance without tags")
	assert.Nil(t, all[1].Locks)
}

func TestEachFilterSelects(t *testing.T) {
	t.Parallel()
	_, client, _ := fleetOf(t, 4, func(n int, i *runcommandtest.Instance) {
		switch n {
		case 1:
			i.Name, i.Tags = "web-1", map[string]string{"env": "test", "app": "shop"}
		case 2:
			i.Name, i.Tags = "web-2", map[string]string{"env": "test"}
			i.Status = runcommandtest.InstanceStopped
		case 3:
			i.Name, i.ResourceGroupID, i.VPCID = "db-1", "rg-1", "vpc-1"
		case 4:
			i.Name, i.ZoneID = "web", "cn-hangzhou-x"
		}
	})
	tag := func(key, value string) runcommand.Tag { return runcommand.Tag{Key: key, Value: value} }
	for name, tt := range map[string]struct {
		filter runcommand.InstanceFilter
		want   []string
	}{
		"ids":                              {runcommand.InstanceFilter{IDs: []string{"i-0003", "i-0001"}}, []string{"i-0001", "i-0003"}},
		"an id given twice":                {runcommand.InstanceFilter{IDs: []string{"i-0003", "i-0003"}}, []string{"i-0003"}},
		"an id in other letters":           {runcommand.InstanceFilter{IDs: []string{"i-0003", "I-0003"}}, []string{"i-0003"}},
		"an unknown id among others":       {runcommand.InstanceFilter{IDs: []string{"i-nope", "i-0002"}}, []string{"i-0002"}},
		"no id":                            {runcommand.InstanceFilter{IDs: []string{}}, []string{}},
		"a name":                           {runcommand.InstanceFilter{Name: "web"}, []string{"i-0004"}},
		"a name with a wildcard":           {runcommand.InstanceFilter{Name: "web-*"}, []string{"i-0001", "i-0002"}},
		"a status":                         {runcommand.InstanceFilter{Status: runcommand.InstanceStopped}, []string{"i-0002"}},
		"a tag":                            {runcommand.InstanceFilter{Tags: []runcommand.Tag{tag("env", "test")}}, []string{"i-0001", "i-0002"}},
		"two tags mean both of them":       {runcommand.InstanceFilter{Tags: []runcommand.Tag{tag("env", "test"), tag("app", "shop")}}, []string{"i-0001"}},
		"a resource group":                 {runcommand.InstanceFilter{ResourceGroupID: "rg-1"}, []string{"i-0003"}},
		"a VPC":                            {runcommand.InstanceFilter{VPCID: "vpc-1"}, []string{"i-0003"}},
		"a zone":                           {runcommand.InstanceFilter{ZoneID: "cn-hangzhou-x"}, []string{"i-0004"}},
		"a name and a status have to hold": {runcommand.InstanceFilter{Name: "web-*", Status: runcommand.InstanceRunning}, []string{"i-0001"}},
		"all of the region":                {runcommand.InstanceFilter{All: true}, []string{"i-0001", "i-0002", "i-0003", "i-0004"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, instanceIDs(t, client, tt.filter))
		})
	}
}

func TestAWrongInstanceFilterSendsNothing(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 1, nil)
	t.Cleanup(func() { assert.Empty(t, srv.Calls("")) }) // after the subtests, which are parallel
	for name, tt := range map[string]struct {
		filter runcommand.InstanceFilter
		says   string
		want   error
	}{
		"an empty filter would list the region":  {runcommand.InstanceFilter{}, "it is empty", errors.ErrInvalidArgument},
		"no tags are no filter":                  {runcommand.InstanceFilter{Tags: []runcommand.Tag{}}, "it is empty", errors.ErrInvalidArgument},
		"all, and a name":                        {runcommand.InstanceFilter{All: true, Name: "web"}, "All selects", errors.ErrInvalidArgument},
		"all, and no ids":                        {runcommand.InstanceFilter{All: true, IDs: []string{}}, "All selects", errors.ErrInvalidArgument},
		"an empty id":                            {runcommand.InstanceFilter{IDs: []string{"i-1", ""}}, "id is empty", errors.ErrInvalidArgument},
		"an id of blanks":                        {runcommand.InstanceFilter{IDs: []string{" "}}, "id is empty", errors.ErrInvalidArgument},
		"a status in other letters":              {runcommand.InstanceFilter{Status: "running"}, "Status", errors.ErrInvalidArgument},
		"a status of another kind of thing":      {runcommand.InstanceFilter{Status: "Success"}, "Status", errors.ErrInvalidArgument},
		"a tag without a key":                    {runcommand.InstanceFilter{Tags: []runcommand.Tag{{Value: "v"}}}, "key of a tag", errors.ErrInvalidArgument},
		"more tags than a call of the operation": {runcommand.InstanceFilter{Tags: make([]runcommand.Tag, 21)}, "21 tags", errors.ErrLimitExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last error
			for _, err := range client.Instances(t.Context(), tt.filter) {
				last = err
			}
			require.ErrorIs(t, last, tt.want)
			assert.ErrorContains(t, last, tt.says)
		})
	}
}

func TestAThousandInstancesCostTheFewestCalls(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]func([]string) []string{
		"in order":         func(ids []string) []string { return ids },
		"each given twice": func(ids []string) []string { return append(ids, ids...) },
		"each also in capital letters": func(ids []string) []string {
			return append(ids, strings.Split(strings.ToUpper(strings.Join(ids, " ")), " ")...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 1000, func(_ int, i *runcommandtest.Instance) { i.NoAgent = true })
			given := list(slices.Clone(ids))
			assert.Equal(t, ids, instanceIDs(t, client, runcommand.InstanceFilter{IDs: given}))
			agents, err := client.AgentStatus(t.Context(), given...)
			require.NoError(t, err)
			assert.Len(t, agents, 1000)
			require.NoError(t, client.InstallAgent(t.Context(), given...))
			assert.Len(t, srv.Calls("DescribeInstances"), 10)
			assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 10)
			assert.Len(t, srv.Calls("InstallCloudAssistant"), 20)
		})
	}
}

func TestUnknownInstancesDoNotHideTheOthers(t *testing.T) {
	t.Parallel()
	for _, unknown := range []int{1, 2, 7, 100} {
		t.Run(fmt.Sprintf("%d unknown among 300", unknown), func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 300-unknown, func(_ int, i *runcommandtest.Instance) { i.NoAgent = true })
			given := slices.Clone(ids)
			for n := range unknown {
				given = append(given, fmt.Sprintf("i-unknown-%d", n))
			}
			random := rand.New(rand.NewPCG(4, uint64(unknown)))
			random.Shuffle(len(given), func(a, b int) { given[a], given[b] = given[b], given[a] })

			agents, err := client.AgentStatus(t.Context(), given...)
			assert.Len(t, agents, len(ids))
			assertUnknown(t, err, given)
			assert.LessOrEqual(t, len(srv.Calls("DescribeCloudAssistantStatus")), 3+2*7*unknown)

			err = client.InstallAgent(t.Context(), given...)
			assertUnknown(t, err, given)
			assert.LessOrEqual(t, len(srv.Calls("InstallCloudAssistant")), 6+2*6*unknown)
			for _, id := range ids {
				srv.Reboot(id)
			}
			agents, err = client.AgentStatus(t.Context(), ids...)
			require.NoError(t, err)
			for id, agent := range agents {
				assert.NotEmpty(t, agent.Version, id)
			}
		})
	}
}

// assertUnknown asserts that err names exactly the unknown ids of a list, in its order.
func assertUnknown(t *testing.T, err error, given []string) {
	t.Helper()
	require.ErrorIs(t, err, errors.InvalidInstanceNotFound)
	require.ErrorIs(t, err, errors.ErrNotFound)
	var want, named []string
	for _, id := range given {
		if strings.HasPrefix(id, "i-unknown") {
			want = append(want, id)
		}
	}
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%T", err)
	for _, one := range joined.Unwrap() {
		e, ok := errors.AsType[*errors.InstanceError](one)
		require.True(t, ok, "%v", one)
		assert.Equal(t, errors.InvalidInstanceNotFound, e.Code)
		named = append(named, e.InstanceID)
	}
	assert.Equal(t, want, named)
}

func TestInstancesAsksForPagesOnlyWhenTheLoopNeedsThem(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 250, nil)
	seen := 0
	for _, err := range client.Instances(t.Context(), runcommand.InstanceFilter{All: true}) {
		require.NoError(t, err)
		if seen++; seen == 150 {
			break
		}
	}
	assert.Len(t, srv.Calls("DescribeInstances"), 2)
	assert.Len(t, instanceIDs(t, client, runcommand.InstanceFilter{All: true}), 250)
	assert.Len(t, srv.Calls("DescribeInstances"), 2+3)
}

func TestALoopOverIDsThatIsLeftMakesNoFurtherCall(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 250, nil)
	for _, err := range client.Instances(t.Context(), runcommand.InstanceFilter{IDs: ids}) {
		require.NoError(t, err)
		break
	}
	assert.Len(t, srv.Calls("DescribeInstances"), 1)
}

func TestATokenThatExpiresLosesAndRepeatsNoInstance(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 350, nil)
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultTokenExpired, Action: "DescribeInstances", Times: 2})
	assert.Equal(t, ids, instanceIDs(t, client, runcommand.InstanceFilter{All: true}))
	assert.Empty(t, srv.Pending())
}

// TestALaterPageThatIsRefusedBecauseOfItsTokenBeginsAgain uses codes with which other
// operations of the service refuse a token. The documents name none for DescribeInstances.
func TestALaterPageThatIsRefusedBecauseOfItsTokenBeginsAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []errors.Code{errors.InvalidParameterNextToken, "InvalidParameter", "InvalidNextToken", "InvalidParam.NextToken"} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 250, nil)
			calls := 0
			srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
				if calls++; calls == 2 {
					return runcommandtest.Refuse(code)
				}
				return runcommandtest.Pass()
			})
			assert.Equal(t, ids, instanceIDs(t, client, runcommand.InstanceFilter{All: true}))
			assert.Equal(t, 5, calls)
		})
	}
}

func TestTheErrorOfAPageComesLast(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 150, nil)
	calls := 0
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
		if calls++; calls == 2 {
			return runcommandtest.Refuse(errors.ForbiddenRAM)
		}
		return runcommandtest.Pass()
	})
	seen, failures := 0, 0
	for i, err := range client.Instances(t.Context(), runcommand.InstanceFilter{All: true}) {
		if err != nil {
			failures++
			require.ErrorIs(t, err, errors.ErrPermission)
			assert.Empty(t, i.ID)
			continue
		}
		seen++
	}
	assert.Equal(t, 100, seen)
	assert.Equal(t, 1, failures)
}

func TestInstallAgentNeedsInstances(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 1, nil)
	require.ErrorIs(t, client.InstallAgent(t.Context()), errors.ErrInvalidArgument)
	require.ErrorIs(t, client.InstallAgent(t.Context(), "i-0001", " "), errors.ErrInvalidArgument)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, client.InstallAgent(ctx, "i-0001"), context.Canceled)
	assert.Empty(t, srv.Calls(""))
}
