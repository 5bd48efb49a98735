package errors_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestErrorsEndWithAdviceOnlyWhereItIsTrue(t *testing.T) {
	t.Parallel()
	offline := &errors.InstanceError{InstanceID: "i-1", Status: "Aborted", Code: errors.ClientNotOnline}
	failed := &errors.InstanceError{InstanceID: "i-2", Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 3}
	invocation := func(failed ...*errors.InstanceError) error {
		return &errors.InvocationError{Total: 9, Failed: failed}
	}
	const network = "; check that the agent runs and that the instance reaches the network"
	const waitAgain = "; the command may still run: wait for it again with Client.Invocation"
	for _, tt := range []struct {
		name string
		err  error
		want string // the end of the text
	}{
		{"the same failure on all instances", invocation(offline, offline), "the agent is offline" + network},
		{"two different failures", invocation(offline, failed), "exit code 3"},
		{"failures in the other order", invocation(failed, offline), "the agent is offline"},
		{"a failure that is not known", invocation(offline, nil), "an unknown instance"},
		{"a code that has its own advice", &errors.APIError{Code: errors.CmdCountExceedQuota}, "; delete kept commands, or ask for a larger quota"},
		{"a code with the advice of its kind", &errors.APIError{Code: "Throttling.Zone"}, "; call less often, or try again later"},
		{"a refusal for an unknown instance", &errors.APIError{Code: errors.InvalidInstanceNotFound}, "; check the ids and the region, Client.Preflight names the instances that are unknown"},
		{"an unknown instance that is named", &errors.InstanceError{InstanceID: "i-404", Code: errors.InvalidInstanceNotFound, Info: "gone"}, "gone; check the ids and the region"},
		{"a status alone", &errors.APIError{HTTPStatus: 429}, "; call less often, or try again later"},
		{"a failure of the service", &errors.APIError{Code: errors.InternalError, Message: "failed"}, "failed"},
		{"a right that the service names", &errors.APIError{Action: "RunCommand", Code: errors.ForbiddenRAM, AccessDenied: &errors.AccessDenied{AuthAction: "oss:PutObject"}}, " (needs oss:PutObject)"},
		{"a right that it does not name", &errors.APIError{Action: "RunCommand", Code: errors.ForbiddenRAM}, " (needs ecs:RunCommand)"},
		{"no right, but a refusal by risk control", &errors.APIError{Action: "RunCommand", Code: errors.ForbiddenRiskControl, Message: "blocked"}, "blocked"},
		{"a wait that the caller ended", &errors.WaitError{InvocationID: "t-1", Err: context.Canceled}, "context canceled" + waitAgain},
		{"a wait with a wrapped reason", &errors.WaitError{InvocationID: "t-1", Total: 2, Done: 1, Err: fmt.Errorf("x: %w", context.DeadlineExceeded)}, "exceeded" + waitAgain},
		{"a wait for a command that has ended", &errors.WaitError{InvocationID: "t-1", Total: 2, Done: 2, Err: context.Canceled}, "context canceled"},
		{"a wait that a refusal ended", &errors.WaitError{InvocationID: "t-1", Total: 2, Err: errors.New("refused")}, "refused"},
		{"a wait for instances", &errors.WaitError{Total: 2, Err: context.Canceled}, "; Preflight.Err says why the others are not ready"},
		{"an outcome that is known", &errors.RunError{Attempts: 1, Err: errors.New("x")}, "x"},
		{"an outcome that is unknown", &errors.RunError{Attempts: 1, Unknown: true, Err: errors.New("x")}, "x; run the same request with its ClientToken within minutes, or look for it with Client.Invocations"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Regexp(t, `\Q`+tt.want+`\E$`, tt.err.Error())
		})
	}
}
