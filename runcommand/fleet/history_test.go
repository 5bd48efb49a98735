package fleet_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// histories returns the range of seeds of the test: a few, or those of the environment variable
// RUNCOMMAND_HISTORIES, such as "5000" or "5000-6000".
func histories(tb testing.TB) (first, after uint64) {
	tb.Helper()
	text := os.Getenv("RUNCOMMAND_HISTORIES")
	switch {
	case text == "" && testing.Short():
		return 0, 10
	case text == "":
		return 0, 2 * usualCrashes
	}
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		from, to = "0", text
	}
	first, err := strconv.ParseUint(from, 10, 64)
	require.NoError(tb, err, "RUNCOMMAND_HISTORIES")
	after, err = strconv.ParseUint(to, 10, 64)
	require.NoError(tb, err, "RUNCOMMAND_HISTORIES")
	return first, after
}

// historyFigures counts what happened in random histories.
type historyFigures struct {
	Histories, Lives, Deaths, LostEnds, Incomplete, SetBack, Decided, Unknown, Groups int
}

// TestRandomHistoriesRunNothingTwice proves P17 of internal/DESIGN.md for fleets of several groups with everything at once:
// refusals, lost calls, processes that die, journals that lose their ends, clocks that are set back, and decisions.
func TestRandomHistoriesRunNothingTwice(t *testing.T) {
	t.Parallel()
	first, after := histories(t)
	var mu sync.Mutex
	var sum historyFigures
	t.Run("histories", func(t *testing.T) {
		const workers = 2
		for worker := range uint64(workers) {
			t.Run(strconv.FormatUint(worker, 10), func(t *testing.T) {
				t.Parallel()
				for seed := first + worker; seed < after; seed += workers {
					t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							figures := newHistory(t, seed).live()
							mu.Lock()
							defer mu.Unlock()
							sum.add(figures)
						})
					})
				}
			})
		}
	})
	t.Logf("P17: %+v", sum)
	if after-first < usualCrashes {
		return // a few seeds that somebody looks at
	}
	require.Positive(t, sum.Deaths)
	require.Positive(t, sum.LostEnds)
	require.Positive(t, sum.Incomplete)
	require.Positive(t, sum.SetBack)
	require.Positive(t, sum.Decided)
	require.Positive(t, sum.Groups)
}

func (f *historyFigures) add(g historyFigures) {
	f.Histories++
	f.Lives += g.Lives
	f.Deaths += g.Deaths
	f.LostEnds += g.LostEnds
	f.Incomplete += g.Incomplete
	f.SetBack += g.SetBack
	f.Decided += g.Decided
	f.Unknown += g.Unknown
	f.Groups += g.Groups
}

// A history is one fleet with the processes that run it one after the other.
type history struct {
	t       *testing.T
	s       *runcommandtest.Server
	plan    fleet.Plan
	journal *keptJournal
	tags    []fleet.Option
	keepsID bool // the tags find the chunks of the fleet
	figures historyFigures
	lossy   bool // the journal has lost entries
	odd     bool // a listing has left out tags or rows

	mu      sync.Mutex
	rng     *rand.Rand
	mood    mood
	ever    map[string]bool // instances that were refused at some time
	decided map[string]bool // instances that a person says the command ran on
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 23))
	hidden := []time.Duration{0, 0, 20 * time.Second, 55 * time.Second}[rng.IntN(4)]
	n := 60 + rng.IntN(80)
	s, ids := fleetServer(t, n, 0, runcommandtest.WithVisibilityDelay(hidden), runcommandtest.WithIdempotencyWindow(tokenTrust))
	takes := time.Duration(1+rng.IntN(90)) * time.Second
	s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		code := 0
		if strings.HasSuffix(x.InstanceID, "7") {
			code = 1
		}
		return runcommandtest.Outcome{ExitCode: code, Takes: takes}
	})
	h := &history{t: t, s: s, rng: rng, journal: &keptJournal{}, ever: map[string]bool{}, decided: map[string]bool{}, keepsID: true}
	for k := range rng.IntN(4) {
		id := fmt.Sprintf("i-missing%d", k)
		h.ever[id] = true
		ids = slices.Insert(ids, rng.IntN(len(ids)), id)
	}
	h.plan = fleet.Plan{
		Command: command(), Instances: ids, Concurrency: fleet.Count(4 + rng.IntN(40)), MaxFailures: fleet.NoLimit(), SkipUnready: rng.IntN(4) == 0,
	}
	if rng.IntN(2) == 0 {
		h.plan.Waves = []fleet.Size{fleet.Count(1 + rng.IntN(n)), fleet.Percent(50)}
	}
	switch rng.IntN(8) {
	case 0:
		h.tags = []fleet.Option{fleet.WithTags(func(group, chunk string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "owner", Value: "me"}, {Key: "chunk", Value: chunk}, {Key: "group", Value: group}}
		})}
	case 1: // the groups cannot be told apart
		h.keepsID = false
		h.tags = []fleet.Option{fleet.WithTags(func(group, chunk string) []runcommand.Tag {
			return []runcommand.Tag{{Key: "chunk", Value: group + "-" + chunk}}
		})}
	}
	s.Control("RunCommand", h.decide)
	return h
}

