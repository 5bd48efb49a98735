// Package program has what the example programs share: flags at any place, the choice
// between the local service and another one, errors that are printed once, and texts that
// are safe to print on a terminal.
package program

import (
	"context"
	"io"
	"os"
	"os/signal"
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
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
