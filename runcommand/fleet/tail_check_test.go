package fleet_test

import (
	"context"
	"strings"
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
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// begunOnly returns a local service with 150 instances, and the journal of a fleet for them in which
// a wave has begun and no chunk is announced.
func begunOnly(t *testing.T) (*runcommandtest.Server, *keptJournal) {
	t.Helper()
	s, ids := fleetServer(t, 150, time.Second)
	journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)})
	journal.entries = journal.entries[:2]
	return s, journal
}

func TestAResumedFleetSendsAfterItsFirstMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, journal := begunOnly(t)
		began := time.Now()
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.WithinDuration(t, began.Add(time.Minute), s.Calls("RunCommand")[0].At, 5*time.Second)
	})
}

func TestAMissingRightToListHaltsAResumedFleetAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, journal := begunOnly(t)
		s.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ForbiddenRAM) })
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.ErrorIs(t, err, errors.ForbiddenRAM)
		assert.Len(t, s.Calls("DescribeInvocations"), 1)
		assert.Empty(t, s.Calls("RunCommand"))
	})
}

// Failures that have passed do not shorten the patience with later ones.
func TestALookThatSucceedsEndsASeriesOfFailures(t *testing.T) {
	t.Parallel()
	type outage struct {
		action   string
		code     errors.Code
		from, to time.Duration
	}
	for _, c := range []struct {
		name    string
		outages []outage
	}{
		{"the lists fail for 4 minutes, and then the sending for 3 minutes", []outage{
			{"DescribeInvocations", errors.ServiceUnavailable, 0, 4 * time.Minute},
			{"RunCommand", errors.Throttling, 4 * time.Minute, 7 * time.Minute},
		}},
		{"the lists fail twice", []outage{
			{"DescribeInvocations", errors.ServiceUnavailable, 0, 10 * time.Second},
			{"DescribeInvocations", errors.ServiceUnavailable, 30 * time.Second, 5*time.Minute + 15*time.Second},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, journal := begunOnly(t)
				began := time.Now()
				for _, action := range []string{"DescribeInvocations", "RunCommand"} {
					s.Control(action, func(runcommandtest.Call) runcommandtest.Verdict {
						since := time.Since(began)
						for _, o := range c.outages {
							if o.action == action && since >= o.from && since < o.to {
								return runcommandtest.Refuse(o.code)
							}
						}
						return runcommandtest.Pass()
					})
				}
				f, err := fleet.Resume(s.Client(runcommand.WithRetry(poll0(), 1)), journal, fleet.PollEvery(poll.Policy{Initial: 5 * time.Second, Growth: -1, Jitter: -1}))
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, 150)
				assert.Less(t, len(s.Calls("DescribeInvocations")), 200)
			})
		})
	}
}

// Other chunks are accepted meanwhile, so there is no outage.
func TestAChunkWithoutAnOutcomeHaltsNothingWhileOthersAreAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 40, time.Second)
		s.Control("RunCommand", func(call runcommandtest.Call) runcommandtest.Verdict {
			if call.Parameters["InstanceId.1"] == ids[0] {
				return runcommandtest.Answer(502, "<html>bad gateway</html>")
			}
			return runcommandtest.Pass()
		})
		client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 10}))
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(20)})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		_, halted := errors.AsType[*fleet.HaltError](err)
		assert.False(t, halted, "%v", err)
		assert.Equal(t, ids[:10], report.Unknown)
		assert.Len(t, report.Results, 30)
	})
}

// A group whose 50 chunks are in the journal can have lost none.
func TestAResumeDoesNotLookIntoFullGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 60, time.Second)
		client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 1}))
		journal := &keptJournal{}
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(1)}, fleet.WithJournal(journal))
		require.NoError(t, err)
		results := 0
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			if results++; results == 55 {
				break
			}
		}
		before := len(s.Calls("DescribeInvocations"))
		f, err = fleet.Resume(client, journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 60)
		asked := map[string]int{}
		for _, call := range s.Calls("DescribeInvocations")[before:] {
			asked[strings.TrimPrefix(call.Parameters["Tag.1.Value"], f.ID())]++
		}
		assert.Zero(t, asked["-1"])
		assert.Positive(t, asked["-2"])
	})
}

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
