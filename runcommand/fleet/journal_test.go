package fleet_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// A memoryJournal is a Journal without a file. It is the smallest correct implementation, except that nothing in it is durable.
type memoryJournal struct {
	mu      sync.Mutex
	entries [][]byte
}

func (j *memoryJournal) Append(ctx context.Context, n int64, entry []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if n != int64(len(j.entries))+1 {
		return fmt.Errorf("entry %d after %d entries: %w", n, len(j.entries), fleet.ErrSuperseded)
	}
	j.entries = append(j.entries, slices.Clone(entry))
	return nil
}

func (j *memoryJournal) Entries(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		j.mu.Lock()
		entries := slices.Clone(j.entries)
		j.mu.Unlock()
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		for _, entry := range entries {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if !yield(slices.Clone(entry), nil) {
				return
			}
		}
	}
}

// entriesOf reads a journal to its end.
func entriesOf(tb testing.TB, j fleet.Journal) (entries []string) {
	tb.Helper()
	for entry, err := range j.Entries(tb.Context()) {
		require.NoError(tb, err)
		entries = append(entries, string(entry))
	}
	return entries
}

// eachJournal runs a test with every implementation.
func eachJournal(t *testing.T, test func(t *testing.T, j fleet.Journal)) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		test(t, new(memoryJournal))
	})
	t.Run("in a file", func(t *testing.T) {
		t.Parallel()
		test(t, openJournal(t, filepath.Join(t.TempDir(), "journal")))
	})
}

func TestAJournalTakesOnlyTheNextNumber(t *testing.T) {
	t.Parallel()
	eachJournal(t, func(t *testing.T, j fleet.Journal) {
		for _, n := range []int64{0, -1, 2} {
			require.ErrorIs(t, j.Append(t.Context(), n, []byte(`{}`)), fleet.ErrSuperseded)
		}
		require.NoError(t, j.Append(t.Context(), 1, []byte(`{"a":1}`)))
		require.NoError(t, j.Append(t.Context(), 2, []byte(`2`)))
		for _, n := range []int64{0, 1, 2, 4} {
			require.ErrorIs(t, j.Append(t.Context(), n, []byte(`{}`)), fleet.ErrSuperseded)
		}
		assert.Equal(t, []string{`{"a":1}`, `2`}, entriesOf(t, j))
	})
}

func TestOneOfManyWritersGetsEachNumber(t *testing.T) {
	t.Parallel()
	eachJournal(t, func(t *testing.T, j fleet.Journal) {
		const numbers, writers = 20, 4
		var won [numbers + 1][writers]bool
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := int64(1); n <= numbers; {
					err := j.Append(t.Context(), n, fmt.Appendf(nil, `{"writer":%d,"n":%d}`, w, n))
					won[n][w] = err == nil
					if err != nil && !assert.ErrorIs(t, err, fleet.ErrSuperseded) {
						return
					}
					n++
				}
			})
		}
		wg.Wait()
		var want []string
		for n := 1; n <= numbers; n++ {
			for w, ok := range won[n] {
				if ok {
					want = append(want, fmt.Sprintf(`{"writer":%d,"n":%d}`, w, n))
				}
			}
		}
		assert.Equal(t, want, entriesOf(t, j))
	})
}

func TestEntriesAreTheReceiversOwn(t *testing.T) {
	t.Parallel()
	eachJournal(t, func(t *testing.T, j fleet.Journal) {
		given := []byte(`"first"`)
		require.NoError(t, j.Append(t.Context(), 1, given))
		clear(given)
		require.NoError(t, j.Append(t.Context(), 2, []byte(`"second"`)))
		for entry, err := range j.Entries(t.Context()) {
			require.NoError(t, err)
			clear(entry)
		}
		assert.Equal(t, []string{`"first"`, `"second"`}, entriesOf(t, j))
		for entry := range j.Entries(t.Context()) {
			assert.Equal(t, `"first"`, string(entry))
			break
		}
	})
}

func TestAJournalEndsWithItsContext(t *testing.T) {
	t.Parallel()
	eachJournal(t, func(t *testing.T, j fleet.Journal) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for n := range int64(3) {
			require.NoError(t, j.Append(ctx, n+1, []byte(`{}`)))
		}
		var read int
		var last error
		for _, last = range j.Entries(ctx) {
			read++
			cancel()
		}
		assert.Equal(t, 2, read, "the first entry and an error")
		require.ErrorIs(t, last, context.Canceled)
		require.ErrorIs(t, j.Append(ctx, 4, []byte(`{}`)), context.Canceled)
		read = 0
		for _, err := range j.Entries(ctx) {
			require.ErrorIs(t, err, context.Canceled)
			read++
		}
		assert.Equal(t, 1, read)
		assert.Len(t, entriesOf(t, j), 3)
	})
}
