package fleet

import (
	"math"
	"os"

	"golang.org/x/sys/windows"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// lockSupported says whether lockFile can lock files on this system.
const lockSupported = true

// lockedByte is the place of the one byte that is locked. On Windows other handles cannot read
// a locked region. So the region lies far beyond the content, and the journal can be read while
// a fleet runs.
var lockedByte = windows.Overlapped{OffsetHigh: math.MaxInt32}

// lockFile locks the file for this handle and does not wait. When another handle holds the
// lock, also one of this process, it returns [ErrLocked]. The system releases the lock when the
// process dies.
func lockFile(f *os.File) error {
	region := lockedByte
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &region)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrLocked
	}
	return err
}

// unlockFile releases the lock.
func unlockFile(f *os.File) error {
	region := lockedByte
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &region)
}

// syncDir does nothing: Windows has no call that syncs a folder.
func syncDir(string) error { return nil }
