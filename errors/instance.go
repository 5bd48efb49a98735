package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
)

// An InstanceError is a command's failure on one instance. [Is] finds its Code and the
// kind of that code. Depending on how the command ended, [Is] also finds [ErrScript],
// [ErrTimeout] or [ErrStopped].
//
// However an InstanceError is printed, it shows instance, status, exit code or code,
// and Info. It never shows Output, since scripts print secrets.
type InstanceError struct {
	InvocationID string
	InstanceID   string
	Status       string // "Failed", "Timeout", ...; a status that is not final when the instance has not finished
	Code         Code   // the reason, when the service gives one; see the codes of an instance
	Info         string // the sentence with which the service explains Code
	ExitCode     int    // the exit code, 1 to 255 on Linux; it has a meaning only when the script ended by itself
	Output       []byte // the part of the output that the service kept, at most 24 KiB
	Dropped      int    // number of bytes of output that the service did not keep
	Began        bool   // the script had begun on the instance: running the command again runs it a second time
}

// stoppedStatuses are the final statuses of a command that was stopped on request.
var stoppedStatuses = map[string]bool{"Cancelled": true, "Terminated": true, "Stopped": true}

// failedStatuses are the final statuses of a command that did not succeed and was not
// stopped on request.
var failedStatuses = map[string]bool{"Failed": true, "Error": true, "Invalid": true, "Aborted": true, "Timeout": true}

// Is reports whether target is ErrScript, ErrTimeout or ErrStopped and the command ended in that way.
func (e *InstanceError) Is(target error) bool { return e.outcome().covers(target) }

// Unwrap returns the code, or nil when there is none.
func (e *InstanceError) Unwrap() error {
	if e == nil || e.Code == "" {
		return nil
	}
	return e.Code
}

// Error names instance, status, invocation and the exit code or the code. For many codes it ends
// with what to do.
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
	b.WriteString(adviceFor(e.Code, e.outcome()))
	return b.String()
}

// reason returns "Failed, exit code 3" or "Aborted, ClientNotOnline: the agent is offline".
// For an instance that no command was sent to, there is no status, and the code comes first;
// without a code, Info alone says what is known. reason prefers Info to the meaning of the
// code: for some codes, such as ExecutionException, only Info gives the reason.
func (e *InstanceError) reason() string {
	text := cmp.Or(clip(e.Status), "status unknown")
	info := clip(strings.TrimRight(strings.TrimSpace(e.Info), "."))
	switch {
	case e.outcome() == ErrScript:
		return fmt.Sprintf("%s, exit code %d", text, e.ExitCode)
	case e.Code == "" && e.Status == "":
		return cmp.Or(info, text)
	case e.Code == "":
		return text
	}
	text += ", " + clip(string(e.Code))
	if e.Status == "" {
		text = clip(string(e.Code))
	}
	if m := cmp.Or(info, e.Code.Meaning()); m != "" {
		text += ": " + m
	}
	return text
}

// outcome returns how the command ended: ErrScript, ErrTimeout or ErrStopped. It returns
// 0 when the command failed in another way.
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

// retryable is false when the script had begun, also when something other than the script
// ended it, such as a restart of the instance. It is also false in every status that is not
// known to be final, since the script may still be running.
func (e *InstanceError) retryable() bool {
	return failedStatuses[e.Status] && e.outcome() == 0 && !e.Began && e.Code.Retryable()
}

func (e *InstanceError) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("invocation_id", clip(e.InvocationID)),
		slog.String("instance_id", clip(e.InstanceID)),
		slog.String("status", clip(e.Status)),
		slog.String("code", clip(string(e.Code))),
		slog.Int("exit_code", e.ExitCode),
		slog.Int("output_bytes", len(e.Output)),
		slog.Int("dropped_bytes", e.Dropped),
	}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e InstanceError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e InstanceError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e InstanceError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
