package errors_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestAValidationErrorHasEveryCodeKindAndCauseOfItsViolations(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	err := fmt.Errorf("build: %w", &errors.ValidationError{Violations: []errors.Violation{
		{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters, the limit is 128"},
		{Field: "Frequency", Code: errors.InvalidParamFrequency, Message: "is not a schedule", Err: cause},
		{Field: "Custom", Message: "has no code"},
	}})
	for _, target := range []error{
		errors.CmdNameExceedLimit, errors.ErrLimitExceeded,
		errors.InvalidParamFrequency, errors.ErrInvalidArgument, cause,
	} {
		assert.ErrorIs(t, err, target)
	}
	assert.NotErrorIs(t, err, errors.ErrMissingArgument)
	first, ok := errors.AsType[errors.Violation](err)
	assert.True(t, ok)
	assert.Equal(t, "Name", first.Field)
}

func TestAViolationReadsFieldMessageCode(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Name: has 129 characters (CmdName.ExceedLimit)",
		errors.Violation{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters"}.Error())
	assert.Equal(t, "Custom: is odd", errors.Violation{Field: "Custom", Message: "is odd"}.Error())
	assert.Equal(t, "request: breaks a rule", errors.Violation{}.Error())
	assert.Empty(t, errors.Violation{}.Unwrap())
}

func TestAValidationErrorShowsEveryViolation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		violations int
		want       string
	}{
		{0, "invalid request"},
		{1, "invalid request: F1: m"},
		{3, "invalid request: F1: m; F2: m; F3: m"},
		{5, "invalid request: F1: m; F2: m; F3: m; F4: m; F5: m"},
	} {
		t.Run(strconv.Itoa(tt.violations), func(t *testing.T) {
			t.Parallel()
			err := &errors.ValidationError{}
			for i := range tt.violations {
				err.Violations = append(err.Violations, errors.Violation{Field: fmt.Sprintf("F%d", i+1), Message: "m"})
			}
			assert.Equal(t, tt.want, err.Error())
			assert.Len(t, err.Unwrap(), tt.violations)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}
