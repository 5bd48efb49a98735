package fleet_test

import (
	"bytes"
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// announcedOnly returns a journal that ends with the announcement of the first chunk. Its
// process died before it sent that chunk.
func announcedOnly(t *testing.T, plan fleet.Plan, opts ...fleet.Option) *keptJournal {
	t.Helper()
	s, _ := fleetServer(t, len(plan.Instances), time.Second)
	whole := &keptJournal{}
	f, err := fleet.New(s.Client(), plan, append(opts, fleet.WithJournal(whole))...)
	require.NoError(t, err)
	_, err = f.Run(t.Context())
	require.NoError(t, err)
	for n, e := range whole.entries {
		if bytes.Contains(e, []byte(`"type":"send"`)) {
			return &keptJournal{entries: whole.entries[:n+1]}
		}
	}
	t.Fatal("no chunk was announced")
	return nil
}

func TestAPersonDecidesAboutUnknownInstances(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		ran  bool
		runs int
	}{
		{"they ran", true, 0},
		{"they did not run", false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 150, time.Second)
				journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100)})
				<-time.After(time.Hour) // the service may have forgotten the token

				f, err := fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				failed, ok := errors.AsType[*fleet.FailedError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, 100, failed.Unknown)
				assert.Equal(t, ids[:100], report.Unknown)
				requireWhole(t, report, ids)
				assert.Equal(t, 50, requireOnce(t, s, ids))

				require.ErrorIs(t, f.Decide([]string{ids[120]}, c.ran), errors.ErrInvalidArgument, "its outcome is known")
				require.ErrorIs(t, f.Decide([]string{"i-other"}, c.ran), errors.ErrInvalidArgument)
				require.ErrorIs(t, f.Decide(nil, c.ran), errors.ErrInvalidArgument)
				require.NoError(t, f.Decide(ids[:60], c.ran), "after the run")
				again, err := fleet.Resume(s.Client(), journal)
				require.NoError(t, err)
				assert.Equal(t, ids[60:100], again.Report().Unknown)
				require.NoError(t, again.Decide(ids[60:100], c.ran), "before the next run")
				report, err = again.Run(t.Context())
				require.NoError(t, err)
				assert.Len(t, report.Results, 150)
				assert.Equal(t, 50+100*c.runs, requireOnce(t, s, ids))
			})
		})
	}
}

func TestAnUnknownChunkIsLookedForAtEveryResume(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 100, time.Second)
		whole := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(whole))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		journal := &keptJournal{entries: whole.entries[:3]} // plan, wave, send
		require.Contains(t, string(journal.entries[2]), `"type":"send"`)
		<-time.After(time.Hour)

		hidden := runcommandtest.Start(t) // another service: it does not list the chunk
		for _, id := range ids {
			hidden.AddInstance(runcommandtest.Instance{ID: id})
		}
		f, err = fleet.Resume(hidden.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.Len(t, report.Unknown, 100)
		assert.Zero(t, requireOnce(t, hidden, ids))

		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 100)
		assert.Equal(t, "hello from "+ids[0], report.Results[0].Text())
		assert.Equal(t, 100, requireOnce(t, s, ids))
	})
}

func TestADryRunSendsEachChunkAndRunsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command().DryRun(), Instances: ids})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 150)
		assert.Zero(t, requireOnce(t, s, ids))
	})
}

func TestResumeRefusesWhatItCannotGoOnWith(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 40, 0)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == ids[0] {
				return runcommandtest.Outcome{ExitCode: 1}
			}
			return runcommandtest.Outcome{}
		})
		journal := &keptJournal{}
		approve := fleet.WithApproval(func(context.Context, fleet.Wave) error { return nil })
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(0),
		}, fleet.WithJournal(journal), approve)
		require.NoError(t, err)
		_, err = fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(&keptJournal{entries: [][]byte{[]byte(`{}`)}}))
		require.Error(t, err, "a journal that is no journal of a fleet")
		_, err = f.Run(t.Context())
		assert.EqualError(t, err, "halted in wave 1: 1 of 10 failed, limit 0; 30 not sent")

		_, err = fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids}, fleet.WithJournal(journal))
		require.ErrorContains(t, err, "use Resume")
		_, err = fleet.Resume(s.Client(), journal, approve)
		require.ErrorContains(t, err, "use WithMaxFailures")
		_, err = fleet.Resume(s.Client(), journal, fleet.WithMaxFailures(fleet.Count(1)))
		require.ErrorContains(t, err, "use WithApproval")
		beijing, err := runcommand.NewClient("cn-beijing", runcommand.WithStaticCredential("id", "secret", ""))
		require.NoError(t, err)
		_, err = fleet.Resume(beijing, journal, approve, fleet.WithMaxFailures(fleet.Count(1)))
		require.ErrorContains(t, err, "region cn-hangzhou")

		f, err = fleet.Resume(s.Client(), journal, approve, fleet.WithMaxFailures(fleet.Count(1)))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		failed, ok := errors.AsType[*fleet.FailedError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 1, failed.Failed)
		assert.EqualError(t, err, "the command did not succeed on all of 40 instances: 1 failed; instance i-bp000000000000000001: Failed, exit code 1 (invocation t-hz0000000000000001)")
		assert.Len(t, report.Results, 40)
		assert.Equal(t, 40, requireOnce(t, s, ids))
	})
}

