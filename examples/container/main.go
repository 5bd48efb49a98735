// Command container runs a shell script in a container on an instance.
//
//	go run ./examples/container                            what an instance answers about each container
//	go run ./examples/container -name web 'cat /etc/hosts' your own script in one container
//	go run ./examples/container -id 4f5e… 'uptime'         by its id, 64 hexadecimal digits
//
// The local service has no container runtime. It knows which containers there are, checks
// the name and the id as an agent does, and prints which script would run where.
//
// With a region or an endpoint, and instances, the program calls the real service. Then it
// needs -name or -id. The agent needs version 2.2.3.344 or later:
//
//	go run ./examples/container -region cn-hangzhou -instances i-bp1… -name web 'cat /etc/os-release'
//
// Its exit status is 0 when the script succeeded, 1 when it did not, and 2 for wrong
// arguments or a request that breaks a limit.
package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "container", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	container
	script string
}

// A container is chosen by its name, its id, or both.
type container struct{ name, id string }

const about = `
Runs a shell script in the container of -name or -id, or of both. Without them it shows
what an instance of the local service answers about each of its containers. With -region
or -endpoint and -instances it runs the script on the real ones. Quote a script that has
words that begin with a dash, or write -- before it.`

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("container", "[flags] [script]", about, stdout)
	o := &options{}
	o.AddFlags(flags)
	flags.StringVar(&o.name, "name", "", "run in the container with this `name`")
	flags.StringVar(&o.id, "id", "", "run in the container with this `id`: 64 hexadecimal digits")
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	if o.script = strings.Join(words, " "); o.script == "" {
		o.script = "cat /etc/hostname"
	}
	if o.Remote() && o.container == (container{}) {
		return nil, program.Misuse("give the container with -name or -id")
	}
	return o, o.Check()
}

// start runs the script in one container, or in each container of the local service.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		return o.runScript(ctx, client, stdout)
	}
	server := localService()
	defer server.Close()
	if o.container == (container{}) {
		return o.printAnswers(ctx, server.Client(), stdout)
	}
	o.Instances = []string{localInstance}
	return o.runScript(ctx, server.Client(), stdout)
}

// request returns the request for one container.
func (o *options) request(c container) (*runcommand.Request, error) {
	return runcommand.Shell(o.script).
		Name("container").
		ContainerName(c.name).
		ContainerID(c.id).
		Timeout(time.Minute).
		Instances(o.Instances...).
		Build()
}

// runScript runs the script in the container of the flags and prints the results.
func (o *options) runScript(ctx context.Context, client *runcommand.Client, stdout io.Writer) error {
	req, err := o.request(o.container)
	if err != nil {
		return err
	}
	report, err := client.RunAndWait(ctx, req, runcommand.StopOnCancel(5*time.Second))
	program.PrintReport(stdout, report)
	if failed, ok := errors.AsType[*errors.InvocationError](err); ok {
		for _, f := range failed.Failed {
			if text := whatToDo(f.Code); text != "" {
				return fmt.Errorf("the script did not succeed: %s", text)
			}
		}
		return errors.New("the script did not succeed")
	}
	return err
}

// localInstance is the instance of the local service. Another one has an agent that is too
// old for containers.
const (
	localInstance = "i-local-1"
	oldInstance   = "i-local-old"
)

// localService returns a local service with containers.
func localService() *runcommandtest.Server {
	server := runcommandtest.NewServer()
	server.AddInstance(
		runcommandtest.Instance{ID: localInstance, Containers: localContainers},
		runcommandtest.Instance{ID: oldInstance, AgentVersion: "2.2.3.343"},
	)
	server.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		where := "container " + x.ContainerName
		if x.ContainerName == "" {
			where = "container " + x.ContainerID[strings.LastIndex(x.ContainerID, "/")+1:][:12]
		}
		return runcommandtest.Outcome{Output: fmt.Appendf(nil, "%s would run: %s\n", where, x.Script)}
	})
	return server
}
