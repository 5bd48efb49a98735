package runcommand

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// callInHalves calls the function call with the ids. The service refuses a whole call
// because of a single instance and does not say which instance that is. When the function
// isOfOne says that an error is such a refusal, callInHalves calls again with each half of
// the ids, down to single ids. So one instance does not hide the others.
//
// It returns one error for each instance that is refused alone, in the order of the ids,
// and the first other error. It makes no further call after the other error. For each
// refused instance it makes at most twice as many further calls as the number of ids has
// binary digits.
func callInHalves(ctx context.Context, ids []string, isOfOne func(error) bool, call func(context.Context, []string) error) (refused []error, err error) {
	err = call(ctx, ids)
	switch {
	case err == nil || !isOfOne(err):
		return nil, err
	case len(ids) == 1:
		return []error{refusedInstance(ids[0], err)}, nil
	}
	half := len(ids) / 2
	for _, part := range [][]string{ids[:half], ids[half:]} {
		more, err := callInHalves(ctx, part, isOfOne, call)
		refused = append(refused, more...)
		if err != nil {
			return refused, err
		}
	}
	return refused, nil
}

// refusedInstance returns the error of an instance that the service refused alone.
func refusedInstance(id string, err error) error {
	return &errors.InstanceError{InstanceID: id, Code: refusalCode(err)}
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
