package errors

import (
	"maps"
	"slices"
)

// A Code is an error code in the service's own spelling, such as "CmdName.ExceedLimit".
// A Code is an error itself, like syscall.Errno, and can be the target of [Is]. Whatever
// type an error has, [Is] finds the code of the answer in its tree:
//
//	errors.Is(err, errors.CmdNameExceedLimit)
//
// The documented codes are those in the ECS API reference (RunCommand, related
// operations, and common codes), in the troubleshooting guide of Cloud Assistant and
// in its agent. Each documented code has a constant, named like the code without its
// dots. A code that is not documented is also a Code: [Code.Known] is false for it,
// and its kind is found by patterns, such as the prefix "Throttling".
type Code string

// Error returns the code itself. [Code.Meaning] explains it.
func (c Code) Error() string { return string(c) }

// Kind returns the documented kind of the code. An undocumented code has the
// kind of the first pattern that it matches (a code that begins with "Throttling" is
// ErrThrottled, and so on). Kind returns zero when the code matches no pattern.
func (c Code) Kind() Kind {
	if r, ok := table()[c]; ok {
		return r.kind
	}
	return kindOfPattern(c)
}

// Is reports whether target is the kind of c. When that kind is [ErrNotSupported], Is
// also reports true for the target [ErrUnsupported].
func (c Code) Is(target error) bool { return c.Kind().covers(target) }

// HTTPStatus returns the documented HTTP status. It returns 0 for an undocumented code
// and for a code that describes an instance. Decide by code or kind, not by this status:
// the service has changed the status of some codes between 400, 403 and 404.
func (c Code) HTTPStatus() int { return table()[c].status }

// Field returns the wire name of the request field that the code concerns most, such as
// "CommandContent" or "Tag.N.Key". It returns "" when there is no such field.
func (c Code) Field() string { return table()[c].field }

// Meaning returns what the code means, as a phrase without a full stop. It returns "" for an
// undocumented code. The text comes from this package, not from the service.
func (c Code) Meaning() string { return table()[c].meaning }

// Retryable reports whether the same call may succeed when it is repeated later. When
// the code describes a failure on one instance, that call is a new RunCommand. An
// undocumented code is retryable when its kind is ErrThrottled or ErrUnavailable.
//
// Repeating a RunCommand is safe only with the same client token; see [MayHaveRun].
func (c Code) Retryable() bool {
	if r, ok := table()[c]; ok {
		return r.retry != retryNo
	}
	return c.Kind().transient()
}

// Known reports whether the code is documented.
func (c Code) Known() bool {
	_, ok := table()[c]
	return ok
}

// Codes returns every documented code, sorted. The caller may change the slice.
// [Kind.Codes] lists them by kind, with their meaning.
func Codes() []Code { return slices.Sorted(maps.Keys(table())) }

// codesOf returns the documented codes of the kind, sorted.
func codesOf(k Kind) []Code {
	return slices.DeleteFunc(Codes(), func(c Code) bool { return c.Kind() != k })
}
