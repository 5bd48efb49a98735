package runcommand

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// Result is the outcome of a command on one instance or, from
// [Invocation.History], of one run there.
//
// Printed by package fmt, or logged by log/slog as an attribute of its own, it
// shows the size of the output and not the output, since scripts echo secrets.
// JSON is the whole result, in the JSON log of a struct, slice or map too.
type Result struct {
	InvocationID string
	InstanceID   string
	Status       Status
	ExitCode     int  // of the script; meaningful when Exited
	Exited       bool // the script ran to its end
	// Output is what the script wrote to stdout and stderr, in order of
	// arrival: bytes as the instance sent them, at most 24 KB. See Text.
	Output []byte
	// Dropped is how many bytes of output were not kept. Which ones is not
	// documented, and no mark is left: newer agents drop the middle, older ones
	// the beginning.
	Dropped int
	// ErrorCode and ErrorInfo say why it did not succeed; "" when it did.
	ErrorCode errors.Code
	ErrorInfo string
	Repeats   int       // how often it has run on this instance
	Started   time.Time // zero while it has not
	Finished  time.Time // zero while it has not
	Stopped   time.Time // when a stop was asked for, zero if never
	OSS       OSSOutput // delivery of the whole output, if asked for
}

// OSSOutput is the delivery of an output to Object Storage Service.
type OSSOutput struct {
	Status    string // "InProgress", "Finished", "Failed", or "" when not asked for
	URI       string // where it lies, once finished
	ErrorCode string
	ErrorInfo string
}

// Text returns the output as readable UTF-8. Output that is not UTF-8 is read
// as GB18030, the code page of Chinese Windows; what is neither keeps its
// readable parts, with U+FFFD for the rest.
func (r Result) Text() string {
	if utf8.Valid(r.Output) {
		return string(r.Output)
	}
	if r.Dropped > 0 && isCutUTF8(r.Output) {
		return strings.ToValidUTF8(string(r.Output), "\uFFFD")
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(r.Output)
	if err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
		return string(text)
	}
	return strings.ToValidUTF8(string(r.Output), "\uFFFD")
}

// cutUTF8 reports whether b looks like UTF-8 out of which a piece was cut, at
// an end or within: characters of several bytes are there, and broken ones
// only where the cuts are.
func isCutUTF8(b []byte) bool {
	const mostBroken = 3 * (utf8.UTFMax - 1) // an end, and both sides of a gap
	whole, broken := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		b = b[size:]
	}
	return broken <= mostBroken && whole > broken
}

// Err is nil when the script ended with exit code 0, and otherwise an
// [*errors.InstanceError] that names instance, status and exit code. It is an
// error for an instance that has not finished, too.
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
	}
}

// Duration is how long the script ran, in whole seconds as the service counts
// them; 0 when it has not started or not finished.
func (r Result) Duration() time.Duration {
	if r.Started.IsZero() || r.Finished.IsZero() {
		return 0
	}
	return max(0, r.Finished.Sub(r.Started))
}

// resultOf reads a row of either Describe operation. One of DescribeInvocations does
// not say which invocation it is about, and has no output unless it was asked for.
func resultOf(row *wire.Outcome) Result {
	status := statusOf(row.InvocationStatus, row.LegacyStatus(), int(row.ExitCode))
	output := []byte(row.Output)
	if output == nil {
		output = []byte{} // "" in JSON, whether the row says so or nothing
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

// exited reports whether a script in this state ran to its end.
func exited(s Status, started string) bool {
	return (s == StatusSuccess || s == StatusFailed) && started != ""
}
