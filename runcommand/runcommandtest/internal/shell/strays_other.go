//go:build unix && !linux

package shell

// killStrays does nothing. Without /proc the environment of other processes cannot be
// read; only process groups are killed here.
func killStrays(string) {}
