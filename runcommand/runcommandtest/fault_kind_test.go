package runcommandtest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// kinds returns every kind of fault.
func kinds() []FaultKind {
	var all []FaultKind
	for kind := range FaultKind(255) {
		if !strings.HasPrefix(kind.String(), "FaultKind(") {
			all = append(all, kind)
		}
	}
	return all
}

// makeOrdinaryCalls makes the calls of a client for two invocations: run, describe,
// page, wait, stop. It does not check the replies, because a fault may change any of
// them.
func (c *caller) makeOrdinaryCalls(day string, ids []string) {
	look := func(action string, pairs ...string) answer {
		impatient := *c
		a, err := impatient.try(action, params{"RegionId": "cn-hangzhou", "MaxResults": "10"}.with(pairs...))
		if err != nil {
			return answer{}
		}
		return a
	}
	for _, token := range []string{day + " morning", day + " evening"} {
		a, err := c.try("RunCommand", echo(ids...).with("ClientToken", token))
		id, _ := a.json["InvokeId"].(string)
		if err != nil || id == "" {
			continue
		}
		look("DescribeInvocations", "InvokeId", id)
		look("StopInvocation", "InvokeId", id, "InstanceId.1", ids[0])
		c.server.Advance(45 * time.Second)
		look("DescribeInvocations", "InvokeId", id, "IncludeOutput", "true")
		first := look("DescribeInvocationResults", "InvokeId", id)
		if invocation, ok := first.json["Invocation"].(map[string]any); ok {
			next, _ := invocation["NextToken"].(string)
			look("DescribeInvocationResults", "InvokeId", id, "NextToken", next)
		}
		look("DescribeCloudAssistantStatus")
	}
}

func TestEveryKindOfFaultHappensToOrdinaryCalls(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, c, ids := manyInstances(t, 25, config{handler: func(context.Context, Exec) Outcome {
					return Outcome{Output: []byte("output"), Takes: 30 * time.Second}
				}})
				done := make(chan struct{})
				go func() {
					defer close(done)
					c.makeOrdinaryCalls("first day", ids)
				}()
				<-done
				assert.Empty(t, s.Pending(), "only injected faults happen")

				s.Inject(Fault{Kind: kind})
				assert.Len(t, s.Pending(), 1)
				go c.makeOrdinaryCalls("second day", ids) // a call without a reply lasts until Close
				<-time.After(24 * time.Hour)
				assert.Empty(t, s.Pending())
				s.Close()
				synctest.Wait()
			})
		})
	}
}

func TestAFaultHappensOnlyToItsAction(t *testing.T) {
	t.Parallel()
	actions := []string{"RunCommand", "DescribeInvocations", "DescribeInvocationResults", "StopInvocation", "DescribeCloudAssistantStatus"}
	for _, only := range actions {
		s, c := newService(t, config{})
		id := c.run(echo("i-1"))
		s.Inject(Fault{Kind: FaultThrottled, Action: only, Times: -1})
		for _, action := range actions {
			p := echo("i-1").with("InvokeId", id)
			assert.Equal(t, action == only, c.call(action, p).status == 400, "%s while %s is throttled", action, only)
		}
	}
}

func TestAFaultThatCannotApplyToItsActionNeverHappens(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultTokenBusy, Action: "StopInvocation"}, Fault{Kind: FaultRepeatedRows, Action: "RunCommand"})
	c.result(c.run(echo("i-1").with("ClientToken", "t")))
	assert.Len(t, s.Pending(), 2)
}

func TestFaultsOfOneStageHappenInTheOrderOfInjection(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(
		Fault{Kind: FaultRefusal, Code: "First"},
		Fault{Kind: FaultInternalError, Code: "Second"},
		Fault{Kind: FaultThrottled, Code: "Third"},
	)
	for _, want := range []string{"First", "Second", "Third", ""} {
		assert.EqualValues(t, want, c.call("RunCommand", echo("i-1")).code())
	}
}

func TestAViewFaultChangesEveryRowOfOneReply(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	c.run(echo("i-1", "i-2"))
	c.run(echo("i-3"))
	c.run(echo("i-1", "i-3"))
	states := func() (all []string) {
		a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
		for i := range 3 {
			for _, row := range a.at("Invocations", "Invocation", i, "InvokeInstances", "InvokeInstance").([]any) {
				all = append(all, row.(map[string]any)["InvocationStatus"].(string))
			}
		}
		return all
	}
	s.Inject(Fault{Kind: FaultUnknownStatus})
	assert.Equal(t, slices.Repeat([]string{"Hibernating"}, 5), states())
	assert.Equal(t, slices.Repeat([]string{"Success"}, 5), states(), "and of no other")
	s.Inject(Fault{Kind: FaultUnknownStatus, InstanceID: "i-3"})
	assert.Equal(t, []string{"Success", "Hibernating", "Hibernating", "Success", "Success"}, states(), "or those of one instance")
}

