// Command tracing runs a command and prints the OpenTelemetry spans of the run as a tree.
//
//	cd examples/tracing && go run .
//
// Without flags it starts the local service, and the service loses the reply to the first
// attempt. The tree shows the second attempt, and the last line that the command ran once.
// With a region and instances it calls the real service; -endpoint is for another address of
// the service, such as that of the program emulator:
//
//	go run . -region cn-hangzhou -instances i-bp1…,i-bp2… 'uname -a'
//
// A program in production replaces the exporter in memory by one for OTLP. Its exit status
// is 0 when the script succeeded on every instance, 1 when it did not, and 2 for wrong
// arguments or a request that breaks a limit.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "tracing:", err)
		return 2
	}
	err = runTraced(ctx, o, stdout)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "tracing:", err)
	if _, invalid := errors.AsType[*errors.ValidationError](err); invalid || errors.Is(err, errors.ErrInvalidArgument) {
		return 2
	}
	return 1
}

// runTraced runs the command and prints its spans, also when it failed.
func runTraced(ctx context.Context, o *options, stdout io.Writer) error {
	spans := tracetest.NewInMemoryExporter()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	observed := runcommand.WithObserver(otelruncommand.Observer(otelruncommand.WithTracerProvider(tracer)))

	client, executions, err := o.client(observed)
	if err != nil {
		return err
	}
	req, err := runcommand.Shell(o.script).Name("tracing").Instances(o.instances...).Build()
	if err != nil {
		return err
	}
	_, failure := client.RunAndWait(ctx, req)
	printTree(stdout, spans.GetSpans())
	if executions != nil {
		fmt.Fprintln(stdout, "executions on", o.instances[0]+":", executions())
	}
	return failure
}

// client returns a client of the real service, or of a local service that loses a reply. The
// function executions counts the executions in the local service.
func (o *options) client(observed runcommand.Option) (client *runcommand.Client, executions func() int, err error) {
	if o.region != "" {
		opts := []runcommand.Option{observed}
		if o.endpoint != "" {
			opts = append(opts, runcommand.WithEndpoint(o.endpoint))
		}
		client, err = runcommand.NewClient(o.region, opts...)
		return client, nil, err
	}
	srv := runcommandtest.NewServer() // it opens no listener, so there is nothing to close
	o.instances = []string{"i-local-1"}
	srv.AddInstance(runcommandtest.Instance{ID: o.instances[0]})
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
	return srv.Client(observed), func() int { return srv.Executions(o.instances[0]) }, nil
}
