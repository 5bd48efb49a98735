package otelruncommand_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// The reply to the first attempt is lost. The trace shows both attempts. The command ran once.
func ExampleObserver() {
	spans := tracetest.NewInMemoryExporter() // a real program exports over OTLP
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))

	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-bp185dy2o3o6neg0001"})
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})

	client := srv.Client( // a real program uses runcommand.NewClient
		runcommand.WithObserver(otelruncommand.Observer(otelruncommand.WithTracerProvider(tracer))),
		runcommand.WithRetry(poll.Policy{Initial: time.Millisecond}, 0),
	)
	req, err := runcommand.Shell("df -h").Instances("i-bp185dy2o3o6neg0001").Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Run(context.Background(), req); err != nil {
		fmt.Println(err)
		return
	}
	for _, span := range spans.GetSpans() { // in the order in which they ended
		fmt.Println(span.Name, span.Status.Code)
	}
	fmt.Println("executions:", srv.Executions("i-bp185dy2o3o6neg0001"))
	// Output:
	// Ecs/RunCommand Error
	// Ecs/RunCommand Unset
	// runcommand.Run Unset
	// executions: 1
}

// A program that has an observer of its own joins both.
func ExampleObserver_join() {
	own := runcommand.Observer{
		Attempt: func(_ context.Context, a runcommand.Attempt) { fmt.Println("attempt", a.Number, "of", a.Action) },
	}
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-bp185dy2o3o6neg0001"})
	client := srv.Client(runcommand.WithObserver(runcommand.JoinObservers(otelruncommand.Observer(), own)))

	status, err := client.AgentStatus(context.Background(), "i-bp185dy2o3o6neg0001")
	fmt.Println(len(status), err)
	// Output:
	// attempt 1 of DescribeCloudAssistantStatus
	// 1 <nil>
}

// How do I see the waves of a fleet? The observer of its client makes a span of each wave, and
// the calls of the wave are below it.
func ExampleObserver_fleet() {
	spans := tracetest.NewInMemoryExporter()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	srv := runcommandtest.NewServer()
	defer srv.Close()
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"}, runcommandtest.Instance{ID: "i-3"})

	f, err := fleet.New(srv.Client(runcommand.WithObserver(otelruncommand.Observer(otelruncommand.WithTracerProvider(tracer)))), fleet.Plan{
		Command:     runcommand.Shell("yum -y update"),
		Instances:   []string{"i-1", "i-2", "i-3"},
		Waves:       []fleet.Size{fleet.Count(1), fleet.Percent(100)},
		MaxFailures: fleet.Count(0),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := f.Run(context.Background()); err != nil {
		fmt.Println(err)
		return
	}
	for _, wave := range spans.GetSpans() {
		if wave.Name != "runcommand.fleet.Wave" {
			continue
		}
		for _, a := range wave.Attributes {
			if a.Key == "runcommand.fleet.wave" || a.Key == "runcommand.instances.done" {
				fmt.Print(a.Key, "=", a.Value.AsInt64(), " ")
			}
		}
		below := map[string]bool{}
		for _, span := range spans.GetSpans() {
			if span.Parent.SpanID() == wave.SpanContext.SpanID() {
				below[span.Name] = true
			}
		}
		fmt.Println(slices.Sorted(maps.Keys(below)))
	}
	// Output:
	// runcommand.fleet.wave=1 runcommand.instances.done=1 [runcommand.Fetch runcommand.Invocations runcommand.Run]
	// runcommand.fleet.wave=2 runcommand.instances.done=2 [runcommand.Fetch runcommand.Invocations runcommand.Run]
}
