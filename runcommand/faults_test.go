package runcommand_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// faultTable says how each of the four operations ends when a fault happens once, and when
// the fault happens every time. An outcome says how often the client called the service,
// what the caller got, and how often the script ran. Before a Wait or Stop the script has
// run once.
var faultTable = []struct {
	name                       string
	faults                     []runcommandtest.Fault
	run, polls, outputs, stops [2]string // each field holds two outcomes: the fault happens once, or every time; "" when the fault cannot happen
}{
	{
		"never sent", faultsOf(runcommandtest.FaultRefused),
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, retryable, ran 0"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, retryable, ran 1"},
	},
	{
		"lost on the way there",
		faultsOf(runcommandtest.FaultResetBefore, runcommandtest.FaultIdleDropped,
			runcommandtest.FaultBadGateway, runcommandtest.FaultUnavailable, runcommandtest.FaultGatewayTimeout),
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, unknown, ran 0"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, retryable, ran 1"},
	},
	{
		"lost on the way back",
		append(faultsOf(runcommandtest.FaultResetAfterAccept, runcommandtest.FaultCutReply, runcommandtest.FaultEmptyReply,
			runcommandtest.FaultHTMLReply, runcommandtest.FaultForeignReply, runcommandtest.FaultLostGateway,
			runcommandtest.FaultSlow, runcommandtest.FaultSilent),
			runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: time.Minute}),
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, unknown, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, retryable, ran 1"},
	},
	{
		"a gateway throttles in place of the reply", faultsOf(runcommandtest.FaultStrangerAfterAccept),
		[2]string{"twice: ok, ran 1", "5 times: transport throttled, unknown, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport throttled, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline transport throttled, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: transport throttled, retryable, ran 1"},
	},
	{
		"a gateway forbids in place of the reply",
		[]runcommandtest.Fault{{Kind: runcommandtest.FaultStrangerAfterAccept, Status: 403}},
		[2]string{"twice: ok, ran 1", "5 times: transport unavailable, unknown, ran 1"},
		[2]string{"once: transport unavailable, ran 1", "once: transport unavailable, ran 1"},
		[2]string{"once: transport unavailable, ran 1", "once: transport unavailable, ran 1"},
		[2]string{"once: transport unavailable, ran 1", "once: transport unavailable, ran 1"},
	},
	{
		"late", faultsOf(runcommandtest.FaultDelayed),
		[2]string{"once: ok, ran 1", "once: ok, ran 1"},
		[2]string{"once: ok, ran 1", "once: ok, ran 1"},
		[2]string{"once: ok, ran 1", "once: ok, ran 1"},
		[2]string{"once: ok, ran 1", "once: ok, ran 1"},
	},
	{
		"the service failed before it accepted",
		append(faultsOf(runcommandtest.FaultInternalError),
			runcommandtest.Fault{Kind: runcommandtest.FaultInternalError, Code: errors.InternalErrorDispatch},
			runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.ServiceUnavailable}),
		[2]string{"twice: ok, ran 1", "5 times: api unavailable, unknown, ran 0"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: api unavailable, retryable, ran 1"},
	},
	{
		"the service failed after it accepted", faultsOf(runcommandtest.FaultLostInternalError),
		[2]string{"twice: ok, ran 1", "5 times: api unavailable, unknown, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api unavailable, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: api unavailable, retryable, ran 1"},
	},
	{
		"throttled",
		faultsOf(runcommandtest.FaultThrottled, runcommandtest.FaultThrottledSilent,
			runcommandtest.FaultThrottledMalformed, runcommandtest.FaultThrottledHuge),
		[2]string{"twice: ok, ran 1", "5 times: api throttled, retryable, ran 0"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api throttled, ran 1"},
		[2]string{"twice: ok, ran 1", "again and again: deadline api throttled, ran 1"},
		[2]string{"twice: ok, ran 1", "5 times: api throttled, retryable, ran 1"},
	},
	{
		"signed anew once", faultsOf(runcommandtest.FaultExpiredCredential),
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 0"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 1"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 1"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 1"},
	},
	{
		"nonce used", []runcommandtest.Fault{{Kind: runcommandtest.FaultRefusal, Code: errors.SignatureNonceUsed}},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, unknown, ran 0"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 1"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, ran 1"},
		[2]string{"twice: ok, ran 1", "twice: api not authenticated, retryable, ran 1"},
	},
	{
		"clock skew", faultsOf(runcommandtest.FaultClockSkew),
		[2]string{"once: api not authenticated, ran 0", "once: api not authenticated, ran 0"},
		[2]string{"once: api not authenticated, ran 1", "once: api not authenticated, ran 1"},
		[2]string{"once: api not authenticated, ran 1", "once: api not authenticated, ran 1"},
		[2]string{"once: api not authenticated, ran 1", "once: api not authenticated, ran 1"},
	},
	{
		"not allowed", faultsOf(runcommandtest.FaultPermission, runcommandtest.FaultRefusal),
		[2]string{"once: api permission denied, ran 0", "once: api permission denied, ran 0"},
		[2]string{"once: api permission denied, ran 1", "once: api permission denied, ran 1"},
		[2]string{"once: api permission denied, ran 1", "once: api permission denied, ran 1"},
		[2]string{"once: api permission denied, ran 1", "once: api permission denied, ran 1"},
	},
	{
		"one bad id", faultsOf(runcommandtest.FaultBadInstance),
		[2]string{"once: api not found, ran 0", "once: api not found, ran 0"},
		[2]string{}, [2]string{}, [2]string{},
	},
	{
		"quota used up", []runcommandtest.Fault{{Kind: runcommandtest.FaultRefusal, Code: errors.InvocationExceedQuota}},
		[2]string{"once: api quota exceeded, retryable, ran 0", "once: api quota exceeded, retryable, ran 0"},
		[2]string{}, [2]string{}, [2]string{},
	},
	{
		"an earlier attempt in progress", faultsOf(runcommandtest.FaultTokenBusy),
		[2]string{"twice: ok, ran 1", "10 times: api conflict, unknown, ran 0"},
		[2]string{}, [2]string{}, [2]string{},
	},
	{
		"the token used with other parameters", faultsOf(runcommandtest.FaultTokenMismatch),
		[2]string{"once: api conflict, ran 0", "once: api conflict, ran 0"},
		[2]string{}, [2]string{}, [2]string{},
	},
}

