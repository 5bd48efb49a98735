package otelruncommand_test

import (
	"testing"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// BenchmarkRun runs a command with the local service in process. The time of the service is
// part of each figure, as that of a real service would be, but without a network.
func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		name     string
		observer runcommand.Observer
	}{
		{"without an observer", runcommand.Observer{}},
		{"with providers that do nothing", otelruncommand.Observer(
			otelruncommand.WithTracerProvider(noop.NewTracerProvider()), otelruncommand.WithMeterProvider(metricnoop.NewMeterProvider()))},
		{"without a provider", otelruncommand.Observer()},
		{"with the providers of the SDK", observerWithoutExporter()},
	} {
		b.Run(c.name, func(b *testing.B) {
			srv := runcommandtest.NewServer()
			defer srv.Close()
			srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
			client := srv.Client(runcommand.WithObserver(c.observer))
			req := request(b, runcommand.Shell("true").Instances("i-1"))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Run(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHooks measures the observer alone: one operation with one attempt.
func BenchmarkHooks(b *testing.B) {
	for _, c := range []struct {
		name     string
		observer runcommand.Observer
	}{
		{"without a provider", otelruncommand.Observer()},
		{"with the providers of the SDK", observerWithoutExporter()},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ctx, end := c.observer.Begin(b.Context(), runcommand.Operation{Name: "Run", Region: "cn-hangzhou", Host: "ecs.example.com", Instances: 1})
				_, endAttempt := c.observer.BeginAttempt(ctx, runcommand.AttemptStart{Action: "RunCommand", Region: "cn-hangzhou", Host: "ecs.example.com", Number: 1})
				endAttempt(runcommand.Attempt{Action: "RunCommand", Number: 1})
				end(runcommand.Ended{Attempts: 1, InvocationID: "t-1"})
			}
		})
	}
}

// observerWithoutExporter returns an observer with the providers of the SDK. They drop
// the spans when these end, because exporters differ.
func observerWithoutExporter() runcommand.Observer {
	return otelruncommand.Observer(
		otelruncommand.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(sdktrace.NewBatchSpanProcessor(nil)))),
		otelruncommand.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))))
}
