package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
)

// A ValidationError lists every rule that a request breaks. Nothing was sent. The
// violations and their codes are in the error's tree, so that
//
//	errors.Is(err, errors.CmdNameExceedLimit)
//	errors.Is(err, errors.ErrLimitExceeded)
//
// are true, as they are when the service itself refuses the request.
type ValidationError struct {
	Violations []Violation
}

// validationLimit is the largest number of bytes that Error shows, without the last words "and 5
// more". A request with a mistake in every field stays below it.
const validationLimit = 4 << 10

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

// Error shows every violation. The text ends after about 4 KiB with the number of violations that it
// leaves out; the field Violations has all of them.
func (e *ValidationError) Error() string {
	if e == nil {
		return nilText
	}
	var b strings.Builder
	b.WriteString("invalid request")
	writeList(&b, validationLimit, len(e.Violations), func(i int) string { return e.Violations[i].Error() })
	return b.String()
}

func (e *ValidationError) attrs() []slog.Attr {
	return []slog.Attr{slog.Any("violations", e.Violations)}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e ValidationError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e ValidationError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e ValidationError) MarshalJSON() ([]byte, error) { return marshalError(&e) }

// A Violation is one broken rule of a request. It is an error. Violations
// cannot be compared with ==; use [Is].
//
// Every way of printing a Violation shows field, message and code. No way of printing shows
// Err, since Err may repeat the value of the field: a *frequency.ParseError shows the expression.
type Violation struct {
	_ [0]func() // makes == a compile error, since == could panic when it compares Err

	Field   string // wire name: "Name", "InstanceId", "Tag.3.Key"
	Code    Code   // the code that the service would answer
	Message string // the limit and the size of the value, not the value itself; a schedule that does not parse is repeated in part
	Local   bool   // true: only this library has the rule; the service documents no such rule
	Err     error  // a cause, such as *frequency.ParseError; nil when there is none
}

// violationLimit is the largest number of bytes of Message that are printed.
const violationLimit = 300

// Is reports whether target is the same violation: equal in every field.
func (v Violation) Is(target error) bool {
	t, ok := target.(Violation)
	return ok && v.Field == t.Field && v.Code == t.Code && v.Message == t.Message && v.Local == t.Local && same(v.Err, t.Err)
}

// same reports whether a equals b. It can also compare values for which == would panic.
func same(a, b any) bool {
	if a == nil || b == nil || reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// Unwrap returns the code, when it is not empty, and the cause, when it is not nil.
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

// Error returns "Name: has 129 characters, the limit is 128 (CmdName.ExceedLimit)".
func (v Violation) Error() string {
	text := cmp.Or(clip(v.Field), "request") + ": " + cmp.Or(clipTo(v.Message, violationLimit), "breaks a rule")
	if v.Code != "" {
		text += " (" + clip(string(v.Code)) + ")"
	}
	return text
}

func (v Violation) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("field", clip(v.Field)),
		slog.String("code", clip(string(v.Code))),
		slog.Bool("local", v.Local),
	}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (v Violation) Format(s fmt.State, verb rune) { formatError(s, verb, v) }

// LogValue implements [slog.LogValuer].
func (v Violation) LogValue() slog.Value { return logError(v) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (v Violation) MarshalJSON() ([]byte, error) { return marshalError(v) }
