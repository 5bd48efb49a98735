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
// Its exit status is 0 when the script succeeded on every instance, 1 when it did not,
// and 2 for wrong arguments or a request that breaks a limit.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

const firstScript = "uname -a\nid\ndate"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stdin, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "quickstart:", err)
		return 2
	}
	client, where, closeService, err := o.service()
	if err != nil {
		explain(stderr, err)
		return 1
	}
	defer closeService()
	err = runScript(ctx, client, o, where, stdout)
	if err == nil {
		return 0
	}
	explain(stderr, err)
	if _, ok := errors.AsType[*errors.ValidationError](err); ok {
		return 2
	}
	return 1
}

// options are the settings from the command line.
type options struct {
	script    string
	region    string
	instances []string
	timeout   time.Duration
}

func parse(args []string, stdin io.Reader, stderr io.Writer) (*options, error) {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: quickstart [flags] [script | -]\n\nRuns a shell script on two local instances, or with -region and -instances on real ones.")
		flags.PrintDefaults()
	}
	file := flags.String("f", "", "read the script from this `file`")
	region := flags.String("region", "", "talk to the real service in this `region`, such as cn-hangzhou")
	instances := flags.String("instances", "", "run on these `ids`, separated by commas")
	timeout := flags.Duration("timeout", time.Minute, "stop the script after this time")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o := &options{region: *region, timeout: *timeout}
	for id := range strings.SplitSeq(*instances, ",") {
		if id = strings.TrimSpace(id); id != "" {
			o.instances = append(o.instances, id)
		}
	}
	if (o.region == "") != (len(o.instances) == 0) {
		return nil, errors.New("-region and -instances must be given together")
	}
	if o.timeout <= 0 {
		return nil, errors.New("-timeout needs a time such as 30s")
	}
	var err error
	o.script, err = readScript(*file, flags.Args(), stdin)
	return o, err
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

// service returns a client of the real service when a region is given. Otherwise it starts a local
// service and returns a client of the local service.
func (o *options) service() (client *runcommand.Client, where string, closeService func(), err error) {
	if o.region != "" {
		client, err = runcommand.NewClient(o.region)
		return client, "instances in " + o.region, func() {}, err
	}
	server := runcommandtest.NewServer(runcommandtest.WithShell())
	o.instances = []string{"i-local-1", "i-local-2"}
	for _, id := range o.instances {
		server.AddInstance(runcommandtest.Instance{ID: id})
	}
	return server.Client(), "local instances", server.Close, nil
}

// runScript runs the script on all instances and prints their results.
func runScript(ctx context.Context, client *runcommand.Client, o *options, where string, stdout io.Writer) error {
	req, err := runcommand.Shell(o.script).
		Name("quickstart").
		Timeout(o.timeout).
		KillTree().
		Instances(o.instances...).
		Build()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Running %d bytes of shell on %d %s.\n", len(o.script), len(o.instances), where)
	report, err := client.RunAndWait(ctx, req, runcommand.StopOnCancel(5*time.Second))
	printReport(stdout, report)
	if failed, ok := errors.AsType[*errors.InvocationError](err); ok {
		return fmt.Errorf("the script failed on %d of %d instances", len(failed.Failed), failed.Total)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nThe script succeeded on all %d instances.\n", len(report.Results))
	return nil
}

// printReport prints one block for each group of instances with the same result.
func printReport(w io.Writer, report *runcommand.Report) {
	for n, g := range report.Groups() {
		first, _ := report.Result(g.InstanceIDs[0])
		fmt.Fprintf(w, "\n%s: %s", heading(g.InstanceIDs), g.Status)
		if g.Exited {
			fmt.Fprintf(w, ", exit code %d", g.ExitCode)
		}
		if g.ErrorCode != "" && !g.Exited {
			fmt.Fprintf(w, ", %s: %s", g.ErrorCode, first.ErrorInfo)
		}
		fmt.Fprintln(w)
		if size := len(g.InstanceIDs); size > 1 && (n > 0 || size <= 3) {
			fmt.Fprintln(w, " ", strings.Join(g.InstanceIDs, ", "))
		}
		for line := range strings.Lines(g.Text()) {
			fmt.Fprintf(w, "  | %s\n", strings.TrimRight(line, "\r\n"))
		}
		if g.Dropped > 0 {
			fmt.Fprintf(w, "  (The service kept %d bytes and dropped %d, usually from the middle.)\n", len(g.Output), g.Dropped)
		}
	}
}

// heading returns the id of a single instance, or the number of several instances.
func heading(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return fmt.Sprintf("%d instances", len(ids))
}

// explain prints an error. For some errors it also prints what to do about them.
func explain(w io.Writer, err error) {
	if v, ok := errors.AsType[*errors.ValidationError](err); ok {
		fmt.Fprintln(w, "quickstart: this request breaks documented limits:")
		for _, violation := range v.Violations {
			fmt.Fprintln(w, " ", violation)
		}
		return
	}
	fmt.Fprintln(w, "quickstart:", err)
	for _, a := range advice {
		if errors.Is(err, a.kind) {
			fmt.Fprintln(w, "  "+a.text)
			return
		}
	}
}

var advice = []struct {
	kind error
	text string
}{
	{errors.ErrAuth, "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or see the README on credentials."},
	{errors.ErrPermission, "The account lacks a permission, such as ecs:RunCommand on these instances."},
	{errors.ErrUnavailable, "The service was not reached; check the network and -region."},
}
