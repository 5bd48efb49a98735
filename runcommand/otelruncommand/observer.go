package otelruncommand

import (
	"reflect"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// scope is the name of the tracer and of the meter.
const scope = "github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"

// Option configures the [Observer].
type Option func(*config)

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider makes the spans with this provider. Default, also for nil: the global
// provider ([otel.GetTracerProvider]).
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) {
		if !isNil(p) {
			c.tracers = p
		}
	}
}

// WithMeterProvider makes the metrics with this provider. Default, also for nil: the global
// provider ([otel.GetMeterProvider]).
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) {
		if !isNil(p) {
			c.meters = p
		}
	}
}

// isNil reports whether v is nil or holds a nil pointer.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil()
}

// Observer returns an observer for [runcommand.WithObserver]. Several clients may share it,
// and it is safe for concurrent use. To use it beside an observer of your own, join them with
// [runcommand.JoinObservers].
//
// An instrument that the meter provider cannot make records nothing; the error goes to
// [otel.Handle]. Without a provider, the observer records nothing.
func Observer(opts ...Option) runcommand.Observer {
	c := config{tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	t := &telemetry{
		tracer:      c.tracers.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		instruments: newInstruments(c.meters.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))),
	}
	return runcommand.Observer{Begin: t.begin, BeginAttempt: t.beginAttempt}
}

// telemetry makes the spans and metrics of one Observer.
type telemetry struct {
	tracer      trace.Tracer
	instruments *instruments
}
