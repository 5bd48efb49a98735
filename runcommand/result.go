package runcommand

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Result is the result of a command on one instance. A Result from [Invocation.History]
// is the result of one run of the command on that instance.
//
// When package fmt prints a Result, or log/slog logs it as a separate attribute, the
// text shows the size of the output and not the output, since scripts may print secrets.
// Its JSON is the whole result. A JSON log of a struct, slice or map that holds a Result
// shows the whole result, too.
type Result struct {
	InvocationID string
	InstanceID   string
	Status       Status
	ExitCode     int  // exit code of the script; valid only when Exited is true
	Exited       bool // true when the script ran to its end
	// Output is what the script wrote to stdout and stderr, in order of arrival: the
	// bytes that the instance sent, at most 24 KB. Text returns it as UTF-8.
	Output []byte
	// Dropped is the number of bytes of output that the service did not keep. Output does
	// not show where these bytes were. Newer agents drop the middle of the output, and
	// older agents drop the beginning. The service does not document this.
	Dropped int
	// ErrorCode and ErrorInfo say why the command did not succeed. They are "" when it
	// succeeded.
	ErrorCode errors.Code
	ErrorInfo string
	Repeats   int       // number of runs so far on this instance
	Started   time.Time // zero before the script starts
	Finished  time.Time // zero before the script has ended
	Stopped   time.Time // when the stop was requested; zero without a stop
	OSS       OSSOutput // where the whole output is stored, if the request asked for that
}

// OSSOutput says whether and where Object Storage Service stores an output.
type OSSOutput struct {
	Status    string // "InProgress", "Finished", "Failed", or "" when the request did not ask for it
	URI       string // address of the stored output when Status is "Finished"
	ErrorCode string
	ErrorInfo string
}

// Err returns nil when the script ended with exit code 0. Otherwise it returns an
// [*errors.InstanceError] with instance, status and exit code. It returns this error also
// when the command has not ended on the instance.
func (r Result) Err() error {
	if r.Status == StatusSuccess {
		return nil
	}
	return r.failure()
}

func (r Result) failure() *errors.InstanceError {
	return &errors.InstanceError{
		InvocationID: r.InvocationID,
		InstanceID:   r.InstanceID,
		Status:       string(r.Status),
		Code:         r.ErrorCode,
		Info:         r.ErrorInfo,
		ExitCode:     r.ExitCode,
		Output:       r.Output,
		Dropped:      r.Dropped,
		Began:        !r.Started.IsZero(),
	}
}

// Duration returns how long the script ran. The times of the service are in whole seconds.
// Duration returns 0 for a script that has not started or has not finished.
func (r Result) Duration() time.Duration {
	if r.Started.IsZero() || r.Finished.IsZero() {
		return 0
	}
	return max(0, r.Finished.Sub(r.Started))
}

// resultOf makes a result from a row of DescribeInvocations or DescribeInvocationResults.
// A row of DescribeInvocations has no invocation id and no output.
func resultOf(row *wire.Outcome) Result {
	status := statusOf(row.InvocationStatus, row.LegacyStatus(), int(row.ExitCode))
	output := []byte(row.Output)
	if output == nil {
		output = []byte{} // not nil: JSON then has "" for an empty output, and not null
	}
	return Result{
		InvocationID: row.InvokeID,
		InstanceID:   row.InstanceID,
		Status:       status,
		ExitCode:     int(row.ExitCode),
		Exited:       exited(status, row.StartTime),
		Output:       output,
		Dropped:      int(row.Dropped),
		ErrorCode:    errors.Code(row.ErrorCode),
		ErrorInfo:    row.ErrorInfo,
		Repeats:      int(row.Repeats),
		Started:      wire.Time(row.StartTime),
		Finished:     wire.Time(row.Finished()),
		Stopped:      wire.Time(row.StopTime),
		OSS:          OSSOutput{row.OSSOutputStatus, row.OSSOutputURI, row.OSSOutputErrorCode, row.OSSOutputErrorInfo},
	}
}

// exited reports whether a script with this state and start time ran to its end. The
// start time is "" for a script that never started.
func exited(s Status, started string) bool {
	return (s == StatusSuccess || s == StatusFailed) && started != ""
}
