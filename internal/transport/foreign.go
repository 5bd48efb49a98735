//nolint:errorlint // this file walks the tree of an error itself, node by node
package transport

import "reflect"

// The errors of a RoundTripper, of the body of a reply and of a credential provider
// are foreign: their methods may panic, and their tree may contain itself. The
// functions below ask them as the standard package errors does, with three
// differences. A method that panics says nothing, at most maxErrors errors of a tree
// are looked at, and an As method that gives nil counts for nothing.

// maxErrors is how many errors of one tree are looked at.
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

// as sets target to the first error in the tree of err that has its type. The
// target is a pointer, and not nil.
func as(err error, target any) bool {
	return newSearch().find(err, func(e error) bool { return setTo(target, e) })
}

// asType returns the first error of type E in the tree of err.
func asType[E error](err error) (E, bool) { return firstOf[E](newSearch(), err) }

// firstOf is asType with what is left of a search.
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

// setTo sets target to e, or to what e shows by an As method.
func setTo(target any, e error) bool {
	place := reflect.ValueOf(target).Elem()
	if reflect.TypeOf(e).AssignableTo(place.Type()) {
		place.Set(reflect.ValueOf(e))
		return true
	}
	x, ok := e.(interface{ As(target any) bool })
	return ok && x.As(target)
}

// A search goes through the trees of errors, until it has looked at maxErrors of
// them.
type search struct{ left int }

func newSearch() *search { return &search{left: maxErrors} }

// find reports whether one of the errors in the tree of err fits. An outer error is
// asked before those in it.
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

// answer is what a question to foreign code brings, and the zero value where the
// code panics.
func callForeign[T any](ask func() T) (value T) {
	value, _ = guarded("an error", func() (T, error) { return ask(), nil })
	return value
}

// below is the error that err wraps, or nil.
func unwrapOne(err error) error {
	x, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return callForeign(x.Unwrap)
}

// joined are the errors that err wraps where it may wrap several.
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

// endless reports whether err wraps itself or too many others. The methods that ask
// what an error wraps, as those for its text and its timeout do, may then have no
// end, and a stack that overflows cannot be recovered.
func isEndless(err error) bool {
	s := newSearch()
	s.find(err, func(error) bool { return false })
	return s.left == 0
}

// textOf is the text of a foreign error.
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
