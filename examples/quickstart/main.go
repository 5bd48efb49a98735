// Command quickstart runs a shell script on two instances and prints what came of it.
// Instances with the same result share one block, the largest block first.
//
//	go run ./examples/quickstart                       a first script
//	go run ./examples/quickstart 'df -h /; uptime'     your own script
//	go run ./examples/quickstart -f backup.sh          a script from a file
//	printf 'echo hello' | go run ./examples/quickstart -
//
// Without flags it starts the local service. The local service really runs the script on
// this machine, with sh in a scratch directory. With a region and instances the same
// program calls the real service. It then needs credentials in one of the places where
// the official SDK looks for them, such as ALIBABA_CLOUD_ACCESS_KEY_ID and
// ALIBABA_CLOUD_ACCESS_KEY_SECRET:
//
//	go run ./examples/quickstart -region cn-hangzhou -instances i-bp1…,i-bp2… 'uname -a'
//
// With -endpoint it calls the service at another address, such as that of the program
// emulator.
//
// Its exit status is 0 when the script succeeded on every instance, 1 when it did not,
// and 2 for wrong arguments or a request that breaks a limit.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

const firstScript = "uname -a\nid"

func main() {
	program.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, os.Stdin, stdout, stderr)
	})
}

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stdin, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "quickstart", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	script  string
	timeout time.Duration
}

const about = `
Runs a shell script on two local instances, or with -region or -endpoint on the real ones
of -instances. The script "-" is read from standard input. Quote a script that has words
that begin with a dash, or write -- before it.`

func parse(args []string, stdin io.Reader, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("quickstart", "[flags] [script | -]", about, stdout)
	o := &options{}
	o.AddFlags(flags)
	file := flags.String("f", "", "read the script from this `file`")
	flags.DurationVar(&o.timeout, "timeout", time.Minute, "stop the script after this time")
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.timeout <= 0 {
		return nil, program.Misuse("-timeout needs a time such as 30s")
	}
	if o.script, err = readScript(*file, words, stdin); err != nil {
		return nil, program.Misuse("%w", err)
	}
	return o, nil
}

// readScript returns the script from a file, from standard input or from the arguments.
// Without any of these it returns firstScript.
func readScript(file string, words []string, stdin io.Reader) (string, error) {
	switch {
	case file != "" && len(words) > 0:
		return "", errors.New("give a script or -f, not both")
	case file != "":
		content, err := os.ReadFile(file)
		return string(content), err
	case len(words) == 1 && words[0] == "-":
		content, err := io.ReadAll(stdin)
		return string(content), err
	case len(words) > 0:
		return strings.Join(words, " "), nil
	}
	return firstScript, nil
}

// start runs the script on the instances of the flags, or on a local service that it starts.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		return runScript(ctx, client, o, "instance", " in "+o.Region, stdout)
	}
	server := runcommandtest.NewServer(runcommandtest.WithShell())
	defer server.Close()
	o.Instances = []string{"i-local-1", "i-local-2"}
	for _, id := range o.Instances {
		server.AddInstance(runcommandtest.Instance{ID: id})
	}
	return runScript(ctx, server.Client(), o, "local instance", "", stdout)
}

// runScript runs the script on all instances and prints their results.
func runScript(ctx context.Context, client *runcommand.Client, o *options, noun, where string, stdout io.Writer) error {
	req, err := runcommand.Shell(o.script).
		Name("quickstart").
		Timeout(o.timeout).
		KillTree().
		Instances(o.Instances...).
		Build()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Running %s of shell on %s%s.\n", program.Count(len(o.script), "byte"), program.Count(len(o.Instances), noun), where)
	report, err := client.RunAndWait(ctx, req, runcommand.StopOnCancel(5*time.Second))
	fmt.Fprintln(stdout)
	program.PrintReport(stdout, report)
	if failed, ok := errors.AsType[*errors.InvocationError](err); ok {
		return fmt.Errorf("the script failed on %d of %s", len(failed.Failed), program.Count(failed.Total, "instance"))
	}
	if err != nil {
		return err
	}
	all := "all " + strconv.Itoa(len(report.Results)) + " instances"
	if len(report.Results) == 1 {
		all = "the instance"
	}
	fmt.Fprintf(stdout, "\nThe script succeeded on %s.\n", all)
	return nil
}
