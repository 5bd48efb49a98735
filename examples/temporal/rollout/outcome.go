package rollout

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/examples/temporal/sqljournal"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// The types of the errors of the activities. Those of the first group end the workflow: only
// a person can decide to go on. After those of the second group the server starts another
// attempt, which resumes the fleet.
const (
	ErrorPlan    = "Plan"    // the input has mistakes, or does not fit the journal
	ErrorHalted  = "Halted"  // more instances have failed than the limit allows
	ErrorRefused = "Refused" // the service has refused commands or looks: a quota, a right
	ErrorJournal = "Journal" // the journal has lost entries

	ErrorSuperseded  = "Superseded"  // another attempt has continued the journal
	ErrorUnavailable = "Unavailable" // the service, the database or this worker cannot go on now
)

// cannotBegin converts an error from before the fleet runs.
func cannotBegin(err error) error {
	switch {
	case errors.Is(err, errors.ErrInvalidArgument), errors.Is(err, errors.ErrMissingArgument),
		errors.Is(err, sqljournal.ErrOtherPlan):
		return final(ErrorPlan, err, nil)
	default:
		if _, ok := errors.AsType[*errors.ValidationError](err); ok {
			return final(ErrorPlan, err, nil)
		}
		return again(ErrorUnavailable, err)
	}
}

// outcome converts the error of a fleet that has run.
func outcome(ctx context.Context, err error, s *Summary) (*Summary, error) {
	halt, ok := errors.AsType[*fleet.HaltError](err)
	switch {
	case err == nil:
		return s, nil
	case !ok: // a FailedError: the fleet came to its end within its limits
		s.Error = shortened(err.Error())
		return s, nil
	case halt.Err == nil:
		return nil, final(ErrorHalted, halt, s)
	case errors.Is(halt.Err, errNeedsApproval):
		s.WaitsForWave = halt.Wave + 1
		return s, nil
	case errors.Is(halt.Err, fleet.ErrSuperseded):
		return nil, again(ErrorSuperseded, halt)
	case errors.Is(halt.Err, fleet.ErrJournalIncomplete):
		return nil, final(ErrorJournal, halt, s)
	case errors.Is(context.Cause(ctx), workerStops{}):
		return nil, again(ErrorUnavailable, fmt.Errorf("%w: %s", workerStops{}, halt.Error()))
	case ctx.Err() != nil && errors.Is(halt.Err, ctx.Err()):
		return nil, fmt.Errorf("%s: %w", halt.Error(), ctx.Err())
	case errors.Is(halt.Err, errors.ErrQuotaExceeded): // retryable, but the quota of a day comes back in hours
		return nil, final(ErrorRefused, halt, s)
	case errors.Retryable(halt.Err) || errors.KindOf(halt.Err) == 0:
		return nil, again(ErrorUnavailable, halt)
	default:
		return nil, final(ErrorRefused, halt, s)
	}
}

// final returns an error after which the server does not try again.
func final(kind string, err error, s *Summary) error {
	o := temporal.ApplicationErrorOptions{NonRetryable: true}
	if s != nil {
		s.Error = shortened(err.Error())
		o.Details = []any{s}
	}
	return temporal.NewApplicationErrorWithOptions(shortened(err.Error()), kind, o)
}

// again returns an error after which the server starts another attempt.
func again(kind string, err error) error {
	return temporal.NewApplicationErrorWithOptions(shortened(err.Error()), kind, temporal.ApplicationErrorOptions{})
}

// longestError bounds texts: the server keeps them in the history, and drops failures that
// are too large. A plan with many mistakes has a long text.
const longestError = 4000

func shortened(text string) string {
	if len(text) <= longestError {
		return text
	}
	return text[:longestError] + "..."
}
