package otelruncommand_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A collector keeps the spans and metrics of a test in memory.
type collector struct {
	spans  *tracetest.InMemoryExporter
	tracer *sdktrace.TracerProvider
	reader *sdkmetric.ManualReader
	meter  *sdkmetric.MeterProvider
}

func newCollector() *collector {
	c := &collector{spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	c.tracer = sdktrace.NewTracerProvider(sdktrace.WithSyncer(c.spans))
	c.meter = sdkmetric.NewMeterProvider(sdkmetric.WithReader(c.reader))
	return c
}

func (c *collector) observer() runcommand.Observer {
	return otelruncommand.Observer(otelruncommand.WithTracerProvider(c.tracer), otelruncommand.WithMeterProvider(c.meter))
}

// tree returns the spans as lines, parents before children, with two blanks for each level
// and in the order in which they began.
func (c *collector) tree() []string {
	children := map[trace.SpanID]tracetest.SpanStubs{}
	for _, s := range c.spans.GetSpans() {
		children[s.Parent.SpanID()] = append(children[s.Parent.SpanID()], s)
	}
	var lines []string
	var walk func(parent trace.SpanID, depth int)
	walk = func(parent trace.SpanID, depth int) {
		for _, s := range children[parent] { // siblings end in the order in which they began
			lines = append(lines, strings.Repeat("  ", depth)+s.Name+" "+s.SpanKind.String()+" "+s.Status.Code.String())
			walk(s.SpanContext.SpanID(), depth+1)
		}
	}
	walk(trace.SpanID{}, 0)
	return lines
}

// named returns the spans with a name, in the order in which they ended.
func (c *collector) named(name string) tracetest.SpanStubs {
	var found tracetest.SpanStubs
	for _, s := range c.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	return found
}

// attributesOf returns the attributes as a map.
func attributesOf(attrs []attribute.KeyValue) map[string]any {
	m := map[string]any{}
	for _, kv := range attrs {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

// metrics collects all metrics by name.
func (c *collector) metrics(tb testing.TB) map[string]metricdata.Metrics {
	tb.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(tb, c.reader.Collect(tb.Context(), &all))
	byName := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			byName[m.Name] = m
		}
	}
	return byName
}

// setup starts a local service with the instances i-1 and i-2.
func setup(tb testing.TB) *runcommandtest.Server {
	tb.Helper()
	srv := runcommandtest.Start(tb)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	return srv
}

// takes makes every run last for a time and end with the exit code of its instance.
func takes(srv *runcommandtest.Server, outcome runcommandtest.Outcome, exitCodes map[string]int) {
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		own := outcome
		own.ExitCode = exitCodes[x.InstanceID]
		return own
	})
}

func request(tb testing.TB, b runcommand.Builder) *runcommand.Request {
	tb.Helper()
	req, err := b.Build()
	require.NoError(tb, err)
	return req
}
