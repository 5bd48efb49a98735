package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
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

func TestACommandOfTheYear9999LeavesTheStateReadable(t *testing.T) {
	t.Parallel()
	const east, west = "at(9999-12-31 23:59:59 UTC)", "at(9999-12-31 23:59:59 GMT-12:00)"
	for expression, next := range map[string]string{east: `"9999-12-31T23:59:59Z"`, west: "null"} {
		p := newTestPage(t)
		req, err := runcommand.Shell("true").Instances("i-local-1").Frequency(frequency.MustParse(expression)).Build()
		require.NoError(t, err)
		_, err = p.service.Client().Run(t.Context(), req)
		require.NoError(t, err)
		data, err := json.Marshal(newState(p.service, filter{}, time.FixedZone("", 8*60*60)))
		require.NoError(t, err, "everyone who looks at the page reads this")
		assert.Contains(t, string(data), `"next":`+next, expression)
	}
}