// operation is one of the four operations of the client in faultTable. The field action is
// the action of the service that this operation calls.
type operation struct {
	name, action string
	do           func(ctx context.Context, client *runcommand.Client, inv *runcommand.Invocation) error
}

var operations = []operation{
	{"Run", "RunCommand", runSecretCommand},
	{"Wait, its polls", "DescribeInvocations", waitTwoMinutes},
	{"Wait, its outputs", "DescribeInvocationResults", waitTwoMinutes},
	{"Stop", "StopInvocation", func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
		return inv.Stop(ctx)
	}},
}

func waitTwoMinutes(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) error {
	_, err := inv.Wait(ctx, runcommand.MaxWait(125*time.Second))
	return err
}

// TestTheTableOfFaults injects every fault of the table into every operation. It also
// proves P9 of internal/DESIGN.md: it prints errors, log records and observed values in
// every way, and searches the text for secrets.
func TestTheTableOfFaults(t *testing.T) {
	t.Parallel()
	cells := 0
	t.Run("cells", func(t *testing.T) {
		for _, row := range faultTable {
			for _, fault := range row.faults {
				for i, outcomes := range [][2]string{row.run, row.polls, row.outputs, row.stops} {
					for j, want := range outcomes {
						if want == "" {
							continue
						}
						cells++
						fault := fault
						fault.Action, fault.Times = operations[i].action, 1-2*j
						name := fmt.Sprintf("%s/%s %s/%s/%s", row.name, fault.Kind, fault.Code, operations[i].name, []string{"once", "always"}[j])
						t.Run(name, func(t *testing.T) {
							t.Parallel()
							synctest.Test(t, func(t *testing.T) { testFaultOutcome(t, fault, operations[i], want) })
						})
					}
				}
			}
		}
	})
	t.Logf("P9: %d outcomes of the table of faults: script, parameters, password name, secret and token in no error, log record or observation", cells)
}

func testFaultOutcome(t *testing.T, fault runcommandtest.Fault, d operation, want string) {
	srv := startWithSecrets(t)
	recorder := newClientRecorder()
	client := srv.Client(append(recorder.options(),
		runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
		runcommand.WithPolling(poll.Policy{Initial: 10 * time.Second, Growth: -1, Jitter: -1}),
	)...)
	var inv *runcommand.Invocation
	if d.action != "RunCommand" {
		inv = begin(t, client, secretCommand())
	}
	before := recorder.attempts(d.action)
	srv.Inject(fault)
	err := d.do(t.Context(), client, inv)
	asked := recorder.attempts(d.action) - before
	assert.Equal(t, want, describeOutcome(asked, err, srv.Executions("i-1")), "%v", err)
	assert.LessOrEqual(t, asked, 60)
	assert.Empty(t, srv.Pending())
	recorder.assertNoSecret(t, err)
}

// describeOutcome returns the outcome of an operation as a text like those in faultTable.
func describeOutcome(asked int, err error, executions int) string {
	times := map[int]string{1: "once", 2: "twice"}[asked]
	if _, waited := errors.AsType[*errors.WaitError](err); waited && asked > 2 {
		times = "again and again"
	} else if times == "" {
		times = fmt.Sprintf("%d times", asked)
	}
	words := []string{describeError(err)}
	if errors.MayHaveRun(err) {
		words = append(words, "unknown")
	}
	if errors.Retryable(err) {
		words = append(words, "retryable")
	}
	return fmt.Sprintf("%s: %s, ran %d", times, strings.Join(words, ", "), executions)
}

// describeError returns "ok", or the type and the kind of the last error. It puts
// "deadline" before them when the operation ended at its deadline.
func describeError(err error) string {
	if err == nil {
		return "ok"
	}
	var words []string
	if errors.Is(err, context.DeadlineExceeded) {
		words = append(words, "deadline")
	}
	if _, ok := errors.AsType[*errors.TransportError](err); ok {
		words = append(words, "transport")
		for _, kind := range []errors.Kind{errors.ErrUnavailable, errors.ErrThrottled} {
			if errors.Is(err, kind) {
				words = append(words, kind.Error())
			}
		}
	}
	if e, ok := errors.AsType[*errors.APIError](err); ok {
		words = append(words, "api", e.Kind().Error())
	}
	return strings.Join(words, " ")
}

// TestTheTableOfFaultsIsComplete fails when the local service has a fault of connections,
// refusals or replies that the table lacks.
func TestTheTableOfFaultsIsComplete(t *testing.T) {
	t.Parallel()
	known := map[runcommandtest.FaultKind]bool{
		runcommandtest.FaultTokenExpired: true, // not in the table, because this fault concerns only the page tokens of lists
	}
	for _, row := range faultTable {
		for _, f := range row.faults {
			known[f.Kind] = true
		}
	}
	unnamed := runcommandtest.FaultKind(0).String()[:len("FaultKind")]
	for kind := runcommandtest.FaultRefused; kind < runcommandtest.FaultAgentOffline; kind++ {
		if !strings.HasPrefix(kind.String(), unnamed) {
			assert.True(t, known[kind], "%s", kind)
		}
	}
}
