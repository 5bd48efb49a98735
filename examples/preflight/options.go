package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// options are the settings from the command line.
type options struct {
	program.Service

	tags      []runcommand.Tag
	builder   func(script string) runcommand.Builder // the one for -type
	user      string
	container string
	install   bool
	wait      time.Duration
}

// commandTypes has the builder for each value of -type.
var commandTypes = map[string]func(script string) runcommand.Builder{
	"shell":      runcommand.Shell,
	"powershell": runcommand.PowerShell,
	"bat":        runcommand.Bat,
}

const about = `
Says which local instances can run a command, or with -region or -endpoint and -instances
or -tag which real ones. It runs nothing on them.`

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("preflight", "[flags]", about, stdout)
	o := &options{}
	o.AddFlags(flags)
	flags.Func("tag", "check the instances with this tag, `key=value`; give it again for several tags", o.addTag)
	kind := flags.String("type", "shell", "the command is of this `type`: shell, powershell or bat")
	flags.StringVar(&o.user, "user", "", "the command runs as this system `user`")
	flags.StringVar(&o.container, "container", "", "the command runs in the container with this `name`")
	flags.BoolVar(&o.install, "install", false, "install the agent on running instances that show none")
	flags.DurationVar(&o.wait, "wait", 0, "wait up to this `time`, such as 10m, for instances that may become ready")
	if err := flags.ParseAll(args); err != nil {
		return nil, err
	}
	o.builder = commandTypes[*kind]
	if err := o.CheckTargets(len(o.Instances) > 0 || len(o.tags) > 0, "-instances or -tag"); err != nil {
		return nil, err
	}
	switch {
	case len(o.Instances) > 0 && len(o.tags) > 0:
		return nil, program.Misuse("give -instances or -tag, not both")
	case o.builder == nil:
		return nil, program.Misuse("-type is %q; it may be shell, powershell or bat", *kind)
	case o.wait < 0:
		return nil, program.Misuse("-wait is %v; it may not be negative", o.wait)
	}
	return o, nil
}

func (o *options) addTag(text string) error {
	key, value, _ := strings.Cut(text, "=")
	if key == "" {
		return errors.New("it has no key")
	}
	o.tags = append(o.tags, runcommand.Tag{Key: key, Value: value})
	return nil
}

// request makes the request whose preflight is shown. It is never run.
func (o *options) request() (*runcommand.Request, error) {
	b := o.builder("exit 0").Name("preflight").Username(o.user).ContainerName(o.container).Instances(o.Instances...)
	for _, tag := range o.tags {
		b = b.ResourceTag(tag.Key, tag.Value)
	}
	return b.Build()
}

// start inspects the instances of the flags, or those of a local service that it starts.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	p := &inspection{options: *o, stdout: stdout}
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		p.client = client
	} else {
		server := runcommandtest.NewServer()
		defer server.Close()
		p.useLocal(server)
	}
	ready, err := p.run(ctx)
	if err == nil && !ready {
		return program.ErrShown
	}
	return err
}

// useLocal adds the local instances to the server and inspects them, and one more that does not exist.
func (p *inspection) useLocal(server *runcommandtest.Server) {
	server.AddInstance(localInstances...)
	for _, i := range localInstances {
		p.Instances = append(p.Instances, i.ID)
	}
	p.Instances = append(p.Instances, "i-local-gone")
	p.client = server.Client(runcommand.WithPolling(poll.Policy{Initial: 200 * time.Millisecond}))
	p.between = func(installed []string) {
		for _, id := range installed {
			server.Reboot(id)
		}
		for _, i := range localInstances {
			if i.Status == runcommandtest.InstanceStarting {
				i.Status = runcommandtest.InstanceRunning
				server.AddInstance(i)
			}
		}
	}
}

// localInstances are the instances of the local service: one for each answer. The agent of
// db-2 is too old for -user and -container.
var localInstances = []runcommandtest.Instance{
	{ID: "i-local-1", Name: "web-1"},
	{ID: "i-local-2", Name: "web-2", Status: runcommandtest.InstanceStopped},
	{ID: "i-local-3", Name: "web-3", Status: runcommandtest.InstanceStarting},
	{ID: "i-local-4", Name: "db-1", NoAgent: true},
	{ID: "i-local-5", Name: "db-2", AgentVersion: "2.2.0.45", LockReasons: []string{"financial"}},
	{ID: "i-local-6", Name: "office-1", OS: runcommandtest.Windows},
}
