package errors

import (
	"fmt"
	"log/slog"
)

// A WaitError says that a wait ended before its invocation did. The command was
// accepted and may still be running. Do not run the command again; wait for the
// invocation again. A WaitError is never [Retryable].
//
// A wait for instances, not for an invocation, ends with a WaitError too: InvocationID is
// then empty, and Done is the number of instances that are ready.
type WaitError struct {
	InvocationID string
	Done         int   // number of instances that are known to have finished
	Total        int   // number of instances of the invocation, 0 when not known yet
	Err          error // why the wait ended: the error of the context, context.DeadlineExceeded after the longest wait of the client, an APIError, ...
}

// Unwrap returns the reason for the end of the wait.
func (e *WaitError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error names the invocation, how many instances are known to have finished, and the
// cause. When a context or the longest wait ended the wait, it says how to go on.
func (e *WaitError) Error() string {
	if e == nil {
		return nilText
	}
	known := fmt.Sprintf(" with %d of %s done", e.Done, count(e.Total, "instance"))
	if e.Total == 0 {
		known = ", nothing known about its instances yet"
	}
	wait := "wait"
	if e.InvocationID != "" {
		wait += " for " + invocation(e.InvocationID)
	}
	return wait + " ended" + known + ": " + causeText(e.Err) + e.advice()
}

// advice says how to go on after a wait that a context or the longest wait ended too early.
func (e *WaitError) advice() string {
	switch {
	case e.Total > 0 && e.Done >= e.Total || !endedByContext(e.Err):
		return ""
	case e.InvocationID == "":
		return "; Preflight.Err says why the others are not ready"
	}
	return "; the command may still run: wait for it again with Client.Invocation"
}

func (e *WaitError) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("invocation_id", clip(e.InvocationID)),
		slog.Int("done", e.Done),
		slog.Int("total", e.Total),
	}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e WaitError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e WaitError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e WaitError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
