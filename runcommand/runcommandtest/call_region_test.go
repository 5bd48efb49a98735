package runcommandtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// otherRegion is a region other than the one in the parameters that echo returns.
const otherRegion = "cn-beijing"

func TestAnInvocationBelongsToTheRegionOfItsCall(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	id := c.run(echo("i-1"))
	for region, found := range map[string]int{"cn-hangzhou": 1, otherRegion: 0} {
		for _, p := range []params{{"RegionId": region}, {"RegionId": region, "InvokeId": id}, {"RegionId": region, "InstanceId": "i-1"}} {
			assert.Len(t, c.ok("DescribeInvocations", p).at("Invocations", "Invocation"), found, "%v", p)
			assert.Len(t, c.ok("DescribeInvocationResults", p).at("Invocation", "InvocationResults", "InvocationResult"), found, "%v", p)
		}
	}
	assert.Equal(t, errors.InvalidInvokeIdNotFound, c.call("StopInvocation", params{"RegionId": otherRegion, "InvokeId": id}).code())
	assert.Equal(t, "Running", c.status(id), "a call in another region does not stop it")
	c.stop(id)
	assert.Equal(t, "cn-hangzhou", s.Invocations()[0].RegionID)
}

func TestATokenBelongsToItsRegion(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	here := echo("i-1").with("ClientToken", "t")
	there := here.with("RegionId", otherRegion)
	first, second := c.run(here), c.run(there)
	assert.NotEqual(t, first, second)
	assert.Equal(t, []string{first, second}, []string{c.run(here), c.run(there)})
	assert.Equal(t, 2, s.Executions("i-1"))
}

func TestAnInstanceIsFoundOnlyInItsRegion(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	tags := map[string]string{"team": "blue"}
	s.AddInstance(
		Instance{ID: "i-h", RegionID: "cn-hangzhou", Tags: tags},
		Instance{ID: "i-b", RegionID: otherRegion, Tags: tags},
		Instance{ID: "i-all", Tags: tags},
	)
	for region, logged := range map[string]string{"cn-hangzhou": "i-h", otherRegion: "i-b"} {
		foreign := map[string]string{"i-h": "i-b", "i-b": "i-h"}[logged]
		command, agents := echo().with("RegionId", region), params{"RegionId": region}
		for _, id := range []string{logged, "i-all"} {
			c.run(command.to(id))
			c.ok("DescribeCloudAssistantStatus", agents.to(id))
		}
		assert.Equal(t, errors.InvalidInstanceNotFound, c.call("RunCommand", command.to(logged, foreign)).code())
		assert.Equal(t, errors.InvalidInstanceNotFound, c.call("DescribeCloudAssistantStatus", agents.to(logged, foreign)).code())

		var listed []any
		rows := c.ok("DescribeCloudAssistantStatus", agents).at("InstanceCloudAssistantStatusSet", "InstanceCloudAssistantStatus")
		for _, row := range rows.([]any) {
			listed = append(listed, row.(map[string]any)["InstanceId"])
		}
		assert.Equal(t, []any{"i-1", "i-2", "i-3", logged, "i-all"}, listed)

		c.run(command.with("ResourceTag.1.Key", "team"))
		var tagged []string
		all := s.Invocations()
		for _, inst := range all[len(all)-1].Instances {
			tagged = append(tagged, inst.InstanceID)
		}
		assert.Equal(t, []string{logged, "i-all"}, tagged)
	}
	s.RemoveInstance("i-all")
	assert.Equal(t, errors.InvalidResourceTagInstanceNotFound,
		c.call("RunCommand", echo().with("RegionId", "cn-qingdao", "ResourceTag.1.Key", "team")).code())
}

func TestQuotasAreThoseOfTheRegion(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{clock: noon, limits: Limits{KeptCommands: 1, DailyInvocations: 2}})
	for _, region := range []string{"cn-hangzhou", otherRegion} {
		command := echo("i-1").with("RegionId", region)
		c.run(command.with("KeepCommand", "true"))
		assert.Equal(t, errors.CmdCountExceedQuota, c.call("RunCommand", command.with("KeepCommand", "true")).code())
		c.run(command)
		assert.Equal(t, errors.InvocationExceedQuota, c.call("RunCommand", command).code())
	}
}
