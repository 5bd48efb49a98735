//nolint:errorlint // this file walks the tree of an error itself, node by node
package errors

import (
	"net/url"
	"reflect"
)

// The questions of this package go through the tree of an error as [Is] and
// [AsType] do, by Unwrap and by As methods. Unlike those they end in a tree that
// contains itself, and go on where a method of somebody else's error panics.

const (
	// mostNodes bounds how many errors of a tree are looked at. 100,000 failed
	// instances, each with its code, are a fifth of it.
	mostNodes = 1 << 20
	// fewNodes is how many are looked at before a walk takes notes of where it was.
	fewNodes = 64
	// mostPrinted is how many errors a cause may wrap and still be printed, those of
	// instances and of the service not counted, and deepestPrinted how deep they may
	// be nested.
	mostPrinted    = 10_000
	deepestPrinted = 1000
)

// walk calls visit for err and all errors below it, an outer error before those
// in it. The first 64 errors may be visited twice; after that each pointer is visited once. Nil
// pointers are not visited; what they wrap is. The errors below one are left out when
// visit returns false. walk reports whether it saw the whole tree.
func walk(err error, visit func(error) bool) bool {
	var seen map[place]bool
	todo := []error{err}
	for n := 0; len(todo) > 0; n++ {
		if n == mostNodes {
			return false
		}
		err := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n >= fewNodes {
			if seen == nil {
				seen = make(map[place]bool)
			}
			if p, ok := placeOf(err); ok {
				if seen[p] {
					continue
				}
				seen[p] = true
			}
		}
		if !isNil(err) && !visit(err) {
			continue
		}
		below := children(err)
		// More than are looked at are not noted either, or the list would grow without bound.
		below = below[:min(len(below), max(0, mostNodes-n-len(todo)))]
		for i := len(below) - 1; i >= 0; i-- {
			todo = append(todo, below[i])
		}
	}
	return true
}

// A place tells errors apart that are pointers. Others cannot be told apart, as
// they may not be comparable.
type place struct {
	of reflect.Type
	at uintptr
}

func placeOf(err error) (place, bool) {
	v := reflect.ValueOf(err)
	if v.Kind() != reflect.Pointer {
		return place{}, false
	}
	return place{v.Type(), v.Pointer()}, true
}

// children are the errors that err shows by an As method, then those that it
// wraps.
func children(err error) []error {
	if x, ok := err.(converter); ok && !ours(err) {
		return append(convertedTo(x), wrapped(err)...)
	}
	return wrapped(err)
}

// ours reports whether err is of this package, where As leads to err alone.
func ours(err error) bool {
	switch err.(type) {
	case *RunError, *WaitError, *ValidationError, Violation, *Violation, *CredentialError, *TransportError, *APIError, *InvocationError, *InstanceError:
		return true
	}
	return false
}

// wrapped are the errors that err wraps, none where its method panics.
func wrapped(err error) []error {
	defer ignorePanic()
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// ignorePanic is deferred around a method of somebody else's error, so that the
// zero value is what it returns when it panics.
func ignorePanic() { _ = recover() }

// A converter is an error with an As method: it can stand for errors that it does
// not wrap.
type converter interface{ As(target any) bool }

// convertedTo are the errors of interest that x stands for. A code or a kind counts
// only where nothing tells more: it may be part of one of the others.
func convertedTo(x converter) []error {
	var list []error
	list = appendAs[*RunError](list, x)
	list = appendAs[*WaitError](list, x)
	list = appendAs[*ValidationError](list, x)
	list = appendAs[Violation](list, x)
	list = appendAs[*CredentialError](list, x)
	list = appendAs[*TransportError](list, x)
	list = appendAs[*APIError](list, x)
	list = appendAs[*InvocationError](list, x)
	list = appendAs[*InstanceError](list, x)
	if list == nil {
		list = appendAs[Code](list, x)
	}
	if list == nil {
		list = appendAs[Kind](list, x)
	}
	return appendAs[*url.Error](list, x)
}

// appendAs appends the error of type E that x stands for, if there is one.
func appendAs[E error](list []error, x converter) []error {
	var e E
	if callAs(x, &e) && !isNil(e) {
		list = append(list, e)
	}
	return list
}

// callAs calls the As method of x, and is false where it panics.
func callAs(x converter, target any) bool {
	defer ignorePanic()
	return x.As(target)
}

// endless reports whether the text of err may have no end: err wraps itself, or more
// errors than can be printed. Such an error must not be asked for its text, since a
// stack that overflows cannot be recovered.
func endless(err error) bool {
	left := mostPrinted
	return !ends(err, &left, deepestPrinted)
}

// ends reports whether the tree of err has at most left errors and this depth.
func ends(err error, left *int, depth int) bool {
	switch err.(type) {
	case *APIError, *InstanceError, *InvocationError, *ValidationError, Violation, *Violation:
		return true // their text is bounded, and they do not ask what they wrap
	}
	if *left--; *left < 0 || depth == 0 {
		return false
	}
	for _, e := range wrapped(err) {
		if !ends(e, left, depth-1) {
			return false
		}
	}
	return true
}

// isNil reports whether err is nil or holds a nil, on which methods of other
// packages may panic.
func isNil(err error) bool {
	if err == nil {
		return true
	}
	switch v := reflect.ValueOf(err); v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Slice, reflect.Chan, reflect.UnsafePointer:
		return v.IsNil()
	default:
		return false
	}
}
