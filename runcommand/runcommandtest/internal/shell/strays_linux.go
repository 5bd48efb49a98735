package shell

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// strayRounds is the largest number of searches for processes that killStrays makes. A
// process that is started during one search is found by the next search.
const strayRounds = 8

// killStrays kills the processes whose HOME or working directory lies below root, in
// any process group or session. Every script of a shell has such a HOME, and its child
// processes inherit it. A script without a WorkingDir also starts in that directory.
func killStrays(root string) {
	if root == "" {
		return
	}
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		for range strayRounds {
			if !killBelow(root+string(filepath.Separator), resolved+string(filepath.Separator)) {
				return
			}
		}
	}
}

// killBelow kills the processes whose HOME or working directory is below path, and
// reports whether there were any. The parameter resolved is path without symbolic
// links.
func killBelow(path, resolved string) (found bool) {
	home := []byte("\x00HOME=" + path)
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		// FindProcess is called before the checks. So Kill cannot kill a later process that
		// has got the same number.
		process, err := os.FindProcess(pid)
		if err != nil {
			continue
		}
		if hasHome(dir, home) || leadsBelow(dir+"/cwd", resolved) {
			found = process.Kill() == nil || found
		}
		_ = process.Release()
	}
	return found
}

func hasHome(dir string, home []byte) bool {
	environ, err := os.ReadFile(dir + "/environ")
	return err == nil && bytes.Contains(append([]byte{0}, environ...), home)
}

// leadsBelow reports whether a symbolic link points to a place below path. The target
// of the link may have been deleted.
func leadsBelow(link, path string) bool {
	target, err := os.Readlink(link)
	return err == nil && strings.HasPrefix(target, path)
}
