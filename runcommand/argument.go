package runcommand

import (
	"fmt"
	"reflect"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// holdsNil reports whether v is nil or holds a nil, such as a nil pointer in an
// interface, whose methods would panic at the first call.
func holdsNil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Slice, reflect.Chan, reflect.UnsafePointer:
		return r.IsNil()
	default:
		return false
	}
}

// invalid is the error of an argument that cannot be followed.
func invalid(format string, args ...any) error {
	return fmt.Errorf("runcommand: "+format+": %w", append(args, errors.ErrInvalidArgument)...)
}

// valueOf is what p points to, and the zero value for nil.
func valueOf[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
