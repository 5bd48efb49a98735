//go:build !(linux || darwin)

package fleet_test

// preparations change a child process before it begins, by their names.
var preparations map[string]func() error
