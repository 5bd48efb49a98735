package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// options are the settings from the command line.
type options struct {
	region    string
	instances []string
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

func parse(args []string, stderr io.Writer) (*options, error) {
	flags := flag.NewFlagSet("preflight", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: preflight [flags]\n\nSays which local instances can run a command, or with -region and -instances or -tag which real ones.")
		flags.PrintDefaults()
	}
	o := &options{}
	flags.StringVar(&o.region, "region", "", "ask the real service in this `region`, such as cn-hangzhou")
	instances := flags.String("instances", "", "check these `ids`, separated by commas")
	flags.Func("tag", "check the instances with this tag, `key=value`; give it again for several tags", o.addTag)
	kind := flags.String("type", "shell", "the command is of this `type`: shell, powershell or bat")
	flags.StringVar(&o.user, "user", "", "the command runs as this system `user`")
	flags.StringVar(&o.container, "container", "", "the command runs in the container with this `name`")
	flags.BoolVar(&o.install, "install", false, "install the agent on running instances that show none")
	flags.DurationVar(&o.wait, "wait", 0, "wait up to this `time`, such as 10m, for instances that may become ready")
	words, err := parseAnywhere(flags, args)
	if err != nil {
		return nil, err
	}
	for id := range strings.SplitSeq(*instances, ",") {
		if id = strings.TrimSpace(id); id != "" {
			o.instances = append(o.instances, id)
		}
	}
	o.builder = commandTypes[*kind]
	switch selected := len(o.instances) > 0 || len(o.tags) > 0; {
	case len(words) > 0:
		return nil, fmt.Errorf("%q is not a flag; name instances with -instances", words[0])
	case len(o.instances) > 0 && len(o.tags) > 0:
		return nil, errors.New("give -instances or -tag, not both")
	case (o.region != "") != selected:
		return nil, errors.New("-region must be given together with -instances or -tag")
	case o.builder == nil:
		return nil, fmt.Errorf("-type is %q; it may be shell, powershell or bat", *kind)
	case o.wait < 0:
		return nil, fmt.Errorf("-wait is %v; it may not be negative", o.wait)
	}
	return o, nil
}

// parseAnywhere parses flags before, between and after words, and returns the words. After
// "--" everything is a word.
func parseAnywhere(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		parsed := len(args) - len(rest)
		if len(rest) == 0 || parsed > 0 && args[parsed-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
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
	b := o.builder("exit 0").Name("preflight").Username(o.user).ContainerName(o.container).Instances(o.instances...)
	for _, tag := range o.tags {
		b = b.ResourceTag(tag.Key, tag.Value)
	}
	return b.Build()
}

// program returns the program for the real service when a region is given, and otherwise
// for a local service that it starts.
func (o *options) program(stdout io.Writer) (p *program, closeService func(), err error) {
	if o.region != "" {
		client, err := runcommand.NewClient(o.region)
		return &program{options: *o, client: client, stdout: stdout}, func() {}, err
	}
	server := runcommandtest.NewServer()
	server.AddInstance(localInstances...)
	for _, i := range localInstances {
		o.instances = append(o.instances, i.ID)
	}
	o.instances = append(o.instances, "i-local-gone")
	client := server.Client(runcommand.WithPolling(poll.Policy{Initial: 200 * time.Millisecond}))
	p = &program{options: *o, client: client, stdout: stdout}
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
	return p, server.Close, nil
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
