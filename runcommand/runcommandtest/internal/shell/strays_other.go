//go:build unix && !linux

package shell

import "os"

// killTree kills the process group of a script, and the script itself when it has left
// the group. This system has no /proc, so descendants in other groups are not found.
func killTree(script *os.Process, _ string) error {
	err := killGroup(script.Pid)
	if alone := script.Kill(); err != nil {
		err = alone
	}
	return err
}

// killStrays does nothing. This system has no /proc, so the environment of other
// processes cannot be read. Here Close kills only process groups.
func killStrays(string) {}
