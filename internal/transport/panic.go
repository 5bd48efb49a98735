package transport

import (
	"fmt"
	"reflect"
	"runtime"
)

// guarded calls foreign code, whose panic becomes an error.
func guarded[T any](who string, f func() (T, error)) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Panicked(who, r)
		}
	}()
	return f()
}

// Panicked is the error for a panic of foreign code. It shows what the runtime
// says about a panic, and of any other value only its type, for it may hold
// anything.
func Panicked(who string, r any) error {
	if err, ok := r.(runtime.Error); ok && declaredIn(err, "runtime") {
		return fmt.Errorf("%s panicked: %w", who, err)
	}
	return fmt.Errorf("%s panicked with a %T", who, r)
}

// declaredIn reports whether the type of v, or what it points to, is declared in
// the package. Being a runtime.Error is no proof: any type may have its methods.
func declaredIn(v any, path string) bool {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == path
}
