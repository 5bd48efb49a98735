package errors_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestTheKindOfAnInstanceErrorIsHowTheCommandEnded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  errors.InstanceError
		is   []error
		not  []error
		text string
	}{
		{
			"a script that ended badly",
			errors.InstanceError{Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 3},
			[]error{errors.ErrScript, errors.ExitCodeNonzero}, []error{errors.ErrTimeout, errors.ErrStopped},
			"instance i-1: Failed, exit code 3",
		},
		{
			"a failed status with an exit code and no code",
			errors.InstanceError{Status: "Failed", ExitCode: 127},
			[]error{errors.ErrScript}, []error{errors.ErrTimeout, errors.ExitCodeNonzero},
			"instance i-1: Failed, exit code 127",
		},
		{
			"a failed status that says nothing more",
			errors.InstanceError{Status: "Failed"},
			nil, []error{errors.ErrScript, errors.ErrTimeout, errors.ErrStopped},
			"instance i-1: Failed",
		},
		{
			"a failed status with a sentence and no code",
			errors.InstanceError{Status: "Failed", Info: "something broke"},
			nil, []error{errors.ErrScript, errors.ErrTimeout, errors.ErrStopped},
			"instance i-1: Failed",
		},
		{
			"a script over its time",
			errors.InstanceError{Status: "Timeout", Code: errors.ExecutionTimeout, ExitCode: -1},
			[]error{errors.ErrTimeout, errors.ExecutionTimeout}, []error{errors.ErrScript},
			"instance i-1: Timeout, ExecutionTimeout: the script exceeded its timeout and was killed; give the command a longer timeout, or make the script faster",
		},
		{
			"a script over its time in the legacy status",
			errors.InstanceError{Status: "Failed", Code: errors.ExecutionTimeout, ExitCode: -1},
			[]error{errors.ErrTimeout}, []error{errors.ErrScript},
			"instance i-1: Failed, ExecutionTimeout: the script exceeded its timeout and was killed; give the command a longer timeout, or make the script faster",
		},
		{
			"cancelled", errors.InstanceError{Status: "Cancelled"},
			[]error{errors.ErrStopped}, []error{errors.ErrScript}, "instance i-1: Cancelled",
		},
		{
			"stopped in the legacy status", errors.InstanceError{Status: "Stopped"},
			[]error{errors.ErrStopped}, nil, "instance i-1: Stopped",
		},
		{
			"terminated with the exit code of the signal",
			errors.InstanceError{Status: "Terminated", Code: errors.ExecutionInterrupted, ExitCode: 137},
			[]error{errors.ErrStopped, errors.ExecutionInterrupted}, []error{errors.ErrScript},
			"instance i-1: Terminated, ExecutionInterrupted: the run was interrupted",
		},
		{
			"never delivered", errors.InstanceError{Status: "Aborted", Code: errors.ClientNotOnline},
			[]error{errors.ErrUnavailable, errors.ClientNotOnline}, []error{errors.ErrScript, errors.ErrTimeout, errors.ErrStopped},
			"instance i-1: Aborted, ClientNotOnline: the agent is offline; check that the agent runs and that the instance reaches the network",
		},
		{
			"a code that leaves the reason to the service's sentence",
			errors.InstanceError{Status: "Error", Code: errors.ExecutionException, Info: "no space left\non the disk "},
			[]error{errors.ErrUnavailable}, []error{errors.ErrScript},
			"instance i-1: Error, ExecutionException: no space left on the disk",
		},
		{
			"an undocumented code", errors.InstanceError{Status: "Invalid", Code: "InvalidWidget"},
			[]error{errors.ErrInvalidArgument, errors.Code("InvalidWidget")}, nil,
			"instance i-1: Invalid, InvalidWidget",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.err.InstanceID = "i-1"
			for _, target := range tt.is {
				assert.ErrorIs(t, &tt.err, target)
			}
			for _, target := range tt.not {
				assert.NotErrorIs(t, &tt.err, target)
			}
			assert.Equal(t, tt.text, tt.err.Error())
		})
	}
}

