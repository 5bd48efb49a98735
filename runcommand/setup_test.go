package runcommand_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// setup starts a local service with the instances i-1, i-2 and i-3, and makes a client for
// this service. Inside a synctest bubble the time of the service is virtual.
func setup(tb testing.TB, opts ...runcommandtest.Option) (*runcommandtest.Server, *runcommand.Client) {
	tb.Helper()
	srv := runcommandtest.Start(tb, opts...)
	srv.AddInstance(
		runcommandtest.Instance{ID: "i-1"},
		runcommandtest.Instance{ID: "i-2"},
		runcommandtest.Instance{ID: "i-3"},
	)
	return srv, srv.Client()
}

// begin runs a command and returns its invocation.
func begin(tb testing.TB, client *runcommand.Client, b runcommand.Builder) *runcommand.Invocation {
	tb.Helper()
	req, err := b.Build()
	require.NoError(tb, err)
	inv, err := client.Run(tb.Context(), req)
	require.NoError(tb, err)
	return inv
}

// setOutcomes sets the outcomes of runs by instance. The runs of other instances succeed
// at once.
func setOutcomes(srv *runcommandtest.Server, outcomes map[string]runcommandtest.Outcome) {
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome { return outcomes[x.InstanceID] })
}

// onThreeInstances returns a command on the three instances of setup.
func onThreeInstances() runcommand.Builder {
	return runcommand.Shell("true").Instances("i-3", "i-1", "i-2")
}

// requireWaitError fails the test unless err is a WaitError, and returns this error.
func requireWaitError(tb testing.TB, err error) *errors.WaitError {
	tb.Helper()
	e, ok := errors.AsType[*errors.WaitError](err)
	require.True(tb, ok, "%v", err)
	_, both := errors.AsType[*errors.InvocationError](err)
	assert.False(tb, both, "a wait that ended early says nothing about the outcome")
	return e
}

// minimal returns a builder of the shortest valid request.
func minimal() runcommand.Builder { return runcommand.Shell("true").Instances("i-1") }

// setDuration makes every run last for *d. The value is read when the run begins.
func setDuration(srv *runcommandtest.Server, d *time.Duration) {
	srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Takes: *d}
	})
}

// addInstances adds n instances and returns their ids. The ids are numbered, beginning
// with the number first.
func addInstances(srv *runcommandtest.Server, first, n int) []string {
	ids := make([]string, n)
	for k := range ids {
		ids[k] = fmt.Sprintf("i-%05d", first+k)
		srv.AddInstance(runcommandtest.Instance{ID: ids[k]})
	}
	return ids
}

// faultsOn makes one fault of each kind. The parameter times is the number of calls of the
// action that each fault happens to. When times is negative, each fault happens to every
// call.
func faultsOn(action string, times int, kinds ...runcommandtest.FaultKind) []runcommandtest.Fault {
	faults := faultsOf(kinds...)
	for k := range faults {
		faults[k].Action, faults[k].Times = action, times
	}
	return faults
}

// faultsOf makes one fault of each kind.
func faultsOf(kinds ...runcommandtest.FaultKind) []runcommandtest.Fault {
	faults := make([]runcommandtest.Fault, len(kinds))
	for k, kind := range kinds {
		faults[k].Kind = kind
	}
	return faults
}

const (
	states  = "DescribeInvocations"
	outputs = "DescribeInvocationResults"
)

// silentFault returns a fault with which the service never answers calls of the action.
func silentFault(action string) runcommandtest.Fault {
	return runcommandtest.Fault{Kind: runcommandtest.FaultSilent, Action: action, Times: -1}
}

// handles are the two ways to get an Invocation.
var handles = map[string]func(*runcommand.Client, *runcommand.Invocation) *runcommand.Invocation{
	"from Run": func(_ *runcommand.Client, inv *runcommand.Invocation) *runcommand.Invocation { return inv },
	"by id": func(c *runcommand.Client, inv *runcommand.Invocation) *runcommand.Invocation {
		return c.Invocation(inv.ID)
	},
}

var everyThreeSeconds = poll.Policy{Initial: 3 * time.Second, Growth: -1, Jitter: -1}

var everyMinute = runcommand.PollEvery(poll.Policy{Initial: time.Minute, Growth: -1})

var everySecond = runcommand.PollEvery(poll.Policy{Initial: time.Second, Growth: -1, Jitter: -1})

// retryQuickly retries almost without waiting, for tests in real time.
func retryQuickly(attempts int) runcommand.Option {
	return runcommand.WithRetry(poll.Policy{Initial: time.Millisecond, Max: 2 * time.Millisecond}, attempts)
}

// serveInvocation answers DescribeInvocations with the invocation t-1. The texts whole and
// instances are the JSON members of the invocation and of its instances. The ids of the
// instances are i-0, i-1 and so on.
func serveInvocation(srv *runcommandtest.Server, whole string, instances ...string) {
	for k, inst := range instances {
		instances[k] = fmt.Sprintf(`{"InstanceId":"i-%d",%s}`, k, inst)
	}
	reply := fmt.Sprintf(`{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1",%s,
		"InvokeInstances":{"InvokeInstance":[%s]}}]}}`, whole, strings.Join(instances, ","))
	srv.Control(states, func(runcommandtest.Call) runcommandtest.Verdict {
		return runcommandtest.Answer(http.StatusOK, reply)
	})
}
