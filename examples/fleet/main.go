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
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func main() {
	program.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		c := &command{
			stdin: os.Stdin, stdout: stdout, stderr: stderr,
			terminal: term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("TERM") != "dumb",
			connect:  (*options).connect,
		}
		return c.run(ctx, args)
	})
}

// A command is what one run of this program uses of the world.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	terminal       bool // stdout can show a progress bar
	connect        func(*options) (client *runcommand.Client, closeService func(), err error)
}

// run runs the whole program with the arguments args, and returns the exit status.
func (c *command) run(ctx context.Context, args []string) int {
	o, err := parse(args, c.stdin, c.stdout)
	switch {
	case err != nil:
	case o.serve != "":
		err = o.serveLocal(ctx, c.stdout)
	default:
		err = c.rollOut(ctx, o)
	}
	status := program.Fail(c.stderr, "fleet", err)
	if a, ok := errors.AsType[*advised](err); ok && a.advice != "" {
		fmt.Fprintln(c.stderr, a.advice)
	}
	return status
}
