package runcommandtest

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// overNetwork makes the caller use a listener on the loopback interface, with a new
// connection for each call.
func (c *caller) overNetwork(tb testing.TB) {
	tb.Helper()
	front := httptest.NewServer(c.server)
	tb.Cleanup(front.Close)
	tb.Cleanup(c.server.Close) // must run before front.Close, which waits for the handlers
	transport := &http.Transport{DisableKeepAlives: true}
	c.http = transport
	c.edit = func(r *http.Request) { // the request is signed for this host, but sent to front
		r.Host = r.URL.Host
		r.URL.Host = strings.TrimPrefix(front.URL, "http://")
	}
}

// A wireFault is a fault and the result that a caller sees, in process and over a
// network.
type wireFault struct {
	kind    FaultKind
	ran     bool // whether the server carried out the call
	status  int
	code    errors.Code
	is      error  // the error in process; also the error over a network when the field network is nil
	network error  // the error over a network
	raw     string // text that the body contains
}

func wireFaults() []wireFault {
	return []wireFault{
		{kind: FaultRefused, is: syscall.ECONNREFUSED, network: syscall.ECONNRESET},
		{kind: FaultResetBefore, is: syscall.ECONNRESET},
		{kind: FaultIdleDropped, is: io.EOF},
		{kind: FaultBadGateway, status: 502, raw: "<html>"},
		{kind: FaultUnavailable, status: 503, raw: "<html>"},
		{kind: FaultGatewayTimeout, status: 504, raw: "<html>"},
		{kind: FaultInternalError, status: 500, code: errors.InternalError},
		{kind: FaultThrottled, status: 400, code: errors.ThrottlingUser},
		{kind: FaultExpiredCredential, status: 400, code: errors.InvalidSecurityTokenExpired},
		{kind: FaultClockSkew, status: 400, code: errors.InvalidTimeStampExpired},
		{kind: FaultPermission, status: 403, code: errors.ForbiddenRAM, raw: `"AuthAction":"ecs:RunCommand"`},
		{kind: FaultRefusal, status: 403, code: errors.OperationForbidden},
		{kind: FaultBadInstance, status: 404, code: errors.InvalidInstanceNotFound},
		{kind: FaultTokenBusy, status: 403, code: errors.IdempotentProcessing},
		{kind: FaultTokenMismatch, status: 403, code: errors.IdempotentParameterMismatch},
		{kind: FaultResetAfterAccept, ran: true, is: syscall.ECONNRESET},
		{kind: FaultCutReply, ran: true, is: io.ErrUnexpectedEOF},
		{kind: FaultEmptyReply, ran: true, status: 200},
		{kind: FaultHTMLReply, ran: true, status: 200, raw: "<html>"},
		{kind: FaultForeignReply, ran: true, status: 200, raw: `"status":"ok"`},
		{kind: FaultLostGateway, ran: true, status: 504, raw: "<html>"},
		{kind: FaultLostInternalError, ran: true, status: 500, code: errors.InternalError},
		{kind: FaultStrangerAfterAccept, ran: true, status: 429, raw: `{"code":"Throttling","message":"`},
	}
}

func TestFaultsAreTheSameInProcessAndOverANetwork(t *testing.T) {
	t.Parallel()
	for _, network := range []bool{false, true} {
		for _, f := range wireFaults() {
			t.Run(f.kind.String()+map[bool]string{false: " in process", true: " over loopback"}[network], func(t *testing.T) {
				t.Parallel()
				s, c := newService(t, config{})
				if network {
					c.overNetwork(t)
				}
				s.Inject(Fault{Kind: f.kind})
				command := echo("i-1").with("ClientToken", "t")
				a, err := c.try("RunCommand", command)
				want := f.is
				if network && f.network != nil {
					want = f.network
				}
				if want != nil {
					assertConnectionError(t, err, want)
				} else {
					require.NoError(t, err)
					assert.Equal(t, f.status, a.status)
					assert.Equal(t, f.code, a.code(), a.raw)
					assert.Contains(t, a.raw, f.raw)
				}
				runs := 0
				if f.ran {
					runs = 1
				}
				assert.Equal(t, runs, s.Executions("i-1"))
				assert.Empty(t, s.Pending())
				c.run(command)
				assert.Equal(t, 1, s.Executions("i-1"), "the same token again runs it at most once")
			})
		}
	}
}

func TestThrottledRepliesSayWhenToRetry(t *testing.T) {
	t.Parallel()
	for kind, want := range map[FaultKind]string{
		FaultThrottled:          "Limit:1000,Remain:0,TimeLeft:2500,Reset:1780315202500",
		FaultThrottledSilent:    "",
		FaultThrottledMalformed: "Limit:many,Remain:,TimeLeft:soon",
		FaultThrottledHuge:      "Limit:1000,Remain:0,TimeLeft:864000000,Reset:1781179200000",
	} {
		s, c := newService(t, config{clock: noon})
		s.Inject(Fault{Kind: kind, RetryAfter: 2500 * time.Millisecond, Code: errors.ThrottlingApi})
		a := c.call("RunCommand", echo("i-1"))
		assert.Equal(t, errors.ThrottlingApi, a.code())
		assert.Equal(t, want, a.header.Get("x-ratelimit-user-api"), kind)
	}
}

func TestSlowRepliesTakeVirtualTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		s.Inject(
			Fault{Kind: FaultDelayed},
			Fault{Kind: FaultDelayed, Delay: time.Hour},
			Fault{Kind: FaultSlow},
		)
		for _, want := range []func(answer) time.Duration{
			func(answer) time.Duration { return 10 * time.Second },
			func(answer) time.Duration { return time.Hour },
			func(a answer) time.Duration { return time.Duration(len(a.raw)) * time.Second },
		} {
			start := time.Now()
			a := c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
			assert.Equal(t, want(a), time.Since(start))
		}
	})
}

func TestASlowReplyEndsWithTheContextOfItsCall(t *testing.T) {
	t.Parallel()
	for _, kind := range []FaultKind{FaultDelayed, FaultSlow, FaultSilent} {
		synctest.Test(t, func(t *testing.T) {
			s, c := newService(t, config{})
			s.Inject(Fault{Kind: kind, Delay: time.Hour})
			impatient, cancel := context.WithTimeout(t.Context(), 5500*time.Millisecond)
			defer cancel()
			start := time.Now()
			_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(impatient))
			assert.ErrorIs(t, err, context.DeadlineExceeded, kind)
			assert.Equal(t, 5500*time.Millisecond, time.Since(start))
			assert.Equal(t, 1, s.Executions("i-1"), "the call was carried out nevertheless")
		})
	}
}

func TestCloseEndsASilentReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		s.Inject(Fault{Kind: FaultSilent})
		failed := make(chan error)
		go func() {
			_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")))
			failed <- err
		}()
		synctest.Wait()
		s.Close()
		assert.ErrorIs(t, <-failed, syscall.ECONNRESET)
	})
}

func TestFaultsAreRestrictedToAnInstanceAndCounted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(
		Fault{Kind: FaultRefusal, Action: "RunCommand", InstanceID: "i-2", Times: 2},
		Fault{Kind: FaultThrottled, Times: -1, Action: "StopInvocation"},
		Fault{Kind: FaultNeverFinishes, InstanceID: "i-3"},
	)
	id := c.run(echo("i-1"))
	c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou", "InstanceId": "i-2"})
	assert.Equal(t, 403, c.call("RunCommand", echo("i-1", "i-2")).status)
	assert.Equal(t, []Fault{
		{Kind: FaultRefusal, Action: "RunCommand", InstanceID: "i-2", Times: 1},
		{Kind: FaultThrottled, Times: -1, Action: "StopInvocation"},
		{Kind: FaultNeverFinishes, InstanceID: "i-3", Times: 1},
	}, s.Pending())
	for range 3 {
		assert.Equal(t, 400, c.call("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": id}).status)
	}
	assert.Equal(t, 403, c.call("RunCommand", echo("i-2")).status)
	c.run(echo("i-2"))
	c.run(echo("i-3"))
	assert.Empty(t, s.Pending())
}

func TestFaultsOfInstances(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  Fault
		before string
		after  string // status and code two minutes later
	}{
		{Fault{Kind: FaultAgentOffline}, "Pending", "Aborted ClientNotOnline"},
		{Fault{Kind: FaultAgentOffline, Code: errors.DeliveryTimeout}, "Pending", "Aborted DeliveryTimeout"},
		{Fault{Kind: FaultNeverFinishes}, "Running", "Running"},
		{Fault{Kind: FaultInstanceReleased}, "Error InstanceReleased", "Error InstanceReleased"},
		{Fault{Kind: FaultInstanceError}, "Error ExecutionException", "Error ExecutionException"},
	}
	for _, test := range tests {
		t.Run(test.fault.String(), func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon})
			s.Inject(test.fault)
			id := c.run(echo("i-1"))
			assert.Equal(t, test.before, c.status(id))
			s.Advance(2 * time.Minute)
			assert.Equal(t, test.after, c.status(id))
			c.stop(id)
			s.Advance(time.Second)
			if test.after == "Running" {
				assert.Equal(t, "Terminated", c.status(id), "only a stop ends it")
			} else {
				assert.Equal(t, test.after, c.status(id))
			}
			gone := test.fault.Kind == FaultInstanceReleased
			assert.Equal(t, gone, c.call("RunCommand", echo("i-1")).code() == errors.InvalidInstanceNotFound)
			assert.Empty(t, s.Pending())
		})
	}
}

func TestACommandThatIsNotDeliveredCanBeCancelled(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	s.Inject(Fault{Kind: FaultAgentOffline})
	id := c.run(echo("i-1"))
	c.stop(id)
	s.Advance(time.Hour)
	assert.Equal(t, "Cancelled", c.status(id))
}

