package fleet_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// The body of the loop leaves it with the last result. At that time the fleet looks for lost
// entries, and that look has not ended.
func TestALoopThatIsLeftWithTheLastResultDoesNotHaltTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, 25*time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err = f.Run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Action: "DescribeInvocations", Delay: 10 * time.Second, Times: -1})
		f, err = fleet.Resume(s.Client(), journal, fleet.PollEvery(poll.Policy{Initial: time.Second, Max: time.Second, Jitter: -1}))
		require.NoError(t, err)
		began := time.Now()
		results := 0
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			if results++; results == len(ids) {
				break
			}
		}
		assert.Less(t, time.Since(began), time.Minute, "the look for lost entries goes on for a minute")
		require.NoError(t, f.Report().Err())
		assert.Equal(t, 50, requireOnce(t, s, ids))
	})
}
