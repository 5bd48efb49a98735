package validate

import (
	"fmt"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// foreignFault is an error of the validator that no rule of this package reported.
type foreignFault struct {
	validator.FieldError

	value any
}

func (s foreignFault) Value() any    { return s.value }
func (s foreignFault) Error() string { return "the value s3cr3t is wrong" }

// The validator returns only violations today. If it ever returns another error, the command must be
// treated as invalid.
func TestEveryOtherErrorOfTheValidatorIsAViolation(t *testing.T) {
	t.Parallel()
	violation := errors.Violation{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters, the limit is 128"}
	const failed = "Request InvalidParameter"
	for _, tt := range []struct {
		name string
		err  error
		want []string
	}{
		{"no error", nil, nil},
		{"violations", validator.ValidationErrors{foreignFault{value: violation}}, []string{"Name CmdName.ExceedLimit"}},
		{"violations in words", fmt.Errorf("s3cr3t: %w", validator.ValidationErrors{foreignFault{value: violation}}), []string{"Name CmdName.ExceedLimit"}},
		{"an invalid argument to the validator", &validator.InvalidValidationError{}, []string{failed}},
		{"an error of any other type", errors.New("s3cr3t"), []string{failed}},
		{"an error without a single fault", validator.ValidationErrors{}, []string{failed}},
		{"an error that holds no list", validator.ValidationErrors(nil), []string{failed}},
		{"a fault that holds no violation", validator.ValidationErrors{foreignFault{value: "s3cr3t"}}, []string{failed}},
		{"a fault that holds nothing", validator.ValidationErrors{foreignFault{}}, []string{failed}},
		{"no fault where one should be", validator.ValidationErrors{nil}, []string{failed}},
		{"a violation beside a stranger", validator.ValidationErrors{foreignFault{value: violation}, foreignFault{value: 1}}, []string{"Name CmdName.ExceedLimit", failed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			violations := violationsOf(tt.err)
			require.Len(t, violations, len(tt.want))
			for i, v := range violations {
				assert.Equal(t, tt.want[i], v.Field+" "+string(v.Code))
				assert.Equal(t, v.Field == "Request", v.Local)
				assert.NotContains(t, v.Error(), "s3cr3t")
				assert.NoError(t, v.Err)
			}
		})
	}
}
