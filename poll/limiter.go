package poll

import (
	"context"
	"fmt"
	"reflect"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Limiter makes callers wait for their turn. Wait returns nil when the call may be
// made. It returns an error when ctx ends first. When the deadline of ctx comes before
// the turn, it returns an error at once. A Limiter must be safe for concurrent use.
//
// A *rate.Limiter of golang.org/x/time/rate is a Limiter.
type Limiter interface {
	Wait(ctx context.Context) error
}

// Feedback is implemented by a [Limiter] that learns from the calls it allowed. Done
// is called once after each call, with the error of the call or nil.
type Feedback interface {
	Done(err error)
}

// ErrRefused is in the error of [Admit] when the limiter refused the call although
// the context had not ended. A later call may succeed: [Until] goes on with its next
// probe.
var ErrRefused = errors.New("poll: the limiter refused")

// Admit waits for a turn at l. Without a limiter (nil, or a nil *Adaptive) it returns
// at once, with the error of ctx when ctx has ended. An error means that the call
// must not be made. For a nil context, and for any other nil pointer in l, the error
// is an errors.ErrInvalidArgument.
//
// A client calls Admit before each of its calls. Programs need Admit when they make
// other calls under the limiter of a client. In the probe of [Until] they also need it
// instead of the method Wait of a limiter: the errors of Wait differ from limiter to
// limiter, but the errors of Admit do not. While ctx has not ended, errors.Is(err,
// ErrRefused) is true for every error of a limiter. When the deadline of ctx comes
// before the turn, errors.Is also finds context.DeadlineExceeded, whatever error the
// limiter returned.
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
		return joinEnd(end, err)
	}
	if _, bounded := ctx.Deadline(); bounded && !ofContext(err) {
		err = fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return &refusal{err}
}

func ofContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// isNil reports whether l holds a nil pointer, function, map, channel or slice.
func isNil(l Limiter) bool {
	v := reflect.ValueOf(l)
	switch v.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// A refusal wraps the error of a limiter, and errors.Is finds ErrRefused in it.
type refusal struct{ err error }

func (r *refusal) Error() string        { return r.err.Error() }
func (r *refusal) Unwrap() error        { return r.err }
func (r *refusal) Is(target error) bool { return target == ErrRefused }
