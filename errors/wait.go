package errors

import (
	"fmt"
	"log/slog"
)

// A WaitError says that a wait ended before its invocation did. The command was
// accepted and may still be running, so a WaitError is never retryable in the
// sense of running it again; wait again instead.
type WaitError struct {
	InvocationID string
	Done         int   // instances known to have finished
	Total        int   // instances of the invocation, 0 when not known yet
	Err          error // why: the context's error, context.DeadlineExceeded of a longest wait, an APIError, ...
}

// Unwrap returns why the wait ended.
func (e *WaitError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error names the invocation, how far it was known to be, and the cause.
func (e *WaitError) Error() string {
	if e == nil {
		return nilText
	}
	known := fmt.Sprintf(" with %d of %s done", e.Done, count(e.Total, "instance"))
	if e.Total == 0 {
		known = ", nothing known about its instances yet"
	}
	return "wait for " + invocation(e.InvocationID) + " ended" + known + ": " + causeText(e.Err)
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

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (e WaitError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
