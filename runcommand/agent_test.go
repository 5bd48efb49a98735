package runcommand_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAgentStatusSaysWhichInstancesCanBeReached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.AddInstance(
			runcommandtest.Instance{ID: "i-off", Offline: true},
			runcommandtest.Instance{ID: "i-none", NoAgent: true},
			runcommandtest.Instance{ID: "i-win", OS: runcommandtest.Windows, AgentVersion: "2.1.3.666"},
		)
		takes := time.Hour
		setDuration(srv, &takes)
		<-time.After(10 * time.Minute)
		begin(t, client, minimal().Timeout(2*time.Hour))
		agents, err := client.AgentStatus(t.Context(), "i-1", "i-off", "i-none", "i-win", "i-1")
		require.NoError(t, err)
		require.Len(t, agents, 4)

		busy := agents["i-1"]
		assert.Equal(t, "i-1", busy.InstanceID)
		assert.Equal(t, runcommand.OSLinux, busy.OS)
		assert.NotEmpty(t, busy.Version)
		assert.True(t, busy.Online)
		assert.Zero(t, busy.Invocations, "the command has not ended")
		assert.Equal(t, int64(1), busy.ActiveTasks)
		assert.True(t, busy.LastInvoked.Equal(time.Now()))
		assert.LessOrEqual(t, time.Since(busy.LastHeartbeat), 2*time.Minute)

		assert.False(t, agents["i-off"].Online)
		assert.NotEmpty(t, agents["i-off"].Version)
		assert.Zero(t, agents["i-off"].LastInvoked)
		assert.False(t, agents["i-none"].Online)
		assert.Empty(t, agents["i-none"].Version)
		assert.Equal(t, runcommand.OSWindows, agents["i-win"].OS)
		assert.Equal(t, "2.1.3.666", agents["i-win"].Version)
		assert.Equal(t, runcommand.AgentStatus{}, agents["i-2"], "the question did not name it")

		<-time.After(time.Hour)
		agents, err = client.AgentStatus(t.Context(), "i-1")
		require.NoError(t, err)
		assert.Equal(t, int64(1), agents["i-1"].Invocations)
		assert.Zero(t, agents["i-1"].ActiveTasks)
	})
}

func TestAgentStatusOfManyAndOfAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		ids := addInstances(srv, 0, 250)
		agents, err := client.AgentStatus(t.Context(), append(ids, ids...)...)
		require.NoError(t, err)
		assert.Len(t, agents, 250)
		assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 3, "100 at a time, each once")

		srv.Inject(faultsOn("DescribeCloudAssistantStatus", 2, runcommandtest.FaultTokenExpired, runcommandtest.FaultReorderedRows,
			runcommandtest.FaultRepeatedRows, runcommandtest.FaultRepeatedPage, runcommandtest.FaultThrottled)...)
		agents, err = client.AgentStatus(t.Context())
		require.NoError(t, err)
		assert.Len(t, agents, 253)
		assert.Empty(t, srv.Pending())
	})
}

func TestAgentStatusOfUnknownInstances(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		ids := addInstances(srv, 0, 100)
		agents, err := client.AgentStatus(t.Context(), append(ids, "i-gone")...)
		require.ErrorIs(t, err, errors.ErrNotFound)
		assert.Len(t, agents, 100, "what was learned before comes with the error")
		_, err = client.AgentStatus(t.Context(), "i-1", "")
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
		_, err = new(runcommand.Client).AgentStatus(t.Context())
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
	})
}
