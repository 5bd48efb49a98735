package fleet_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestAJournalThatFailsHaltsAtOnceAlsoWithAnErrorThatLooksTemporary(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 40, time.Second)
		journal := &keptJournal{fail: func(n int64) error {
			if n == 3 { // the announcement of the first chunk
				return poll.ErrRefused
			}
			return nil
		}}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		require.EqualError(t, err, "halted in wave 1: 0 of 40 failed; 40 not sent: fleet: the journal: poll: the limiter refused")
		require.ErrorIs(t, err, poll.ErrRefused)
		assert.Less(t, time.Since(began), time.Second)
		assert.Len(t, report.NotSent, 40)
		assert.Empty(t, s.Calls("RunCommand"))
	})
}
