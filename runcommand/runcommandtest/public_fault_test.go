package runcommandtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

var noPolicy = poll.Policy{}

func TestACommandWhoseReplyIsLostRunsOnce(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand"})
	_, err := srv.Client().Run(t.Context(), request(t, "i-1"))
	require.NoError(t, err, "the second attempt is answered as the first was")
	assert.Equal(t, 1, srv.Executions("i-1"))
	assert.Len(t, srv.Calls("RunCommand"), 2)
	assert.Empty(t, srv.Pending())
}

func TestAFaultThatNeverHappensIsPending(t *testing.T) {
	t.Parallel()
	srv := start(t, runcommandtest.WithPendingFaults())
	fault := runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "StopInvocation", Code: errors.OperationForbidden, Times: 1}
	srv.Inject(fault)
	assert.Equal(t, []runcommandtest.Fault{fault}, srv.Pending())
	assert.Equal(t, "refusal of StopInvocation with Operation.Forbidden", srv.Pending()[0].String())
}