// open returns the fleet of the journal in a new process.
func (h *history) open(p *process, opts ...fleet.Option) *fleet.Fleet {
	h.t.Helper()
	p.transport = disturbed{h, h.s.Transport()}
	client := h.s.Client(
		runcommand.WithHTTPClient(&http.Client{Transport: p}),
		runcommand.WithLimits(validate.Limits{Instances: 1 + h.rng.IntN(3)}),
		runcommand.WithRetry(poll.Policy{Initial: time.Second, Jitter: -1}, 1+h.rng.IntN(3)),
	)
	opts = append(opts, h.tags...)
	if len(p.journal.entries) == 0 {
		f, err := fleet.New(client, h.plan, append(opts, fleet.WithJournal(p))...)
		require.NoError(h.t, err)
		return f
	}
	f, err := fleet.Resume(client, p, append(opts, fleet.WithMaxFailures(fleet.NoLimit()))...)
	require.NoError(h.t, err)
	return f
}

// live runs processes one after the other, and then a calm one to the end.
func (h *history) live() historyFigures {
	h.t.Helper()
	for range 1 + h.rng.IntN(5) {
		h.mu.Lock()
		h.mood = h.drawMood()
		h.odd = h.odd || h.mood.withoutTags || h.mood.withoutRows
		h.mu.Unlock()
		if h.one() {
			h.countGroups()
			return h.figures
		}
		h.between()
	}
	h.mu.Lock()
	h.mood = mood{}
	h.mu.Unlock()
	for range 3 {
		f := h.open(&process{journal: h.journal, kill: func() {}})
		h.decideSome(f, 1)
		report, err := f.Run(h.t.Context())
		if h.check(report, err) {
			h.countGroups()
			return h.figures
		}
		require.False(h.t, report.Halted, "%v", err)
		if len(report.Unknown) == 0 {
			h.requireDone(report)
			h.countGroups()
			return h.figures
		}
		h.figures.Unknown += len(report.Unknown)
	}
	h.t.Fatal("instances stay unknown")
	return h.figures
}

func (h *history) countGroups() {
	groups := 0
	for _, e := range h.journal.entries {
		if i := bytes.Index(e, []byte(`"group":`)); i >= 0 {
			groups = max(groups, int(e[i+len(`"group":`)]-'0'))
		}
	}
	h.figures.Groups += groups
}

// one runs one process. It returns true when the history is over.
func (h *history) one() bool {
	h.t.Helper()
	p := &process{journal: h.journal, stored: h.rng.IntN(2) == 0}
	var opts []fleet.Option
	if h.rng.IntN(3) == 0 {
		opts = append(opts, fleet.StopOnCancel(time.Duration(1+h.rng.IntN(120))*time.Second))
	}
	ctx, cancel := context.WithCancel(h.t.Context())
	defer cancel()
	p.kill = cancel
	f := h.open(p, opts...)
	h.decideSome(f, 3)
	switch h.rng.IntN(4) {
	case 0:
		p.dieAt = int64(len(h.journal.entries) + 1 + h.rng.IntN(200))
	case 1:
		timer := time.AfterFunc(time.Duration(h.rng.Int64N(int64(4*time.Minute))), p.die)
		defer timer.Stop()
	case 2:
		timer := time.AfterFunc(time.Duration(h.rng.Int64N(int64(4*time.Minute))), cancel)
		defer timer.Stop()
	}
	limit := time.AfterFunc(30*time.Minute, cancel) // polls that all fail are repeated until then
	defer limit.Stop()
	var err error
	if h.rng.IntN(4) == 0 {
		left := h.rng.IntN(200)
		yielded := map[string]bool{}
		for result, failure := range f.Results(ctx) {
			if err = failure; err != nil {
				break
			}
			require.False(h.t, yielded[result.InstanceID], "%s is yielded twice", result.InstanceID)
			yielded[result.InstanceID] = true
			if left--; left == 0 {
				break
			}
		}
	} else {
		_, err = f.Run(ctx)
	}
	h.figures.Lives++
	if p.dead.Load() {
		h.figures.Deaths++
	}
	return h.check(f.Report(), err)
}

