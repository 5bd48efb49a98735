package runcommandtest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// start returns a server with two instances.
func start(tb testing.TB, opts ...runcommandtest.Option) *runcommandtest.Server {
	tb.Helper()
	srv := runcommandtest.Start(tb, opts...)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	return srv
}

func request(tb testing.TB, instances ...string) *runcommand.Request {
	tb.Helper()
	req, err := runcommand.Shell("true").Instances(instances...).Build()
	require.NoError(tb, err)
	return req
}

func TestAWholeWaitRunsInVirtualTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Output: []byte(x.InstanceID), Takes: 50 * time.Second}
		})
		began := time.Now()
		report, err := srv.Client().RunAndWait(t.Context(), request(t, "i-1", "i-2"))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(began), 50*time.Second)
		assert.Equal(t, "i-2", report.Results[1].Text())
		assert.Equal(t, []int{1, 1}, []int{srv.Executions("i-1"), srv.Executions("i-2")})
	})
}

func TestTheListenerServesWhatTheTransportServes(t *testing.T) {
	t.Parallel()
	srv := start(t)
	assert.True(t, strings.HasPrefix(srv.URL(), "http://127.0.0.1:"))
	first := srv.URL()
	assert.Equal(t, first, srv.URL(), "it is opened once")
	client, err := runcommand.NewClient(runcommandtest.Region, runcommand.WithEndpoint(srv.URL()),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	report, err := client.RunAndWait(t.Context(), request(t, "i-1"))
	require.NoError(t, err)
	assert.True(t, report.Complete)
	assert.NotEmpty(t, srv.Calls("RunCommand"))
}

func TestCloseEndsTheListenerAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.NewServer()
	url := srv.URL()
	srv.Close()
	srv.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		_ = reply.Body.Close()
	}
	assert.Error(t, err)

	now := srv.Now()
	srv.Advance(time.Hour)
	assert.Less(t, srv.Now().Sub(now), time.Hour, "time does not advance after Close")

	unopened := runcommandtest.NewServer()
	unopened.Close()
	assert.Panics(t, func() { unopened.URL() })
}

func TestAGivenListenerIsServedAndClosed(t *testing.T) {
	t.Parallel()
	listen := func() net.Listener {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		return l
	}
	served := listen()
	srv := runcommandtest.NewServer(runcommandtest.WithListener(served))
	assert.Equal(t, "http://"+served.Addr().String(), srv.URL())
	srv.Close()
	_, err := served.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)

	unserved := listen()
	runcommandtest.NewServer(runcommandtest.WithListener(unserved)).Close()
	_, err = unserved.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
}

func TestOptionsReachTheService(t *testing.T) {
	t.Parallel()
	epoch := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	run := func(t *testing.T, srv *runcommandtest.Server, opts ...runcommand.Option) error {
		t.Helper()
		_, err := srv.Client(append(opts, runcommand.WithRetry(noPolicy, 1))...).Run(t.Context(), request(t, "i-1"))
		return err
	}
	tests := []struct {
		name string
		opts []runcommandtest.Option
		with []runcommand.Option
		want error
	}{
		{"no option", nil, nil, nil},
		{"a nil option", []runcommandtest.Option{nil}, nil, nil},
		{"the first credential is the client's", []runcommandtest.Option{runcommandtest.WithCredential("a", "b"), runcommandtest.WithSTS("c", "d", "e")}, nil, nil},
		{"a further credential", []runcommandtest.Option{runcommandtest.WithCredential("a", "b"), runcommandtest.WithSTS("c", "d", "e")},
			[]runcommand.Option{runcommand.WithStaticCredential("c", "d", "e")}, nil},
		{"the default credential is gone then", []runcommandtest.Option{runcommandtest.WithCredential("a", "b")},
			[]runcommand.Option{runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, "")}, errors.InvalidAccessKeyIdNotFound},
		{"another clock", []runcommandtest.Option{runcommandtest.WithClock(func() time.Time { return epoch })}, nil, errors.InvalidTimeStampExpired},
		{"query only and a body", []runcommandtest.Option{runcommandtest.WithQueryOnly()}, nil, errors.ErrMissingArgument},
		{"query only and a query", []runcommandtest.Option{runcommandtest.WithQueryOnly()}, []runcommand.Option{runcommand.WithQueryParameters()}, nil},
		{"a closed region", []runcommandtest.Option{runcommandtest.WithClosedRegion(runcommandtest.Region)}, nil, errors.RegionIdApiNotSupported},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := run(t, start(t, test.opts...), test.with...)
			if test.want == nil {
				assert.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, test.want)
			}
		})
	}
	limited := start(t, runcommandtest.WithRateLimit("RunCommand", 1, time.Hour))
	require.NoError(t, run(t, limited))
	assert.ErrorIs(t, run(t, limited), errors.ErrThrottled)
	full := start(t, runcommandtest.WithLimits(runcommandtest.Limits{DailyInvocations: 1}))
	require.NoError(t, run(t, full))
	assert.ErrorIs(t, run(t, full), errors.InvocationExceedQuota)
}

func TestTimeOptionsFollowTheServersClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := start(t, runcommandtest.WithVisibilityDelay(time.Minute), runcommandtest.WithRetention(time.Hour, 100),
			runcommandtest.WithIdempotencyWindow(2*time.Hour), runcommandtest.WithStopDelay(time.Minute))
		srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: 30 * time.Minute}
		})
		client := srv.Client()
		req, err := runcommand.Shell("true").Instances("i-1").ClientToken("t").Timeout(time.Hour).Build()
		require.NoError(t, err)
		inv, err := client.Run(t.Context(), req)
		require.NoError(t, err)
		<-time.After(61 * time.Second)
		summary, err := inv.Describe(t.Context())
		require.NoError(t, err)
		assert.Equal(t, runcommand.StatusRunning, summary.Status)
		require.NoError(t, inv.Stop(t.Context()))
		<-time.After(59 * time.Second)
		assert.EqualValues(t, "Stopping", srv.Invocations()[0].Status)
		<-time.After(time.Second)
		assert.EqualValues(t, "Stopped", srv.Invocations()[0].Status)
		again, err := client.Run(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, inv.ID, again.ID, "the token is known")
		<-time.After(2 * time.Hour)
		again, err = client.Run(t.Context(), req)
		require.NoError(t, err)
		assert.NotEqual(t, inv.ID, again.ID)
	})
}

func TestResourceGroupsAndAgentsCanBeStrict(t *testing.T) {
	t.Parallel()
	srv := start(t, runcommandtest.WithResourceGroups(runcommandtest.ResourceGroup{ID: "rg-1"}), runcommandtest.WithAgentRefusals())
	build := func(b runcommand.Builder) *runcommand.Request {
		req, err := b.Instances("i-1").Build()
		require.NoError(t, err)
		return req
	}
	_, err := srv.Client().Run(t.Context(), build(runcommand.Shell("true").ResourceGroup("rg-2")))
	assert.ErrorIs(t, err, errors.InvalidResourceGroupNotFound)
	_, err = srv.Client().Run(t.Context(), build(runcommand.Shell("true").Cron("0 0 9 ? * 1-7")))
	require.NoError(t, err)
	if state := srv.Invocations()[0].Instances[0]; state.Code != "" {
		assert.Equal(t, errors.CronExpressionExpired, state.Code)
	} else {
		assert.NotContains(t, srv.Invocations()[0].Frequency, "1-7", "the client may write the range as days")
	}
}

func TestTimeAndInstancesCanBeChanged(t *testing.T) {
	t.Parallel()
	srv := start(t)
	req, err := runcommand.Shell("true").Instances("i-1").Every(time.Hour).Build()
	require.NoError(t, err)
	reboot, err := runcommand.Shell("true").Instances("i-2").OnEveryReboot().Build()
	require.NoError(t, err)
	for _, r := range []*runcommand.Request{req, reboot} {
		_, err = srv.Client().Run(t.Context(), r)
		require.NoError(t, err)
	}
	before := srv.Now()
	srv.Advance(150 * time.Minute)
	srv.Reboot("i-2")
	assert.GreaterOrEqual(t, srv.Now().Sub(before), 150*time.Minute)
	assert.Equal(t, []int{2, 1}, []int{srv.Executions("i-1"), srv.Executions("i-2")})
	srv.RemoveInstance("i-1")
	assert.Equal(t, errors.InstanceReleased, srv.Invocations()[0].Instances[0].Code)
	assert.Len(t, srv.Instances(), 1)
}

