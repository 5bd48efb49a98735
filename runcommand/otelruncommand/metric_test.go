package otelruncommand_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// labels returns the values of the attributes with the keys, with a blank between them and -
// for a missing one.
func labels(set attribute.Set, keys ...string) string {
	values := make([]string, len(keys))
	for k, key := range keys {
		values[k] = "-"
		if value, ok := set.Value(attribute.Key(key)); ok {
			values[k] = value.String()
		}
	}
	return strings.Join(values, " ")
}

// sums returns the values of a counter by the values of attributes.
func sums(tb testing.TB, c *collector, name string, keys ...string) map[string]int64 {
	tb.Helper()
	data, ok := c.metrics(tb)[name].Data.(metricdata.Sum[int64])
	require.True(tb, ok, name)
	require.True(tb, data.IsMonotonic)
	values := map[string]int64{}
	for _, p := range data.DataPoints {
		values[labels(p.Attributes, keys...)] += p.Value
	}
	return values
}

// times returns "count x seconds" of a histogram by the values of attributes.
func times(tb testing.TB, c *collector, name string, keys ...string) map[string]string {
	tb.Helper()
	data, ok := c.metrics(tb)[name].Data.(metricdata.Histogram[float64])
	require.True(tb, ok, name)
	values := map[string]string{}
	for _, p := range data.DataPoints {
		values[labels(p.Attributes, keys...)] = fmt.Sprintf("%d in %g s", p.Count, p.Sum)
	}
	return values
}

func TestMetricsCountWhatHappened(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		takes(srv, runcommandtest.Outcome{Takes: 4 * time.Second}, map[string]int{"i-2": 7})
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Code: "Throttling.User", RetryAfter: 7 * time.Second},
			runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
			runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 2 * time.Second},
		)
		client := srv.Client(runcommand.WithObserver(c.observer()), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithPolling(poll.Policy{Initial: 2 * time.Second, Growth: -1, Jitter: -1}),
			runcommand.WithLimiter("RunCommand", slowLimiter{3 * time.Second}))
		began := time.Now()
		_, err := client.RunAndWait(t.Context(), request(t, runcommand.Shell("true").Instances("i-1", "i-2")))
		require.ErrorIs(t, err, errors.ErrScript)
		whole := time.Since(began).Seconds()

		assert.Equal(t, map[string]int64{
			"Ecs/RunCommand Throttling.User":  1,
			"Ecs/RunCommand unavailable":      1,
			"Ecs/RunCommand -":                1,
			"Ecs/DescribeInvocations -":       int64(len(srv.Calls("DescribeInvocations"))),
			"Ecs/DescribeInvocationResults -": 1,
		}, sums(t, c, "runcommand.client.attempts", "rpc.method", "error.type"))
		assert.Equal(t, map[string]int64{"alibaba_cloud Ecs/RunCommand cn-hangzhou ecs.runcommandtest.invalid - -": 2},
			sums(t, c, "runcommand.client.retries", "rpc.system.name", "rpc.method", "cloud.region", "server.address", "server.port", "error.type"))
		assert.Equal(t, map[string]int64{"Ecs/RunCommand": 1}, sums(t, c, "runcommand.client.throttled", "rpc.method"))
		assert.Equal(t, "3 in 9 s", times(t, c, "runcommand.client.limiter.wait.duration", "rpc.method")["Ecs/RunCommand"])
		assert.Equal(t, map[string]string{"Ecs/RunCommand": "2 in 9 s"}, times(t, c, "runcommand.client.retry.wait.duration", "rpc.method"))
		calls := times(t, c, "rpc.client.call.duration", "rpc.method", "rpc.response.status_code")
		assert.Equal(t, "1 in 0 s", calls["Ecs/RunCommand Throttling.User"])
		calls = times(t, c, "rpc.client.call.duration", "rpc.method", "error.type")
		assert.Equal(t, "1 in 2 s", calls["Ecs/RunCommand -"])
		assert.Equal(t, "1 in 0 s", calls["Ecs/RunCommand unavailable"])
		assert.Equal(t, map[string]string{"cn-hangzhou ExitCodeNonzero": fmt.Sprintf("1 in %g s", whole)},
			times(t, c, "runcommand.client.run.duration", "cloud.region", "error.type"))
		operations := times(t, c, "runcommand.client.operation.duration", "runcommand.operation", "error.type")
		assert.Equal(t, "1 in 20 s", operations["Run -"])
		assert.Equal(t, fmt.Sprintf("1 in %g s", whole), operations["RunAndWait ExitCodeNonzero"])
		assert.Equal(t, map[string]int64{"cn-hangzhou Success": 1, "cn-hangzhou Failed": 1},
			sums(t, c, "runcommand.client.instances", "cloud.region", "runcommand.status"))

		units := map[string]string{}
		for name, m := range c.metrics(t) {
			units[name] = m.Unit
			assert.NotEmpty(t, m.Description, name)
		}
		assert.Equal(t, map[string]string{
			"rpc.client.call.duration":                "s",
			"runcommand.client.attempts":              "{attempt}",
			"runcommand.client.retries":               "{attempt}",
			"runcommand.client.throttled":             "{attempt}",
			"runcommand.client.limiter.wait.duration": "s",
			"runcommand.client.retry.wait.duration":   "s",
			"runcommand.client.operation.duration":    "s",
			"runcommand.client.run.duration":          "s",
			"runcommand.client.instances":             "{instance}",
		}, units)
	})
}

func TestAWaitThatEndsEarlyCountsOnlyWhatHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		srv.Handle(runcommandtest.ByInstance(map[string]runcommandtest.Handler{
			"i-2": runcommandtest.Always(runcommandtest.Outcome{Takes: time.Hour}),
		}, runcommandtest.Always(runcommandtest.Outcome{})))
		client := srv.Client(runcommand.WithObserver(c.observer()))
		_, err := client.RunAndWait(t.Context(), request(t, runcommand.Shell("true").Timeout(2*time.Hour).Instances("i-1", "i-2")), runcommand.MaxWait(time.Minute))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, map[string]int64{"Success": 1}, sums(t, c, "runcommand.client.instances", "runcommand.status"))
		assert.Equal(t, map[string]string{"context.DeadlineExceeded": "1 in 60 s"}, times(t, c, "runcommand.client.run.duration", "error.type"))
	})
}
