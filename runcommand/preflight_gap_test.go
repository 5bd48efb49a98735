package runcommand_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestPreflightSaysNothingOfInstancesAboutWhichTheServiceDidNotAnswer(t *testing.T) {
	t.Parallel()
	refuse := func(code errors.Code) runcommandtest.Verdict { return runcommandtest.Refuse(code) }
	for name, tt := range map[string]struct {
		action  string
		verdict runcommandtest.Verdict
		code    errors.Code // of each instance
		info    string
		lists   int // calls of DescribeInstances
		agents  int // calls of DescribeCloudAssistantStatus
		want    error
	}{
		"instances: a refusal":       {"DescribeInstances", refuse(errors.InvalidRegionIdNotFound), errors.InvalidRegionIdNotFound, "the service did not answer, so the instance is not known", 1, 0, errors.InvalidRegionIdNotFound},
		"instances: a foreign reply": {"DescribeInstances", runcommandtest.Answer(http.StatusOK, "<html>"), "", "the service did not answer, so the instance is not known", 3, 0, errors.ErrUnavailable},
		"agents: a refusal":          {"DescribeCloudAssistantStatus", refuse(errors.InvalidRegionIdNotFound), errors.InvalidRegionIdNotFound, "the service did not answer, so the agent is not known", 1, 1, errors.InvalidRegionIdNotFound},
		"agents: a foreign reply":    {"DescribeCloudAssistantStatus", runcommandtest.Answer(http.StatusOK, "<html>"), "", "the service did not answer, so the agent is not known", 1, 3, errors.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _, ids := fleetOf(t, 2, nil)
			client := srv.Client(retryQuickly(3))
			srv.Control(tt.action, func(runcommandtest.Call) runcommandtest.Verdict { return tt.verdict })
			p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
			require.ErrorIs(t, err, tt.want)
			assert.NotContains(t, err.Error(), "right")
			assert.Equal(t, map[string]errors.Code{"i-0001": tt.code, "i-0002": tt.code}, readinessCodes(p))
			assert.Empty(t, p.Ready())
			failure, ok := errors.AsType[*errors.InstanceError](p.Instances[1].Err)
			require.True(t, ok)
			assert.Equal(t, "i-0002", failure.InstanceID)
			assert.Equal(t, tt.info, failure.Info)
			assert.Contains(t, failure.Error(), "the service did not answer")
			assert.Len(t, srv.Calls("DescribeInstances"), tt.lists)
			assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), tt.agents)
		})
	}
}

func TestAnErrorOfTheSecondPageKeepsTheInstancesOfTheFirst(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 150, func(_ int, i *runcommandtest.Instance) { i.Tags = map[string]string{"role": "web"} })
	calls := 0
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
		if calls++; calls == 2 {
			return runcommandtest.Refuse(errors.InvalidRegionIdNotFound)
		}
		return runcommandtest.Pass()
	})
	p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
	require.ErrorIs(t, err, errors.InvalidRegionIdNotFound)
	require.Len(t, p.Instances, 100)
	for _, r := range p.Instances {
		assert.Equal(t, runcommand.InstanceRunning, r.Instance.Status)
		require.ErrorContains(t, r.Err, "the agent is not known")
	}
}

func TestAnErrorOfTheDryRunIsNoMissingRight(t *testing.T) {
	t.Parallel()
	srv, _, _ := fleetOf(t, 1, nil)
	client := srv.Client(retryQuickly(2))
	srv.Control("DescribeInstances", func(c runcommandtest.Call) runcommandtest.Verdict {
		if c.Parameters["DryRun"] == "true" {
			return runcommandtest.Answer(http.StatusOK, "<html>")
		}
		return runcommandtest.Pass()
	})
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances("i-0001", "i-nope"))
	require.ErrorIs(t, err, errors.ErrUnavailable)
	require.NotErrorIs(t, err, errors.ErrPermission)
	assert.Equal(t, map[string]errors.Code{"i-0001": "", "i-nope": ""}, readinessCodes(p))
	assert.Empty(t, p.Ready())
}

func TestARefusalOfTheListingNeedsNoDryRun(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, nil)
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
	_, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.ErrorIs(t, err, errors.ErrPermission)
	assert.Len(t, srv.Calls("DescribeInstances"), 1)
}

func TestResourceTagsThatMayNotBeSeenSelectNoSmallNumber(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 1, nil)
	srv.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
	p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
	require.ErrorIs(t, err, errors.ErrPermission)
	require.NoError(t, p.Err(), "it is not known whether an instance has the tag")
}

func TestTooManyInstancesOfATagAreAllRefusedForThisReason(t *testing.T) {
	t.Parallel()
	_, client, _ := fleetOf(t, 101, func(n int, i *runcommandtest.Instance) {
		i.Tags, i.Stopped = map[string]string{"role": "web"}, n == 7
	})
	p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
	require.NoError(t, err)
	for id, code := range readinessCodes(p) {
		assert.Equal(t, errors.InstanceIdsExceedLimit, code, id)
	}
}

