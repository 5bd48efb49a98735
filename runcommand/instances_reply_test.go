package runcommand_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// answerInstances answers every DescribeInstances with these rows, each a JSON object.
func answerInstances(srv *runcommandtest.Server, rows ...string) {
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
		return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","Instances":{"Instance":[`+strings.Join(rows, ",")+`]}}`)
	})
}

// answerAgents answers every DescribeCloudAssistantStatus with these rows.
func answerAgents(srv *runcommandtest.Server, rows ...string) {
	srv.Control("DescribeCloudAssistantStatus", func(runcommandtest.Call) runcommandtest.Verdict {
		return runcommandtest.Answer(http.StatusOK, `{"RequestId":"R-1","InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[`+strings.Join(rows, ",")+`]}}`)
	})
}

func TestRowsOfInstancesThatTheCallIsNotAboutAreLeftOut(t *testing.T) {
	t.Parallel()
	byIDs := runcommand.InstanceFilter{IDs: []string{"i-1", "i-2"}}
	for name, tt := range map[string]struct {
		filter runcommand.InstanceFilter
		rows   []string
		want   []string
	}{
		"a row of another instance":       {byIDs, []string{`{"InstanceId":"i-3"}`, `{"InstanceId":"i-1"}`}, []string{"i-1"}},
		"a row without an id":             {byIDs, []string{`{"InstanceName":"web"}`, `{"InstanceId":"i-1"}`}, []string{"i-1"}},
		"a row that comes twice":          {byIDs, []string{`{"InstanceId":"i-1"}`, `{"InstanceId":"i-1"}`}, []string{"i-1"}},
		"an id with blanks":               {byIDs, []string{`{"InstanceId":" i-1 "}`}, []string{"i-1"}},
		"an id in capital letters":        {byIDs, []string{`{"InstanceId":"I-1"}`}, []string{"i-1"}},
		"a row without an id, of all":     {runcommand.InstanceFilter{All: true}, []string{`{"InstanceId":" "}`, `{"InstanceId":"i-1"}`}, []string{"i-1"}},
		"a row that comes twice, of all":  {runcommand.InstanceFilter{All: true}, []string{`{"InstanceId":"i-1"}`, `{"InstanceId":"I-1"}`}, []string{"i-1"}},
		"a row of another status":         {runcommand.InstanceFilter{Status: "Running"}, []string{`{"InstanceId":"i-1","Status":"Stopping"}`, `{"InstanceId":"i-2","Status":"Running"}`}, []string{"i-2"}},
		"a row of another resource group": {runcommand.InstanceFilter{ResourceGroupID: "rg-1"}, []string{`{"InstanceId":"i-1","ResourceGroupId":""}`, `{"InstanceId":"i-2","ResourceGroupId":"rg-1"}`}, []string{"i-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := setup(t)
			answerInstances(srv, tt.rows...)
			assert.Equal(t, tt.want, instanceIDs(t, client, tt.filter))
		})
	}
}

func TestAnInstanceKeepsWordsThatTheDocumentsDoNotName(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	answerInstances(srv, `{"InstanceId":"i-1","Status":"Hibernated","OSType":"plan9","OSName":"Linux 9 64位"}`, `{"InstanceId":"i-2","OSType":"FREEBSD","OSName":"a","OSNameEn":"b"}`)
	var all []runcommand.Instance
	for i, err := range client.Instances(t.Context(), runcommand.InstanceFilter{All: true}) {
		require.NoError(t, err)
		all = append(all, i)
	}
	assert.Equal(t, []runcommand.Instance{
		{ID: "i-1", Status: "Hibernated", OS: "plan9", OSName: "Linux 9 64位"},
		{ID: "i-2", OS: runcommand.OSFreeBSD, OSName: "b"},
	}, all)
}

