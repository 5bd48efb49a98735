package otelruncommand_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestARunWithALostReplyIsOneTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		takes(srv, runcommandtest.Outcome{Takes: 4 * time.Second}, map[string]int{"i-2": 7})
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
		client := srv.Client(runcommand.WithObserver(c.observer()), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
			runcommand.WithPolling(poll.Policy{Initial: 2 * time.Second, Growth: -1, Jitter: -1}))
		began := time.Now()
		report, err := client.RunAndWait(t.Context(), request(t, runcommand.Shell("true").Instances("i-1", "i-2")))
		require.ErrorIs(t, err, errors.ErrScript)

		assert.Equal(t, []string{
			"runcommand.RunAndWait internal Error",
			"  runcommand.Run internal Unset",
			"    Ecs/RunCommand client Error",
			"    Ecs/RunCommand client Unset",
			"  runcommand.Wait internal Error",
			"    Ecs/DescribeInvocations client Unset",
			"    Ecs/DescribeInvocations client Unset",
			"    Ecs/DescribeInvocations client Unset",
			"    Ecs/DescribeInvocationResults client Unset",
		}, c.tree())

		run := c.named("runcommand.Run")[0]
		accepted := c.named("Ecs/RunCommand")[1]
		assert.Equal(t, map[string]any{
			"cloud.provider": "alibaba_cloud", "cloud.region": runcommandtest.Region, "runcommand.instances": int64(2),
			"runcommand.invocation.id": report.InvocationID, "runcommand.attempts": int64(2),
			"alibaba_cloud.request_id": attributesOf(accepted.Attributes)["alibaba_cloud.request_id"],
		}, attributesOf(run.Attributes))
		assert.Equal(t, time.Second, run.EndTime.Sub(began))

		lost := c.named("Ecs/RunCommand")[0]
		assert.Equal(t, map[string]any{
			"rpc.system.name": "alibaba_cloud", "rpc.method": "Ecs/RunCommand", "cloud.provider": "alibaba_cloud", "cloud.region": runcommandtest.Region,
			"server.address": "ecs.runcommandtest.invalid", "runcommand.attempt.number": int64(1), "error.type": "unavailable",
		}, attributesOf(lost.Attributes))
		assert.NotEmpty(t, lost.Status.Description)
		attrs := attributesOf(accepted.Attributes)
		assert.Equal(t, int64(2), attrs["runcommand.attempt.number"])
		assert.Equal(t, 1.0, attrs["runcommand.attempt.retry_wait"])
		assert.NotContains(t, attrs, "runcommand.attempt.limiter_wait")
		assert.NotEmpty(t, attrs["alibaba_cloud.request_id"])

		wait := c.named("runcommand.Wait")[0]
		assert.Equal(t, map[string]any{
			"cloud.provider": "alibaba_cloud", "cloud.region": runcommandtest.Region, "runcommand.instances": int64(2),
			"runcommand.invocation.id": report.InvocationID, "error.type": "ExitCodeNonzero",
			"runcommand.instances.done": int64(2), "runcommand.instances.failed": int64(1), "runcommand.instances.total": int64(2),
		}, attributesOf(wait.Attributes))
		assert.Equal(t, err.Error(), wait.Status.Description)
		assert.Equal(t, semconv.SchemaURL, wait.InstrumentationScope.SchemaURL)
	})
}

func TestARefusalHasItsCodeAndStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		client := srv.Client(runcommand.WithObserver(c.observer()), runcommand.WithEndpoint("http://ecs.example.com:8080"),
			runcommand.WithLimiter("RunCommand", slowLimiter{3 * time.Second}))
		_, err := client.Run(t.Context(), request(t, runcommand.Shell("true").Instances("i-9")))
		require.ErrorIs(t, err, errors.InvalidInstanceNotFound)
		span := c.named("Ecs/RunCommand")[0]
		attrs := attributesOf(span.Attributes)
		assert.NotEmpty(t, attrs["alibaba_cloud.request_id"])
		delete(attrs, "alibaba_cloud.request_id")
		assert.Equal(t, map[string]any{
			"rpc.system.name": "alibaba_cloud", "rpc.method": "Ecs/RunCommand", "cloud.provider": "alibaba_cloud", "cloud.region": runcommandtest.Region,
			"server.address": "ecs.example.com", "server.port": int64(8080), "runcommand.attempt.number": int64(1),
			"runcommand.attempt.limiter_wait": 3.0, "rpc.response.status_code": "InvalidInstance.NotFound", "http.response.status_code": int64(404),
			"error.type": "InvalidInstance.NotFound",
		}, attrs)
		assert.Equal(t, codes.Error, span.Status.Code)
		run := c.named("runcommand.Run")[0]
		assert.Equal(t, "InvalidInstance.NotFound", attributesOf(run.Attributes)["error.type"])
		assert.Equal(t, err.Error(), run.Status.Description)
	})
}

// A slowLimiter lets each call wait for the same time.
type slowLimiter struct{ wait time.Duration }

