package poll

import (
	"context"
	"fmt"
	"reflect"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Limiter makes callers wait for their turn. Wait returns nil when the call
// may be made, and an error when it may not: because ctx ended or, at once,
// because its deadline comes before the turn. It must be safe for concurrent
// use.
//
// A *rate.Limiter of golang.org/x/time/rate is one.
type Limiter interface {
	Wait(ctx context.Context) error
}

// Feedback is implemented by a [Limiter] that learns from the calls it let
// through. Done is called once after each, with the error it ended with or nil.
type Feedback interface {
	Done(err error)
}

// ErrRefused is in the error of [Admit] when the limiter refused the call although
// the context had not ended. It says "not now": [Until] asks
// again with its next probe.
var ErrRefused = errors.New("poll: the limiter refused")

// Admit waits for a turn at l; without a limiter (nil, or a nil *Adaptive) there
// is always one, as long as ctx has not ended. An error means that the call must
// not be made. A nil context and any other nil pointer in l are an error that is
// errors.ErrInvalidArgument.
//
// While ctx has not ended, errors.Is(err, ErrRefused) holds for every error of a
// limiter. Limiters may refuse in words of their own when the deadline of ctx comes
// before the turn. Admit joins context.DeadlineExceeded to such a refusal, so
// that errors.Is finds it whatever the limiter.
func Admit(ctx context.Context, l Limiter) error {
	if ctx == nil {
		return errNoContext
	}
	if err := ctx.Err(); err != nil || l == nil {
		return err
	}
	if a, ok := l.(*Adaptive); ok && a == nil {
		return nil
	}
	if isNil(l) {
		return fmt.Errorf("poll: the limiter is a nil %T: %w", l, errors.ErrInvalidArgument)
	}
	err := l.Wait(ctx)
	if err == nil {
		return nil
	}
	if end := ctx.Err(); end != nil {
		return ended(end, err)
	}
	if _, bounded := ctx.Deadline(); bounded && !ofContext(err) {
		err = fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return &refusal{err}
}

func ofContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// isNil reports whether the limiter is a pointer, or the like, to nothing.
func isNil(l Limiter) bool {
	v := reflect.ValueOf(l)
	switch v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// A refusal is the limiter's own error, and ErrRefused.
type refusal struct{ err error }

func (r *refusal) Error() string        { return r.err.Error() }
func (r *refusal) Unwrap() error        { return r.err }
func (r *refusal) Is(target error) bool { return target == ErrRefused }
