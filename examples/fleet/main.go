// Command fleet rolls a script out over thousands of instances: wave by wave, with a
// progress bar and live counts, halted by failures, and resumable.
//
//	go run .                                 5,000 local instances, in this process
//	go run . -failing 5                      the same; 5 % of them fail, and the rollout halts
//	go run . i-web-1 i-web-2 i-web-3         three local instances
//
// Ctrl-C stops the remote commands, and prints how to resume. A rollout is resumed with the
// service that it began with. So for a rollout that is to be resumed, start the local
// service in another terminal:
//
//	go run . -serve 127.0.0.1:8090
//	go run . -endpoint http://127.0.0.1:8090 -journal upgrade.journal
//	go run . -endpoint http://127.0.0.1:8090 -journal upgrade.journal -resume
//
// With a region it runs the script on real instances. Their ids are words of the command
// line, or lines of standard input with the word "-". It needs credentials in one of the
// places where the official SDK looks for them, such as ALIBABA_CLOUD_ACCESS_KEY_ID and
// ALIBABA_CLOUD_ACCESS_KEY_SECRET:
//
//	go run . -region cn-hangzhou -journal upgrade.journal -waves 1,10%,100% \
//	    -max-failures 2% -concurrency 500 -script 'yum -y update' i-bp1… i-bp2…
//
// Its exit status is 0 when the script succeeded on every instance, 1 when it did not or
// the rollout halted, and 2 for wrong arguments or a plan that breaks a limit.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the program at once
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		terminal: term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("TERM") != "dumb",
		connect:  (*options).connect,
	}
	os.Exit(p.run(ctx, os.Args[1:]))
}

// A program is what one run of this command uses of the world.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	terminal       bool // stdout can show a progress bar
	connect        func(*options) (c *runcommand.Client, closeService func(), err error)
}

// run runs the whole program with the arguments args, and returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	o, err := parse(args, p.stdin)
	switch {
	case errors.Is(err, flag.ErrHelp):
		o.printUsage(p.stdout)
		return 0
	case err != nil:
		fmt.Fprintf(p.stderr, "fleet: %s\nfleet -h lists the flags.\n", clean(err.Error()))
		return 2
	case o.serve != "":
		err = o.serveLocal(ctx, p.stdout)
	default:
		err = p.rollOut(ctx, o)
	}
	if err == nil {
		return 0
	}
	p.explain(err)
	if _, wrong := errors.AsType[*errors.ValidationError](err); wrong {
		return 2
	}
	return 1
}

// explain prints an error, each violation of a wrong plan on its own line. For some errors it
// also prints what to do about them.
func (p *program) explain(err error) {
	if v, ok := errors.AsType[*errors.ValidationError](err); ok {
		fmt.Fprintln(p.stderr, "fleet: this plan is wrong:")
		for _, violation := range v.Violations {
			fmt.Fprintln(p.stderr, " ", clean(violation.Error()))
		}
		return
	}
	fmt.Fprintln(p.stderr, "fleet:", clean(strings.TrimPrefix(err.Error(), "fleet: ")))
	_, ended := errors.AsType[*fleet.FailedError](err) // its errors are those of instances
	for _, a := range advice {
		if !ended && errors.Is(err, a.kind) {
			fmt.Fprintln(p.stderr, a.text)
			break
		}
	}
	if a, ok := errors.AsType[*advised](err); ok && a.advice != "" {
		fmt.Fprintln(p.stderr, a.advice)
	}
}

var advice = []struct {
	kind error
	text string
}{
	{errors.ErrAuth, "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or see the README on credentials."},
	{errors.ErrPermission, "Give the account the right that the error names. The documentation of package fleet lists the rights."},
	{errors.ErrUnavailable, "The service was not reached; check the network, -region and -endpoint."},
}
