package fleet_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestAFleetRunsOnMoreInstancesThanARequestMayHave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 250, 10*time.Second)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{}))
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		requireWhole(t, report, ids)
		assert.Equal(t, 250, requireOnce(t, s, ids))
		require.Len(t, report.Results, 250)
		for i, r := range report.Results {
			assert.Equal(t, ids[i], r.InstanceID)
			assert.Equal(t, runcommand.StatusSuccess, r.Status)
			assert.Equal(t, "hello from "+r.InstanceID, r.Text())
		}
		assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 250, Done: 250}}, report.Waves)
		t.Log(time.Since(began), len(s.Calls("")), "calls")
	})
}
