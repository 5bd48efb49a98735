//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package fleet

import (
	"os"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// lockSupported says whether lockFile can lock files on this system. AIX and Solaris have only
// locks that belong to the process: they do not keep a second Fleet of the same process out.
// Plan 9 and the WebAssembly systems have none.
const lockSupported = false

// lockFile fails; OpenJournal does not call it here.
func lockFile(*os.File) error { return errors.ErrUnsupported }

// unlockFile does nothing: no file was locked.
func unlockFile(*os.File) error { return nil }

// syncDir does nothing: no journal is created here.
func syncDir(string) error { return nil }