func TestNoLimitOfTheClientAllowsATagMoreInstancesThanAnyQuota(t *testing.T) {
	t.Parallel()
	srv, _, _ := fleetOf(t, 501, func(_ int, i *runcommandtest.Instance) { i.Tags = map[string]string{"role": "web"} })
	client := srv.Client(runcommand.WithLimits(validate.Limits{Instances: 1000}))
	p, err := preflightOf(t, client, runcommand.Shell("date").ResourceTag("role", "web"))
	require.NoError(t, err)
	require.Len(t, p.Instances, 501)
	for id, code := range readinessCodes(p) {
		assert.Equal(t, errors.InstanceIdsExceedLimit, code, id)
	}
}

func TestAnInstanceThatIsReleasedUnderWayIsNotFound(t *testing.T) {
	t.Parallel()
	srv, client, _ := fleetOf(t, 1, nil)
	answerInstances(srv, `{"InstanceId":"i-0001","Status":"Running","OSType":"linux"}`, `{"InstanceId":"i-gone","Status":"Running","OSType":"linux"}`)
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances("i-0001", "i-gone"))
	require.NoError(t, err)
	assert.Equal(t, map[string]errors.Code{"i-0001": "", "i-gone": errors.InvalidInstanceNotFound}, readinessCodes(p))
	assert.Zero(t, p.Instances[1].Instance)
}

func TestAnInstanceWithoutAnAgentInTheReplyHasNone(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, nil)
	answerAgents(srv)
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.NoError(t, err)
	assert.Equal(t, map[string]errors.Code{"i-0001": errors.ClientNotRunning}, readinessCodes(p))
}

func TestARowWithoutAStatusIsNoStoppedInstance(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, nil)
	answerInstances(srv, `{"InstanceId":"i-0001"}`)
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.NoError(t, err)
	assert.Equal(t, ids, p.Ready())
}

func TestPreflightWarnsOfContainersWhereTheDocumentsNameNoAgent(t *testing.T) {
	t.Parallel()
	const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, tt := range map[string]struct {
		os      runcommandtest.OS
		command runcommand.Builder
		want    bool
	}{
		"a name on Linux":    {runcommandtest.Linux, runcommand.Shell("date").ContainerName("web"), false},
		"a name on FreeBSD":  {runcommandtest.FreeBSD, runcommand.Shell("date").ContainerName("web"), true},
		"an id on FreeBSD":   {runcommandtest.FreeBSD, runcommand.Shell("date").ContainerID(id), true},
		"FreeBSD by itself":  {runcommandtest.FreeBSD, runcommand.Shell("date"), false},
		"a name on Windows":  {runcommandtest.Windows, runcommand.Shell("date").ContainerName("web"), true},
		"a name, not listed": {"", runcommand.Shell("date").ContainerName("web"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.OS = tt.os })
			if tt.os == "" { // neither operation says which system it is
				answerInstances(srv, `{"InstanceId":"i-0001","Status":"Running"}`)
				answerAgents(srv, `{"InstanceId":"i-0001","CloudAssistantStatus":"true","CloudAssistantVersion":"2.2.3.857"}`)
			}
			p, err := preflightOf(t, client, tt.command.Instances(ids...))
			require.NoError(t, err)
			require.Len(t, p.Instances, 1)
			warned := false
			for _, w := range p.Instances[0].Warnings {
				warned = warned || w.Field == "ContainerId"
			}
			assert.Equal(t, tt.want, warned)
		})
	}
}

func TestTheAgentNamesTheSystemOfAnInstanceThatMayNotBeSeen(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.OS = runcommandtest.Windows })
	answerInstances(srv, `{"InstanceId":"i-0001","Status":"Running"}`)
	p, err := preflightOf(t, client, runcommand.Shell("date").Instances(ids...))
	require.NoError(t, err)
	assert.Equal(t, map[string]errors.Code{"i-0001": errors.InvalidInstanceNotMatch}, readinessCodes(p))
}

func TestVersionsThatSayLittle(t *testing.T) {
	t.Parallel()
	launcher := runcommand.Shell("date").Launcher("python3 -u {{ACS::ScriptFileName}}")
	for name, tt := range map[string]struct {
		version string
		command runcommand.Builder
		code    errors.Code
		warns   bool
	}{
		"three numbers":                      {"2.2.3", runcommand.Shell("date").Username("root"), "", true},
		"a word for a number":                {"2.2.3.x", runcommand.Shell("date").Username("root"), "", true},
		"five numbers":                       {"2.2.3.4.5", runcommand.Shell("date").Username("root"), "", true},
		"a negative number":                  {"2.2.3.-1", runcommand.Shell("date").Username("root"), "", true},
		"the old generation, a launcher":     {"1.0.2.569", launcher, "", true},
		"the old generation, a high build":   {"1.0.2.9999", runcommand.Shell("date").Username("root"), errors.ClientNeedUpgrade, false},
		"a later generation, a low build":    {"3.0.0.1", launcher.Username("root"), "", false},
		"the build is the last number alone": {"2.900.900.1", runcommand.Shell("date").Username("root"), errors.ClientNeedUpgrade, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client, ids := fleetOf(t, 1, nil)
			answerAgents(srv, `{"InstanceId":"i-0001","OSType":"Linux","CloudAssistantStatus":"true","CloudAssistantVersion":"`+tt.version+`"}`)
			p, err := preflightOf(t, client, tt.command.Instances(ids...))
			require.NoError(t, err)
			assert.Equal(t, map[string]errors.Code{"i-0001": tt.code}, readinessCodes(p))
			assert.Equal(t, tt.warns, len(p.Instances[0].Warnings) > 0)
		})
	}
	t.Run("no agent: nothing to compare", func(t *testing.T) {
		t.Parallel()
		_, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.NoAgent = true })
		p, err := preflightOf(t, client, launcher.Instances(ids...))
		require.NoError(t, err)
		assert.Empty(t, p.Instances[0].Warnings)
	})
}