func (l slowLimiter) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(l.wait):
		return nil
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheTraceGoesOnInTheHTTPRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		var headers []string
		sent := roundTrip(func(r *http.Request) (*http.Response, error) {
			headers = append(headers, r.Header.Get("Traceparent"))
			return srv.Transport().RoundTrip(r)
		})
		client := srv.Client(runcommand.WithObserver(c.observer()), runcommand.WithHTTPClient(&http.Client{Transport: otelhttp.NewTransport(sent,
			otelhttp.WithTracerProvider(c.tracer), otelhttp.WithMeterProvider(metricnoop.NewMeterProvider()),
			otelhttp.WithPropagators(propagation.TraceContext{}))}))
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
		ctx, root := c.tracer.Tracer("program").Start(t.Context(), "deploy")
		_, err := client.Run(ctx, request(t, runcommand.Shell("true").Instances("i-1")))
		require.NoError(t, err)
		root.End()
		assert.Equal(t, 1, srv.Executions("i-1"))
		assert.Equal(t, []string{
			"deploy internal Unset",
			"  runcommand.Run internal Unset",
			"    Ecs/RunCommand client Error",
			"      HTTP POST client Error",
			"    Ecs/RunCommand client Unset",
			"      HTTP POST client Unset",
		}, c.tree())
		require.Len(t, headers, 2)
		for k, span := range c.named("HTTP POST") {
			assert.Equal(t, "00-"+root.SpanContext().TraceID().String()+"-"+span.SpanContext.SpanID().String()+"-01", headers[k])
			assert.Equal(t, c.named("Ecs/RunCommand")[k].SpanContext.SpanID(), span.Parent.SpanID())
		}
	})
}

func TestAWaveIsASpanOverItsCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		client := srv.Client(runcommand.WithObserver(c.observer()))
		ctx, end := client.Begin(t.Context(), runcommand.Operation{Name: "fleet.Wave", FleetID: "f-1", Wave: 3, Instances: 2})
		_, err := client.Run(ctx, request(t, runcommand.Shell("true").Instances("i-1", "i-2")))
		require.NoError(t, err)
		end(runcommand.Ended{Done: 2, Failed: 1, Total: 2, ByStatus: map[runcommand.Status]int{runcommand.StatusSuccess: 1, runcommand.StatusTimeout: 1}})
		assert.Equal(t, []string{
			"runcommand.fleet.Wave internal Unset",
			"  runcommand.Run internal Unset",
			"    Ecs/RunCommand client Unset",
		}, c.tree())
		assert.Equal(t, map[string]any{
			"cloud.provider": "alibaba_cloud", "cloud.region": runcommandtest.Region, "runcommand.instances": int64(2),
			"runcommand.fleet.id": "f-1", "runcommand.fleet.wave": int64(3),
			"runcommand.instances.done": int64(2), "runcommand.instances.failed": int64(1), "runcommand.instances.total": int64(2),
		}, attributesOf(c.named("runcommand.fleet.Wave")[0].Attributes))
		assert.Equal(t, map[string]int64{"Success": 1, "Timeout": 1}, sums(t, c, "runcommand.client.instances", "runcommand.status"))
	})
}

// TestTheGlobalProvidersAreTheDefault is not parallel, because it sets the global providers.
func TestTheGlobalProvidersAreTheDefault(t *testing.T) {
	srv, c := setup(t), newCollector()
	observer := otelruncommand.Observer(nil, otelruncommand.WithTracerProvider(nil), otelruncommand.WithMeterProvider(nil),
		otelruncommand.WithTracerProvider((*sdktrace.TracerProvider)(nil)))
	tracer, meter := otel.GetTracerProvider(), otel.GetMeterProvider()
	defer func() {
		otel.SetTracerProvider(tracer)
		otel.SetMeterProvider(meter)
	}()
	otel.SetTracerProvider(c.tracer)
	otel.SetMeterProvider(c.meter)
	_, err := srv.Client(runcommand.WithObserver(observer)).AgentStatus(t.Context(), "i-1")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"runcommand.AgentStatus internal Unset",
		"  Ecs/DescribeCloudAssistantStatus client Unset",
	}, c.tree())
	assert.Contains(t, c.metrics(t), "rpc.client.call.duration")
}

func TestTheObserverJoinsOthers(t *testing.T) {
	t.Parallel()
	srv, c := setup(t), newCollector()
	var inSpan []bool
	joined := runcommand.JoinObservers(c.observer(), runcommand.Observer{Attempt: func(ctx context.Context, _ runcommand.Attempt) {
		inSpan = append(inSpan, trace.SpanFromContext(ctx).IsRecording())
	}})
	_, err := srv.Client(runcommand.WithObserver(joined)).Run(t.Context(), request(t, runcommand.Shell("true").Instances("i-1")))
	require.NoError(t, err)
	assert.Len(t, c.tree(), 2)
	assert.Equal(t, []bool{true}, inSpan, "Attempt is called within the span of the attempt")
}
