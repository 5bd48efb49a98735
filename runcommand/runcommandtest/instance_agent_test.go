package runcommandtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// instanceCodes are the error codes of instances in the ECS API reference and the
// troubleshooting guide, without those of the operation SendFile.
var instanceCodes = map[errors.Code]string{
	errors.ExitCodeNonzero: "Failed", errors.ExecutionTimeout: "Timeout", errors.ExecutionException: "Error",
	errors.ExecutionInterrupted: "Error", errors.TerminationException: "Error", errors.DeliveryTimeout: "Aborted",
	errors.InstanceNotExists: "Aborted", errors.InstanceReleased: "Error", errors.InstanceNotRunning: "Aborted",
	errors.InstanceRestarted: "Error", errors.InstanceDeregistered: "Aborted", errors.ClientNotRunning: "Aborted",
	errors.ClientNotResponse: "Aborted", errors.ClientNotOnline: "Aborted", errors.ClientNetworkBlocked: "Aborted",
	errors.ClientIsUpgrading: "Aborted", errors.ClientRestarted: "Error", errors.ClientNeedUpgrade: "Aborted",
	errors.SecurityGroupRuleDenied: "Aborted", errors.TaskConcurrencyLimit: "Aborted", errors.CommandNotApplicable: "Invalid",
	errors.InvalidCommandText: "Invalid", errors.CommandContentDecodeError: "Invalid", errors.AccountNotExists: "Invalid",
	errors.DirectoryNotExists: "Invalid", errors.DefaultWorkingDirectoryNotAvailable: "Invalid",
	errors.InvalidSystemBuiltInParameter: "Invalid", errors.BadCronExpression: "Invalid", errors.CronExpressionExpired: "Invalid",
	errors.InvalidGMTOffsetForTimezone: "Invalid", errors.InvalidGMTOffsetHourForTimezone: "Invalid",
	errors.InvalidGMTOffsetMinuteForTimezone: "Invalid", errors.TimezoneInformationCorrupt: "Invalid",
	errors.InvalidRateExpression: "Invalid", errors.RateFrequencyTooLarge: "Invalid", errors.InvalidAtExpression: "Invalid",
	errors.AtExpressionExpired: "Invalid", errors.InvalidContainerName: "Invalid", errors.InvalidContainerId: "Invalid",
	errors.UnsupportedContainerRuntime: "Invalid", errors.ContainerConnectFailed: "Error", errors.ContainerStateAbnormal: "Invalid",
	errors.ContainerNotFound: "Invalid", errors.ContainerNameDuplicated: "Invalid", errors.ContainerNameAndIdNotMatch: "Invalid",
	errors.ContainerRuntimeInternalError: "Error", errors.ContainerRuntimeTimeout: "Error", errors.UserOrPasswordInvalid: "Invalid",
	errors.QueryParameterStoreFailed: "Invalid", errors.InstanceRoleInvalid: "Invalid",
}

func TestEveryCodeOfAnInstanceCanBeProduced(t *testing.T) {
	t.Parallel()
	for code, status := range instanceCodes {
		s, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
			return Outcome{Code: code}
		}})
		row := c.result(c.run(echo("i-1")))
		assert.Equal(t, status, row["InvocationStatus"], code)
		assert.EqualValues(t, code, row["ErrorCode"])
		assert.NotEmpty(t, row["ErrorInfo"])

		s.Handle(nil)
		s.Inject(Fault{Kind: FaultInstanceError, InstanceID: "i-2", Code: code})
		assert.Equal(t, status+" "+string(code), c.status(c.run(echo("i-2"))), "by a fault")
	}
}

func TestACodeThatNoDocumentListsIsAnErrorOfTheAgent(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{handler: func(context.Context, Exec) Outcome {
		return Outcome{Code: "Disk.Full", Info: "no space left"}
	}})
	row := c.result(c.run(echo("i-1")))
	assert.Equal(t, "Error", row["InvocationStatus"])
	assert.Equal(t, "Disk.Full", row["ErrorCode"])
	assert.Equal(t, "no space left", row["ErrorInfo"])
}

