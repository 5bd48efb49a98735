package fleet_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

func TestThePlanDividesItsInstancesIntoWaves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		instances int
		waves     []fleet.Size
		want      []int
	}{
		{"without sizes all instances are one wave", 7, nil, []int{7}},
		{"the last size repeats", 10, []fleet.Size{fleet.Count(1), fleet.Count(4)}, []int{1, 4, 4, 1}},
		{"a share is of all instances and is rounded up", 11, []fleet.Size{fleet.Percent(10), fleet.Percent(50)}, []int{2, 6, 3}},
		{"a share is at least one instance", 3, []fleet.Size{fleet.Percent(0.01)}, []int{1, 1, 1}},
		{"one, a tenth, the rest", 100, []fleet.Size{fleet.Count(1), fleet.Percent(10), fleet.Percent(100)}, []int{1, 10, 89}},
		{"a size may be larger than what is left", 5, []fleet.Size{fleet.Count(3), fleet.Count(100)}, []int{3, 2}},
		{"10 % of 10 is exactly 1", 10, []fleet.Size{fleet.Percent(10), fleet.Percent(100)}, []int{1, 9}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, c.instances, time.Second)
				f, err := fleet.New(s.Client(), fleet.Plan{Command: command(), Instances: ids, Waves: c.waves, MaxFailures: fleet.NoLimit()})
				require.NoError(t, err)
				report, err := f.Run(t.Context())
				require.NoError(t, err)
				var sizes []int
				for i, w := range report.Waves {
					assert.Equal(t, i+1, w.Number)
					assert.Equal(t, w.Instances, w.Done)
					sizes = append(sizes, w.Instances)
				}
				assert.Equal(t, c.want, sizes)
			})
		})
	}
}

// A spell is the time in which the command ran on an instance.
type spell struct{ began, ended time.Time }

func TestNoInstanceOfAWaveBeginsBeforeTheWaveBeforeHasEnded(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("random plan %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkRandomPlan(t, seed) })
		})
	}
}

func checkRandomPlan(t *testing.T, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 16))
	size := func() fleet.Size {
		if random.IntN(2) == 0 {
			return fleet.Count(1 + random.IntN(40))
		}
		return fleet.Percent(float64(1 + random.IntN(60)))
	}
	plan := fleet.Plan{
		Command:     command(),
		Instances:   instanceIDs(1 + random.IntN(220)),
		Pause:       time.Duration(random.IntN(3)) * 30 * time.Second,
		MaxFailures: fleet.NoLimit(),
		SkipUnready: random.IntN(3) == 0,
	}
	for range random.IntN(5) {
		plan.Waves = append(plan.Waves, size())
	}
	if random.IntN(2) == 0 {
		plan.Concurrency = size()
	}
	if random.IntN(2) == 0 {
		plan.MaxFailures = fleet.Percent(float64(random.IntN(30)))
	}
	s := runcommandtest.Start(t)
	for _, id := range plan.Instances {
		s.AddInstance(runcommandtest.Instance{ID: id, Offline: random.IntN(30) == 0})
	}
	var mu sync.Mutex
	spells := make(map[string]spell)
	running, most := 0, 0
	s.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		mu.Lock()
		takes := time.Duration(random.IntN(60_000)) * time.Millisecond
		failed := random.IntN(20) == 0
		spells[x.InstanceID] = spell{began: time.Now()}
		running++
		most = max(most, running)
		mu.Unlock()
		select {
		case <-time.After(takes):
		case <-ctx.Done():
		}
		mu.Lock()
		defer mu.Unlock()
		running--
		spells[x.InstanceID] = spell{spells[x.InstanceID].began, time.Now()}
		if failed {
			return runcommandtest.Outcome{ExitCode: 1}
		}
		return runcommandtest.Outcome{}
	})
	f, err := fleet.New(s.Client(), plan)
	require.NoError(t, err)
	report, err := f.Run(t.Context())
	requireWhole(t, report, plan.Instances)
	requireOnce(t, s, plan.Instances)

	first, limit := 0, plan.Concurrency
	var before time.Time // the latest end of an instance in the earlier waves
	for _, w := range report.Waves {
		latest := before
		for _, id := range plan.Instances[first : first+w.Instances] {
			ran, ok := spells[id]
			if !ok {
				continue
			}
			assert.False(t, !before.IsZero() && ran.began.Before(before.Add(plan.Pause)), "%s of wave %d began too early", id, w.Number)
			if ran.ended.After(latest) {
				latest = ran.ended
			}
		}
		before, first = latest, first+w.Instances
	}
	if limit != (fleet.Size{}) {
		assert.LessOrEqual(t, most, sizeOf(limit, len(plan.Instances)), "instances at the same time")
	}
	halt, halted := errors.AsType[*fleet.HaltError](err)
	assert.Equal(t, halted, report.Halted)
	if !halted {
		assert.Empty(t, report.NotSent)
		assert.Empty(t, report.Unknown)
		return
	}
	require.NoError(t, halt.Err)
	assert.Greater(t, halt.Failed, sizeDown(plan.MaxFailures, halt.Of), "more failures than the limit")
	assert.Len(t, report.NotSent, halt.NotSent)
}

