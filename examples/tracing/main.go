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
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = runTraced(ctx, o, stdout)
	}
	return program.Fail(stderr, "tracing", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	script string
}

const about = `
Runs a script on a local instance whose first reply is lost, or with -region or -endpoint on
the real ones of -instances, and prints the OpenTelemetry spans of the run. Quote a script
that has words that begin with a dash, or write -- before it.`

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("tracing", "[flags] [script]", about, stdout)
	o := &options{script: "uname -a"}
	o.AddFlags(flags)
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	if len(words) > 0 {
		o.script = strings.Join(words, " ")
	}
	return o, o.Check()
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
	req, err := runcommand.Shell(o.script).Name("tracing").Instances(o.Instances...).Build()
	if err != nil {
		return err
	}
	_, failure := client.RunAndWait(ctx, req)
	printTree(stdout, spans.GetSpans())
	if executions != nil {
		fmt.Fprintln(stdout, "executions on", o.Instances[0]+":", executions())
	}
	return failure
}

// client returns a client of the real service, or of a local service that loses a reply. The
// function executions counts the executions in the local service.
func (o *options) client(observed runcommand.Option) (client *runcommand.Client, executions func() int, err error) {
	if o.Remote() {
		client, err = o.Client(observed)
		return client, nil, err
	}
	srv := runcommandtest.NewServer() // it opens no listener, so there is nothing to close
	o.Instances = []string{"i-local-1"}
	srv.AddInstance(runcommandtest.Instance{ID: o.Instances[0]})
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
	return srv.Client(observed), func() int { return srv.Executions(o.Instances[0]) }, nil
}