func TestTheLoopEndsWhenAllInstancesWereDecided(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 100, time.Second)
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids})
		<-time.After(time.Hour)
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err)
		require.NoError(t, f.Decide(ids, true))

		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		yielded := 0
		for _, err := range f.Results(ctx) {
			require.NoError(t, err)
			yielded++
		}
		assert.Equal(t, 100, yielded)
		assert.NoError(t, ctx.Err(), "the loop ends by itself")
	})
}

func TestUnknownInstancesAreJudgedBeforeTheNextWave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		none := fleet.WithTags(func(string, string) []runcommand.Tag { return nil })
		// 100 Unknown instances are more than 80 % of the 100 instances of the first wave,
		// but not of all 150.
		journal := announcedOnly(t, fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(100)}, MaxFailures: fleet.Percent(80),
		}, none)
		<-time.After(time.Hour)
		f, err := fleet.Resume(s.Client(), journal, none)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.EqualError(t, err, "halted in wave 1: 100 of 100 failed, limit 80 %; 100 unknown; 50 not sent")
		assert.Equal(t, ids[100:], report.NotSent)
		assert.Zero(t, requireOnce(t, s, ids))
	})
}

func TestInstancesThatAPersonGivesBackRunBeforeTheRestOfALaterWave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		journal := announcedOnly(t, fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(100)}, Concurrency: fleet.Count(25), MaxFailures: fleet.NoLimit(),
		})
		<-time.After(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == ids[100] {
				cancel()
			}
			return runcommandtest.Outcome{Takes: time.Second}
		})
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(ctx)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, ids[:25], report.Unknown[:25])
		assert.Equal(t, ids[125:], report.NotSent)
		require.NoError(t, f.Decide(ids[:10], false))

		var mu sync.Mutex
		began := make(map[string]time.Time)
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			mu.Lock()
			defer mu.Unlock()
			began[x.InstanceID] = time.Now()
			return runcommandtest.Outcome{Takes: time.Minute}
		})
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.Error(t, err, "some are Unknown")
		for _, id := range ids[125:] {
			assert.GreaterOrEqual(t, began[id].Sub(began[ids[0]]), time.Minute, "%s of wave 2", id)
		}
	})
}

func TestResumeRefusesOtherTags(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		own := fleet.WithTags(func(g, c string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "g", Value: g}, {Key: "c", Value: c}}
		})
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids}, own)
		_, err := fleet.Resume(s.Client(), journal)
		require.ErrorContains(t, err, "use WithTags as before")
		_, err = fleet.Resume(s.Client(), journal, own)
		require.NoError(t, err)
	})
}

func TestDecisionsThatTakeFailuresAwayLetAHaltedFleetGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 150, time.Second)
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids, Concurrency: fleet.Count(100), MaxFailures: fleet.Count(5)})
		<-time.After(time.Hour)
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		halt, ok := errors.AsType[*fleet.HaltError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 100, halt.Unknown)
		require.NoError(t, f.Decide(report.Unknown[:50], true))
		_, err = fleet.Resume(s.Client(), journal)
		require.ErrorIs(t, err, fleet.ErrHalted, "50 are still too many")
		assert.ErrorContains(t, err, "0 of 150 failed, 50 unknown, limit 5")
		require.NoError(t, f.Decide(report.Unknown[50:], true))
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err = f.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, report.Results, 150)
		assert.Empty(t, report.Failed())
	})
}

func TestResumeRefusesTagsThatPanicOrChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		journal := &keptJournal{entries: announcedOnly(t, fleet.Plan{Command: command(), Instances: ids}).entries[:1]} // the plan
		_, err := fleet.Resume(s.Client(), journal, fleet.WithTags(func(string, string) []runcommand.Tag { panic("no") }))
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
		require.ErrorContains(t, err, "the function of WithTags panicked")
		calls := 0
		_, err = fleet.Resume(s.Client(), journal, fleet.WithTags(func(g, c string) []runcommand.Tag {
			calls++
			return []runcommand.Tag{{Key: "g", Value: g}, {Key: "c", Value: c}, {Key: "n", Value: strconv.Itoa(calls)}}
		}))
		require.ErrorContains(t, err, "returns other tags for the same group and chunk")
	})
}

func TestNothingIsDecidedDuringTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids})
		require.NoError(t, err)
		for _, err := range f.Results(t.Context()) {
			require.NoError(t, err)
			err = f.Decide(ids, true)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			require.ErrorContains(t, err, "the fleet is running")
		}
		require.ErrorContains(t, f.Decide(ids, true), "is not Unknown")
	})
}

// The command of an Unknown chunk may begin as long as the service knows the token. It ends
// at its timeout at the latest, and may be listed as running for two minutes more.
func TestAnUnknownChunkIsLookedForUntilItsCommandMustHaveEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 10, time.Second)
		journal := announcedOnly(t, fleet.Plan{Command: command(), Instances: ids})
		entries := wholeEntries(t, journal)
		<-time.After(6 * time.Minute)
		f, err := fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.Equal(t, ids, report.Unknown)
		assert.InDelta(t, (5+10+2)*time.Minute, time.Since(entries[len(entries)-1].Time), float64(time.Minute))
	})
}
