package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	errcodes "github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// journalLives are the fleets whose journals lose their ends. Each function runs processes
// one after the other.
var journalLives = map[string]func(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, j *keptJournal){
	"killed": func(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, j *keptJournal) {
		t.Helper()
		_, _ = (&process{journal: j, dieAt: 30, stored: true}).run(t, s, plan)
	},
	"killed twice": func(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, j *keptJournal) {
		t.Helper()
		_, _ = (&process{journal: j, dieAt: 15}).run(t, s, plan)
		_, _ = (&process{journal: j, dieAt: 30}).run(t, s, plan)
	},
	"ended": func(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, j *keptJournal) {
		t.Helper()
		_, _ = (&process{journal: j}).run(t, s, plan)
	},
	"halted, resumed and killed": func(t *testing.T, s *runcommandtest.Server, plan fleet.Plan, j *keptJournal) {
		t.Helper()
		halt := fleet.WithApproval(func(context.Context, fleet.Wave) error { return errors.New("not now") })
		_, _ = (&process{journal: j}).run(t, s, plan, halt)
		approve := fleet.WithApproval(func(context.Context, fleet.Wave) error { return nil })
		_, _ = (&process{journal: j, dieAt: 40}).run(t, s, plan, approve)
	},
}

// TestAJournalThatLostItsEndRunsNothingTwice cuts journals after each of their entries. The
// fleet goes on and ends the job, or says that entries are lost.
func TestAJournalThatLostItsEndRunsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, live := range journalLives {
		for _, hidden := range []time.Duration{0, 30 * time.Second} {
			t.Run(fmt.Sprintf("%s, invocations are hidden for %v", name, hidden), func(t *testing.T) {
				t.Parallel()
				complete, incomplete := 0, 0
				for kept, whole := 1, false; !whole; kept++ {
					synctest.Test(t, func(t *testing.T) {
						s, plan, _ := crashServer(t, uint64(kept), runcommandtest.WithVisibilityDelay(hidden))
						j := &keptJournal{}
						live(t, s, plan, j)
						whole = kept >= len(j.entries)
						j.entries = j.entries[:min(kept, len(j.entries))]
						approve := fleet.WithApproval(func(context.Context, fleet.Wave) error { return nil })
						report, err := (&process{journal: j}).run(t, s, plan, approve)
						requireOnce(t, s, plan.Instances)
						requireWhole(t, report, plan.Instances)
						if errors.Is(err, fleet.ErrJournalIncomplete) {
							incomplete++
							assert.False(t, whole, "nothing is lost")
							return
						}
						complete++
						requireComplete(t, s, report, plan.Instances)
					})
				}
				t.Logf("P17: %d cut journals completed, %d refused as incomplete", complete, incomplete)
				assert.Positive(t, complete)
				assert.Positive(t, incomplete)
			})
		}
	}
}

// TestAJournalFileCutAtAnyByteKeepsItsWholeEntries cuts the file of a journal at every byte.
// The file then has the entries that are whole. The test above shows what a fleet does with
// these.
func TestAJournalFileCutAtAnyByteKeepsItsWholeEntries(t *testing.T) {
	t.Parallel()
	j := &keptJournal{}
	synctest.Test(t, func(t *testing.T) {
		s, plan, _ := crashServer(t, 1)
		_, _ = (&process{journal: j, dieAt: 9}).run(t, s, plan)
	})
	path := filepath.Join(t.TempDir(), "journal")
	file, err := fleet.OpenJournal(path)
	require.NoError(t, err)
	var ends []int // where each entry is whole: its line end may be missing
	for i, e := range j.entries {
		require.NoError(t, file.Append(t.Context(), int64(i)+1, e))
		info, err := os.Stat(path)
		require.NoError(t, err)
		ends = append(ends, int(info.Size())-1)
	}
	require.NoError(t, file.Close())
	size := ends[len(ends)-1] + 1
	for length := size; length > 0; length-- {
		require.NoError(t, os.Truncate(path, int64(length)))
		file, err := fleet.OpenJournal(path)
		require.NoError(t, err, "cut at byte %d", length)
		var left [][]byte
		for e, err := range file.Entries(t.Context()) {
			require.NoError(t, err)
			left = append(left, e)
		}
		require.NoError(t, file.Close())
		kept := 0
		for kept < len(ends) && ends[kept] <= length {
			kept++
		}
		require.True(t, slices.EqualFunc(j.entries[:kept], left, func(a, b []byte) bool { return string(a) == string(b) }), "cut at byte %d", length)
	}
	t.Logf("P17: %d entries in %d bytes", len(j.entries), size)
}

