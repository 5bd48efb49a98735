package fleet_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestFailuresAnHourApartAreNotInARow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		s.AddInstance(runcommandtest.Instance{ID: ids[0], Offline: true}) // so the first wave sends nothing
		began := time.Now()
		s.Control("DescribeInstances", func(runcommandtest.Call) runcommandtest.Verdict {
			if time.Since(began)%time.Hour < 2*time.Minute {
				return runcommandtest.Refuse(errors.ThrottlingUser)
			}
			return runcommandtest.Pass()
		})
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, SkipUnready: true,
			Waves: []fleet.Size{fleet.Count(1), fleet.Count(2)}, MaxFailures: fleet.NoLimit(), Pause: 58 * time.Minute,
		})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 2)
		requireWhole(t, report, ids)
	})
}

// refusingOnce is a limiter that refuses the first call.
type refusingOnce struct{ calls int }

func (l *refusingOnce) Wait(context.Context) error {
	if l.calls++; l.calls == 1 {
		return poll.ErrRefused
	}
	return nil
}

func TestALimiterThatRefusesACheckOnceDoesNotHaltTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, time.Second)
		f, err := fleet.New(s.Client(runcommand.WithLimiter("DescribeInstances", &refusingOnce{})), fleet.Plan{Command: command(), Instances: ids, SkipUnready: true})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 3)
	})
}
