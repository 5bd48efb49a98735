package runcommandtest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestControlFunctionsAnswerPassDelayAndObserve(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		var seen []string
		observe := s.Control("", func(call Call) Verdict {
			seen = append(seen, call.Action+" "+call.Parameters["InstanceId.1"])
			return Pass()
		})
		verdicts := []Verdict{
			Answer(http.StatusTeapot, map[string]int{"n": 1}),
			Answer(http.StatusBadGateway, "<html>no</html>"),
			Answer(http.StatusOK, nil),
			Answer(http.StatusOK, []byte(`{"InvokeId":"t-made-up"}`)),
			Answer(http.StatusOK, func() {}),
			Refuse(errors.CmdCountExceedQuota),
			Delay(time.Minute),
			{},
		}
		remove := s.Control("RunCommand", func(Call) Verdict {
			v := verdicts[0]
			verdicts = verdicts[1:]
			return v
		})
		call := func() answer { return c.call("RunCommand", echo("i-1")) }

		a := call()
		assert.Equal(t, http.StatusTeapot, a.status)
		assert.Equal(t, `{"n":1}`, a.raw)
		assert.Contains(t, call().header.Get("Content-Type"), "text/html")
		assert.Empty(t, call().raw)
		assert.Equal(t, "t-made-up", call().text("InvokeId"))
		assert.Equal(t, errors.InternalError, call().code(), "a body that cannot be written")
		a = call()
		assert.Equal(t, errors.CmdCountExceedQuota, a.code())
		assert.Equal(t, http.StatusForbidden, a.status)
		assert.Zero(t, s.Executions("i-1"))

		start := time.Now()
		assert.Equal(t, http.StatusOK, call().status)
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Equal(t, http.StatusOK, call().status)
		c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
		remove()
		observe()
		call()
		assert.Len(t, seen, 9)
		assert.Equal(t, "RunCommand i-1", seen[0])
		assert.Equal(t, "DescribeInvocations ", seen[8])
		assert.Equal(t, 3, s.Executions("i-1"))
	})
}

func TestAnAnswerThatCannotBeSentIsAnInternalError(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	loopback := *c
	loopback.overNetwork(t)
	for name, test := range map[string]struct {
		verdict Verdict
		status  int
	}{
		"no status":          {Answer(0, "text"), 500},
		"an interim status":  {Answer(199, "text"), 500},
		"the first status":   {Answer(200, "text"), 200},
		"the last status":    {Answer(599, "text"), 599},
		"a status too large": {Answer(600, "text"), 500},
		"no JSON":            {Answer(200, func() {}), 500},
		"no code":            {Refuse(""), 500},
	} {
		remove := s.Control("RunCommand", func(Call) Verdict { return test.verdict })
		for _, caller := range []*caller{c, &loopback} {
			a := caller.call("RunCommand", echo("i-1"))
			assert.Equal(t, test.status, a.status, name)
			assert.Equal(t, test.status == 500, a.code() == errors.InternalError, "%s: %s", name, a.raw)
		}
		remove()
	}
}

func TestCallsAreRecordedInOrder(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, maxCalls: 3})
	s.Inject(Fault{Kind: FaultRefused}, Fault{Kind: FaultResetBefore})
	for range 2 {
		_, err := c.try("RunCommand", echo("i-1"))
		assert.Error(t, err)
	}
	s.Advance(time.Second)
	id := c.run(echo("i-1"))
	c.call("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": "t-404"})
	calls := s.Calls("")
	assert.Equal(t, []string{
		"12:00:00.000 RunCommand 0", // FaultResetBefore; a refused connection is not recorded
		"12:00:01.000 RunCommand 200",
		"12:00:01.000 StopInvocation 404 InvalidInvokeId.NotFound",
	}, []string{calls[0].String(), calls[1].String(), calls[2].String()})
	assert.Equal(t, "echo hello", calls[1].Parameters["CommandContent"])
	calls[1].Parameters["CommandContent"] = "changed"
	assert.Equal(t, "echo hello", s.Calls("RunCommand")[1].Parameters["CommandContent"], "a record is a copy")

	c.result(id)
	calls = s.Calls("")
	assert.Len(t, calls, 3, "the latest are kept")
	assert.Equal(t, "DescribeInvocationResults", calls[2].Action)
	assert.Len(t, s.Calls("RunCommand"), 1)
}

