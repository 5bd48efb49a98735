// Command windows runs PowerShell and Bat scripts on a Windows instance, and decodes what
// they print.
//
//	go run ./examples/windows                                 what programs of Windows print
//	go run ./examples/windows 'Get-Date'                      a PowerShell script
//	go run ./examples/windows -type bat 'ver'                 a Bat script
//	go run ./examples/windows -f setup.ps1                    a script from a file
//
// A Windows instance prints in the code page of its language: a Chinese one in GBK, and
// some programs in UTF-16. Result.Text returns UTF-8 in each case. Result.Output has the
// bytes. Scripts themselves must be UTF-8: for a script in another encoding, and for
// characters that a Chinese Windows cannot convert, the program prints the warnings of
// Request.Warnings.
//
// The local service runs no PowerShell. It answers with outputs that were written down, and
// prints back a script of your own. With a region or an endpoint, and instances, the
// program calls the real service:
//
//	go run ./examples/windows -region cn-hangzhou -instances i-bp1… 'Get-ComputerInfo'
//
// Its exit status is 0 when the script succeeded, 1 when it did not, and 2 for wrong
// arguments or a request that breaks a limit.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func main() { program.Main(run) }

// run runs the whole program with the arguments args, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if err == nil {
		err = o.start(ctx, stdout)
	}
	return program.Fail(stderr, "windows", err)
}

// options are the settings from the command line.
type options struct {
	program.Service

	kind   string // powershell or bat
	script string
}

// builders has the builder for each value of -type.
var builders = map[string]func(script string) runcommand.Builder{
	"powershell": runcommand.PowerShell,
	"bat":        runcommand.Bat,
}

const about = `
Runs a PowerShell or Bat script on a local Windows instance, or with -region or -endpoint
on the real ones of -instances. Without a script it shows what programs of Windows print,
and how it is decoded. Quote a script that has words that begin with a dash, or write --
before it.`

func parse(args []string, stdout io.Writer) (*options, error) {
	flags := program.NewFlags("windows", "[flags] [script]", about, stdout)
	o := &options{}
	o.AddFlags(flags)
	flags.StringVar(&o.kind, "type", "", "the script is of this `type`: powershell, which is the default, or bat")
	file := flags.String("f", "", "read the script from this `file`; .bat and .cmd are Bat scripts")
	words, err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	o.script = strings.Join(words, " ")
	if *file != "" && len(words) > 0 {
		return nil, program.Misuse("give a script or -f, not both")
	}
	if *file != "" {
		content, err := os.ReadFile(*file)
		if err != nil {
			return nil, program.Misuse("%w", err)
		}
		o.script = string(content)
	}
	if o.kind == "" {
		o.kind = kindOf(*file)
	}
	switch {
	case builders[o.kind] == nil:
		return nil, program.Misuse("-type is %q; it may be powershell or bat", o.kind)
	case o.Remote() && o.script == "":
		return nil, program.Misuse("give a script")
	}
	return o, o.Check()
}

// kindOf returns the type of the script in a file.
func kindOf(file string) string {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".bat", ".cmd":
		return "bat"
	}
	return "powershell"
}

// start runs the script, or the scripts of the local service when there is none.
func (o *options) start(ctx context.Context, stdout io.Writer) error {
	if o.Remote() {
		client, err := o.Client()
		if err != nil {
			return err
		}
		return o.runScript(ctx, client, stdout)
	}
	server := localService()
	defer server.Close()
	o.Instances = []string{localInstance}
	if o.script != "" {
		return o.runScript(ctx, server.Client(), stdout)
	}
	return o.runSamples(ctx, server.Client(), stdout)
}

// runScript prints the warnings about the script, runs it, and prints the results.
func (o *options) runScript(ctx context.Context, client *runcommand.Client, stdout io.Writer) error {
	req, err := builders[o.kind](o.script).
		Name("windows").
		Timeout(time.Minute).
		Instances(o.Instances...).
		Build()
	if err != nil {
		return err
	}
	for _, warning := range req.Warnings(time.Now()) {
		fmt.Fprintln(stdout, program.Printable("Careful: "+warning.String()))
	}
	report, err := client.RunAndWait(ctx, req, runcommand.StopOnCancel(5*time.Second))
	program.PrintReport(stdout, report)
	if failed, ok := errors.AsType[*errors.InvocationError](err); ok {
		return fmt.Errorf("the script failed on %d of %s", len(failed.Failed), program.Count(failed.Total, "instance"))
	}
	return err
}
