package runcommandtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestATokenRunsACommandOnce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	command := echo("i-1").with("ClientToken", "t", "EnableParameter", "true", "CommandContent", "{{a}}{{b}}", "Parameters", `{"a":"1","b":"2"}`)
	first := c.ok("RunCommand", command)
	for name, again := range map[string]params{
		"the same bytes":               command,
		"Parameters in another order":  command.with("Parameters", `{"b":"2", "a":"1"}`),
		"Parameters escaped otherwise": command.with("Parameters", `{"\u0061":"1","b":"2"}`),
	} {
		a := c.ok("RunCommand", again)
		assert.Equal(t, first.text("InvokeId"), a.text("InvokeId"), name)
		assert.Equal(t, first.text("CommandId"), a.text("CommandId"), name)
		assert.NotEqual(t, first.text("RequestId"), a.text("RequestId"), name)
	}
	for _, other := range []params{
		command.with("Name", "n"), command.with("Timeout", "61"), command.with("Parameters", `{"a":"1"}`), command.to("i-1", "i-2"),
	} {
		a := c.call("RunCommand", other)
		assert.Equal(t, errors.IdempotentParameterMismatch, a.code())
		assert.Equal(t, 403, a.status)
	}
	assert.Equal(t, 1, s.Executions("i-1"))
	assert.Zero(t, s.Executions("i-2"))
	assert.Len(t, s.Invocations(), 1)

	c.run(command.with("ClientToken", "T"))
	assert.Equal(t, 2, s.Executions("i-1"), "tokens that differ in case differ")
	c.run(command.with("ClientToken", "-"))
	c.run(command.with("ClientToken", "-"))
	assert.Equal(t, 4, s.Executions("i-1"), "without a token nothing is held together")
}

func TestATokenIsForgottenAfterItsWindow(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, idempotencyWindow: time.Hour})
	command := echo("i-1").with("ClientToken", "t")
	first := c.run(command)
	s.Advance(time.Hour - time.Second)
	assert.Equal(t, first, c.run(command))
	s.Advance(time.Second)
	assert.NotEqual(t, first, c.run(command))
	assert.Equal(t, 2, s.Executions("i-1"))
}

func TestARefusedCallLeavesItsTokenFree(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	command := echo("i-9").with("ClientToken", "t")
	assert.Equal(t, errors.InvalidInstanceNotFound, c.call("RunCommand", command).code())
	s.AddInstance(Instance{ID: "i-9"})
	c.run(command.with("Name", "another"))
	assert.Equal(t, 1, s.Executions("i-9"))
}

func TestRatesAreLimitedByWindow(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, rateLimits: map[string]rate{"RunCommand": {calls: 2, per: time.Minute}}})
	s.Advance(20 * time.Second)
	hints := []string{
		"Limit:2,Remain:1,TimeLeft:60000,Reset:1780315280000",
		"Limit:2,Remain:0,TimeLeft:60000,Reset:1780315280000",
	}
	for _, hint := range hints {
		assert.Equal(t, hint, c.ok("RunCommand", echo("i-1")).header.Get("x-ratelimit-user-api"))
	}
	s.Advance(45 * time.Second)
	a := c.call("RunCommand", echo("i-1"))
	assert.Equal(t, errors.ThrottlingUser, a.code())
	assert.Equal(t, 400, a.status)
	assert.Equal(t, "Limit:2,Remain:0,TimeLeft:15000,Reset:1780315280000", a.header.Get("x-ratelimit-user-api"))
	assert.Equal(t, 200, c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"}).status, "other operations are free")
	s.Advance(15 * time.Second)
	c.run(echo("i-1"))
	assert.Equal(t, 3, s.Executions("i-1"))
}

func TestANewInvocationIsHiddenForTheVisibilityDelay(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, visibilityDelay: 3 * time.Second})
	id := c.run(echo("i-1"))
	assert.Empty(t, c.results(id))
	assert.Equal(t, errors.InvalidInvokeIdNotFound, c.call("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": id}).code())
	s.Advance(3 * time.Second)
	assert.Len(t, c.results(id), 1)
}

func TestEndedInvocationsAreForgotten(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxInvocations: 3, retention: time.Hour})
	task := c.run(echo("i-1").with("Frequency", "rate(7d)"))
	var ids []string
	for range 5 {
		ids = append(ids, c.run(echo("i-1")))
	}
	assert.Empty(t, c.results(ids[1]), "more than three have ended")
	assert.Len(t, c.results(ids[2]), 1)
	s.Advance(time.Hour + time.Second)
	c.run(echo("i-1"))
	assert.Empty(t, c.results(ids[4]), "it ended more than an hour ago")
	assert.Len(t, c.results(task), 1, "what has not ended stays")
	assert.Equal(t, 6, s.Executions("i-1"), "counts stay")
}
