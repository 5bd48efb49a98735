package otelruncommand_test

import (
	"log"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A program may drop all instruments but one with a view.
func TestEachInstrumentRecordsWithoutTheOthers(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"rpc.client.call.duration",
		"runcommand.client.attempts",
		"runcommand.client.retries",
		"runcommand.client.throttled",
		"runcommand.client.limiter.wait.duration",
		"runcommand.client.retry.wait.duration",
		"runcommand.client.operation.duration",
		"runcommand.client.run.duration",
		"runcommand.client.instances",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, c := setup(t), newCollector()
				c.reader = sdkmetric.NewManualReader()
				c.meter = sdkmetric.NewMeterProvider(sdkmetric.WithReader(c.reader), sdkmetric.WithView(func(i sdkmetric.Instrument) (sdkmetric.Stream, bool) {
					return sdkmetric.Stream{Name: i.Name, Aggregation: sdkmetric.AggregationDrop{}}, i.Name != name
				}))
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Code: "Throttling.User", RetryAfter: time.Second})
				client := srv.Client(runcommand.WithObserver(c.observer()), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0))
				_, err := client.RunAndWait(t.Context(), request(t, runcommand.Shell("true").Instances("i-1")))
				require.NoError(t, err)
				var names []string
				for recorded := range c.metrics(t) {
					names = append(names, recorded)
				}
				assert.Equal(t, []string{name}, names)
			})
		})
	}
}

// An untouched error counts how often its text and its cause are asked for.
type untouched struct{ asked *int }

func (u untouched) Error() string { *u.asked++; return "untouched" }
func (u untouched) Unwrap() error { *u.asked++; return nil }

func TestWithoutProvidersNoAttributeIsMade(t *testing.T) {
	t.Parallel()
	observer := otelruncommand.Observer(otelruncommand.WithTracerProvider(tracenoop.TracerProvider{}), otelruncommand.WithMeterProvider(metricnoop.MeterProvider{}))
	asked := 0
	ctx, end := observer.Begin(t.Context(), runcommand.Operation{Name: "Run"})
	_, endAttempt := observer.BeginAttempt(ctx, runcommand.AttemptStart{Action: "RunCommand", Number: 1})
	endAttempt(runcommand.Attempt{Err: untouched{&asked}})
	end(runcommand.Ended{Err: untouched{&asked}})
	assert.Zero(t, asked)
}

// New codes of the service would make ever more time series.
func TestACodeThatIsNotDocumentedIsInNoMetric(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, c := setup(t), newCollector()
		srv.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse("Brand.New") })
		_, err := srv.Client(runcommand.WithObserver(c.observer())).Run(t.Context(), request(t, runcommand.Shell("true").Instances("i-1")))
		require.Error(t, err)
		assert.Equal(t, "Brand.New", attributesOf(c.named("Ecs/RunCommand")[0].Attributes)["rpc.response.status_code"])
		calls := times(t, c, "rpc.client.call.duration", "rpc.method", "rpc.response.status_code")
		assert.Len(t, calls, 1)
		assert.Contains(t, calls, "Ecs/RunCommand -")
	})
}

var errBroken = errors.New("no instrument is left")

// brokenMeters makes no instrument.
type brokenMeters struct{ metricnoop.MeterProvider }

func (brokenMeters) Meter(string, ...metric.MeterOption) metric.Meter { return brokenMeter{} }

type brokenMeter struct{ metricnoop.Meter }

func (brokenMeter) Int64Counter(string, ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return metricnoop.Int64Counter{}, errBroken
}

func (brokenMeter) Float64Histogram(string, ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	return metricnoop.Float64Histogram{}, errBroken
}

// TestEachInstrumentThatCannotBeMadeIsAnErrorOfOpenTelemetry is not parallel, because it sets the global handler.
func TestEachInstrumentThatCannotBeMadeIsAnErrorOfOpenTelemetry(t *testing.T) {
	handled := 0
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		require.ErrorIs(t, err, errBroken)
		handled++
	}))
	defer otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Print(err) }))
	observer := otelruncommand.Observer(otelruncommand.WithMeterProvider(brokenMeters{}))
	assert.Equal(t, 9, handled)
	_, err := setup(t).Client(runcommand.WithObserver(observer)).AgentStatus(t.Context(), "i-1")
	require.NoError(t, err)
}