func TestFewParametersAreKeptOfACallWithARefusedSignature(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	content := strings.Repeat("x", 10_000)
	foreignRefusal := *c
	foreignRefusal.secret = "guessed"
	foreignRefusal.body = true
	foreignRefusal.edit = func(r *http.Request) { r.Method = strings.Repeat("M", 10_000) }
	foreignRefusal.call(strings.Repeat("A", 10_000), echo("i-1").with("Z", content))
	foreignRefusal.edit = nil
	foreignRefusal.call("RunCommand", echo("i-1").with("Z", content))
	s.Control("StopInvocation", func(Call) Verdict { return Refuse(errors.Forbidden) })
	foreignRefusal.call("StopInvocation", echo("i-1").with("Z", content))
	c.body = true
	c.call("RunCommand", echo("i-1").with("Z", content))
	calls := s.Calls("")
	assert.Len(t, calls[0].Action, 128)
	assert.LessOrEqual(t, len(calls[0].Method), 128)
	for _, call := range calls[:2] {
		assert.Equal(t, "echo hello", call.Parameters["CommandContent"])
		assert.NotContains(t, call.Parameters, "Z")
	}
	for _, call := range calls[2:] {
		assert.Equal(t, content, call.Parameters["Z"], "whole when signed, or when the test answered")
	}
}

func TestTheStateIsReadable(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("secret output", 7)})
	s.AddInstance(Instance{ID: "i-2", Offline: true}, Instance{ID: "i-3", OS: Windows, Stopped: true}, Instance{ID: "i-4", NoAgent: true})
	s.Inject(Fault{Kind: FaultThrottled, Action: "RunCommand", InstanceID: "i-9", Code: "Throttling", Times: 3})
	c.run(echo("i-1", "i-2").with("Name", "disk", "CommandContent", "secret script"))
	c.run(echo("i-1").with("Frequency", "rate(5m)"))
	s.Advance(11 * time.Minute)
	want := `clock 2026-06-01T12:11:00Z
4 instances
  i-1 Linux online, 3 executions, 0 running
  i-2 Linux offline, 0 executions, 0 running
  i-3 Windows stopped, 0 executions, 0 running
  i-4 Linux without an agent, 0 executions, 0 running
2 invocations
  t-hz0000000000000001 Failed RunShellScript "disk"
    i-1 Failed exit 7 ExitCodeNonzero in 2s 13 bytes of output
    i-2 Aborted ClientNotOnline
  t-hz0000000000000002 Scheduled RunShellScript Period rate(5m)
    i-1 Scheduled exit 7 ExitCodeNonzero 2 runs in 2s 13 bytes of output
2 calls
  12:00:00.000 RunCommand 200
  12:00:00.000 RunCommand 200
1 fault left
  throttled of RunCommand on i-9 with Throttling, 3 times
`
	assert.Equal(t, want, s.String())
	assert.NotContains(t, s.String(), "secret")
}

func TestTheStateOfALargeServerStaysReadable(t *testing.T) {
	t.Parallel()
	s, c, ids := manyInstances(t, 10_000, config{clock: noon, limits: Limits{Instances: 10_000}})
	c.body = true
	s.Inject(slices.Repeat([]Fault{{Kind: FaultTokenExpired}}, 31)...)
	for range 24 {
		c.ok("DescribeInvocations", params{"RegionId": "cn-hangzhou"})
	}
	c.run(echo(ids...))
	for range 30 {
		c.run(echo(ids[:11]...))
	}
	state := s.String()
	for _, line := range []string{
		"10003 instances\n  i-1 Linux", "\n  i-fleet00026 Linux online, 1 execution, 0 running\n  ... and 9973 more\n",
		"\n31 invocations, the last 30\n  t-hz0000000000000002 ", "\n    i-fleet00009 Success exit 0 in 0s\n    ... and 1 more\n  t-hz",
		"\n55 calls, the last 50\n", "\n31 faults left\n", "  token expired\n  ... and 1 more\n",
	} {
		assert.Contains(t, state, line)
	}
	assert.Less(t, strings.Count(state, "\n"), 500)
	assert.Equal(t, 11, strings.Count(s.Invocations()[1].String(), "i-fleet"), "who asks for one invocation gets all of it")
}

func TestACallWhoseContextEndsDuringADelayIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := newService(t, config{})
		s.Control("", func(Call) Verdict { return Delay(time.Hour) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(ctx))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, s.Executions("i-1"))
	})
}

func TestACallWhoseContextEndsBeforeTheReplyFailsAtOnce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	ctx, cancel := context.WithCancel(t.Context())
	s.Control("", func(Call) Verdict {
		cancel()
		return Pass()
	})
	reply, err := s.Transport().RoundTrip(c.request("RunCommand", echo("i-1")).WithContext(ctx))
	if err == nil {
		assert.NoError(t, reply.Body.Close())
	}
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, s.Executions("i-1"), "though the service has it")
}
