package sqljournal_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/sqljournal"
	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// open opens the database at an address, and closes it at the end of the test.
func open(tb testing.TB, address string) *sqljournal.Database {
	tb.Helper()
	db, err := sqljournal.Open(tb.Context(), address)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, db.Close()) })
	return db
}

// entriesOf reads a whole journal.
func entriesOf(tb testing.TB, j fleet.Journal) (entries []string) {
	tb.Helper()
	for e, err := range j.Entries(tb.Context()) {
		require.NoError(tb, err)
		entries = append(entries, string(e))
	}
	return entries
}

func appendAll(tb testing.TB, j fleet.Journal, from int, entries ...string) {
	tb.Helper()
	for i, e := range entries {
		require.NoError(tb, j.Append(tb.Context(), int64(from+i), []byte(e)))
	}
}

func TestASQLiteFileKeepsAJournal(t *testing.T) {
	t.Parallel()
	testJournal(t, filepath.Join(t.TempDir(), "fleet 100%?#.db"))
}

// testJournal checks that a database at an address keeps what fleet.Journal promises.
func testJournal(t *testing.T, address string) {
	t.Helper()
	tests := []struct {
		name string
		test func(t *testing.T, db *sqljournal.Database, j *sqljournal.Journal)
	}{
		{"a new journal is empty", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			empty, err := j.Empty(t.Context())
			require.NoError(t, err)
			assert.True(t, empty)
			assert.Empty(t, entriesOf(t, j))
		}},
		{"entries come back in order with their exact bytes, also in another process", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			want := []string{`{"b":1,"a":2, "a":3}`, `  {"x":1.0e0}  `, "1", `"\u0000 é 世界"`, "{\"raw\":\"\xff\x00\"}"}
			appendAll(t, j, 1, want...)
			assert.Equal(t, want, entriesOf(t, j))
			assert.Equal(t, want, entriesOf(t, open(t, address).Journal(t.Name())))
			empty, err := j.Empty(t.Context())
			require.NoError(t, err)
			assert.False(t, empty)
		}},
		{"an entry may have 30 megabytes", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			want := strings.Repeat("x", 30<<20)
			appendAll(t, j, 1, want)
			got := entriesOf(t, j)
			require.Len(t, got, 1)
			assert.True(t, want == got[0], "all bytes are the same") //nolint:testifylint // a difference of 30 MB is not for printing
		}},
		{"journals of different keys do not see each other", func(t *testing.T, db *sqljournal.Database, j *sqljournal.Journal) {
			other := db.Journal(t.Name() + "' OR 1=1 --")
			appendAll(t, j, 1, "1", "2")
			appendAll(t, other, 1, "3")
			assert.Equal(t, []string{"1", "2"}, entriesOf(t, j))
			assert.Equal(t, []string{"3"}, entriesOf(t, other))
		}},
		{"a number that is not the next one is refused and stores nothing", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			for _, n := range []int64{2, 0, -1, 100} {
				require.ErrorIs(t, j.Append(t.Context(), n, []byte("x")), fleet.ErrSuperseded, "n=%d of an empty journal", n)
			}
			appendAll(t, j, 1, "1", "2")
			for _, n := range []int64{1, 2, 4, 0, -1, 1 << 62} {
				require.ErrorIs(t, j.Append(t.Context(), n, []byte("x")), fleet.ErrSuperseded, "n=%d after two entries", n)
			}
			assert.Equal(t, []string{"1", "2"}, entriesOf(t, j))
			appendAll(t, j, 3, "3")
			assert.Equal(t, []string{"1", "2", "3"}, entriesOf(t, j))
		}},
		{"more entries than one page are read to the end", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			for count := 1; count <= 201; count++ {
				appendAll(t, j, count, strconv.Itoa(count))
				if count == 100 || count == 200 || count == 201 {
					assert.Len(t, entriesOf(t, j), count)
				}
			}
		}},
		{"of many concurrent writers exactly one stores each number", func(t *testing.T, _ *sqljournal.Database, _ *sqljournal.Journal) {
			const writers, numbers = 8, 20
			journals := make([]*sqljournal.Journal, writers)
			for w := range journals {
				journals[w] = open(t, address).Journal(t.Name()) // connections of its own
			}
			for n := int64(1); n <= numbers; n++ {
				errs := make([]error, writers)
				var all sync.WaitGroup
				for w, j := range journals {
					all.Go(func() { errs[w] = j.Append(t.Context(), n, []byte(strconv.Itoa(w))) })
				}
				all.Wait()
				won := -1
				for w, err := range errs {
					switch {
					case err == nil && won >= 0:
						t.Fatalf("writers %d and %d both stored entry %d", won, w, n)
					case err == nil:
						won = w
					default:
						require.ErrorIs(t, err, fleet.ErrSuperseded)
					}
				}
				require.GreaterOrEqual(t, won, 0, "one writer stores entry %d", n)
				assert.Equal(t, strconv.Itoa(won), entriesOf(t, journals[0])[n-1])
			}
		}},
		{"Append does not keep the entry, and each entry that is read is a new slice", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			given := []byte("first")
			require.NoError(t, j.Append(t.Context(), 1, given))
			copy(given, "other")
			for e, err := range j.Entries(t.Context()) {
				require.NoError(t, err)
				assert.Equal(t, "first", string(e))
				copy(e, "third")
			}
			assert.Equal(t, []string{"first"}, entriesOf(t, j))
		}},
		{"an ended context ends both methods", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, j.Append(ctx, 1, []byte("1")), context.Canceled)
			var errs []error
			for _, err := range j.Entries(ctx) {
				errs = append(errs, err)
			}
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], context.Canceled)
		}},
		{"the loop over entries may be left", func(t *testing.T, _ *sqljournal.Database, j *sqljournal.Journal) {
			appendAll(t, j, 1, "1", "2", "3")
			for range j.Entries(t.Context()) {
				break
			}
			for e := range j.Entries(t.Context()) { // the connection is free while the body runs
				assert.Len(t, entriesOf(t, j), 3)
				if bytes.Equal(e, []byte("2")) {
					break
				}
			}
			appendAll(t, j, 4, "4")
		}},
		{"a journal belongs to the plan that claimed it first", func(t *testing.T, db *sqljournal.Database, j *sqljournal.Journal) {
			require.NoError(t, j.Claim(t.Context(), "plan A"))
			require.NoError(t, j.Claim(t.Context(), "plan A"))
			require.ErrorIs(t, j.Claim(t.Context(), "plan B"), sqljournal.ErrOtherPlan)
			require.NoError(t, db.Journal(t.Name()+"/other").Claim(t.Context(), "plan B"))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := open(t, address)
			tt.test(t, db, db.Journal(t.Name()))
		})
	}
}

func TestASQLiteFileIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fleet.db")
	db := open(t, path)
	appendAll(t, db.Journal("x"), 1, `{"script":"secret"}`)
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 2, "the database and its log")
	for _, file := range files {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file)
	}
}

func TestAnAddressThatIsNoDatabaseIsAClearError(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, address, want string }{
		{"an empty address", "", "the address of the database is empty"},
		{"memory", ":memory:", "cannot keep a journal"},
		{"another database", "mysql://localhost/fleet", `begins with "mysql://"`},
		{"a directory that is missing", "/no/such/directory/fleet.db", "no such file or directory"},
		{"a PostgreSQL address that is not one", "postgres://user:secret@host:port/x", "cannot parse"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := sqljournal.Open(t.Context(), tt.address)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
	t.Run("a file that is no database", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "notes.txt")
		require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("these are notes, not a database\n", 100)), 0o600))
		_, err := sqljournal.Open(t.Context(), path)
		require.ErrorContains(t, err, "not a database")
	})
}
