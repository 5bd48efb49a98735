package fleet_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// instanceIDs returns the ids of n instances.
func instanceIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-bp%018d", i+1)
	}
	return ids
}

// fleetServer starts a local service with n instances. A command takes the time takes on
// each of them.
func fleetServer(tb testing.TB, n int, takes time.Duration, opts ...runcommandtest.Option) (*runcommandtest.Server, []string) {
	tb.Helper()
	s := runcommandtest.Start(tb, opts...)
	ids := instanceIDs(n)
	for _, id := range ids {
		s.AddInstance(runcommandtest.Instance{ID: id})
	}
	s.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Output: []byte("hello from " + x.InstanceID), Takes: takes}
	})
	return s, ids
}

// keptJournal is a journal in memory. It fails when fail returns an error for the number
// of an entry.
type keptJournal struct {
	mu      sync.Mutex
	entries [][]byte
	fail    func(n int64) error
}

func (j *keptJournal) Append(_ context.Context, n int64, entry []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n != int64(len(j.entries))+1 {
		return fleet.ErrSuperseded
	}
	if j.fail != nil {
		if err := j.fail(n); err != nil {
			return err
		}
	}
	j.entries = append(j.entries, slices.Clone(entry))
	return nil
}

func (j *keptJournal) Entries(context.Context) iter.Seq2[[]byte, error] {
	j.mu.Lock()
	entries := slices.Clone(j.entries)
	j.mu.Unlock()
	return func(yield func([]byte, error) bool) {
		for _, e := range entries {
			if !yield(slices.Clone(e), nil) {
				return
			}
		}
	}
}

// requireWhole checks that each instance is in exactly one list of the report.
func requireWhole(tb testing.TB, r *fleet.Report, ids []string) {
	tb.Helper()
	var all []string
	for _, result := range r.Results {
		all = append(all, result.InstanceID)
	}
	for _, u := range r.Unready {
		all = append(all, u.InstanceID)
	}
	all = append(append(all, r.NotSent...), r.Unknown...)
	slices.Sort(all)
	want := slices.Clone(ids)
	slices.Sort(want)
	require.Equal(tb, want, all, "each instance is in exactly one list of the report")
}

// requireOnce checks that no instance ran the command more than once.
func requireOnce(tb testing.TB, s *runcommandtest.Server, ids []string) (ran int) {
	tb.Helper()
	for _, id := range ids {
		n := s.Executions(id)
		require.LessOrEqual(tb, n, 1, "executions on %s", id)
		ran += n
	}
	return ran
}

func command() runcommand.Builder { return runcommand.Shell("true").Timeout(10 * time.Minute) }

func poll0() poll.Policy { return poll.Policy{} }
