//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package fleet

import (
	"os"
	"syscall"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// lockSupported says whether lockFile can lock files on this system.
const lockSupported = true

// lockFile locks the file for this handle and does not wait. When another handle holds the
// lock, also one of this process, it returns [ErrLocked]. The system releases the lock when the
// process dies.
func lockFile(f *os.File) error {
	err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

// unlockFile releases the lock. Closing the file is not enough. While another goroutine
// starts a child process, the child has a copy of the handle for a moment. That copy holds
// the lock, too.
func unlockFile(f *os.File) error { return flock(f, syscall.LOCK_UN) }

// flock calls flock(2). It calls again when a signal interrupts the call.
func flock(f *os.File, how int) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var lockErr error
	err = conn.Control(func(fd uintptr) {
		for {
			if lockErr = syscall.Flock(int(fd), how); lockErr != syscall.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return lockErr
}

// syncDir makes a file that was created in the folder durable. Some file systems cannot sync a
// folder. They say so with EINVAL or ENOTSUP, which is no error here.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing was written through this handle
	if err = d.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