// TestLostEntriesAreFoundBehindManyRefusals loses the entries about more than 100 refused
// chunks and about the accepted chunk after them. The fleet finds the accepted chunk.
func TestLostEntriesAreFoundBehindManyRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 3, 10*time.Second)
		var plan fleet.Plan
		plan.Command, plan.Concurrency = command(), fleet.Count(1)
		plan.Instances = append(plan.Instances, ids[0])
		for i := range 120 {
			plan.Instances = append(plan.Instances, fmt.Sprintf("i-missing%d", i))
		}
		plan.Instances = append(plan.Instances, ids[1:]...)
		j := &keptJournal{}
		_, _ = (&process{journal: j}).run(t, s, plan)
		require.Equal(t, 3, requireOnce(t, s, ids))
		j.entries = j.entries[:4] // the first chunk was accepted
		require.Equal(t, "accepted", wholeEntries(t, j)[3].Type)

		_, err := (&process{journal: j}).run(t, s, plan)
		require.ErrorIs(t, err, fleet.ErrJournalIncomplete)
		assert.Contains(t, err.Error(), "which the journal does not name")
		requireOnce(t, s, ids)
	})
}

// TestALostEntryIsFoundInAGroupWhoseLastChunkWasRefused cuts a journal before or after the
// refusal of the 50th chunk of a group. Another chunk has then taken the place of that chunk in
// the group.
func TestALostEntryIsFoundInAGroupWhoseLastChunkWasRefused(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]int{"the refusal is lost, too": 0, "the refusal is kept": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ids := fleetServer(t, 50, time.Second)
				plan := fleet.Plan{Command: command(), Concurrency: fleet.Count(1), Instances: slices.Insert(slices.Clone(ids), 49, "i-missing")}
				j := &keptJournal{}
				_, _ = (&process{journal: j}).run(t, s, plan)
				require.Equal(t, 50, requireOnce(t, s, ids))
				refused := slices.IndexFunc(j.entries, func(e []byte) bool { return strings.Contains(string(e), `"type":"refused"`) })
				require.Positive(t, refused)
				j.entries = j.entries[:refused+kept]

				_, err := (&process{journal: j}).run(t, s, plan)
				require.ErrorIs(t, err, fleet.ErrJournalIncomplete)
				requireOnce(t, s, ids)
			})
		})
	}
}

// TestAWriterThatWasReplacedEnds lets two fleets go on with one journal. The number of an
// entry decides: the first one ends soon, and sends nothing more.
func TestAWriterThatWasReplacedEnds(t *testing.T) {
	t.Parallel()
	for delay := time.Duration(0); delay < 30*time.Second; delay += 3 * time.Second {
		synctest.Test(t, func(t *testing.T) {
			s, plan, calm := crashServer(t, uint64(delay))
			calm()
			j := &keptJournal{}
			first := (&process{journal: j}).fleet(t, s, plan)
			ended := make(chan error, 1)
			go func() {
				_, err := first.Run(t.Context())
				ended <- err
			}()
			<-time.After(delay + time.Millisecond)
			second := &process{journal: j}
			report, err := second.run(t, s, plan)
			var failed *fleet.FailedError // two instances do not exist
			require.ErrorAs(t, err, &failed)
			requireComplete(t, s, report, plan.Instances)
			select {
			case err = <-ended:
				require.ErrorIs(t, err, fleet.ErrSuperseded, "after %v", delay)
			default:
				require.Fail(t, "the first fleet has not ended", "after %v", delay)
			}
			requireOnce(t, s, plan.Instances)
		})
	}
}

// TestALostRefusalIsFoundBeforeItsChunkIsSentAgain loses the refusal of a chunk and the chunks that its instances then got.
// The service hides those for almost as long as it may, and would accept the refused chunk now.
func TestALostRefusalIsFoundBeforeItsChunkIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ids := fleetServer(t, 2, 10*time.Second, runcommandtest.WithVisibilityDelay(59*time.Second))
		const later = 4*time.Minute + 20*time.Second
		began := time.Now()
		accept := s.Control("RunCommand", func(c runcommandtest.Call) runcommandtest.Verdict {
			switch {
			case c.Parameters["InstanceId.2"] != "":
				return runcommandtest.Refuse(errcodes.InvalidInstanceNotFound)
			case time.Since(began) < later:
				return runcommandtest.Refuse(errcodes.ThrottlingUser)
			}
			return runcommandtest.Pass()
		})
		j := &keptJournal{}
		ctx, cancel := context.WithTimeout(t.Context(), later+30*time.Second)
		defer cancel()
		_, _ = (&process{journal: j, kill: cancel}).fleet(t, s, fleet.Plan{Command: command(), Instances: ids}).Run(ctx)
		require.Equal(t, 2, requireOnce(t, s, ids))
		accept()
		j.entries = j.entries[:3] // the last entry announces both instances
		require.Len(t, openChunks(wholeEntries(t, j)), 1)

		_, err := (&process{journal: j}).run(t, s, fleet.Plan{})
		requireOnce(t, s, ids)
		require.ErrorIs(t, err, fleet.ErrJournalIncomplete)
	})
}