// check checks what a process reports. It returns true when the journal has lost entries and the fleet says so.
func (h *history) check(report *fleet.Report, err error) bool {
	h.t.Helper()
	requireOnce(h.t, h.s, h.plan.Instances)
	requireWhole(h.t, report, h.plan.Instances)
	if errors.Is(err, fleet.ErrJournalIncomplete) {
		require.True(h.t, h.lossy || h.odd, "nothing is lost: %v", err)
		h.figures.Incomplete++
		return true
	}
	if err != nil {
		require.NotContains(h.t, err.Error(), "internal:")
	}
	if h.lossy {
		return false
	}
	for _, id := range report.NotSent {
		require.Zero(h.t, h.s.Executions(id), "%s is not sent", id)
	}
	h.checkResults(report)
	return false
}

// checkResults checks that the command ran where the report says so, and nowhere else.
func (h *history) checkResults(report *fleet.Report) {
	h.t.Helper()
	for _, result := range report.Results {
		require.Equal(h.t, 1, h.s.Executions(result.InstanceID), "executions on %s", result.InstanceID)
	}
	for _, u := range report.Unready {
		require.Zero(h.t, h.s.Executions(u.InstanceID), "executions on %s, which was not ready", u.InstanceID)
		require.True(h.t, h.ever[u.InstanceID], "%s was never refused: %v", u.InstanceID, u.Err)
	}
}

// requireDone checks that the fleet ran wherever it could.
func (h *history) requireDone(report *fleet.Report) {
	h.t.Helper()
	require.Empty(h.t, report.NotSent)
	h.checkResults(report)
}

// decideSome decides about one in so many Unknown instances as a person would who has looked there.
func (h *history) decideSome(f *fleet.Fleet, share int) {
	h.t.Helper()
	for _, id := range f.Report().Unknown {
		if h.rng.IntN(share) > 0 {
			continue
		}
		err := f.Decide([]string{id}, h.s.Executions(id) > 0)
		if errors.Is(err, errors.ErrInvalidArgument) || errors.Is(err, errDead) {
			continue // the fleet may still find out
		}
		require.NoError(h.t, err)
		h.figures.Decided++
	}
}

// between is what happens between two processes: time goes by, the disk has lied, or the clock is set back.
func (h *history) between() {
	h.t.Helper()
	if h.keepsID && h.rng.IntN(3) == 0 {
		last := len(h.journal.entries)
		if most := 1 + h.rng.IntN(40); h.rng.IntN(4) > 0 {
			last = max(1, last-most)
		} else {
			last = 1 + h.rng.IntN(last)
		}
		if last < len(h.journal.entries) {
			h.journal.entries = h.journal.entries[:last]
			h.lossy = true
			h.figures.LostEnds++
		}
	}
	pauses := []time.Duration{
		time.Second, 30 * time.Second, 90 * time.Second, 3*time.Minute + 50*time.Second, 4*time.Minute + 40*time.Second,
		6 * time.Minute, 3 * time.Hour, 3 * 24 * time.Hour,
	}
	<-time.After(pauses[h.rng.IntN(len(pauses))] + time.Duration(h.rng.Int64N(int64(10*time.Second))))
	if h.rng.IntN(5) == 0 {
		h.setClockBack()
	}
}

var timeOfEntry = regexp.MustCompile(`"time":"([^"]*)"`)

// setClockBack moves the times of the journal into the future, as a clock that is set back does.
func (h *history) setClockBack() {
	h.t.Helper()
	entries := wholeEntries(h.t, h.journal)
	ahead := time.Since(entries[len(entries)-1].Time) + time.Duration(1+h.rng.Int64N(int64(time.Hour)))
	for i, line := range h.journal.entries {
		m := timeOfEntry.FindSubmatchIndex(line)
		at, err := time.Parse(time.RFC3339Nano, string(line[m[2]:m[3]]))
		require.NoError(h.t, err)
		h.journal.entries[i] = slices.Concat(line[:m[2]], []byte(at.Add(ahead).Format(time.RFC3339Nano)), line[m[3]:])
	}
	h.figures.SetBack++
}
