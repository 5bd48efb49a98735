package runcommandtest

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// An Exec is one execution of a command on one instance, as the instance sees it:
// the script is decoded, and its parameters are filled in. A function given to
// [Server.Handle] gets it before the script runs, [Server.Executed] returns it afterwards.
// Both get a copy that they may change.
type Exec struct {
	InvocationID string
	CommandID    string
	InstanceID   string
	Type         string // RunShellScript, RunPowerShellScript or RunBatScript

	// Username and WorkingDir are as in the call; empty means the default user and the
	// default directory of the user. In a container both are empty, because the service
	// ignores them there (ECS API reference, RunCommand, ContainerId).
	Username   string
	WorkingDir string

	// Script is the text of the script: not Base64, and with the values of its parameters
	// when the call has EnableParameter. It may hold secrets.
	Script []byte

	// Run is the number of this run of the invocation on this instance, from 1. It is above 1
	// only for schedules and for the repeat mode EveryReboot.
	Run int

	// Timeout is how long the run may last, by the server's clock; 60 seconds when the call
	// gives none. Values above about 100 years are cut to that.
	Timeout time.Duration

	Launcher        string // as in the call; {{ACS::ScriptFileName}} is not replaced
	TerminationMode string // Process or ProcessTree
	ContainerID     string
	ContainerName   string
}

// An Outcome says how an [Exec] ended. The zero Outcome is a script that printed
// nothing and exited with 0 at once: the status is Success. The server copies an Outcome, so
// one value may be returned again and again.
type Outcome struct {
	// Output is standard output and standard error together, without what the function has
	// already written to [Output]. It may hold any bytes, also bytes that are not UTF-8.
	// When all of it is longer than 24 KB (24,576 bytes), the service keeps only the
	// beginning, 6,000 bytes, and the end.
	Output []byte

	// Dropped is the number of bytes that were already removed from Output. The server adds
	// what it removes itself. The field Dropped of the replies shows the sum.
	Dropped int

	// ExitCode is the exit code of the script. With 0 the run is Success, with any other
	// number Failed with the code ExitCodeNonzero. On Linux the exit code 193 powers the
	// instance off, and 194 restarts it, as with a real agent. On Windows these are 3009
	// and 3010.
	ExitCode int

	// Takes is how long the run lasts by the server's clock, counted from its
	// start. A run that takes longer than the timeout of its command times out: its status
	// is Timeout with the code ExecutionTimeout, and Output is kept. 0 or less means that it
	// ends at once, or, for a function that blocked, when the function returns.
	Takes time.Duration

	// Code ends the run with an error of the instance instead of an exit code, for
	// example errors.DirectoryNotExists. The status follows from Code: Timeout for
	// ExecutionTimeout, Failed for ExitCodeNonzero, otherwise Error, Aborted or Invalid. The
	// API reference does not give the status of each code, so most are inferred. A code that
	// no document lists gives Error. ExitCode has no meaning beside a Code.
	Code errors.Code

	// Info is the ErrorInfo of the replies. Empty means a standard sentence for Code, which
	// is not the sentence of the service.
	Info string
}

// kept returns the outcome as the service keeps it: with an output of at most 24 KB. The
// output is a copy, because the function that returned o may write to the memory of the
// output later.
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