func TestInstancesRefuseWhatTheyCannotDo(t *testing.T) {
	t.Parallel()
	id := strings.Repeat("ab", 32)
	other := strings.Repeat("cd", 32)
	containers := []Container{{ID: id, Name: "web"}, {ID: other, Name: "db", Stopped: true}, {ID: strings.Repeat("ef", 32), Name: "twin"}, {ID: strings.Repeat("01", 32), Name: "twin"}}
	tests := []struct {
		name string
		inst Instance
		add  params
		want string
	}{
		{"it is not running", Instance{Stopped: true}, nil, "Aborted InstanceNotRunning"},
		{"it has no agent", Instance{NoAgent: true}, nil, "Aborted ClientNotRunning"},
		{"its agent is offline", Instance{Offline: true}, nil, "Aborted ClientNotOnline"},
		{"the user does not exist", Instance{Users: []string{"ann"}}, params{"Username": "bob"}, "Invalid AccountNotExists"},
		{"the user exists", Instance{Users: []string{"ann"}}, params{"Username": "ann"}, "Success"},
		{"root always exists", Instance{Users: []string{}}, params{"Username": "root"}, "Success"},
		{"the directory does not exist", Instance{Directories: []string{"/srv"}}, params{"WorkingDir": "/opt"}, "Invalid DirectoryNotExists"},
		{"the directory exists", Instance{Directories: []string{"/srv"}}, params{"WorkingDir": "/srv"}, "Success"},
		{"the agent is too old for containers", Instance{AgentVersion: "2.2.3.343"}, params{"ContainerName": "web"}, "Aborted ClientNeedUpgrade"},
		{"the agent is just new enough", Instance{AgentVersion: "2.2.3.344"}, params{"ContainerName": "web"}, "Success"},
		{"the agent is too old for users", Instance{AgentVersion: "2.2.0.105"}, params{"Username": "root"}, "Aborted ClientNeedUpgrade"},
		{"the agent is too old for restarts", Instance{AgentVersion: "2.2"}, params{"RepeatMode": "EveryReboot"}, "Aborted ClientNeedUpgrade"},
		{"the agent is too old for rates", Instance{AgentVersion: "2.2.3.281"}, params{"Frequency": "rate(5m)"}, "Aborted ClientNeedUpgrade"},
		{"any agent knows plain cron", Instance{AgentVersion: "2.2.3.281"}, params{"Frequency": "0 0 1 * * ?"}, "Scheduled"},
		{"the agent is too old for built-ins", Instance{AgentVersion: "2.2.3.308"}, enabled("{{ ACS :: InvokeId }}", ""), "Aborted ClientNeedUpgrade"},
		{"any agent knows the region, and the id of one instance", Instance{AgentVersion: "2.2.3.308"}, enabled("{{ACS::RegionId}} {{ACS::InstanceId}}", ""), "Success"},
		{"there is no such built-in", Instance{}, enabled("{{ACS::Weather}}", ""), "Invalid InvalidSystemBuiltInParameter"},
		{"there is no parameter store", Instance{}, enabled("{{oos:key}}", ""), "Invalid QueryParameterStoreFailed"},
		{"there is no such container", Instance{Containers: containers}, params{"ContainerName": "nginx"}, "Invalid ContainerNotFound"},
		{"two containers have the name", Instance{Containers: containers}, params{"ContainerName": "twin"}, "Invalid ContainerNameDuplicated"},
		{"id and name differ", Instance{Containers: containers}, params{"ContainerName": "db", "ContainerId": id}, "Invalid ContainerNameAndIdNotMatch"},
		{"the container is stopped", Instance{Containers: containers}, params{"ContainerId": "docker://" + other}, "Invalid ContainerStateAbnormal"},
		{"the container runs", Instance{Containers: containers}, params{"ContainerId": id, "ContainerName": "web"}, "Success"},
		{"a container has its own user and directory", Instance{Users: []string{}, Directories: []string{}, Containers: containers},
			params{"ContainerName": "web", "Username": "bob", "WorkingDir": "/nowhere"}, "Success"},
		{"there are no containers on FreeBSD", Instance{OS: FreeBSD}, params{"ContainerName": "web"}, "Invalid UnsupportedContainerRuntime"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{})
			test.inst.ID = "i-1"
			s.AddInstance(test.inst)
			command := echo("i-1")
			for name, value := range test.add {
				command = command.with(name, value)
			}
			assert.Equal(t, test.want, c.status(c.run(command)))
			runs := 0
			if test.want == "Success" {
				runs = 1
			}
			assert.Equal(t, runs, s.Executions("i-1"))
		})
	}
}

func TestAnInstanceRunsNoMoreCommandsThanItsConcurrency(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	s.AddInstance(Instance{ID: "i-1", Concurrency: 2})
	c.run(echo("i-1"))
	c.run(echo("i-1"))
	assert.Equal(t, "Aborted TaskConcurrencyLimit", c.status(c.run(echo("i-1"))))
	task := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	s.Advance(59 * time.Second)
	c.run(echo("i-1"))
	c.run(echo("i-1"))
	s.Advance(time.Second)
	assert.Equal(t, "Scheduled", c.status(task), "a schedule skips the firing")
	s.Advance(time.Minute)
	assert.Equal(t, "Running", c.status(task))
}

