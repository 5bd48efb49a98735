//go:build unix && !linux

package shell

// killStrays does nothing: without /proc the environment of other processes
// cannot be read, and process groups have to do.
func killStrays(string) {}
