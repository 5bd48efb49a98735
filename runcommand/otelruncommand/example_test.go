package otelruncommand_test

import (
	"context"
	"fmt"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
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