// sizeOf rounds up and sizeDown rounds down. Both compute from the text of a size, not from
// the methods under test.
func sizeOf(s fleet.Size, total int) int {
	n, share := parseSize(s)
	if share {
		return max((total*n+99)/100, 1)
	}
	return n
}

func sizeDown(s fleet.Size, total int) int {
	n, share := parseSize(s)
	if share {
		return total * n / 100
	}
	return n
}

func parseSize(s fleet.Size) (n int, share bool) {
	text := s.String()
	if len(text) > 0 && text[len(text)-1] == '%' {
		text, share = text[:len(text)-1], true
	}
	_, _ = fmt.Sscan(text, &n)
	return n, share
}

func TestTheApprovalSeesTheWaveThatEndedAndCanHaltTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 30, time.Second)
		var asked []fleet.Wave
		no := errors.New("not on a Friday")
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(0),
		}, fleet.WithApproval(func(_ context.Context, w fleet.Wave) error {
			asked = append(asked, w)
			if w.Number == 2 {
				return no
			}
			return nil
		}))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.ErrorIs(t, err, no)
		assert.EqualError(t, err, "halted in wave 2: 0 of 20 failed, limit 0; 10 not sent: wave 3 was not approved: not on a Friday")
		assert.Equal(t, []fleet.Wave{{Number: 1, Instances: 10, Done: 10}, {Number: 2, Instances: 10, Done: 10}}, asked)
		assert.Equal(t, ids[20:], report.NotSent)
		assert.True(t, report.Halted)
		assert.Equal(t, 20, requireOnce(t, s, ids))
	})
}

func TestFailuresHaltTheFleetAndItWaitsForTheCommandsThatRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const instances = 10_000
		s, ids := fleetServer(t, instances, 0)
		failing := map[string]bool{}
		for _, id := range ids[100:111] {
			failing[id] = true
		}
		s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if failing[x.InstanceID] {
				return runcommandtest.Outcome{ExitCode: 3, Takes: 5 * time.Second}
			}
			return runcommandtest.Outcome{Takes: time.Minute}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, MaxFailures: fleet.Percent(2),
			Waves: []fleet.Size{fleet.Count(1), fleet.Count(9), fleet.Count(500), fleet.Percent(100)},
		})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		halt, ok := errors.AsType[*fleet.HaltError](err)
		require.True(t, ok, "%v", err)
		assert.EqualError(t, err, "halted in wave 3: 11 of 510 failed, limit 2 %; 9,490 not sent")
		assert.Equal(t, &fleet.HaltError{Wave: 3, Failed: 11, Of: 510, Limit: fleet.Percent(2), NotSent: 9490}, halt)
		requireWhole(t, report, ids)
		assert.Len(t, report.Results, 510)
		for _, r := range report.Results {
			assert.True(t, r.Status.Terminal(), "%s is waited for", r.InstanceID)
		}
		assert.Equal(t, []fleet.Wave{
			{Number: 1, Instances: 1, Done: 1}, {Number: 2, Instances: 9, Done: 9}, {Number: 3, Instances: 500, Done: 500, Failed: 11},
		}, report.Waves)
		assert.False(t, errors.Retryable(err))
	})
}