func TestControlFunctionsAnswerTheClient(t *testing.T) {
	t.Parallel()
	srv := start(t)
	verdicts := []runcommandtest.Verdict{
		runcommandtest.Refuse(errors.CmdCountExceedQuota), runcommandtest.Answer(200, map[string]string{"InvokeId": "t-1", "CommandId": "c-1", "RequestId": "R"}),
		runcommandtest.Delay(time.Nanosecond), runcommandtest.Pass(),
	}
	remove := srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
		v := verdicts[0]
		verdicts = verdicts[1:]
		return v
	})
	run := func() (*runcommand.Invocation, error) {
		return srv.Client().Run(t.Context(), request(t, "i-1"))
	}
	_, err := run()
	assert.ErrorIs(t, err, errors.CmdCountExceedQuota)
	inv, err := run()
	require.NoError(t, err)
	assert.Equal(t, "t-1", inv.ID)
	for range 2 {
		_, err = run()
		assert.NoError(t, err)
	}
	remove()
	_, err = run()
	assert.NoError(t, err)
	assert.Equal(t, 3, srv.Executions("i-1"))
}

// A failingTB is a testing.TB. Its method Failed returns the field failed.
type failingTB struct {
	testing.TB
	failed   bool
	cleanups []func()
	log      strings.Builder
}

func (f *failingTB) Helper()                      {}
func (f *failingTB) Failed() bool                 { return f.failed }
func (f *failingTB) Cleanup(fn func())            { f.cleanups = append(f.cleanups, fn) }
func (f *failingTB) Logf(format string, a ...any) { fmt.Fprintf(&f.log, format, a...) }

func TestStartDumpsTheStateOfAFailedTestAndCloses(t *testing.T) {
	t.Parallel()
	for _, failed := range []bool{false, true} {
		tb := &failingTB{TB: t, failed: failed}
		srv := runcommandtest.Start(tb)
		srv.AddInstance(runcommandtest.Instance{ID: "i-dumped"})
		for _, cleanup := range tb.cleanups {
			cleanup()
		}
		assert.Equal(t, failed, strings.Contains(tb.log.String(), "i-dumped"))
		_, err := srv.Client(runcommand.WithRetry(noPolicy, 1)).Run(t.Context(), request(t, "i-dumped"))
		assert.ErrorContains(t, err, "the local service is closed")
		assert.False(t, errors.MayHaveRun(err), "nothing was sent")
	}
}

func TestAHandleFunctionThatPanicsFailsOnlyItsExecution(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		var outcomes map[string]*runcommandtest.Outcome
		if x.InstanceID == "i-1" {
			return *outcomes["forgotten"]
		}
		return runcommandtest.Outcome{}
	})
	report, err := srv.Client().RunAndWait(t.Context(), request(t, "i-1", "i-2"))
	assert.ErrorIs(t, err, errors.ExecutionException)
	assert.Equal(t, runcommand.StatusPartialFailed, report.Status)
	failed, _ := report.Result("i-1")
	assert.Contains(t, failed.ErrorInfo, "a value of type runtime.error")
	assert.Contains(t, srv.String(), "nil pointer dereference")
	assert.Contains(t, srv.String(), "server_test.go:")
}

func TestTheStateCanBeWritten(t *testing.T) {
	t.Parallel()
	srv := start(t)
	var b strings.Builder
	require.NoError(t, srv.Dump(&b))
	assert.Contains(t, b.String(), "2 instances\n  i-1 Linux online")
}

func TestAWrongOptionOfTheClientPanics(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t)
	assert.Panics(t, func() { srv.Client(runcommand.WithEndpoint("::not an address")) })
}
