package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
)

// An InstanceError is a command's failure on one instance. Depending on how it
// ended it is an [ErrScript], [ErrTimeout] or [ErrStopped], and it is its Code
// and that code's kind.
//
// Printed in any way it shows instance, status, exit code or code, and Info, but
// never Output: scripts echo secrets.
type InstanceError struct {
	InvocationID string
	InstanceID   string
	Status       string // "Failed", "Timeout", ...; not a final one when the instance had not finished yet
	Code         Code   // why, where the service says; see the codes of an instance
	Info         string // the service's sentence for Code
	ExitCode     int    // 1 to 255 on Linux; meaningful when the script came to its end
	Output       []byte // what the script wrote, as far as the service kept it: at most 24 KB
}

// stoppedStatuses are the final statuses that somebody asked for.
var stoppedStatuses = map[string]bool{"Cancelled": true, "Terminated": true, "Stopped": true}

// failedStatuses are the other final statuses of a command that did not succeed.
var failedStatuses = map[string]bool{"Failed": true, "Error": true, "Invalid": true, "Aborted": true, "Timeout": true}

// Is reports whether target is the way in which the command ended.
func (e *InstanceError) Is(target error) bool { return e.outcome().covers(target) }

// Unwrap returns the code, or nil when there is none.
func (e *InstanceError) Unwrap() error {
	if e == nil || e.Code == "" {
		return nil
	}
	return e.Code
}

// Error names invocation, instance, status and exit code or code.
func (e *InstanceError) Error() string {
	if e == nil {
		return nilText
	}
	var b strings.Builder
	if e.InstanceID == "" {
		b.WriteString("an instance: ")
	} else {
		b.WriteString("instance " + clip(e.InstanceID) + ": ")
	}
	b.WriteString(e.reason())
	if e.InvocationID != "" {
		b.WriteString(" (" + invocation(e.InvocationID) + ")")
	}
	return b.String()
}

// reason is "Failed, exit code 3" or "Aborted, ClientNotOnline: the agent is offline".
// Some codes, such as ExecutionException, tell the reason in Info alone.
func (e *InstanceError) reason() string {
	text := cmp.Or(clip(e.Status), "status unknown")
	switch {
	case e.outcome() == ErrScript:
		return fmt.Sprintf("%s, exit code %d", text, e.ExitCode)
	case e.Code == "":
		return text
	}
	text += ", " + clip(string(e.Code))
	if m := cmp.Or(strings.TrimRight(clip(e.Info), "."), e.Code.Meaning()); m != "" {
		text += ": " + m
	}
	return text
}

// outcome is the way in which the command ended: ErrScript, ErrTimeout or
// ErrStopped, and 0 when it did not run.
func (e *InstanceError) outcome() Kind {
	if e == nil {
		return 0
	}
	switch {
	case stoppedStatuses[e.Status]:
		return ErrStopped
	case e.Status == "Timeout" || e.Code == ExecutionTimeout:
		return ErrTimeout
	case e.Code == ExitCodeNonzero || e.Status == "Failed" && e.ExitCode != 0:
		return ErrScript
	}
	return 0
}

// retryable is false when a script came to an end, and where it may yet run: in
// any status that is not known to be final.
func (e *InstanceError) retryable() bool {
	return failedStatuses[e.Status] && e.outcome() == 0 && e.Code.Retryable()
}

func (e *InstanceError) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("invocation_id", clip(e.InvocationID)),
		slog.String("instance_id", clip(e.InstanceID)),
		slog.String("status", clip(e.Status)),
		slog.String("code", clip(string(e.Code))),
		slog.Int("exit_code", e.ExitCode),
		slog.Int("output_bytes", len(e.Output)),
	}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e InstanceError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e InstanceError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (e InstanceError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
