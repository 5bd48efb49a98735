package errors

import stderrors "errors"

// ErrUnsupported is the standard library's errors.ErrUnsupported. Every error
// of kind [ErrNotSupported] is also an ErrUnsupported.
var ErrUnsupported = stderrors.ErrUnsupported

// New is the standard library's errors.New.
func New(text string) error { return stderrors.New(text) }

// Is is the standard library's errors.Is. A [Kind] or a [Code] can be the target.
func Is(err, target error) bool { return stderrors.Is(err, target) }

// As is the standard library's errors.As. Prefer [AsType], which the compiler
// checks.
func As(err error, target any) bool { return stderrors.As(err, target) }

// AsType is the standard library's errors.AsType. It returns the first error of type E
// in err's tree.
func AsType[E error](err error) (E, bool) { return stderrors.AsType[E](err) }

// Join is the standard library's errors.Join.
func Join(errs ...error) error { return stderrors.Join(errs...) }

// Unwrap is the standard library's errors.Unwrap.
func Unwrap(err error) error { return stderrors.Unwrap(err) }
