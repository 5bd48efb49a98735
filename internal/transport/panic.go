package transport

import (
	"fmt"
	"reflect"
	"runtime"
)

// guarded calls foreign code and converts a panic of that code into an error.
func guarded[T any](who string, f func() (T, error)) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Panicked(who, r)
		}
	}()
	return f()
}

// Panicked returns the error for a panic of foreign code. The error shows the text of a runtime error.
// For any other value it shows only the type, since the value may hold a secret.
func Panicked(who string, r any) error {
	if err, ok := r.(runtime.Error); ok && declaredIn(err, "runtime") {
		return fmt.Errorf("%s panicked: %w", who, err)
	}
	return fmt.Errorf("%s panicked with a %T", who, r)
}

// declaredIn reports whether the type of v, or the type that v points to, is declared in the package with
// this import path. Panicked calls it to recognize an error of package runtime. It is not enough that the
// error implements the interface runtime.Error, because any type may have the methods of that interface.
func declaredIn(v any, path string) bool {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == path
}
