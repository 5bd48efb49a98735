package fleet_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
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

func TestAJournalThatFailsStopsTheFleetAtOnceWhateverItsError(t *testing.T) {
	t.Parallel()
	for _, broken := range []error{errors.New("the disk is full"), errors.ErrUnavailable, errors.ErrThrottled} {
		t.Run(broken.Error(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 1000, time.Second)
				journal := &keptJournal{fail: func(n int64) error {
					if n == 3 { // the announcement of the first chunk
						return broken
					}
					return nil
				}}
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
				require.NoError(t, err)
				began := time.Now()
				report, err := f.Run(t.Context())
				require.ErrorIs(t, err, broken)
				assert.Less(t, time.Since(began), time.Second)
				assert.Len(t, report.NotSent, 1000)
				assert.Empty(t, s.Calls("RunCommand"))
			})
		})
	}
}

func TestTheReportOfAHaltedRunStaysAsItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 200, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		var f *fleet.Fleet
		var during *fleet.Report
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)},
			fleet.StopOnCancel(time.Minute), fleet.OnProgress(func(fleet.Progress) {
				if report := f.Report(); report.Halted && during == nil {
					during = report
				}
				if len(s.Calls("RunCommand")) == 1 {
					cancel()
				}
			}))
		require.NoError(t, err)
		_, err = f.Run(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.NotNil(t, during)
		assert.EqualError(t, during.Err(), "halted in wave 1: 0 of 200 failed; 100 not sent: context canceled")
		assert.ErrorContains(t, err, "1 command was asked to stop")
	})
}
