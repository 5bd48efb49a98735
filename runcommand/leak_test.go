package runcommand_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// endings are ways to wait, and ways to end a wait early.
var endings = map[string]func(context.Context, *runcommand.Client, *runcommand.Invocation){
	"a wait to the end": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		_, _ = inv.Wait(ctx)
	},
	"a loop to the end": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		countByRange(ctx, inv)
	},
	"a loop that is left": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		for range inv.Results(ctx) {
			break
		}
	},
	"a loop that panics": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		defer func() { _ = recover() }()
		for range inv.Results(ctx) {
			panic("in the body")
		}
	},
	"a loop that is pulled and stopped": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		next, stop := iter.Pull2(inv.Results(ctx))
		_, _, _ = next()
		stop()
	},
	"a wait that is cancelled": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, _ = inv.Wait(ctx)
	},
	"a wait by MaxWait": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		_, _ = inv.Wait(ctx, runcommand.MaxWait(10*time.Millisecond))
	},
	"a wait by id that is stopped on cancel": func(ctx context.Context, c *runcommand.Client, inv *runcommand.Invocation) {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, _ = c.Invocation(inv.ID).Wait(ctx, runcommand.StopOnCancel(time.Second))
	},
	"a history that is left": func(ctx context.Context, _ *runcommand.Client, inv *runcommand.Invocation) {
		for range inv.History(ctx) {
			break
		}
	},
	"a list that is left": func(ctx context.Context, c *runcommand.Client, _ *runcommand.Invocation) {
		for range c.Invocations(ctx, runcommand.Filter{}) {
			break
		}
	},
}

// runningGoroutines returns the stacks of all goroutines that are inside the client.
func runningGoroutines() []string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var found []string
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "testing.(*T).Parallel") {
			continue // a test of package runcommand itself that waits until it may run
		}
		if strings.Contains(stack, "runcommand-go/runcommand.") || strings.Contains(stack, "internal/transport.") {
			found = append(found, stack)
		}
	}
	return found
}

// TestNoWaitLeavesAnythingBehind proves P11 of internal/DESIGN.md. A synctest bubble
// panics at its end when one of its goroutines is still blocked. So this test fails for
// any goroutine that is left, not only for those that it counts.
func TestNoWaitLeavesAnythingBehind(t *testing.T) {
	for name, wait := range endings {
		for trouble, faults := range map[string][]runcommandtest.Fault{
			"in peace":       nil,
			"in trouble":     faultsOn("", 1, runcommandtest.FaultThrottled, runcommandtest.FaultCutReply, runcommandtest.FaultHTMLReply),
			"without answer": {silentFault(outputs)},
		} {
			t.Run(name+", "+trouble, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t, runcommandtest.WithPendingFaults()) // a wait may end before the last fault
					setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: 50 * time.Millisecond}})
					inv := begin(t, client, onThreeInstances())
					synctest.Wait()
					srv.Inject(faults...)
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					wait(ctx, client, inv)
					synctest.Wait()
					assert.Empty(t, runningGoroutines(), "goroutines of the client")
				})
			})
		}
	}
	t.Logf("P11: no goroutine left by %d ways of waiting, each in peace and in trouble", len(endings))
}

// openBodies counts the replies whose bodies are still open.
type openBodies struct {
	http.RoundTripper
	replies, open int
}

func (b *openBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		b.replies++
		b.open++
		reply.Body = &countedBody{reply.Body, b, false}
	}
	return reply, err
}

type countedBody struct {
	io.ReadCloser
	count  *openBodies
	closed bool
}

func (b *countedBody) Close() error {
	if !b.closed {
		b.closed = true
		b.count.open--
	}
	return b.ReadCloser.Close()
}

// TestNoWaitLeavesABodyOpen proves P11 of internal/DESIGN.md for bodies: a wait
// closes the body of every reply. An open body would keep its connection from being used
// again.
func TestNoWaitLeavesABodyOpen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t, runcommandtest.WithPendingFaults()) // a wait may end before the last fault
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: 50 * time.Millisecond}})
		count := &openBodies{RoundTripper: srv.Transport()}
		client := srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: count}))
		for _, wait := range endings {
			srv.Inject(faultsOn("DescribeInvocations", 1, runcommandtest.FaultSlow, runcommandtest.FaultThrottled,
				runcommandtest.FaultCutReply, runcommandtest.FaultHTMLReply)...)
			wait(t.Context(), client, begin(t, client, onThreeInstances()))
		}
		t.Logf("P11: %d replies, %d bodies left open", count.replies, count.open)
		assert.Greater(t, count.replies, 4*len(endings))
		assert.Zero(t, count.open)
	})
}