// The last event of the fleet tells that instances do not exist.
func TestFailuresOfTheLastEventAreJudged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := fleetServer(t, 1, 0)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: []string{"i-missing1", "i-missing2"}, MaxFailures: fleet.Count(1),
		}, fleet.WithJournal(journal))
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.EqualError(t, err, "halted in wave 1: 2 of 2 failed, limit 1; 0 not sent")
		assert.True(t, report.Halted)
		assert.Len(t, report.Unready, 2)
		_, err = fleet.Resume(s.Client(), journal)
		require.ErrorIs(t, err, fleet.ErrHalted)
		require.ErrorContains(t, err, "(2 of 2 failed, limit 1); use WithMaxFailures to go on")
	})
}

func TestALimitIsJudgedWhileTheWaveRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 400, 0)
		s.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{ExitCode: 1, Takes: time.Second}
		})
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Concurrency: fleet.Count(50), MaxFailures: fleet.Count(20),
		})
		require.NoError(t, err)
		report, err := f.Run(t.Context())
		require.Error(t, err)
		assert.Len(t, report.NotSent, 350, "only the first chunk was sent")
		assert.Equal(t, 50, requireOnce(t, s, ids))
		groups := report.Groups()
		require.Len(t, groups, 1)
		assert.Equal(t, runcommand.StatusFailed, groups[0].Status)
	})
}

func TestThePauseCountsFromTheEndOfTheWaveAlsoAfterAResume(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		journal := &keptJournal{}
		var asked time.Time
		no := errors.New("nobody is here")
		approve := fleet.WithApproval(func(context.Context, fleet.Wave) error {
			asked = time.Now()
			return no
		})
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(0), Pause: time.Hour,
		}, fleet.WithJournal(journal), approve)
		require.NoError(t, err)
		began := time.Now()
		_, err = f.Run(t.Context())
		require.ErrorIs(t, err, no)
		assert.Greater(t, asked.Sub(began), time.Hour, "after the pause")
		again := time.Now()
		f, err = fleet.Resume(s.Client(), journal, approve)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.ErrorIs(t, err, no)
		assert.Less(t, asked.Sub(again), 2*time.Minute, "the pause is over")
	})
}

func TestAResumeWaitsForTheRestOfThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		journal := &keptJournal{}
		f, err := fleet.New(s.Client(), fleet.Plan{
			Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(10)}, MaxFailures: fleet.Count(0), Pause: time.Hour,
		}, fleet.WithJournal(journal))
		require.NoError(t, err)
		began := time.Now()
		_, _, err = runFor(t, f, 20*time.Minute)
		require.ErrorIs(t, err, context.Canceled)
		f, err = fleet.Resume(s.Client(), journal)
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.NoError(t, err)
		calls := s.Calls("RunCommand")
		require.Len(t, calls, 2)
		assert.InDelta(t, time.Hour, calls[1].At.Sub(began), float64(time.Minute))
	})
}

func TestTheErrorOfAHaltIsOneLineWhateverHaltedTheFleet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 20, time.Second)
		plan := fleet.Plan{Command: command(), Instances: ids, Waves: []fleet.Size{fleet.Count(1)}, MaxFailures: fleet.Count(0)}
		lines := errors.Join(errors.New("the office is closed"), errors.New("ask\ragain\x1b[2J"))
		f, err := fleet.New(s.Client(), plan, fleet.WithApproval(func(context.Context, fleet.Wave) error { return lines }))
		require.NoError(t, err)
		_, err = f.Run(t.Context())
		require.ErrorIs(t, err, lines)
		assert.EqualError(t, err, "halted in wave 1: 0 of 1 failed, limit 0; 19 not sent: wave 2 was not approved: the office is closed ask again [2J")
	})
}
