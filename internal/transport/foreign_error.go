//nolint:errorlint // this file walks the tree of an error itself, node by node
package transport

import "reflect"

// The errors of a RoundTripper, of the body of a reply and of a credential provider are foreign:
// their methods may panic, and an error may wrap itself. The functions below inspect them like the
// standard package errors, with three differences. When a method panics, the functions go on as if
// it had returned the zero value. They visit at most maxErrors errors of a tree. The functions
// asType and firstOf ignore an As method that sets the target to nil.

// maxErrors is the largest number of errors in a tree that a search visits.
const maxErrors = 1000

// is reports whether target is in the tree of err.
func is(err, target error) bool {
	hasEqual := reflect.TypeOf(target).Comparable()
	return newSearch().find(err, func(e error) bool {
		if hasEqual && e == target {
			return true
		}
		x, ok := e.(interface{ Is(target error) bool })
		return ok && x.Is(target)
	})
}

// as sets target to the first error in the tree of err that has the type of target. The target must
// be a pointer that is not nil.
func as(err error, target any) bool {
	return newSearch().find(err, func(e error) bool { return setTo(target, e) })
}

// asType returns the first error of type E in the tree of err.
func asType[E error](err error) (E, bool) { return firstOf[E](newSearch(), err) }

// firstOf does the same as asType. The search s may have visited other errors before, and these count
// towards its limit.
func firstOf[E error](s *search, err error) (found E, ok bool) {
	ok = s.find(err, func(e error) bool {
		var target E
		if !setTo(&target, e) || isNil(target) {
			return false
		}
		found = target
		return true
	})
	return found, ok
}

// setTo sets target to e when the types match. Otherwise it calls the As method of e, which may set
// target. It reports whether target was set.
func setTo(target any, e error) bool {
	place := reflect.ValueOf(target).Elem()
	if reflect.TypeOf(e).AssignableTo(place.Type()) {
		place.Set(reflect.ValueOf(e))
		return true
	}
	x, ok := e.(interface{ As(target any) bool })
	return ok && x.As(target)
}

// A search visits the errors in one or several trees, at most maxErrors errors in total.
type search struct{ left int }

func newSearch() *search { return &search{left: maxErrors} }

// find calls the function fits with the errors in the tree of err, until fits returns true. It
// reports whether fits returned true. It visits an error before the errors which that error wraps.
func (s *search) find(err error, fits func(error) bool) bool {
	for ; err != nil && s.left > 0; err = unwrapOne(err) {
		s.left--
		if callForeign(func() bool { return fits(err) }) {
			return true
		}
		for _, e := range unwrapAll(err) {
			if s.left == 0 {
				return false
			}
			if s.find(e, fits) {
				return true
			}
		}
	}
	return false
}

// callForeign returns the result of foreign code, or the zero value when the code panics.
func callForeign[T any](ask func() T) (value T) {
	value, _ = guarded("an error", func() (T, error) { return ask(), nil })
	return value
}

// unwrapOne returns the error that err wraps, or nil.
func unwrapOne(err error) error {
	x, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return callForeign(x.Unwrap)
}

// unwrapAll returns the errors that err wraps when it has an Unwrap method for several.
func unwrapAll(err error) []error {
	x, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	return callForeign(x.Unwrap)
}

// isNil reports whether err is nil or holds a nil pointer.
func isNil(err error) bool {
	if err == nil {
		return true
	}
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// isEndless reports whether err wraps itself or too many others. A method such as Error or Timeout
// may then recurse without end, and a program cannot recover from a stack overflow.
func isEndless(err error) bool {
	s := newSearch()
	s.find(err, func(error) bool { return false })
	return s.left == 0
}

// textOf returns the text of a foreign error. When the method Error panics, textOf returns a text
// that says so.
func textOf(err error) string {
	if isEndless(err) {
		return "an error that wraps itself or too many others"
	}
	text, failed := guarded("the text of an error", func() (string, error) { return err.Error(), nil })
	if failed != nil {
		return failed.Error()
	}
	return text
}
