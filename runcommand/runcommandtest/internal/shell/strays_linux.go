package shell

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// strayRounds bounds how often killStrays looks again for what was forked while
// it looked.
const strayRounds = 8

// killStrays kills the processes whose HOME or working directory lies below
// root, whatever process group or session they have moved to: every script of a
// shell has such a HOME and hands it on to what it starts, and begins in it unless
// it has a WorkingDir.
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

// killBelow kills what lies below a path, written as scripts see it and as the
// system resolves it.
func killBelow(path, resolved string) (found bool) {
	home := []byte("\x00HOME=" + path)
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		// The process is taken hold of before it is looked at, so that its
		// number cannot change hands in between.
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

// leadsBelow reports whether a link leads below path, even to what was deleted.
func leadsBelow(link, path string) bool {
	target, err := os.Readlink(link)
	return err == nil && strings.HasPrefix(target, path)
}
