package errors

import (
	"fmt"
	"log/slog"
)

// A RunError says that running a command failed after the local checks passed. Unknown
// describes all attempts together. When Unknown is true, the command may be running
// although no answer of the service says so; see [MayHaveRun]. With the same ClientToken
// the caller can then send the request again without starting a second run.
//
// No way of printing a RunError shows the token.
type RunError struct {
	ClientToken string // the client token that every attempt sent, at most 64 characters
	Attempts    int    // number of attempts, the first included
	Unknown     bool   // the service may have accepted some attempt, whatever it answered to the last attempt
	Err         error  // the error of the last attempt
}

// Unwrap returns the error of the last attempt.
func (e *RunError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error says whether the command may have been accepted and how many attempts were made.
// It also names the cause. When Unknown is true, it ends with the two ways to find out
// what became of the command.
func (e *RunError) Error() string {
	if e == nil {
		return nilText
	}
	verdict, advice := "command not accepted", ""
	if e.Unknown {
		verdict = "command may or may not have been accepted"
		advice = "; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"
	}
	return fmt.Sprintf("%s after %s: %s%s", verdict, count(e.Attempts, "attempt"), causeText(e.Err), advice)
}

func (e *RunError) attrs() []slog.Attr {
	return []slog.Attr{slog.Int("attempts", e.Attempts), slog.Bool("unknown", e.Unknown)}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e RunError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e RunError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e RunError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