func TestParametersAndBuiltInsAreFilledIn(t *testing.T) {
	t.Parallel()
	var got Exec
	s, c := newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
		got = x
		return Outcome{}
	}})
	s.AddInstance(Instance{ID: "i-1", Name: "web one"})
	a := c.ok("RunCommand", echo("i-1").with("EnableParameter", "true", "Parameters", `{"Name":"Jack \u003c3"}`, "Timeout", "5", "Username", "root",
		"WorkingDir", "/tmp", "Launcher", "python3", "TerminationMode", "ProcessTree",
		"CommandContent", "{{ name }} {{none}}|{{ACS::RegionId}} {{ acs :: InstanceId }} {{ACS::InstanceName}} {{ACS::InvokeId}} {{ACS::CommandId}} {{ACS::AccountId}}"))
	id := a.text("InvokeId")
	assert.Equal(t, "Success", c.status(id))
	assert.Equal(t, "Jack <3 |cn-hangzhou i-1 web one "+id+" "+a.text("CommandId")+" 1000000000000000", string(got.Script))
	got.Script = nil
	assert.Equal(t, Exec{
		InvocationID: id, CommandID: a.text("CommandId"), InstanceID: "i-1", Type: "RunShellScript", Username: "root", WorkingDir: "/tmp",
		Run: 1, Timeout: 5 * time.Second, Launcher: "python3", TerminationMode: "ProcessTree",
	}, got)

	c.run(echo("i-1").with("CommandContent", "{{name}}"))
	c.status(id)
	assert.Equal(t, "{{name}}", string(got.Script), "without EnableParameter braces mean nothing")
}

func TestResourceTagsSelectInstances(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.AddInstance(
		Instance{ID: "i-1", Tags: map[string]string{"role": "web", "stage": "prod"}},
		Instance{ID: "i-2", Tags: map[string]string{"role": "web", "stage": "test"}},
		Instance{ID: "i-3", Tags: map[string]string{"role": "db", "stage": "prod"}},
	)
	c.run(echo().with("ResourceTag.1.Key", "role", "ResourceTag.1.Value", "web"))
	c.run(echo().with("ResourceTag.1.Key", "role", "ResourceTag.2.Key", "stage", "ResourceTag.2.Value", "prod"))
	assert.Equal(t, []int{2, 1, 1}, []int{s.Executions("i-1"), s.Executions("i-2"), s.Executions("i-3")})
}

func TestAnInstanceThatIsListedTwiceIsOneTarget(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	assert.Len(t, c.results(c.run(echo("i-1", "i-2", "i-1"))), 2)
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestAnInstanceOfAnotherResourceGroupIsUnknown(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{resourceGroups: []ResourceGroup{{ID: "rg-1"}, {ID: "rg-2"}}})
	s.AddInstance(Instance{ID: "i-1", ResourceGroupID: "rg-1"})
	c.run(echo("i-1").with("ResourceGroupId", "rg-1"))
	assert.Equal(t, errors.InvalidInstanceNotFound, c.call("RunCommand", echo("i-1").with("ResourceGroupId", "rg-2")).code())
}

func TestAnInvocationOfAResourceGroupIsShownToCallsThatNameIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		declared []ResourceGroup
		ran      params
		rows     [3]int // number of rows shown to a call that names no group, rg-1 or rg-2
	}{
		"in no group":                                  {nil, echo("i-1"), [3]int{1, 0, 0}},
		"in the group of an instance":                  {nil, echo("i-1", "i-g").with("ResourceGroupId", "rg-1"), [3]int{0, 1, 0}},
		"in a declared group":                          {[]ResourceGroup{{ID: "rg-1"}}, echo("i-1").with("ResourceGroupId", "rg-1"), [3]int{0, 1, 0}},
		"in a group that may be the default group":     {nil, echo("i-1").with("ResourceGroupId", "rg-1"), [3]int{1, 1, 0}},
		"on an instance of a group that was not named": {nil, echo("i-g"), [3]int{1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{resourceGroups: test.declared})
			s.AddInstance(Instance{ID: "i-g", ResourceGroupID: "rg-1"})
			id := c.run(test.ran)
			for i, group := range []string{"-", "rg-1", "rg-2"} {
				for _, by := range []string{"InvokeId", "RegionId"} {
					p := params{by: id}.with("RegionId", "cn-hangzhou", "ResourceGroupId", group)
					assert.Len(t, c.ok("DescribeInvocations", p).at("Invocations", "Invocation"), test.rows[i], "%v", p)
					rows := c.ok("DescribeInvocationResults", p).at("Invocation", "InvocationResults", "InvocationResult")
					assert.Equal(t, test.rows[i] > 0, len(rows.([]any)) > 0, "%v", p)
				}
			}
			c.stop(id) // StopInvocation takes no ResourceGroupId, so the group does not matter
		})
	}
}

func TestInAContainerUserAndDirectoryAreIgnored(t *testing.T) {
	t.Parallel()
	var got Exec
	_, c := newService(t, config{handler: func(_ context.Context, x Exec) Outcome {
		got = x
		return Outcome{}
	}})
	row := c.result(c.run(echo("i-1").with("ContainerName", "web", "Username", "bob", "WorkingDir", "/srv")))
	assert.Equal(t, []string{"web", "", ""}, []string{got.ContainerName, got.Username, got.WorkingDir})
	assert.Empty(t, row["Username"])
	assert.Equal(t, "web", row["ContainerName"])
}
