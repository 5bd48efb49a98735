//go:build linux || darwin

package fleet_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// preparations change a child process before it begins, by their names. A limit on the size
// of files acts like a full disk: a part of a write can still succeed.
var preparations = map[string]func() error{
	"a disk with 1 KB":  func() error { return limitFiles(&syscall.Rlimit{Cur: 1 << 10, Max: 1 << 10}) },
	"a disk with 20 KB": func() error { return limitFiles(&syscall.Rlimit{Cur: 20 << 10, Max: 20 << 10}) },
	"a disk with 30 KB": func() error { return limitFiles(&syscall.Rlimit{Cur: 30 << 10, Max: 30 << 10}) },
	"a user who may not write": func() error {
		if os.Geteuid() != 0 {
			return nil
		}
		return syscall.Setuid(65534) // the superuser may write everywhere
	},
}

func limitFiles(limit *syscall.Rlimit) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, limit)
}

// TestAFleetHaltsOnAFullDisk lets processes run out of space for their journal. The fleet says
// so, sends nothing more, and ends the job when it is resumed with more space.
func TestAFleetHaltsOnAFullDisk(t *testing.T) {
	t.Parallel()
	for _, disk := range []string{"a disk with 1 KB", "a disk with 20 KB", "a disk with 30 KB"} {
		t.Run(disk, func(t *testing.T) {
			t.Parallel()
			s, ids := fleetServer(t, 200, 20*time.Millisecond)
			server := httptest.NewServer(s)
			defer server.Close()
			path := filepath.Join(t.TempDir(), "journal")
			report := runToItsEnd(t, childTask{URL: server.URL, Journal: path, Instances: ids, Prepare: disk})
			assert.Contains(t, report.Err, "file too large")
			assert.Contains(t, report.Err, path)
			assert.True(t, report.Halted)
			assert.NotEmpty(t, report.NotSent)
			ran := requireOnce(t, s, ids)
			assert.Equal(t, ran, len(report.Results)+len(report.Unknown), "the report knows what runs")

			report = runToItsEnd(t, childTask{URL: server.URL, Journal: path, Instances: ids})
			assert.Empty(t, report.Err)
			assert.ElementsMatch(t, ids, report.Results)
			assert.Equal(t, len(ids), requireOnce(t, s, ids))
		})
	}
}

// TestAJournalNeedsAPlaceWhereItCanBeWritten opens journals in a folder, and from a file, that
// the process may not write.
func TestAJournalNeedsAPlaceWhereItCanBeWritten(t *testing.T) {
	t.Parallel()
	s, ids := fleetServer(t, 3, 0)
	server := httptest.NewServer(s)
	defer server.Close()
	folder := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	old := filepath.Join(folder, "old")
	j, err := fleet.OpenJournal(old)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	require.NoError(t, os.Chmod(old, 0o444))
	require.NoError(t, os.Chmod(folder, 0o555))
	t.Cleanup(func() { assert.NoError(t, os.Chmod(folder, 0o755)) })
	for _, path := range []string{old, filepath.Join(folder, "new"), filepath.Join(folder, "missing", "new")} {
		report := runToItsEnd(t, childTask{URL: server.URL, Journal: path, Instances: ids, Prepare: "a user who may not write"})
		assert.Regexp(t, "cannot (open|create) the journal", report.Err)
		assert.Contains(t, report.Err, path)
	}
	assert.Zero(t, requireOnce(t, s, ids))
	assert.Empty(t, s.Calls(""))
}

// runToItsEnd runs a child process that is not killed.
func runToItsEnd(t *testing.T, task childTask) (report childReport) {
	t.Helper()
	var out, failed bytes.Buffer
	err := childCommand(t, task, &out, &failed).Run()
	require.NoError(t, err, failed.String())
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	return report
}
