package errors

import (
	"fmt"
	"log/slog"
)

// A RunError is every error of running a command after the local checks passed.
// Unknown is the verdict over all attempts together: when it is true the command
// may be running although no answer says so, see [MayHaveRun]. ClientToken then
// lets the caller ask again without starting a second one.
//
// Printed in any way it does not show the token.
type RunError struct {
	ClientToken string // sent with every attempt, at most 64 characters
	Attempts    int    // requests made, the first one included
	Unknown     bool   // some attempt may have been accepted, whatever the last one answered
	Err         error  // how the last attempt ended
}

// Unwrap returns how the last attempt ended.
func (e *RunError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error tells whether the command may have run, after how many attempts, and why.
func (e *RunError) Error() string {
	if e == nil {
		return nilText
	}
	verdict := "command not accepted"
	if e.Unknown {
		verdict = "command may or may not have been accepted"
	}
	return fmt.Sprintf("%s after %s: %s", verdict, count(e.Attempts, "attempt"), causeText(e.Err))
}

func (e *RunError) attrs() []slog.Attr {
	return []slog.Attr{slog.Int("attempts", e.Attempts), slog.Bool("unknown", e.Unknown)}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e RunError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e RunError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (e RunError) MarshalJSON() ([]byte, error) { return marshalError(&e) }

// count writes "1 attempt", "2 attempts".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
