package fleet_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestResultsComeAsInstancesFinishAndKeepNoOutput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 120, 0)
		slow := ids[5]
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			takes := 10 * time.Second
			if x.InstanceID == slow {
				takes = 8 * time.Minute
			}
			return runcommandtest.Outcome{Output: []byte(x.InstanceID), Takes: takes}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		began := time.Now()
		seen := map[string]bool{}
		for r, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			assert.False(t, seen[r.InstanceID], "%s twice", r.InstanceID)
			seen[r.InstanceID] = true
			assert.Equal(t, r.InstanceID, r.Text())
			if r.InstanceID != slow {
				assert.Less(t, time.Since(began), 30*time.Second, "a slow instance does not delay the others")
			}
		}
		assert.Len(t, seen, 120)
		for _, r := range f.Report().Results {
			assert.Empty(t, r.Output)
			assert.Equal(t, runcommand.StatusSuccess, r.Status)
		}
		_, err = f.Run(t.Context())
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "a fleet runs once")
		for _, err := range f.Results(t.Context()) {
			assert.ErrorIs(t, err, errors.ErrInvalidArgument)
		}
	})
}

func TestLeavingTheLoopStopsSendingAndNeverTheCommands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 400, 20*time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(150)},
			fleet.WithJournal(journal), fleet.StopOnCancel(time.Minute))
		require.NoError(t, err)
		for range f.Results(t.Context()) {
			break
		}
		report := f.Report()
		requireWhole(t, report, ids)
		assert.True(t, report.Halted)
		assert.NotEmpty(t, report.NotSent)
		assert.Empty(t, s.Calls("StopInvocation"))
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		yielded := 0
		for r, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			assert.NotEmpty(t, r.Output)
			yielded++
		}
		assert.Equal(t, 400, yielded, "results of before are yielded again")
		assert.Equal(t, 400, requireOnce(t, s, ids))
	})
}

func TestProgressCountsToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 250, 5*time.Second)
		var all []fleet.Progress
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)},
			fleet.OnProgress(func(p fleet.Progress) {
				all = append(all, p)
				if len(all) == 3 {
					panic("a progress bar that breaks")
				}
			}))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, all)
		done := 0
		for _, p := range all {
			assert.GreaterOrEqual(t, p.Done, done)
			assert.Equal(t, 250, p.Total)
			done = p.Done
			known := 0
			for _, n := range p.ByStatus {
				known += n
			}
			assert.LessOrEqual(t, p.Done, known)
			assert.LessOrEqual(t, known, 250)
		}
		assert.Equal(t, fleet.Progress{
			Wave: 1, Waves: 1, Current: fleet.Wave{Number: 1, Instances: 250, Done: 250},
			Done: 250, Total: 250, ByStatus: map[runcommand.Status]int{runcommand.StatusSuccess: 250},
		}, all[len(all)-1])
		for k := 1; k < len(all); k++ {
			assert.NotEqual(t, all[k-1], all[k], "each call says something new")
		}
	})
}

func TestAnInstanceThatNeverEndsEndsTheWaitAndCountsAsFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, 5*time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, InstanceID: ids[9]})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: runcommand.Shell("true").Timeout(time.Minute), Instances: ids})
		require.NoError(t, err)
		began := time.Now()
		report, err := f.Run(t.Context())
		failed, ok := errors.AsType[*fleet.FailedError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 1, failed.Failed)
		assert.Equal(t, runcommand.StatusRunning, report.Results[9].Status)
		assert.Less(t, time.Since(began), 10*time.Minute)
	})
}

func TestTagsOfTheProgramReplaceThoseOfTheFleet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		tags  func(group, chunk string) []runcommand.Tag
		polls int // at most so many DescribeInvocations calls
	}{
		{"other keys", func(g, c string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "team", Value: "web"}, {Key: "g", Value: g}, {Key: "c", Value: c}}
		}, 30},
		{"no tags at all", func(string, string) []runcommand.Tag { return nil }, 80},
		{"only the chunk", func(_, c string) []runcommand.Tag { return []runcommand.Tag{{Key: "c", Value: c}} }, 80},
		{"only the group", func(g, _ string) []runcommand.Tag { return []runcommand.Tag{{Key: "g", Value: g}} }, 80},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 1000, 10*time.Second)
				s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept, Action: "RunCommand", Times: 5}) // one Run loses all its replies
				f, err := fleet.New(s.Client(runcommand.WithRetry(poll0(), 1)), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(300)},
					fleet.WithTags(c.tags), fleet.WithJournal(&keptJournal{}))
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, 1000)
				assert.Equal(t, 1000, requireOnce(t, s, ids))
				t.Log(len(s.Calls("DescribeInvocations")), "polls")
				assert.LessOrEqual(t, len(s.Calls("DescribeInvocations")), c.polls)
			})
		})
	}
}

func TestAPanicInTheLoopIsNoEndOfTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 300, time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)}, fleet.WithJournal(journal))
		require.NoError(t, err)
		assert.Panics(t, func() {
			for range f.Results(t.Context()) {
				panic("a loop that breaks")
			}
		})
		assert.True(t, f.Report().Halted)
		assert.Contains(t, string(journal.entries[len(journal.entries)-1]), "the loop over the results was left")
	})
}

func TestAResumeFetchesEarlierOutputsAgainAfterAFailureThatPasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 200, time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "DescribeInvocationResults", Times: 15})
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		for _, r := range report.Results {
			assert.Equal(t, "hello from "+r.InstanceID, r.Text())
		}
	})
}

func TestOutputsThatCannotBeFetchedForAWhileAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultUnavailable, Action: "DescribeInvocationResults", Times: 30})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		require.Len(t, report.Results, 150)
		for _, r := range report.Results {
			assert.Equal(t, "hello from "+r.InstanceID, r.Text())
		}
	})
}

// The context ends when everything is done and the last results are not handed over yet.
func TestACancellationAfterTheLastInstanceHasEndedIsNoHalt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 50, time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		journal := &keptJournal{fail: func(n int64) error {
			if n == 5 { // plan, wave, send, accepted, ended
				cancel()
			}
			return nil
		}}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.NoError(t, err)
		yielded := 0
		for _, err := range f.Results(ctx) {
			require.NoError(t, err)
			yielded++
		}
		assert.Equal(t, "ended", wholeEntries(t, journal)[4].Type)
		require.ErrorIs(t, ctx.Err(), context.Canceled)
		assert.Equal(t, 50, yielded)
		assert.False(t, f.Report().Halted)
	})
}

func TestTheFleetWaitsForALateOutputAlsoOfASlowInstance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, 0)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			takes := 10 * time.Second
			if x.InstanceID == ids[1] {
				takes = 5 * time.Minute
				s.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultStatusBackwards, Action: "DescribeInvocationResults", InstanceID: ids[1], Times: 2})
			}
			return runcommandtest.Outcome{Output: []byte(x.InstanceID), Takes: takes}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		for _, r := range report.Results {
			assert.Equal(t, r.InstanceID, r.Text())
		}
		assert.Len(t, s.Calls("DescribeInvocationResults"), 4)
	})
}

func TestAHaltedFleetYieldsAtOnceTheResultsOfInstancesThatHaveEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, 0)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == ids[0] {
				return runcommandtest.Outcome{ExitCode: 1, Takes: 4 * time.Minute}
			}
			return runcommandtest.Outcome{Takes: 9 * time.Minute}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, MaxFailures: fleet.Count(0)})
		require.NoError(t, err)
		began := time.Now()
		for r, err := range f.Results(t.Context()) {
			if err == nil && r.InstanceID == ids[0] {
				assert.Less(t, time.Since(began), 5*time.Minute)
			}
		}
	})
}

func TestAResumeYieldsEarlierResultsInTheOrderOfTheChunks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 12, time.Second)
		slow := &http.Client{Transport: slowTransport{s.Transport()}}
		client := s.Client(runcommand.WithLimits(validate.Limits{Instances: 1}), runcommand.WithHTTPClient(slow))
		journal := &keptJournal{}
		f, err := fleet.New(client, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(1)}, fleet.WithJournal(journal))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		f, err = fleet.Resume(client, journal)
		require.NoError(t, err)
		var yielded []string
		for r, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			yielded = append(yielded, r.InstanceID)
		}
		require.ElementsMatch(t, ids, yielded)
		assert.ElementsMatch(t, ids[:4], yielded[:4], "four chunks are read at the same time")
	})
}