func TestTheServiceGetsTheWholeFilter(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	assert.Empty(t, instanceIDs(t, client, runcommand.InstanceFilter{
		IDs: []string{"i-1", "i-2"}, Name: "web-*", Status: runcommand.InstanceRunning, Tags: []runcommand.Tag{{Key: "k", Value: "v"}},
		ResourceGroupID: "rg-1", VPCID: "vpc-1", ZoneID: "cn-hangzhou-k",
	}))
	calls := srv.Calls("DescribeInstances")
	require.Len(t, calls, 1)
	for name, want := range map[string]string{
		"RegionId": "cn-hangzhou", "InstanceIds": `["i-1","i-2"]`, "InstanceName": "web-*", "Status": "Running", "Tag.1.Key": "k", "Tag.1.Value": "v",
		"ResourceGroupId": "rg-1", "VpcId": "vpc-1", "ZoneId": "cn-hangzhou-k", "MaxResults": "100", "DryRun": "",
	} {
		assert.Equal(t, want, calls[0].Parameters[name], name)
	}
}

func TestAnErrorEndsTheListingOfManyIDs(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 250, nil)
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
	failures := 0
	for _, err := range client.Instances(t.Context(), runcommand.InstanceFilter{IDs: ids}) {
		failures++
		require.ErrorIs(t, err, errors.ErrPermission)
	}
	assert.Equal(t, 1, failures)
	assert.Len(t, srv.Calls("DescribeInstances"), 1)
}

func TestAClientThatNewClientDidNotMakeFindsNothing(t *testing.T) {
	t.Parallel()
	for name, client := range map[string]*runcommand.Client{"zero": {}, "nil": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range client.Instances(t.Context(), runcommand.InstanceFilter{All: true}) {
				require.ErrorIs(t, err, errors.ErrInvalidArgument)
			}
			p, err := client.Preflight(t.Context(), nil)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			require.NotNil(t, p)
			p, err = client.WaitReady(t.Context(), []string{"i-1"})
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			require.NotNil(t, p)
			require.ErrorIs(t, client.InstallAgent(t.Context(), "i-1"), errors.ErrInvalidArgument)
			_, err = client.RunOn(t.Context(), "i-1", runcommand.Shell("date"))
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			_, err = client.Output(t.Context(), "i-1", runcommand.Shell("date"))
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
		})
	}
}

// The service refuses a call because of an unknown instance, and the calls with its halves
// because the region does not offer the operation. The first halves are asked, the others are not.
func TestAnotherErrorEndsTheCallsWithHalves(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 40, nil)
	calls := 0
	srv.Control("InstallCloudAssistant", func(runcommandtest.Call) runcommandtest.Verdict {
		if calls++; calls > 2 {
			return runcommandtest.Refuse(errors.RegionIdApiNotSupported)
		}
		return runcommandtest.Pass()
	})
	err := client.InstallAgent(t.Context(), append([]string{"i-unknown"}, ids...)...)
	require.ErrorIs(t, err, errors.ErrNotSupported)
	assert.NotErrorIs(t, err, errors.ErrNotFound)
	assert.Equal(t, 3, calls)
}

func TestAnInstanceWhoseSystemHasNoAgentDoesNotKeepTheAgentFromOthers(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 9, func(_ int, i *runcommandtest.Instance) { i.NoAgent = true })
	installed := 0
	srv.Control("InstallCloudAssistant", func(c runcommandtest.Call) runcommandtest.Verdict {
		for name, value := range c.Parameters {
			if strings.HasPrefix(name, "InstanceId.") && value == "i-0004" {
				return runcommandtest.Refuse(errors.InvalidInstanceIdOSTypeUnsupported)
			}
		}
		for name := range c.Parameters {
			if strings.HasPrefix(name, "InstanceId.") {
				installed++
			}
		}
		return runcommandtest.Pass()
	})
	err := client.InstallAgent(t.Context(), ids...)
	failure, ok := errors.AsType[*errors.InstanceError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "i-0004", failure.InstanceID)
	assert.Equal(t, errors.InvalidInstanceIdOSTypeUnsupported, failure.Code)
	assert.Equal(t, 8, installed)
}
