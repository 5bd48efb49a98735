package runcommand

import (
	"context"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// splitCalls makes an operation for many instances. The service refuses a whole call
// because of a single instance and does not say which instance that is. So splitCalls calls
// again with each half of the ids, down to single ids. Then one instance does not hide the
// others. For each instance that is refused alone, it makes at most twice as many further
// calls as the number of ids in a call has binary digits.
//
// A missing right may concern one instance or all of them. A caller who has the right for
// no instance must not cost a call for each instance. So splitCalls splits the calls that
// were refused for a missing right only after the service has accepted some call. To find
// out, it tries both halves of the first refused call once.
type splitCalls struct {
	call func(context.Context, []string) error

	refused  map[string]errors.Code // the refused instances, except those of a call that ended with another error
	refusal  *errors.APIError       // the first refusal for a missing right; nil when there was none
	accepted bool                   // the service has accepted a call

	denied [][]string // the ids of the calls that were refused for a missing right
}

func newSplitCalls(call func(context.Context, []string) error) *splitCalls {
	return &splitCalls{call: call, refused: map[string]errors.Code{}}
}

// run makes the calls, each with at most size ids. It returns the first error that is no
// refusal of an instance or of a missing right, and makes no further call after it.
func (s *splitCalls) run(ctx context.Context, ids []string, size int) error {
	parts := slices.Collect(slices.Chunk(ids, size))
	for tried := false; ; {
		if err := s.ask(ctx, parts); err != nil {
			return err
		}
		switch {
		case len(s.denied) == 0:
			return nil
		case s.accepted:
			parts, s.denied = halves(s.denied...), nil
		case !tried:
			tried = true
			parts, s.denied = halves(s.denied[0]), s.denied[1:]
		default:
			for _, id := range slices.Concat(s.denied...) {
				s.refused[id] = s.refusal.Code
			}
			return nil
		}
	}
}

// ask makes one call for each part of the ids. When the service refuses a part because of
// an instance that it does not take, ask goes on with the halves of the part.
func (s *splitCalls) ask(ctx context.Context, parts [][]string) error {
	for _, ids := range parts {
		err := s.call(ctx, ids)
		refusal, other := asRefusal(err)
		switch {
		case err == nil:
			s.accepted = true
			continue
		case refusal == nil && !refusesInstance(err):
			return other
		case refusal != nil && s.refusal == nil:
			s.refusal = refusal
		}
		switch {
		case len(ids) == 1:
			s.refused[ids[0]] = refusalCode(err)
		case refusal != nil:
			s.denied = append(s.denied, ids)
		default:
			if err := s.ask(ctx, halves(ids)); err != nil {
				return err
			}
		}
	}
	return nil
}

// errorOf joins the error of each refused instance, in the order of the ids, and the error
// of run. When the service accepted no call, the refusal for a missing right stands for the
// errors of its instances.
func (s *splitCalls) errorOf(ids []string, err error) error {
	var all []error
	for _, id := range ids {
		code, refused := s.refused[id]
		if refused && (s.accepted || !errors.Is(code, errors.ErrPermission)) {
			all = append(all, &errors.InstanceError{InstanceID: id, Code: code})
		}
	}
	if s.refusal != nil && !s.accepted {
		all = append(all, s.refusal)
	}
	return errors.Join(append(all, err)...)
}

// halves returns both halves of each part. Each part has at least two ids.
func halves(parts ...[]string) [][]string {
	var all [][]string
	for _, ids := range parts {
		all = append(all, ids[:len(ids)/2], ids[len(ids)/2:])
	}
	return all
}

// refusalCode returns the code of a refusal, or "" when err is none.
func refusalCode(err error) errors.Code {
	if refusal, ok := errors.AsType[*errors.APIError](err); ok {
		return refusal.Code
	}
	return ""
}

// refusesInstance reports whether err is a refusal because of one of the instances of a
// call.
func refusesInstance(err error) bool {
	return errors.Is(err, errors.InvalidInstanceNotFound) || errors.Is(err, errors.InvalidInstanceIdOSTypeUnsupported)
}
