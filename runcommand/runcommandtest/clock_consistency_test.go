package runcommandtest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// randomFaults are the kinds of faults that the test injects, each with the same
// probability.
var randomFaults = []FaultKind{
	FaultRefused, FaultResetBefore, FaultIdleDropped, FaultBadGateway, FaultUnavailable,
	FaultInternalError, FaultThrottled, FaultThrottledMalformed, FaultExpiredCredential,
	FaultResetAfterAccept, FaultCutReply, FaultEmptyReply, FaultHTMLReply, FaultForeignReply,
	FaultLostGateway, FaultLostInternalError, FaultDelayed, FaultAgentOffline,
	FaultNeverFinishes, FaultInstanceError, FaultStopRace, FaultNotVisible,
	FaultStatusBackwards, FaultUnknownStatus, FaultOddTimes, FaultRepeatedRows, FaultTokenBusy,
}

// TestTenThousandInvocationsEndConsistently has several callers that run, describe, stop
// and restart while faults happen at random. At the end every invocation must have
// ended, every row must be consistent, and no token may have run twice.
func TestTenThousandInvocationsEndConsistently(t *testing.T) {
	t.Parallel()
	const callers, each = 8, 1250
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		ran := map[string]int{} // number of executions by script and instance
		s, _, ids := manyInstances(t, 40, config{maxInvocations: callers * each, handler: func(ctx context.Context, x Exec) Outcome {
			mu.Lock()
			ran[string(x.Script)+x.InstanceID]++
			mu.Unlock()
			if rand.IntN(50) == 0 {
				<-ctx.Done() // wait until the execution times out or is stopped
			}
			return Outcome{ExitCode: rand.IntN(3), Takes: time.Duration(rand.IntN(90)) * time.Second}
		}})
		var runUnderFaults sync.WaitGroup
		for n := range callers {
			c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: time.Now}
			runUnderFaults.Go(func() {
				for i := range each {
					c.runUnderFaults(ids, n*each+i)
				}
			})
		}
		runUnderFaults.Wait()
		<-time.After(2 * time.Minute)
		for _, inv := range s.Invocations() {
			if inv.Status == statusRunning || inv.Status == statusPending {
				c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: time.Now}
				for { // a fault may still refuse the stop, so repeat it until it succeeds
					if a, err := c.try("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": inv.ID}); err == nil && a.status == 200 {
						break
					}
				}
			}
		}
		<-time.After(time.Minute)
		checkEnded(t, s)
		assert.Len(t, s.Invocations(), callers*each, "every token was accepted once")
		for script, times := range ran {
			assert.Equal(t, 1, times, script)
		}
	})
}

// runUnderFaults sends one command until a reply says that it was accepted, as a client
// that retries does. Then it stops or describes the invocation, waits, restarts an
// instance, or does nothing more.
func (c *caller) runUnderFaults(ids []string, n int) {
	token := itoa(n)
	command := echo(ids[n%len(ids)], ids[(n*7+1)%len(ids)]).with("ClientToken", token, "CommandContent", "script "+token+" ", "Timeout", "60")
	if n%5 == 0 {
		c.server.Inject(Fault{Kind: randomFaults[rand.IntN(len(randomFaults))]})
	}
	var id string
	for id == "" {
		if a, err := c.try("RunCommand", command); err == nil && a.status == http.StatusOK {
			id, _ = a.json["InvokeId"].(string)
		}
	}
	look := params{"RegionId": "cn-hangzhou", "InvokeId": id}
	switch n % 10 {
	case 0:
		_, _ = c.try("StopInvocation", look) // the error is ignored: a fault may refuse the call
	case 1:
		_, _ = c.try("DescribeInvocations", look)
	case 2:
		_, _ = c.try("DescribeInvocationResults", look)
	case 3:
		<-time.After(time.Second)
	case 4:
		if n%100 == 4 {
			c.server.Reboot(ids[n%len(ids)])
		}
	}
}

// checkEnded checks that every row has ended and that its times are in order.
func checkEnded(t *testing.T, s *Server) {
	t.Helper()
	runs := map[string]int{}
	for _, inv := range s.Invocations() {
		if !inv.Status.Terminal() {
			t.Fatalf("not ended: %s", inv)
		}
		for _, inst := range inv.Instances {
			runs[inst.InstanceID] += inst.Runs
			switch {
			case !inst.Status.Terminal():
				t.Fatalf("not ended: %s", inst)
			case inst.Runs > 1:
				t.Fatalf("ran more than once: %s", inst)
			case inst.Status == statusSuccess && (inst.Code != "" || inst.ExitCode != 0):
				t.Fatalf("success with a code: %s", inst)
			case inst.Runs == 1 && (inst.Finished.Before(inst.Started) || inst.Started.Before(inv.Created)):
				t.Fatalf("times out of order: %s", inst)
			}
		}
	}
	for _, info := range s.Instances() {
		assert.Zero(t, info.Running, info.ID)
		assert.Equal(t, runs[info.ID], info.Executions, "%s: rows and counts agree", info.ID)
	}
}
