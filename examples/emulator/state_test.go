package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("名", shownName)
	assert.Equal(t, full, shortName(full))
	assert.Equal(t, full+"…", shortName(full+"x"))
}

func TestEveryStatusHasATone(t *testing.T) {
	t.Parallel()
	for tone, statuses := range map[string][]status{
		"good": {"Success"},
		"busy": {"Pending", "Running", "Stopping"},
		"calm": {"Scheduled", "Stopped", "Cancelled", "Terminated"},
		"bad":  {"Failed", "PartialFailed", "Error", "Timeout", "Invalid", "Aborted"},
	} {
		for _, s := range statuses {
			assert.Equal(t, tone, s.Tone(), s)
		}
	}
}

func TestTheStateOfANewServiceHasListsNotNulls(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(newState(runcommandtest.Start(t), filter{}, time.UTC))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "null")
}
