package runcommand

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// holdsNil reports whether v is nil, or an interface that holds a nil pointer, map,
// function or similar value. The first call of a method of such a value would panic.
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

// invalid returns an error with the formatted text. The error wraps
// errors.ErrInvalidArgument.
func invalid(format string, args ...any) error {
	return fmt.Errorf("runcommand: "+format+": %w", append(args, errors.ErrInvalidArgument)...)
}

// count returns a number with its noun, such as "1 byte" or "2 bytes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// valueOf returns *p, or the zero value of T when p is nil.
func valueOf[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
