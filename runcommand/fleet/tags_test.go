package fleet_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// Tags that do not name the fleet are those of the fleet of yesterday, too.
func TestAChunkOfAnotherFleetWithTheSameTagsIsNotTakenForOneOfThisFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second)
		tags := fleet.WithTags(func(group, chunk string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "g", Value: group[strings.LastIndex(group, "-"):]}, {Key: "c", Value: chunk}}
		})
		run := func() *fleet.Report {
			f, err := fleet.New(s.Client(runcommand.WithRetry(poll0(), 1)), fleet.Plan{Command: command(), Instances: ids}, tags)
			require.NoError(t, err)
			report, err := f.Run(t.Context())
			require.NoError(t, err)
			return report
		}
		yesterday := run()
		<-time.After(24 * time.Hour)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultGatewayTimeout, Action: "RunCommand"}) // not known whether it ran
		today := run()
		assert.NotEqual(t, yesterday.Results[0].InvocationID, today.Results[0].InvocationID)
		assert.Equal(t, 2, s.Executions(ids[0]))
	})
}
