package fleet_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// tokenTrust is how long the documentation of Resume says that a token is used.
const tokenTrust = 5 * time.Minute

// crashFigures counts what happened in many simulated crashes.
type crashFigures struct {
	deaths, open, again, adopted, unknown, mostUnknown, ran int
}

// TestAProcessDiesAtEveryEntryOfItsJournal proves P17 of internal/DESIGN.md in virtual time.
// A process dies right before or right after each entry of its journal, and another one
// resumes the fleet after a while.
func TestAProcessDiesAtEveryEntryOfItsJournal(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{time.Second, 3*time.Minute + 50*time.Second, time.Hour} {
		t.Run("resumed after "+after.String(), func(t *testing.T) {
			t.Parallel()
			var figures crashFigures
			for entry, ended := int64(1), false; !ended; entry++ {
				for _, stored := range []bool{false, true} {
					if after > time.Minute && stored == (entry%2 == 0) {
						continue // for the longer times one of the two moments is enough
					}
					synctest.Test(t, func(t *testing.T) {
						ended = !dieAndResume(t, uint64(entry), []int64{entry}, stored, after, &figures)
					})
				}
			}
			t.Logf("P17: %+v", figures)
			assert.Positive(t, figures.open)
			if after < tokenTrust {
				assert.Positive(t, figures.again)
				assert.Positive(t, figures.adopted)
			} else {
				assert.Positive(t, figures.unknown)
			}
		})
	}
}

// TestSeveralProcessesDieOneAfterTheOther is like the test above. Here the processes that
// resume the fleet die, too.
func TestSeveralProcessesDieOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var figures crashFigures
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			deaths := make([]int64, 2+rng.IntN(4))
			for i := range deaths {
				deaths[i] = 1 + rng.Int64N(70)
			}
			slices.Sort(deaths)
			dieAndResume(t, seed, deaths, rng.IntN(2) == 0, time.Duration(1+rng.IntN(20))*time.Second, &figures)
		})
	}
	t.Logf("P17: %+v", figures)
	assert.Positive(t, figures.open)
}

// dieAndResume lets processes die one after the other at entries of their journal, and
// resumes the fleet until it ends. It returns false when no process died.
func dieAndResume(t *testing.T, seed uint64, deaths []int64, stored bool, after time.Duration, figures *crashFigures) bool {
	what := fmt.Sprintf("seed %d, deaths at %v, stored %v, after %v", seed, deaths, stored, after)
	s, plan, calm := crashServer(t, seed)
	ids := plan.Instances
	journal := &keptJournal{}
	var known []journalEntry
	died := 0
	defer func() { figures.deaths += died }()
	for _, at := range deaths {
		p := &process{journal: journal, dieAt: at, stored: stored}
		report, _ := p.run(t, s, plan)
		if !p.dead.Load() {
			break
		}
		requireWhole(t, report, ids)
		died++
		figures.open += len(openChunks(wholeEntries(t, journal)))
		<-time.After(after)
	}
	if died == 0 {
		return false
	}
	if after > 3*time.Minute {
		calm() // no time is left for more attempts
	}
	known = wholeEntries(t, journal)
	open := openChunks(known)
	trusted := true
	for _, e := range open {
		trusted = trusted && time.Since(e.Time) < tokenTrust-time.Minute // the first minute is for lost entries
	}
	calls := len(s.Calls("RunCommand"))

	report, err := (&process{journal: journal}).run(t, s, plan)
	requireOnce(t, s, ids)
	requireWhole(t, report, ids)
	require.False(t, report.Halted, "%s: %v", what, err)
	again := sentAgain(s, calls, open)
	figures.again += len(again)
	for _, e := range wholeEntries(t, journal)[len(known):] {
		if _, was := open[e.Chunk]; was && e.Type == "accepted" && !again[e.Token] && !again[open[e.Chunk].Token] {
			figures.adopted++
		}
	}
	figures.unknown += len(report.Unknown)
	if trusted {
		require.Empty(t, report.Unknown, "%s: the tokens were still trusted", what)
	}
	if len(report.Unknown) > 0 {
		figures.mostUnknown = max(figures.mostUnknown, len(report.Unknown))
		require.LessOrEqual(t, len(unknownChunks(wholeEntries(t, journal))), 8, what)
		report = decideAndResume(t, s, journal, report)
	}
	figures.ran += requireOnce(t, s, ids)
	requireComplete(t, s, report, ids)
	return true
}

// decideAndResume decides about Unknown instances like a person who has looked whether the
// command ran.
func decideAndResume(t *testing.T, s *runcommandtest.Server, journal *keptJournal, report *fleet.Report) *fleet.Report {
	t.Helper()
	p := &process{journal: journal}
	f, err := fleet.Resume(p.client(s), p)
	require.NoError(t, err)
	for _, ran := range []bool{true, false} {
		var decided []string
		for _, id := range report.Unknown {
			if (s.Executions(id) > 0) == ran {
				decided = append(decided, id)
			}
		}
		if len(decided) > 0 {
			require.NoError(t, f.Decide(decided, ran))
		}
	}
	p.kill = func() {}
	report, err = f.Run(t.Context())
	if err != nil {
		var failed *fleet.FailedError
		require.ErrorAs(t, err, &failed)
	}
	return report
}

// sentAgain returns the tokens of open chunks that were sent after the first calls.
func sentAgain(s *runcommandtest.Server, calls int, open map[int]journalEntry) map[string]bool {
	again := map[string]bool{}
	for _, c := range s.Calls("RunCommand")[calls:] {
		for _, e := range open {
			if c.Parameters["ClientToken"] == e.Token {
				again[e.Token] = true
			}
		}
	}
	return again
}

func unknownChunks(entries []journalEntry) map[int]bool {
	unknown := map[int]bool{}
	for _, e := range entries {
		switch e.Type {
		case "unknown":
			unknown[e.Chunk] = true
		case "accepted":
			delete(unknown, e.Chunk)
		}
	}
	return unknown
}

// TestAClockThatWasSetBackEndsTheTrustInTokens resumes with a journal whose times are in the
// future.
func TestAClockThatWasSetBackEndsTheTrustInTokens(t *testing.T) {
	t.Parallel()
	open, unknown := 0, 0
	for entry := int64(3); entry < 30; entry += 4 {
		synctest.Test(t, func(t *testing.T) {
			s, plan, _ := crashServer(t, uint64(entry))
			ids := plan.Instances
			p := &process{journal: &keptJournal{}, dieAt: entry, stored: true}
			_, _ = p.run(t, s, plan)
			require.True(t, p.dead.Load())
			chunks := openChunks(wholeEntries(t, p.journal))
			open += len(chunks)
			for i, line := range p.journal.entries { // the year is the only number with these digits at the begin of a time
				year := fmt.Sprintf(`"time":"%d-`, time.Now().Year())
				p.journal.entries[i] = []byte(strings.Replace(string(line), year, fmt.Sprintf(`"time":"%d-`, time.Now().Year()+1), 1))
			}
			calls := len(s.Calls("RunCommand"))
			report, _ := (&process{journal: p.journal}).run(t, s, plan)
			assert.Empty(t, sentAgain(s, calls, chunks), "an old token was used")
			requireOnce(t, s, ids)
			requireWhole(t, report, ids)
			assert.Empty(t, report.NotSent)
			unknown += len(report.Unknown)
		})
	}
	assert.Positive(t, open)
	assert.Positive(t, unknown)
}
