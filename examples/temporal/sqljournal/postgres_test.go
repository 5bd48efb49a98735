//go:build postgres

package sqljournal_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPostgreSQLKeepsAJournal needs a database whose address is in TEMPORAL_POSTGRES. See
// "make temporal-postgres".
func TestPostgreSQLKeepsAJournal(t *testing.T) {
	t.Parallel()
	address := os.Getenv("TEMPORAL_POSTGRES")
	require.NotEmpty(t, address, "TEMPORAL_POSTGRES has the address of a PostgreSQL database that may be changed")
	db := open(t, address)
	for _, table := range []string{"fleet_journal", "fleet_plan"} {
		_, err := db.Pool().ExecContext(t.Context(), "DELETE FROM "+table)
		require.NoError(t, err)
	}
	testJournal(t, address)
}

func TestPostgreSQLCommitsToTheDisk(t *testing.T) {
	t.Parallel()
	var level string
	db := open(t, os.Getenv("TEMPORAL_POSTGRES"))
	require.NoError(t, db.Pool().QueryRowContext(t.Context(), "SHOW synchronous_commit").Scan(&level))
	require.Equal(t, "on", level)
}
