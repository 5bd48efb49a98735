package sqljournal_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAJournalThatHasLostAnEntryIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fleet.db")
	j := open(t, path).Journal("x")
	appendAll(t, j, 1, "1", "2", "3")
	raw, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	_, err = raw.ExecContext(t.Context(), `DELETE FROM fleet_journal WHERE n = 2`)
	require.NoError(t, err)
	var last error
	for _, last = range j.Entries(t.Context()) {
		if last != nil {
			break
		}
	}
	require.ErrorContains(t, last, "entry 2 is missing")
}
