package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
)

// A ValidationError lists every rule that a request breaks. Nothing was sent.
// Each violation and its code is in the error's tree, so
//
//	errors.Is(err, errors.CmdNameExceedLimit)
//	errors.Is(err, errors.ErrLimitExceeded)
//
// hold as if the service itself had refused the request.
type ValidationError struct {
	Violations []Violation
}

// shownViolations is how many violations Error spells out.
const shownViolations = 3

// Unwrap returns the violations.
func (e *ValidationError) Unwrap() []error {
	if e == nil {
		return nil
	}
	errs := make([]error, len(e.Violations))
	for i, v := range e.Violations {
		errs[i] = v
	}
	return errs
}

// Error spells out the first few violations and counts the rest.
func (e *ValidationError) Error() string {
	if e == nil {
		return nilText
	}
	var b strings.Builder
	b.WriteString("invalid request")
	for i, v := range e.Violations {
		if i == shownViolations {
			fmt.Fprintf(&b, "; and %d more", len(e.Violations)-i)
			break
		}
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(v.Error())
	}
	return b.String()
}

func (e *ValidationError) attrs() []slog.Attr {
	return []slog.Attr{slog.Any("violations", e.Violations)}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e ValidationError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e ValidationError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (e ValidationError) MarshalJSON() ([]byte, error) { return marshalError(&e) }

// A Violation is one broken rule of a request. It is a value and an error.
type Violation struct {
	Field   string // wire name: "Name", "InstanceId", "Tag.3.Key"
	Code    Code   // the code that the service would answer
	Message string // the limit and the size of what was given; never the value itself
	Local   bool   // the check is this library's, the service documents none
	Err     error  // a cause, such as *frequency.ParseError; nil where Message says it all
}

// Unwrap returns the code and the cause, as far as they are set.
func (v Violation) Unwrap() []error {
	errs := make([]error, 0, 2)
	if v.Code != "" {
		errs = append(errs, v.Code)
	}
	if v.Err != nil {
		errs = append(errs, v.Err)
	}
	return errs
}

// Error reads "Name: has 129 characters, the limit is 128 (CmdName.ExceedLimit)".
func (v Violation) Error() string {
	text := cmp.Or(v.Field, "request") + ": " + cmp.Or(v.Message, "breaks a rule")
	if v.Code != "" {
		text += " (" + string(v.Code) + ")"
	}
	return text
}

func (v Violation) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("field", v.Field),
		slog.String("code", string(v.Code)),
		slog.Bool("local", v.Local),
	}
}

// LogValue implements [slog.LogValuer].
func (v Violation) LogValue() slog.Value { return logError(v) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (v Violation) MarshalJSON() ([]byte, error) { return marshalError(v) }
