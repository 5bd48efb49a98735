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

// chaos are the faults that a storm of calls meets, each as likely as another.
var chaos = []FaultKind{
	FaultRefused, FaultResetBefore, FaultIdleDropped, FaultBadGateway, FaultUnavailable,
	FaultInternalError, FaultThrottled, FaultThrottledMalformed, FaultExpiredCredential,
	FaultResetAfterAccept, FaultCutReply, FaultEmptyReply, FaultHTMLReply, FaultForeignReply,
	FaultLostGateway, FaultLostInternalError, FaultDelayed, FaultAgentOffline,
	FaultNeverFinishes, FaultInstanceError, FaultStopRace, FaultNotVisible,
	FaultStatusBackwards, FaultUnknownStatus, FaultOddTimes, FaultRepeatedRows, FaultTokenBusy,
}

// TestTenThousandInvocationsEndConsistently lets several callers run, look,
// stop and restart while faults fall at random, and then demands that every
// invocation has ended, that the rows add up, and that no token ran twice.
func TestTenThousandInvocationsEndConsistently(t *testing.T) {
	t.Parallel()
	const callers, each = 8, 1250
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		ran := map[string]int{} // executions by script
		s, _, ids := fleet(t, 40, config{maxInvocations: callers * each, handler: func(ctx context.Context, x Exec) Outcome {
			mu.Lock()
			ran[string(x.Script)+x.InstanceID]++
			mu.Unlock()
			if rand.IntN(50) == 0 {
				<-ctx.Done() // until it times out or is stopped
			}
			return Outcome{ExitCode: rand.IntN(3), Takes: time.Duration(rand.IntN(90)) * time.Second}
		}})
		var storm sync.WaitGroup
		for n := range callers {
			c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: time.Now}
			storm.Go(func() {
				for i := range each {
					c.storm(ids, n*each+i)
				}
			})
		}
		storm.Wait()
		<-time.After(2 * time.Minute)
		for _, inv := range s.Invocations() {
			if inv.Status == statusRunning || inv.Status == statusPending {
				c := &caller{tb: t, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: time.Now}
				for { // faults may be left over
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

// storm runs one command until some reply says that it was accepted, as a
// careful client does, and then meddles with it.
func (c *caller) storm(ids []string, n int) {
	token := itoa(n)
	command := echo(ids[n%len(ids)], ids[(n*7+1)%len(ids)]).with("ClientToken", token, "CommandContent", "script "+token+" ", "Timeout", "60")
	if n%5 == 0 {
		c.server.Inject(Fault{Kind: chaos[rand.IntN(len(chaos))]})
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
		_, _ = c.try("StopInvocation", look) // may meet a fault
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

// checkEnded demands that nothing is left open and that the times of every row
// are in order.
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