func TestAnInstanceErrorNamesItsInvocation(t *testing.T) {
	t.Parallel()
	err := &errors.InstanceError{InvocationID: "t-1", InstanceID: "i-1", Status: "Failed", ExitCode: 1}
	assert.Equal(t, "instance i-1: Failed, exit code 1 (invocation t-1)", err.Error())
}

func TestAnInvocationErrorCountsAndNamesTheFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		failed, total int
		want          string
	}{
		{1, 1, "invocation t-1: 1 of 1 instance failed: i-1 Failed, exit code 1"},
		{2, 9, "invocation t-1: 2 of 9 instances failed: i-1 Failed, exit code 1; i-2 Failed, exit code 2"},
		{5, 9, "invocation t-1: 5 of 9 instances failed: i-1 Failed, exit code 1; i-2 Failed, exit code 2; i-3 Failed, exit code 3; i-4 Failed, exit code 4; i-5 Failed, exit code 5"},
		{0, 2, "invocation t-1: 0 of 2 instances failed"},
	} {
		t.Run(strconv.Itoa(tt.failed), func(t *testing.T) {
			t.Parallel()
			err := &errors.InvocationError{InvocationID: "t-1", Status: "PartialFailed", Total: tt.total}
			for i := range tt.failed {
				err.Failed = append(err.Failed, &errors.InstanceError{
					InstanceID: fmt.Sprintf("i-%d", i+1), Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: i + 1,
				})
			}
			assert.Equal(t, tt.want, err.Error())
			assert.Equal(t, tt.failed > 0, errors.Is(err, errors.ErrScript))
		})
	}
}

func TestErrorsWithEmptyFieldsStillReadAsSentences(t *testing.T) {
	t.Parallel()
	failed := &errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 1}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&errors.InstanceError{}, "an instance: status unknown"},
		{&errors.InstanceError{InstanceID: "i-1", Info: "the service did not answer."}, "instance i-1: the service did not answer"},
		{&errors.InstanceError{Code: errors.ClientNotOnline}, "an instance: ClientNotOnline: the agent is offline; check that the agent runs and that the instance reaches the network"},
		{&errors.InstanceError{InvocationID: "t-1", Status: "Aborted"}, "an instance: Aborted (invocation t-1)"},
		{&errors.InvocationError{}, "an invocation failed, nothing known about its instances"},
		{&errors.InvocationError{InvocationID: "t-1"}, "invocation t-1 failed, nothing known about its instances"},
		{&errors.InvocationError{InvocationID: "t-1", Failed: []*errors.InstanceError{failed}}, "invocation t-1: 1 instance failed: i-1 Failed, exit code 1"},
		{
			&errors.InvocationError{Total: 2, Failed: []*errors.InstanceError{nil, {Status: "Aborted"}}},
			"an invocation: 2 of 2 instances failed: an unknown instance; an instance Aborted",
		},
		{&errors.WaitError{InvocationID: "t-1"}, "wait for invocation t-1 ended, nothing known about its instances yet: no cause given"},
		{&errors.WaitError{Total: 1}, "wait ended with 0 of 1 instance done: no cause given"},
	} {
		assert.Equal(t, tt.want, tt.err.Error())
	}
}

func TestAnInvocationErrorHasTheKindsAndCodesOfItsInstances(t *testing.T) {
	t.Parallel()
	err := error(&errors.InvocationError{Total: 3, Failed: []*errors.InstanceError{
		nil,
		{InstanceID: "i-1", Status: "Timeout"},
		{InstanceID: "i-2", Status: "Aborted", Code: errors.ClientNotOnline},
	}})
	assert.ErrorIs(t, err, errors.ErrTimeout)
	assert.ErrorIs(t, err, errors.ClientNotOnline)
	assert.NotErrorIs(t, err, errors.ErrScript)
	assert.NotPanics(t, func() { _ = err.Error() })
}
