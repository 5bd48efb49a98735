// Command faults shows what a caller sees when something goes wrong: it makes each fault
// happen, runs a command, and prints the error, what the error says about the command, and
// how often the command was really executed.
//
//	go run ./examples/faults                  every fault
//	go run ./examples/faults throttled lost   the faults whose name has one of these words
//
// Each fault happens once, and then at every attempt. The last column is the promise of the
// library: never more than one execution.
//
// The faults of the local service are made with Server.Inject. A real service has no
// faults to order. With a region or an endpoint, and an instance, the program makes the
// faults of the network on its own side instead, with a RoundTripper. It runs "exit 0" on
// the instance for each fault, and counts the executions with Client.Invocations:
//
//	go run ./examples/faults -region cn-hangzhou -instances i-bp1…
//
// Its exit status is 0 when no command was executed more than once, 1 when one was, and 2
// for wrong arguments.
package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "faults", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	words []string
}

const about = `
Makes faults happen, once and at every attempt, and shows what the caller of RunAndWait
sees and how often the command was executed. A word selects the faults whose name has it.
With -region or -endpoint and -instances it makes faults of the network on its own side.`

func parse(args []string, stdout io.Writer) (o *options, err error) {
	flags := program.NewFlags("faults", "[flags] [word ...]", about, stdout)
	o = &options{}
	o.AddFlags(flags)
	if o.words, err = flags.Parse(args); err != nil {
		return nil, err
	}
	return o, o.Check()
}

// An outcome is what the caller of a command saw, and what really happened.
type outcome struct {
	attempts   int // calls of RunCommand
	err        error
	executions int
}

// A trial is one fault, made to happen.
type trial struct {
	fault   string
	happens string
	run     func(ctx context.Context) (outcome, error)
}

// start runs the trials and prints the table.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	trials := localTrials()
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		trials = o.networkTrials(client)
	}
	trials = slices.DeleteFunc(trials, func(t trial) bool { return !o.selects(t.fault) })
	if len(trials) == 0 {
		return program.Misuse("no fault has the word %s", strings.Join(o.words, " or "))
	}
	outcomes := make([]outcome, len(trials))
	failures := make([]error, len(trials))
	var wait sync.WaitGroup
	for n, t := range trials {
		wait.Go(func() { outcomes[n], failures[n] = t.run(ctx) })
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range failures {
		if err != nil {
			return err // the first one is enough: mostly it is Ctrl-C, or the same missing right
		}
	}
	return printTable(stdout, trials, outcomes)
}

// selects reports whether the words of the command line select a fault.
func (o *options) selects(fault string) bool {
	return len(o.words) == 0 || slices.ContainsFunc(o.words, func(word string) bool { return strings.Contains(fault, word) })
}

// printTable prints a row for each trial, and what each answer asks the caller to do.
func printTable(w io.Writer, trials []trial, outcomes []outcome) error {
	rows := [][]string{{"FAULT", "HAPPENS", "CALLS", "ERROR", "MAY HAVE RUN", "RETRYABLE", "EXECUTIONS"}}
	twice := 0
	for n, o := range outcomes {
		rows = append(rows, []string{
			trials[n].fault, trials[n].happens, strconv.Itoa(o.attempts), shortError(o.err),
			yesOrNo(errors.MayHaveRun(o.err)), yesOrNo(errors.Retryable(o.err)), strconv.Itoa(o.executions),
		})
		if o.executions > 1 {
			twice++
		}
	}
	program.PrintTable(w, rows)
	fmt.Fprint(w, `
no error        the command ran, and the client made up for the fault
may have run    send the same request again, with the client token of the error: it does not run twice
retryable       the command did not run; run it again later
neither         correct the cause that the error names; running it again gives the same error
`)
	switch {
	case twice == 1:
		return errors.New("1 command was executed more than once")
	case twice > 1:
		return fmt.Errorf("%d commands were executed more than once", twice)
	}
	return nil
}

// shortError returns the type of an error and its code, or else its kind.
func shortError(err error) string {
	what := errors.KindOf(err).Error()
	if code, ok := errors.AsType[errors.Code](err); ok {
		what = string(code)
	}
	if err != nil && errors.Is(err, context.Canceled) {
		what = "context canceled"
	}
	for _, t := range errorTypes {
		if t.is(err) {
			return t.name + ": " + what
		}
	}
	if err == nil {
		return "none"
	}
	return "other: " + what
}

// errorTypes are the types of errors that RunAndWait returns.
var errorTypes = []struct {
	name string
	is   func(error) bool
}{
	{"RunError", isType[*errors.RunError]},
	{"WaitError", isType[*errors.WaitError]},
	{"InvocationError", isType[*errors.InvocationError]},
	{"ValidationError", isType[*errors.ValidationError]},
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}
