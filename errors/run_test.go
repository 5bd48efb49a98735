package errors_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestARunErrorNamesTheVerdictAndTheCause(t *testing.T) {
	t.Parallel()
	cause := &errors.APIError{Action: "RunCommand", Code: errors.Throttling, HTTPStatus: 400}
	known := error(&errors.RunError{ClientToken: "token", Attempts: 1, Err: cause})
	unknown := error(&errors.RunError{ClientToken: "token", Attempts: 3, Unknown: true, Err: cause})

	assert.Equal(t, "command not accepted after 1 attempt: RunCommand: Throttling (HTTP 400); call less often, or try again later", known.Error())
	assert.Equal(t, "command may or may not have been accepted after 3 attempts: RunCommand: Throttling (HTTP 400); call less often, or try again later"+
		"; run the same request with its ClientToken within minutes, or look for it with Client.Invocations", unknown.Error())
	for _, err := range []error{known, unknown} {
		assert.ErrorIs(t, err, errors.Throttling)
		assert.ErrorIs(t, err, errors.ErrThrottled)
	}
	assert.Equal(t, "command not accepted after 0 attempts: no cause given", (&errors.RunError{}).Error())
}

func TestAWaitErrorNamesHowManyInstancesFinished(t *testing.T) {
	t.Parallel()
	err := error(&errors.WaitError{InvocationID: "t-1", Done: 3, Total: 10, Err: context.DeadlineExceeded})
	assert.Equal(t, "wait for invocation t-1 ended with 3 of 10 instances done: context deadline exceeded; the command may still run: wait for it again with Client.Invocation", err.Error())
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, errors.ErrTimeout, "the wait's time is not the script's")
}
