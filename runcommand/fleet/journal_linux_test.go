package fleet_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

func TestAWriteThatCannotBeUndoneStopsTheJournal(t *testing.T) {
	t.Parallel()
	path := journalFile(t, threeLines)
	j := openJournal(t, path)
	// From here on, the handle can only read. So neither a write nor the removal of a part of a line is possible.
	readOnly, err := os.Open(path)
	require.NoError(t, err)
	defer readOnly.Close()
	require.NoError(t, syscall.Dup3(int(readOnly.Fd()), int(j.File().Fd()), syscall.O_CLOEXEC))
	err = j.Append(t.Context(), 4, []byte(`{}`))
	require.ErrorIs(t, err, syscall.EBADF)
	assert.ErrorContains(t, err, "fleet: journal "+path+": write: bad file descriptor")
	again := j.Append(t.Context(), 4, []byte(`{}`))
	require.ErrorIs(t, again, syscall.EINVAL)
	assert.EqualError(t, again, "fleet: journal "+path+": a part of a line at its end cannot be removed: truncate "+path+": invalid argument")
	assert.Equal(t, threeEntries, entriesOf(t, j))
	assert.Equal(t, threeLines, contentOf(t, path))
}

// asNobody runs do as a user who needs the rights of files. When the test runs as root, one
// thread gives up its rights, and that thread ends after do.
func asNobody(do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		}
		do()
	}()
	<-done
}

const nobody = 65534

func TestRightsThatAreMissingAreAnError(t *testing.T) {
	t.Parallel()
	// All folders up to the temporary one must be closed to other users.
	base := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(base), 0o711))
	for _, c := range []struct {
		name         string
		folder, file os.FileMode
	}{
		{"a folder that takes no files", 0o500, 0},
		{"a folder that cannot be entered", 0o600, 0},
		{"a file that can only be read", 0o700, 0o400},
		{"a file that can only be written", 0o700, 0o200},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(base, t.Name()[len("TestRightsThatAreMissingAreAnError/"):])
			path := filepath.Join(dir, "journal")
			require.NoError(t, os.Mkdir(dir, 0o700))
			if c.file != 0 {
				require.NoError(t, os.WriteFile(path, []byte(threeLines), 0o600))
				require.NoError(t, os.Chmod(path, c.file))
			}
			if os.Geteuid() == 0 {
				require.NoError(t, os.Chown(dir, nobody, nobody))
				if c.file != 0 {
					require.NoError(t, os.Chown(path, nobody, nobody))
				}
			}
			require.NoError(t, os.Chmod(dir, c.folder))
			t.Cleanup(func() { assert.NoError(t, os.Chmod(dir, 0o700)) })
			var j *fleet.FileJournal
			var err error
			asNobody(func() { j, err = fleet.OpenJournal(path) })
			require.EqualError(t, err, "fleet: cannot open the journal: open "+path+": permission denied")
			require.ErrorIs(t, err, os.ErrPermission)
			assert.Nil(t, j)
		})
	}
}

func TestAFileSystemThatTakesNoFilesIsAnError(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/proc/journal": "its folder does not exist: open /proc/journal: no such file", // this is what /proc answers
		"/sys/journal":  "open /sys/journal: ",
		"/proc/version": "/proc/version: ", // root can open it to write, but nothing can sync it
		"/dev/full":     "open /dev/full: it is a device",
	} {
		j, err := fleet.OpenJournal(path)
		require.ErrorContains(t, err, want)
		assert.Nil(t, j)
	}
}
