package emulator

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// strayRounds bounds how often killStrays looks again for what was forked while
// it looked.
const strayRounds = 8

// killStrays kills the processes whose HOME lies below root, whatever process
// group or session they have moved to: every script of a shell has such a HOME
// and hands it on to what it starts.
func killStrays(root string) {
	if root == "" {
		return
	}
	home := []byte("\x00HOME=" + root + string(filepath.Separator))
	for range strayRounds {
		if !killWithEnvironment(home) {
			return
		}
	}
}

func killWithEnvironment(entry []byte) (found bool) {
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		// The process is taken hold of before its environment is read, so that
		// its number cannot change hands in between.
		process, err := os.FindProcess(pid)
		if err != nil {
			continue
		}
		environ, err := os.ReadFile(path)
		if err == nil && bytes.Contains(append([]byte{0}, environ...), entry) {
			found = process.Kill() == nil || found
		}
		_ = process.Release()
	}
	return found
}
