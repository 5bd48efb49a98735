package fleet_test

import (
	"context"
	"sync/atomic"
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

// resultsOfASlowLoop runs a fleet of 200 instances. The body of its loop takes 8 minutes for the
// first result. It returns the number of results without output.
func resultsOfASlowLoop(t *testing.T, outputs func(call int, since time.Duration) runcommandtest.Verdict) (withoutOutput int) {
	t.Helper()
	s, ids := fleetServer(t, 200, 10*time.Second)
	began := time.Now()
	var calls atomic.Int64 // several outputs are fetched at the same time
	s.Control("DescribeInvocationResults", func(runcommandtest.Call) runcommandtest.Verdict {
		return outputs(int(calls.Add(1)), time.Since(began))
	})
	f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
	require.NoError(t, err)
	results := 0
	for result, err := range f.Results(t.Context()) {
		require.NoError(t, err)
		if results++; results == 1 {
			<-time.After(8 * time.Minute)
		}
		if len(result.Output) == 0 {
			withoutOutput++
		}
	}
	assert.Equal(t, len(ids), results)
	return withoutOutput
}

func TestASlowLoopDoesNotTurnAFailedFetchIntoAHalt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		assert.Zero(t, resultsOfASlowLoop(t, func(call int, since time.Duration) runcommandtest.Verdict {
			if call > 1 && since < 2*time.Minute {
				return runcommandtest.Refuse(errors.ServiceUnavailable)
			}
			return runcommandtest.Pass()
		}))
	})
}

func TestASlowLoopDoesNotLeaveOutOutputsThatComeLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		none := map[string]any{"Invocation": map[string]any{"InvocationResults": map[string]any{"InvocationResult": []any{}}, "TotalCount": 0}}
		assert.Zero(t, resultsOfASlowLoop(t, func(call int, _ time.Duration) runcommandtest.Verdict {
			if call > 1 && call < 6 {
				return runcommandtest.Answer(200, none)
			}
			return runcommandtest.Pass()
		}))
	})
}

// In an outage it is not known whether chunks were accepted. The fleet halts before it sends
// more chunks, so only the open chunks are Unknown.
func TestAnOutageDoesNotMakeTheWholeFleetUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2000, time.Minute)
		s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
			return runcommandtest.Answer(502, "<html>bad gateway</html>")
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorContains(t, err, "the service has accepted no chunk for 5m0s")
		assert.True(t, errors.MayHaveRun(err))
		assert.Len(t, report.Unknown, 800, "8 chunks")
		assert.Len(t, report.NotSent, 1200)
	})
}

func TestAResumedFleetThatCannotLookForLostCommandsHaltsAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		outage time.Duration
		halted bool
	}{
		{"the lists fail for two minutes", 2 * time.Minute, false},
		{"the lists fail for an hour", time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, journal := begunOnly(t)
				began := time.Now()
				calm := s.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict {
					if time.Since(began) < c.outage {
						return runcommandtest.Refuse(errors.ServiceUnavailable)
					}
					return runcommandtest.Pass()
				})
				f, err := fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				if !c.halted {
					require.NoError(t, err)
					assert.Len(t, report.Results, 150)
					return
				}
				require.ErrorIs(t, err, errors.ServiceUnavailable)
				require.ErrorContains(t, err, "the service could not be asked for chunks that the journal does not name")
				assert.InDelta(t, 5*time.Minute, time.Since(began), float64(2*time.Minute))
				assert.Len(t, report.NotSent, 150)

				calm()
				f, err = fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				report, err = f.Run(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, 150)
			})
		})
	}
}

// The body of the loop has held up the fleet before the outage began. That does not count.
func TestAnOutageAfterASlowLoopHaltsTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 60, time.Second)
		began := time.Now()
		s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
			if time.Since(began) >= 20*time.Minute {
				return runcommandtest.Answer(502, "<html>bad gateway</html>")
			}
			return runcommandtest.Pass()
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(10)})
		require.NoError(t, err)
		results := 0
		var failed error
		for _, err := range f.Results(t.Context()) {
			if failed = err; err != nil {
				break
			}
			if results++; results == 1 {
				<-time.After(20 * time.Minute)
			}
		}
		require.ErrorContains(t, failed, "the service has accepted no chunk for 5m0s")
		assert.NotEmpty(t, f.Report().NotSent)
	})
}

// The body of the loop holds up the fleet while a reply is lost. That is no outage of the service.
func TestASlowLoopDoesNotTurnALostReplyIntoAHalt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 40, time.Second)
		began := time.Now()
		s.Control("RunCommand", func(runcommandtest.Call) runcommandtest.Verdict {
			if since := time.Since(began); since > 0 && since < 10*time.Minute {
				return runcommandtest.Answer(502, "<html>bad gateway</html>")
			}
			return runcommandtest.Pass()
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(10)})
		require.NoError(t, err)
		results := 0
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			if results++; results == 1 {
				<-time.After(20 * time.Minute)
			}
		}
		assert.Equal(t, 30, results)
		assert.Equal(t, ids[10:20], f.Report().Unknown)
		assert.Equal(t, 30, requireOnce(t, s, ids))
	})
}

// The time that an approval takes is not a time in which outputs cannot be fetched.
func TestALongApprovalDoesNotCostAResumedFleetItsOutputs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		journal := &keptJournal{}
		plan := fleet.Plan{Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(0)}
		no := errors.New("not now")
		f, err := fleet.New(s.Client(), plan, fleet.WithJournal(journal), fleet.WithApproval(func(context.Context, fleet.Wave) error { return no }))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.ErrorIs(t, err, no)

		began := time.Now()
		s.Control("DescribeInvocationResults", func(runcommandtest.Call) runcommandtest.Verdict {
			if time.Since(began) < 63*time.Minute {
				return runcommandtest.Refuse(errors.ServiceUnavailable)
			}
			return runcommandtest.Pass()
		})
		f, err = fleet.Resume(s.Client(), journal, fleet.WithApproval(func(context.Context, fleet.Wave) error {
			<-time.After(time.Hour)
			return nil
		}))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		for _, result := range report.Results {
			assert.Equal(t, "hello from "+result.InstanceID, result.Text())
		}
	})
}
