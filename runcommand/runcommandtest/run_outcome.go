package runcommandtest

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An Exec is one execution of a command on one instance, as the instance sees it:
// the script is decoded, and its parameters are filled in.
type Exec struct {
	InvocationID string
	CommandID    string
	InstanceID   string
	Type         string // RunShellScript, RunPowerShellScript or RunBatScript
	Username     string // empty: the default user
	WorkingDir   string // empty: the default directory
	Script       []byte
	Run          int // number of this run of the invocation on this instance, from 1
	Timeout      time.Duration

	Launcher        string // as in the call; {{ACS::ScriptFileName}} is not replaced
	TerminationMode string // Process or ProcessTree
	ContainerID     string
	ContainerName   string
}

// An Outcome says how an [Exec] ended. The zero Outcome is a script that printed
// nothing and exited with 0 at once.
type Outcome struct {
	// Output is standard output and standard error together, without what the function
	// has already written to [Output]. When all of it is longer than 24 KB, the service
	// keeps only the beginning and the end.
	Output  []byte
	Dropped int // number of bytes that were already removed from Output

	// ExitCode is the exit code of the script. On Linux the exit code 193 powers the
	// instance off, and 194 restarts it, as with a real agent.
	ExitCode int

	// Takes is how long the run lasts by the server's clock, counted from its
	// start. A run that takes longer than the timeout of its command times out.
	Takes time.Duration

	// Code ends the run with an error of the instance instead of an exit code, for
	// example errors.DirectoryNotExists. The status follows from Code. Info replaces
	// the standard sentence for Code.
	Code errors.Code
	Info string
}

// kept returns the outcome as the service keeps it. The output is a copy, because the
// function that returned o may write to the memory of the output later.
func (o Outcome) kept() Outcome {
	output, dropped := cut(o.Output)
	o.Output, o.Dropped = output, o.Dropped+dropped
	return o
}

// The reasons for which the context of a run ends.
var (
	errTimedOut    = fmt.Errorf("the run exceeded its timeout: %w", context.DeadlineExceeded)
	errStopped     = errors.New("the run was stopped")
	errInterrupted = errors.New("the instance was stopped, restarted or released, or lost its agent")
)
