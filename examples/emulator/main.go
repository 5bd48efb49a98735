// Command emulator runs the local service as a program: a Cloud Assistant on the
// loopback interface of this machine. Any SDK or command-line tool can call it. It has
// a page that shows what the instances do.
//
//	go run ./examples/emulator                         three instances at 127.0.0.1:8089
//	go run ./examples/emulator -shell                  the same, and scripts really run
//	go run ./examples/emulator -addr 127.0.0.1:0       on a free port
//	go run ./examples/emulator -tls                    over HTTPS
//	go run ./examples/emulator -rate 10 -takes 3s      ten commands a minute that take 3 s each
//
// It prints the endpoint, the region and an access key as lines to paste into a
// shell, and serves until Ctrl-C. A browser that opens the endpoint shows the page.
// GET /state returns the content of the page as JSON. Like the page, it names only the first
// instances and the latest commands, and says how many it leaves out.
//
// Without -shell it starts no process: a command succeeds with exit code 0 and no
// output. With -shell scripts run with sh, as the current user, each in a scratch
// directory that is removed afterwards.
//
// It listens only on loopback addresses. With -allow-remote it accepts other
// addresses. Everyone who can reach such an address can see the page and the output of
// scripts, over plain HTTP, and everyone who also knows the secret can run commands.
//
// Each start has a new secret unless -secret-file names a file that holds one, the environment
// variable RUNCOMMAND_EMULATOR_SECRET has one, or -secret sets one. Only a new secret and that of -secret are printed.
//
// The page answers no other web pages: it refuses requests from other origins, and for host names that someone
// could make point to this machine. "?instance=ID" and "?status=STATUS" select what the page and /state show.
//
// With -tls it serves HTTPS with a new certificate, which clients must be told to trust.
// The certificate is in a file until the program ends; the file's name is printed.
//
// It keeps the latest 1,000 commands that have ended. It drops each of them after a day.
//
// Its exit status is 0 after Ctrl-C, 1 when it could not serve, and 2 for wrong
// arguments.
package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err != nil {
		return program.Fail(stderr, "emulator", err)
	}
	if err := o.serve(ctx, stdout, stderr); err != nil {
		status := program.Fail(stderr, "emulator", err)
		if errors.Is(err, syscall.EADDRINUSE) {
			fmt.Fprintln(stderr, "  Another program listens there; -addr 127.0.0.1:0 takes a free port.")
		}
		return status
	}
	fmt.Fprintln(stdout, "Ended.")
	return 0
}

// options are the settings from the command line.
type options struct {
	addr        string
	allowRemote bool
	instances   int
	shell       bool
	tls         bool
	certificate string // file with the certificate, once it is saved
	key, secret string
	secretFile  string
	secretShown string // the secret as the greeting shows it: a secret from a file or a variable appears as a reference
	rate        int
	takes       time.Duration
}

// maxInstances is the largest number of instances that the program starts with. One command may name far
// fewer instances, and one machine can hold this many.
const maxInstances = 10_000

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("emulator", "[flags]", "Serves a local Cloud Assistant for any SDK or command-line tool, with a status page.", stdout)
	o := &options{}
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8089", "listen on this loopback `address`; port 0 takes a free one")
	flags.BoolVar(&o.allowRemote, "allow-remote", false, "allow an -addr that other machines can reach")
	flags.IntVar(&o.instances, "instances", 3, "have this `number` of instances, i-local-1 and so on")
	flags.BoolVar(&o.shell, "shell", false, "really run scripts, with sh as the current user of this machine")
	flags.BoolVar(&o.tls, "tls", false, "serve HTTPS, with a certificate that clients must be told to trust")
	flags.StringVar(&o.key, "key", runcommandtest.AccessKeyID, "accept this access key `id`")
	flags.StringVar(&o.secret, "secret", "", "with this `secret`; empty makes a new one. Other users of this machine can see it:\n"+
		"the environment variable "+secretVariable+" and -secret-file keep it from them")
	flags.StringVar(&o.secretFile, "secret-file", "", "with the secret in this `file`, which is not printed")
	flags.IntVar(&o.rate, "rate", 0, "admit this `number` of RunCommand calls a minute and throttle the rest; 0 admits all")
	flags.DurationVar(&o.takes, "takes", 0, "without -shell, let each command take this `time`")
	if err := flags.ParseAll(args); err != nil {
		return nil, err
	}
	if err := o.chooseSecret(flags.FlagSet); err != nil {
		return nil, program.Misuse("%w", err)
	}
	if err := o.check(); err != nil {
		return nil, program.Misuse("%w", err)
	}
	return o, nil
}

func (o *options) check() error {
	switch {
	case o.instances < 1 || o.instances > maxInstances:
		return fmt.Errorf("-instances is %d; it may be from 1 to %d", o.instances, maxInstances)
	case o.rate < 0:
		return fmt.Errorf("-rate is %d; it may not be negative", o.rate)
	case o.takes < 0:
		return fmt.Errorf("-takes is %v; it may not be negative", o.takes)
	case o.takes > 0 && o.shell:
		return errors.New("-takes cannot be used with -shell: with -shell, the script decides how long the command takes")
	case !needsNoQuotes(o.key):
		return errors.New("-key may have letters, digits and . _ - only, so that its line can be pasted")
	case !hasPort(o.addr):
		return fmt.Errorf("-addr %s is not a host and a port, such as 127.0.0.1:8089", o.addr)
	case !o.allowRemote && !loopback(o.addr):
		return fmt.Errorf("-addr %s is not a loopback address: other machines could run commands here and read what they print; -allow-remote allows it", o.addr)
	}
	return nil
}

// needsNoQuotes reports whether a shell reads s unchanged when s is written without quotes.
func needsNoQuotes(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return false
		}
		return !strings.ContainsRune("._-", r)
	})
}