func TestAStopAfterTheEndChangesNothing(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome {
		return Outcome{Output: []byte("all of it"), Takes: time.Minute}
	}})
	s.Inject(Fault{Kind: FaultStopRace})
	id := c.run(echo("i-1"))
	s.Advance(30 * time.Second)
	c.stop(id)
	row := c.result(id, "ContentEncoding", "PlainText")
	assert.Equal(t, "Success", row["InvocationStatus"])
	assert.Equal(t, "all of it", row["Output"])
	assert.Empty(t, s.Pending())
}

func TestViewFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind  FaultKind
		field string
		want  any
	}{
		{FaultStatusBackwards, "InvocationStatus", "Running"},
		{FaultUnknownStatus, "InvocationStatus", "Hibernating"},
		{FaultUnknownCode, "ErrorCode", "Agent.MoonPhase"},
		{FaultTruncatedOutput, "Output", base64.StdEncoding.EncodeToString([]byte("01234"))},
		{FaultBinaryOutput, "Output", base64.StdEncoding.EncodeToString([]byte("\xff\xfe\x00ok\xc3("))},
		{FaultBrokenOutput, "Output", "%%% this is not Base64 %%%"},
		{FaultOddTimes, "StartTime", "2026-02-30T25:61:00Z"},
		{FaultOddExitCode, "ExitCode", float64(1<<40 + 7)},
	}
	for _, test := range tests {
		t.Run(test.kind.String(), func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{clock: noon, handler: func(context.Context, Exec) Outcome {
				return Outcome{Output: []byte("0123456789")}
			}})
			id := c.run(echo("i-1", "i-2"))
			truth := c.results(id)
			s.Inject(Fault{Kind: test.kind, InstanceID: "i-2"})
			resultItem := c.results(id)
			assert.Equal(t, truth[0], resultItem[0], "the fault is another instance's")
			assert.Equal(t, test.want, resultItem[1][test.field])
			assert.Equal(t, truth, c.results(id), "the truth is as it was")
			assert.Empty(t, s.Pending())
		})
	}
}

func TestFaultsStayPendingUntilTheyCanApply(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: takes(30 * time.Second)})
	s.Inject(Fault{Kind: FaultUnknownCode}, Fault{Kind: FaultTokenExpired}, Fault{Kind: FaultNotVisible})
	id := c.run(echo("i-1"))
	assert.Empty(t, c.results(id), "hidden once")
	assert.Equal(t, "Running", c.status(id))
	assert.Len(t, s.Pending(), 2)
	s.Advance(time.Minute)
	assert.Equal(t, "Success Agent.MoonPhase", c.status(id))
	assert.Len(t, s.Pending(), 1, "no page token was used")
}

func TestFaultsOfPages(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 25, config{})
	id := c.run(echo(ids...))

	s.Inject(Fault{Kind: FaultReorderedRows})
	pages := c.pages(id, 10)
	slices.Reverse(pages[0])
	assert.Equal(t, ids, flat(pages))

	s.Inject(Fault{Kind: FaultRepeatedRows, Times: 3})
	pages = c.pages(id, 10)
	assert.Len(t, flat(pages), 28)
	assert.Equal(t, ids[10], pages[1][10])

	s.Inject(Fault{Kind: FaultRepeatedPage, Times: 2})
	pages = c.pages(id, 10)
	assert.Len(t, pages, 5)
	assert.Equal(t, pages[0], pages[1])
	assert.Equal(t, pages[0], pages[2])
	assert.Equal(t, ids, flat(pages[2:]))

	s.Inject(Fault{Kind: FaultTokenExpired})
	base := params{"RegionId": "cn-hangzhou", "InvokeId": id, "MaxResults": "10"}
	token := c.ok("DescribeInvocationResults", base).text("Invocation", "NextToken")
	assert.Equal(t, errors.InvalidParameterNextToken, c.call("DescribeInvocationResults", base.with("NextToken", token)).code())
	c.ok("DescribeInvocationResults", base.with("NextToken", token))
	assert.Empty(t, s.Pending())
}

func TestEveryKindOfFaultHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for kind := range FaultKind(255) {
		if name := kind.String(); !strings.HasPrefix(name, "FaultKind(") {
			assert.False(t, names[name], name)
			names[name] = true
		}
	}
	assert.Len(t, names, 47)
	assert.Equal(t, "FaultKind(255)", FaultKind(255).String())
}

func TestAReplyIsLostOnlyWhenTheCallWasCarriedOut(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultResetAfterAccept, Action: "RunCommand"})
	assert.Equal(t, errors.InvalidInstanceNotFound, c.call("RunCommand", echo("i-404")).code(), "a refusal is answered")
	assert.Len(t, s.Pending(), 1)
	_, err := c.try("RunCommand", echo("i-1"))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Equal(t, 1, s.Executions("i-1"))
	assert.Empty(t, s.Pending())
	assert.Equal(t, 0, s.Calls("RunCommand")[1].Status, "the record says that nothing was answered")
}

func TestARefusalMayHaveAnotherStatus(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Inject(Fault{Kind: FaultThrottled, Status: http.StatusTooManyRequests})
	a := c.call("RunCommand", echo("i-1"))
	assert.Equal(t, errors.ThrottlingUser, a.code())
	assert.Equal(t, http.StatusTooManyRequests, a.status)
}
