// Command testing runs the small service of folder patch against the local service, while
// every reply to its first call is lost. The tests of the service are in that folder, and
// README.md explains them:
//
//	go run ./examples/testing
//	go test ./examples/testing/patch
//
// With a region or an endpoint, and instances, the service really installs security
// updates there, with yum:
//
//	go run ./examples/testing -region cn-hangzhou -instances i-bp1…,i-bp2…
//
// Its exit status is 0 when every instance was updated, 1 when one was not, and 2 for wrong
// arguments.
package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/examples/testing/patch"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() { program.Main(run) }

const about = `
Runs a small service that installs security updates, while every reply to its first call
is lost. With -region or -endpoint and -instances it really installs updates there.`

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o program.Service
	flags := program.NewFlags("testing", "[flags]", about, stdout)
	o.AddFlags(flags)
	err := flags.ParseAll(args)
	if err == nil {
		err = o.Check()
	}
	if err == nil {
		err = start(ctx, o, stdout)
	}
	return program.Fail(stderr, "testing", err)
}

// start installs the updates on the instances of the flags, or on those of a local service.
func start(ctx context.Context, o program.Service, stdout io.Writer) error {
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		return install(ctx, client, o.Instances, stdout)
	}
	server := runcommandtest.NewServer()
	defer server.Close()
	ids := []string{"i-local-1", "i-local-2"}
	for _, id := range ids {
		server.AddInstance(runcommandtest.Instance{ID: id})
	}
	const attempts = 3
	server.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand", Times: attempts})
	soon := poll.Policy{Initial: 5 * time.Millisecond}
	client := server.Client(runcommand.WithRetry(soon, attempts), runcommand.WithPolling(soon))
	if err := install(ctx, client, ids, stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The service received %d calls of RunCommand and lost its reply to %d of them.\n", len(server.Calls("RunCommand")), attempts)
	for _, id := range ids {
		fmt.Fprintf(stdout, "%s executed the script %s.\n", id, times(server.Executions(id)))
	}
	return nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// install calls the service of folder patch, and prints what it returns.
func install(ctx context.Context, client *runcommand.Client, ids []string, stdout io.Writer) error {
	done, err := patch.Install(ctx, client, ids...)
	for _, id := range done.Updated {
		fmt.Fprintln(stdout, program.Printable(id+": updated"))
	}
	for _, id := range slices.Sorted(maps.Keys(done.Failed)) {
		fmt.Fprintln(stdout, program.Printable(fmt.Sprintf("%s: failed: %v", id, done.Failed[id])))
	}
	for _, id := range done.Running {
		fmt.Fprintln(stdout, program.Printable(id+": still running"))
	}
	switch {
	case done.Unknown:
		return fmt.Errorf("look at the instances before you run this again: %w", err)
	case err == nil && len(done.Failed) > 0:
		return errors.New("some instances were not updated")
	}
	return err
}
