// Command worker runs the activities and workflows of rollouts. Start as many as you like,
// on one machine with a SQLite file, or on several with PostgreSQL:
//
//	go run ./worker -temporal localhost:7233 -region cn-hangzhou -db rollouts.db
//	go run ./worker -db 'postgres://user@host/rollouts'
//
// Credentials for RunCommand come from the places where the official SDK looks for them.
// Ctrl-C ends the worker in good order: another one goes on at once. After a kill another
// one goes on when the heartbeats have been missing for the time of -heartbeat of the
// starter, and when the service surely lists all that was sent.
//
// Its exit status is 0 after Ctrl-C, 1 when it could not work, and 2 for wrong arguments.
package main

import (
	"context"
	"errors"
	"io"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/rollout"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/sqljournal"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// stopTimeout is how long a worker that shuts down waits for its fleets to write what they know.
const stopTimeout = 30 * time.Second

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.work(ctx)
	}
	return program.Fail(stderr, "worker", err)
}

// options are the settings from the command line.
type options struct {
	temporal, namespace, queue string
	region, endpoint, database string
}

const about = `
Runs the workflows and activities of rollouts until Ctrl-C. Start as many workers as you
like, all with the same -db. The program starter begins rollouts.`

func parse(args []string, stdout io.Writer) (*options, error) {
	o := &options{}
	flags := program.NewFlags("worker", "[flags]", about, stdout)
	flags.StringVar(&o.temporal, "temporal", client.DefaultHostPort, "`address` of the Temporal server")
	flags.StringVar(&o.namespace, "namespace", client.DefaultNamespace, "`name` of the Temporal namespace")
	flags.StringVar(&o.queue, "queue", rollout.TaskQueue, "`name` of the task queue; use one for each region")
	flags.StringVar(&o.region, "region", "cn-hangzhou", "`id` of the region of the instances")
	flags.StringVar(&o.endpoint, "endpoint", "", "`URL` of RunCommand, such as that of examples/emulator; empty for the real service")
	flags.StringVar(&o.database, "db", "rollouts.db", "`path` of a SQLite file, or address of a PostgreSQL database; the same for all workers")
	return o, flags.ParseAll(args)
}

// work works until the context ends.
func (o *options) work(ctx context.Context) (err error) {
	var settings []runcommand.Option
	if o.endpoint != "" {
		settings = append(settings, runcommand.WithEndpoint(o.endpoint))
	}
	commands, err := runcommand.NewClient(o.region, settings...)
	if err != nil {
		return err
	}
	database, err := sqljournal.Open(ctx, o.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	server, err := client.DialContext(ctx, client.Options{HostPort: o.temporal, Namespace: o.namespace})
	if err != nil {
		return err
	}
	defer server.Close()

	w := worker.New(server, o.queue, worker.Options{WorkerStopTimeout: stopTimeout})
	w.RegisterWorkflowWithOptions(rollout.Workflow, workflow.RegisterOptions{Name: rollout.WorkflowName})
	w.RegisterActivity(&rollout.Activities{
		Client:   commands,
		Journals: func(key string) rollout.Journal { return database.Journal(key) },
	})
	interrupt := make(chan any)
	defer context.AfterFunc(ctx, func() { close(interrupt) })()
	return w.Run(interrupt)
}
