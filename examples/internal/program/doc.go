// Package program has what the example programs share: flags at any place, the choice
// between the local service and another one, errors that are printed once, and texts that
// are safe to print on a terminal.
package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// A Run is a whole program: it takes the arguments and returns the exit status. The status
// is 0 when all went well, 1 when the command failed, and 2 for wrong arguments.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) int

// Main runs a program and ends the process with its exit status. The first Ctrl-C ends the
// context of the program, and the second one ends the process at once.
func Main(run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(Status(ctx, run, os.Args[1:], os.Stdout, os.Stderr))
}

// Status runs a program and returns its exit status. The status of a program whose output could
// not be written, for example because the disk is full, is 1 at least.
func Status(ctx context.Context, run Run, args []string, stdout, stderr io.Writer) int {
	out := &output{to: stdout}
	status := run(ctx, args, out, stderr)
	if err := out.failed(); err != nil && status == 0 {
		fmt.Fprintf(stderr, "the output was not written: %s\n", Printable(err.Error()))
		return 1
	}
	return status
}

// An output remembers its first error.
type output struct {
	to  io.Writer
	mu  sync.Mutex
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
	}
	return n, err
}

func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}
