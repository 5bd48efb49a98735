//nolint:errorlint // this file walks the tree of an error itself, node by node
package errors

import (
	"net/url"
	"reflect"
)

// Retryable, MayHaveRun, RetryAfter and KindOf visit the tree of an error by its Unwrap and
// As methods. [Is] and [AsType] visit it in the same way, with two differences. Only the
// four functions are sure to end when a tree contains itself. Only they go on when a method
// of a foreign error panics.

const (
	// mostNodes is the largest number of errors of a tree that are visited. The tree of
	// 100,000 failed instances has about 200,000 errors, since each instance has a
	// code. mostNodes is about five times that number.
	mostNodes = 1 << 20
	// fewNodes is the number of errors after which walk begins to remember the errors
	// that it has visited.
	fewNodes = 64
	// A cause is printed when its tree has at most mostPrinted errors and at most
	// deepestPrinted levels. Errors of instances and of the service are left out of both
	// numbers, since their text is bounded.
	mostPrinted    = 10_000
	deepestPrinted = 1000
)

// walk calls visit for err and for all errors below it, an outer error before the errors
// that it wraps. When visit returns false for an error, walk leaves out the errors below
// it. walk visits each pointer once, except that it may visit some of the first 64 errors
// twice. It does not visit nil pointers, but it visits the errors that they wrap. It
// reports whether it visited the whole tree.
func walk(err error, visit func(error) bool) bool {
	var seen map[identity]bool
	todo := []error{err}
	for n := 0; len(todo) > 0; n++ {
		if n == mostNodes {
			return false
		}
		err := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n >= fewNodes {
			if seen == nil {
				seen = make(map[identity]bool)
			}
			if p, ok := identityOf(err); ok {
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
		// Errors beyond mostNodes are not put on the list todo, since the list could grow
		// without bound.
		below = below[:min(len(below), max(0, mostNodes-n-len(todo)))]
		for i := len(below) - 1; i >= 0; i-- {
			todo = append(todo, below[i])
		}
	}
	return true
}

// An identity is the type and the address of a pointer. Errors that are not pointers have no
// identity, since they may not be comparable.
type identity struct {
	of reflect.Type
	at uintptr
}

func identityOf(err error) (identity, bool) {
	v := reflect.ValueOf(err)
	if v.Kind() != reflect.Pointer {
		return identity{}, false
	}
	return identity{v.Type(), v.Pointer()}, true
}

// children returns first the errors that the As method of err returns, then the errors
// that err wraps.
func children(err error) []error {
	if x, ok := err.(converter); ok && !ownType(err) {
		return append(shownByAs(x), wrapped(err)...)
	}
	return wrapped(err)
}

// ownType reports whether err is of a type of this package, whose As method only finds err itself.
func ownType(err error) bool {
	switch err.(type) {
	case *RunError, *WaitError, *ValidationError, Violation, *Violation, *CredentialError, *TransportError, *APIError, *InvocationError, *InstanceError:
		return true
	}
	return false
}

// wrapped returns the errors that err wraps. It returns none when the Unwrap method
// panics.
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

// ignorePanic is deferred by functions that call a method of a foreign error. When the
// method panics, such a function returns its zero values.
func ignorePanic() { _ = recover() }

// A converter is an error with an As method. The method can return errors that the
// converter does not wrap.
type converter interface{ As(target any) bool }

// shownByAs returns the errors of this package, and the *url.Error, that the As method of x
// returns. It asks for a code only when the As method returns no other error of this package,
// since the code may be a part of that error. For the same reason it asks for a kind only when
// there is also no code.
func shownByAs(x converter) []error {
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

// appendAs appends the error of type E that the As method of x returns, if there is one.
func appendAs[E error](list []error, x converter) []error {
	var e E
	if callAs(x, &e) && !isNil(e) {
		list = append(list, e)
	}
	return list
}

// callAs calls the As method of x. It returns false when the method panics.
func callAs(x converter, target any) bool {
	defer ignorePanic()
	return x.As(target)
}

// cannotPrint reports whether err wraps itself or more errors than can be printed. Its Error method
// must not be called then: the text may have no end, and Go cannot recover from a stack overflow.
func cannotPrint(err error) bool {
	left := mostPrinted
	return !canPrint(err, &left, deepestPrinted)
}

// canPrint reports whether the tree of err has at most *left errors and at most depth
// levels. It subtracts the errors that it visits from *left.
func canPrint(err error, left *int, depth int) bool {
	switch err.(type) {
	case *APIError, *InstanceError, *InvocationError, *ValidationError, Violation, *Violation:
		return true // their text is bounded and does not include the text of the errors that they wrap
	}
	if *left--; *left < 0 || depth == 0 {
		return false
	}
	for _, e := range wrapped(err) {
		if !canPrint(e, left, depth-1) {
			return false
		}
	}
	return true
}

// isNil reports whether err is nil or holds a nil pointer, function, map, slice or
// channel. Methods of other packages may panic on these.
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