func TestEachFeatureNeedsItsBuild(t *testing.T) {
	t.Parallel()
	const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, tt := range map[string]struct {
		command runcommand.Builder
		build   int // the first build with the feature; 0: any
	}{
		"the next reboot":              {runcommand.Shell("date").OnNextReboot(), 46},
		"every reboot":                 {runcommand.Shell("date").OnEveryReboot(), 46},
		"a user":                       {runcommand.Shell("date").Username("root"), 106},
		"a rate":                       {runcommand.Shell("date").Every(time.Hour), 282},
		"a cron expression and a zone": {runcommand.Shell("date").Cron("0 0 3 * * ? Asia/Shanghai"), 282},
		"a cron expression and a year": {runcommand.Shell("date").Cron("0 0 3 * * ? 2099"), 282},
		"a plain cron expression":      {runcommand.Shell("date").Cron("0 0 3 * * ?"), 0},
		"a parameter of the caller":    {runcommand.Shell("echo {{a}}").Parameter("a", "1"), 0},
		"a text that is no parameter":  {runcommand.Shell("echo {{ACS::InvokeId}}"), 0},
		"a built-in parameter":         {runcommand.Shell("echo {{acs::InvokeId}}").EnableParameter(true), 309},
		"a built-in between blanks":    {runcommand.Shell("echo {{ ACS :: CommandId }}").EnableParameter(true), 309},
		"the region and the account":   {runcommand.Shell("echo {{ACS::RegionId}} {{ACS::AccountId}}").EnableParameter(true), 0},
		"the id of one instance":       {runcommand.Shell("echo {{ACS::InstanceId}} {{ACS::InstanceName}}").EnableParameter(true), 0},
		"a container by its name":      {runcommand.Shell("date").ContainerName("web"), 344},
		"a container by its id":        {runcommand.Shell("date").ContainerID(id), 344},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, build := range []int{tt.build - 1, tt.build} {
				_, client, ids := fleetOf(t, 1, func(_ int, i *runcommandtest.Instance) { i.AgentVersion = fmt.Sprintf("2.2.3.%d", max(build, 0)) })
				p, err := preflightOf(t, client, tt.command.Instances(ids...))
				require.NoError(t, err)
				want := errors.Code("")
				if build < tt.build && tt.build > 0 {
					want = errors.ClientNeedUpgrade
				}
				assert.Equal(t, want, readinessCodes(p)[ids[0]], "build %d", build)
			}
		})
	}
}

func TestBuiltInsOfSeveralInstancesNeedABuild(t *testing.T) {
	t.Parallel()
	for script, build := range map[string]int{"echo {{ACS::InstanceId}}": 309, "echo {{ ACS::INSTANCENAME }}": 344} {
		for _, b := range []int{build - 1, build} {
			_, client, ids := fleetOf(t, 2, func(_ int, i *runcommandtest.Instance) { i.AgentVersion = fmt.Sprintf("2.2.3.%d", b) })
			command := runcommand.Shell(script).EnableParameter(true).Instances(ids...)
			p, err := preflightOf(t, client, command)
			require.NoError(t, err)
			want := errors.Code("")
			if b < build {
				want = errors.ClientNeedUpgrade
			}
			assert.Equal(t, map[string]errors.Code{ids[0]: want, ids[1]: want}, readinessCodes(p), "%s, build %d", script, b)
			req, err := command.Build()
			require.NoError(t, err)
			report, _ := client.RunAndWait(t.Context(), req)
			for _, r := range report.Results {
				assert.Equal(t, want, r.ErrorCode, "%s, build %d", script, b)
			}
		}
	}
}

func TestABlankIDIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	srv, client, ids := fleetOf(t, 1, nil)
	req := &runcommand.Request{Type: runcommand.RunShellScript, Content: []byte("date"), InstanceIDs: []string{ids[0], " "}}
	p, err := client.Preflight(t.Context(), req)
	require.ErrorIs(t, err, errors.MissingParamInstanceId)
	assert.Empty(t, p.Instances)
	_, err = client.RunOn(t.Context(), "\t", runcommand.Shell("date"))
	require.ErrorIs(t, err, errors.MissingParamInstanceId)
	assert.Empty(t, srv.Calls(""))
}
