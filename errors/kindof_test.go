package errors_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// unavailableByIs is an error of another package that has a kind by its Is method.
type unavailableByIs struct{}

func (unavailableByIs) Error() string        { return "the disk is full" }
func (unavailableByIs) Is(target error) bool { return target == errors.ErrUnavailable }

// panicsInIs is an error whose Is method panics.
type panicsInIs struct{ inner error }

func (panicsInIs) Error() string   { return "panics in Is" }
func (panicsInIs) Is(error) bool   { panic("Is") }
func (e panicsInIs) Unwrap() error { return e.inner }

func TestKindOf(t *testing.T) {
	t.Parallel()
	self := &wrapsItself{}
	self.self = self
	for _, tt := range []struct {
		name string
		err  error
		want errors.Kind
	}{
		{"nil has none", nil, 0},
		{"a plain error has none", errors.New("x"), 0},
		{"the end of a context has none", context.DeadlineExceeded, 0},
		{"a kind is its own", errors.ErrConflict, errors.ErrConflict},
		{"the zero kind is none", errors.Kind(0), 0},
		{"a number that is no kind has none", errors.Kind(200), 0},
		{"a documented code", errors.CmdNameExceedLimit, errors.ErrLimitExceeded},
		{"an undocumented code that matches a pattern", errors.Code("Throttling.Zone"), errors.ErrThrottled},
		{"an undocumented code that matches none", errors.Code("Widget"), 0},
		{"an answer of the service", throttled, errors.ErrThrottled},
		{"an answer with a code that says nothing", &errors.APIError{Code: "Widget", HTTPStatus: 403}, errors.ErrPermission},
		{"an answer with neither code nor status", &errors.APIError{}, 0},
		{"a lost reply", lost, errors.ErrUnavailable},
		{"a proxy that throttles", &errors.TransportError{HTTPStatus: 429}, errors.ErrThrottled},
		{"a lost reply before what it wraps", &errors.TransportError{Err: errors.ErrPermission}, errors.ErrUnavailable},
		{"a credential", &errors.CredentialError{Err: throttled}, errors.ErrAuth},
		{"a failed script", failed, errors.ErrScript},
		{"a script that timed out", &errors.InstanceError{Status: "Timeout"}, errors.ErrTimeout},
		{"a script that was stopped", &errors.InstanceError{Status: "Stopped"}, errors.ErrStopped},
		{"an instance that did not run, by its code", &errors.InstanceError{Status: "Failed", Code: errors.InstanceNotExists}, errors.InstanceNotExists.Kind()},
		{"a failed instance without a reason", &errors.InstanceError{Status: "Failed"}, 0},
		{"an invocation, by its first failure", &errors.InvocationError{Failed: []*errors.InstanceError{nil, {Status: "Failed"}, {Status: "Timeout"}, failed}}, errors.ErrTimeout},
		{"a request, by its first violation", &errors.ValidationError{Violations: []errors.Violation{{}, {Code: errors.MissingType}, {Code: errors.CmdNameExceedLimit}}}, errors.ErrMissingArgument},
		{"a violation, by its cause where it has no code", errors.Violation{Err: errors.ErrNotFound}, errors.ErrNotFound},
		{"a run, by its last attempt", &errors.RunError{Unknown: true, Err: fmt.Errorf("x: %w", throttled)}, errors.ErrThrottled},
		{"a wait that ran out of time", &errors.WaitError{Err: context.DeadlineExceeded}, 0},
		{"a wait, by its cause", &errors.WaitError{Err: &errors.APIError{Code: errors.ForbiddenRAM}}, errors.ErrPermission},
		{"the first of several", errors.Join(errors.New("x"), fmt.Errorf("y: %w", errors.ErrNotFound), errors.ErrAuth), errors.ErrNotFound},
		{"an outer error before those in it", fmt.Errorf("%w: %w", &errors.WaitError{Err: errors.ErrQuotaExceeded}, errors.ErrAuth), errors.ErrQuotaExceeded},
		{"an error of another package, by its Is method", fmt.Errorf("x: %w", unavailableByIs{}), errors.ErrUnavailable},
		{"an error that is shown by As", shownBehindAs(throttled), errors.ErrThrottled},
		{"the first of several that are shown by As", shownBehindAs(&errors.ValidationError{Violations: []errors.Violation{{Code: errors.CmdNameExceedLimit}, {Code: errors.InvalidRegionIdNotFound}}}), errors.ErrLimitExceeded},
		{"a type that embeds one of this package", embedsRun{&errors.RunError{Err: errors.ErrConflict}}, errors.ErrConflict},
		{"an error whose methods all panic", panics{}, 0},
		{"an error that wraps itself", self, 0},
		{"nil pointers have none", errors.Join((*errors.APIError)(nil), (*errors.InstanceError)(nil), (*errors.TransportError)(nil), (*errors.CredentialError)(nil)), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			kind := errors.KindOf(tt.err)
			assert.Equal(t, tt.want, kind)
			if kind != 0 {
				assert.ErrorIs(t, tt.err, kind)
			}
		})
	}
}

// showsByAsOnly returns an error by its As method. It has no Is and no Unwrap method.
type showsByAsOnly struct{ shown error }

func (showsByAsOnly) Error() string { return "shows by As only" }
func (e showsByAsOnly) As(target any) bool {
	if api, ok := target.(**errors.APIError); ok {
		*api, ok = e.shown.(*errors.APIError)
		return ok
	}
	return false
}

func TestKindOfAsksAsMethodsAndIsDoesNot(t *testing.T) {
	t.Parallel()
	err := showsByAsOnly{throttled}
	assert.Equal(t, errors.ErrThrottled, errors.KindOf(err))
	assert.NotErrorIs(t, err, errors.ErrThrottled)
}

func TestKindOfGoesOnBelowAnIsMethodThatPanics(t *testing.T) {
	t.Parallel()
	assert.Equal(t, errors.ErrNotFound, errors.KindOf(panicsInIs{errors.ErrNotFound}))
}

func TestKindOfACodeIsItsKind(t *testing.T) {
	t.Parallel()
	for _, code := range errors.Codes() {
		for _, err := range []error{code, &errors.APIError{Code: code}, errors.Violation{Code: code}, fmt.Errorf("x: %w", code)} {
			assert.Equal(t, code.Kind(), errors.KindOf(err), code)
		}
	}
}