func TestReorderedRowsReverseTheListThatIsPaged(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	first, second := c.run(echo("i-1", "i-2")), c.run(echo("i-1", "i-2"))
	s.Inject(Fault{Kind: FaultReorderedRows, Times: 2})
	a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
	assert.Equal(t, first, a.text("Invocations", "Invocation", 0, "InvokeId"))
	assert.Equal(t, second, a.text("Invocations", "Invocation", 1, "InvokeId"))
	assert.Equal(t, "i-1", a.text("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance", 0, "InstanceId"))
	a = c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InvokeId": first})
	assert.Equal(t, "i-2", a.text("Invocations", "Invocation", 0, "InvokeInstances", "InvokeInstance", 0, "InstanceId"))
	assert.Empty(t, s.Pending())
}

func TestTruncatedOutputIsThatOfEachRun(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(_ context.Context, x Exec) Outcome {
		return Outcome{Output: []byte(strings.Repeat(itoa(x.Run), 2*x.Run))}
	}})
	id := c.run(echo("i-1").with("Frequency", "rate(1m)"))
	s.Advance(3*time.Minute + time.Second)
	s.Inject(Fault{Kind: FaultTruncatedOutput})
	for i, row := range c.results(id, "IncludeHistory", "true", "ContentEncoding", "PlainText") {
		assert.Equal(t, []string{"333", "22", "1"}[i], row["Output"])
		assert.EqualValues(t, 3-i, row["Dropped"])
	}
	assert.Empty(t, s.Pending())
}

func TestAPermissionThatIsMissingIsDescribed(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultPermission, Action: "DescribeInvocations"})
	a := c.call("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
	assert.Equal(t, 403, a.status)
	assert.Equal(t, map[string]any{
		"AuthAction": "ecs:DescribeInvocations", "AuthPrincipalType": "SubUser", "AuthPrincipalOwnerId": "1000000000000000",
		"AuthPrincipalDisplayName": "200000000000000001", "NoPermissionType": "ImplicitDeny", "PolicyType": "AccountLevelIdentityBasedPolicy",
	}, a.at("AccessDeniedDetail"))
}

func TestAProxyCanRefuseACallThatWasCarriedOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault  Fault
		status int
		code   string
	}{
		{Fault{}, 429, "Throttling"},
		{Fault{Status: 429}, 429, "Throttling"},
		{Fault{Status: 403}, 403, "Forbidden"},
		{Fault{Status: 503}, 503, "Throttling"},
		{Fault{Code: errors.OperationForbidden}, 429, "Operation.Forbidden"},
		{Fault{Code: errors.InvalidInstanceNotFound, Status: 404}, 404, "InvalidInstance.NotFound"},
	} {
		s, c := newService(t, config{})
		test.fault.Kind = FaultStrangerAfterAccept
		s.Inject(test.fault)
		a := c.call("RunCommand", echo("i-1"))
		assert.Equal(t, test.status, a.status)
		assert.Equal(t, map[string]any{"code": test.code, "message": "A proxy refused the request."}, a.json)
		call := s.Calls("RunCommand")[0]
		assert.Equal(t, test.status, call.Status)
		assert.EqualValues(t, test.code, call.Code, "the record has what the caller was sent")
		assert.Equal(t, call.RequestID, a.header.Get("X-Acs-Request-Id"))
		assert.Equal(t, 1, s.Executions("i-1"))
	}
}

func TestInjectPanicsForAFaultThatCanNeverHappen(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	good := Fault{Kind: FaultRefused, Action: "StopInvocation"}
	for name, test := range map[string]struct {
		do   func()
		want string
	}{
		"a fault without a kind": {func() { s.Inject(good, Fault{Action: "RunCommand"}) },
			"runcommandtest: Inject: there is no kind of fault FaultKind(0); Kind is one of the Fault constants"},
		"a kind between two groups": {func() { s.Inject(Fault{Kind: FaultGatewayTimeout + 1}) },
			"runcommandtest: Inject: there is no kind of fault FaultKind(7); Kind is one of the Fault constants"},
		"a misspelled action": {func() { s.Inject(good, Fault{Kind: FaultRefused, Action: "RunComand"}) },
			`runcommandtest: Inject: refused cannot happen to the action "RunComand"; Action is one of DescribeCloudAssistantStatus, ` +
				`DescribeInstances, DescribeInvocationResults, DescribeInvocations, InstallCloudAssistant, RunCommand, StopInvocation, or empty`},
		"a status that ends no reply": {func() { s.Inject(Fault{Kind: FaultThrottled, Status: 42}) },
			"runcommandtest: Inject: throttled cannot answer with status 42; Status is between 200 and 599, or 0"},
		"an instance without an id": {func() { s.AddInstance(Instance{ID: "i-4"}, Instance{Name: "web"}) },
			"runcommandtest: AddInstance: an instance has no ID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.PanicsWithValue(t, test.want, test.do)
			assert.Empty(t, s.Pending(), "nothing was injected")
			assert.Len(t, s.Instances(), 3, "nothing was added")
			c.run(echo("i-1"))
		})
	}
}
