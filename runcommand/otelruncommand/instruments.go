package otelruncommand

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// The bounds of histograms, in seconds. A wait for a limiter or a retry lasts up to minutes,
// a command up to a day.
var (
	waitBounds = []float64{0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300}
	runBounds  = []float64{0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600}
)

// instruments are the metrics that the package comment lists.
type instruments struct {
	callDuration      rpcconv.ClientCallDuration
	attempts          metric.Int64Counter
	retries           metric.Int64Counter
	throttled         metric.Int64Counter
	limiterWait       metric.Float64Histogram
	retryWait         metric.Float64Histogram
	operationDuration metric.Float64Histogram
	runDuration       metric.Float64Histogram
	instances         metric.Int64Counter
}

// newInstruments makes the instruments. An instrument that comes with an error records
// nothing.
func newInstruments(m metric.Meter) *instruments {
	callDuration, err := rpcconv.NewClientCallDuration(m)
	if err != nil {
		otel.Handle(err)
	}
	return &instruments{
		callDuration:      callDuration,
		attempts:          counter(m, "attempts", "{attempt}", "Attempts to call the service."),
		retries:           counter(m, "retries", "{attempt}", "Attempts after the first attempt of a call."),
		throttled:         counter(m, "throttled", "{attempt}", "Attempts that the service throttled."),
		limiterWait:       histogram(m, "limiter.wait.duration", "Time of each attempt in the queue of the limiter.", waitBounds),
		retryWait:         histogram(m, "retry.wait.duration", "Time between a failed attempt and its retry, without the queue of the limiter.", waitBounds),
		operationDuration: histogram(m, "operation.duration", "Duration of operations, such as Run and Wait.", runBounds),
		runDuration:       histogram(m, "run.duration", "Time from the start of a Run to the end of its wait.", runBounds),
		instances:         counter(m, "instances", "{instance}", "Instances on which a command has ended."),
	}
}

func counter(m metric.Meter, name, unit, description string) metric.Int64Counter {
	c, err := m.Int64Counter("runcommand.client."+name, metric.WithUnit(unit), metric.WithDescription(description))
	if err != nil {
		otel.Handle(err)
	}
	return c
}

func histogram(m metric.Meter, name, description string, bounds []float64) metric.Float64Histogram {
	h, err := m.Float64Histogram("runcommand.client."+name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(bounds...))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// attempt records an attempt. The slice call has the attributes of all attempts of its
// action.
func (i *instruments) attempt(ctx context.Context, call []attribute.KeyValue, a runcommand.Attempt) {
	if !i.enabled(ctx) {
		return
	}
	all := attribute.NewSet(call...)
	outcome := all
	status := all
	if a.Err != nil {
		failed := append(call[:len(call):len(call)], errorType(a.Err))
		outcome = attribute.NewSet(failed...)
		status = outcome
		if refusal, ok := errors.AsType[*errors.APIError](a.Err); ok && refusal.Code.Known() {
			status = attribute.NewSet(append(failed, semconv.RPCResponseStatusCode(string(refusal.Code)))...)
		}
	}
	every := metric.WithAttributeSet(all)
	i.callDuration.RecordSet(ctx, a.Duration.Seconds(), status)
	i.attempts.Add(ctx, 1, metric.WithAttributeSet(outcome))
	i.limiterWait.Record(ctx, a.LimiterWait.Seconds(), every)
	if a.Number > 1 {
		i.retries.Add(ctx, 1, every)
		i.retryWait.Record(ctx, (a.Wait - a.LimiterWait).Seconds(), every)
	}
	if errors.Is(a.Err, errors.ErrThrottled) {
		i.throttled.Add(ctx, 1, every)
	}
}

// operation records an operation that has ended.
func (i *instruments) operation(ctx context.Context, op runcommand.Operation, e runcommand.Ended, took time.Duration) {
	if !i.enabled(ctx) {
		return
	}
	region := semconv.CloudRegion(op.Region)
	attrs := make([]attribute.KeyValue, 0, 3)
	attrs = append(attrs, region)
	if e.Err != nil {
		attrs = append(attrs, errorType(e.Err))
	}
	if e.SinceRun > 0 {
		i.runDuration.Record(ctx, e.SinceRun.Seconds(), metric.WithAttributes(attrs...))
	}
	i.operationDuration.Record(ctx, took.Seconds(), metric.WithAttributes(append(attrs, keyOperation.String(op.Name))...))
	for status, n := range e.ByStatus {
		if status.Terminal() {
			i.instances.Add(ctx, int64(n), metric.WithAttributes(region, keyStatus.String(string(status))))
		}
	}
}

// enabled reports whether some instrument records. Without it, attributes would be made for
// nothing.
func (i *instruments) enabled(ctx context.Context) bool {
	return i.callDuration.Enabled(ctx) || i.attempts.Enabled(ctx) || i.retries.Enabled(ctx) || i.throttled.Enabled(ctx) ||
		i.limiterWait.Enabled(ctx) || i.retryWait.Enabled(ctx) || i.operationDuration.Enabled(ctx) || i.runDuration.Enabled(ctx) ||
		i.instances.Enabled(ctx)
}
