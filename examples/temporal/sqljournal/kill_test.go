package sqljournal_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/temporal/sqljournal"
)

// childVariable makes the test binary a writer of the SQLite file that it names.
const childVariable = "SQLJOURNAL_TEST_WRITE_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

func numbered(n int64) string { return fmt.Sprintf(`{"type":"send","chunk":%d}`, n) }

// writeUntilKilled continues a journal, and prints the number of each entry whose Append has
// returned.
func writeUntilKilled(path string) {
	ctx := context.Background()
	db, err := sqljournal.Open(ctx, path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	j := db.Journal("x")
	n := int64(1)
	for range j.Entries(ctx) {
		n++
	}
	for ; ; n++ {
		if err := j.Append(ctx, n, []byte(numbered(n))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		fmt.Println(n)
	}
}

func TestAKilledProcessLosesNoEntry(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fleet.db")
	var known int64
	for kill := 1; kill <= 10; kill++ {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for told := 0; lines.Scan(); told++ {
			_, err := fmt.Sscan(lines.Text(), &known)
			require.NoError(t, err)
			if told == kill*3 {
				require.NoError(t, cmd.Process.Kill()) // it writes on until the signal arrives
			}
		}
		require.Error(t, cmd.Wait(), "the process was killed")
		require.Equal(t, -1, cmd.ProcessState.ExitCode(), "by the signal, not by an error")

		entries := entriesOf(t, open(t, path).Journal("x"))
		require.GreaterOrEqual(t, int64(len(entries)), known, "after kill %d: an entry whose Append has returned is there", kill)
		for i, e := range entries {
			require.Equal(t, numbered(int64(i)+1), e)
		}
	}
	assert.Greater(t, known, int64(100))
}

func TestACommitOfSQLiteIsOnTheDisk(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "fleet.db"))
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "fullfsync": "1", "busy_timeout": "10000"} {
		var got string
		require.NoError(t, db.Pool().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		assert.Equal(t, want, got, pragma)
	}
}
