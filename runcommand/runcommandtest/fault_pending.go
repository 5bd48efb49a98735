package runcommandtest

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// WithPendingFaults allows a test that used [Start] to end while faults are pending.
// Without it such a test fails, because it has not tested what it was written for. Use
// it when it does not matter whether a fault happens, for example in a test with random
// faults. It has no effect on a server of [NewServer].
func WithPendingFaults() Option {
	return func(c *config) { c.pendingFaults = true }
}

// Pending returns the faults that have not happened as often as they should. In each of
// them Times is the number of times that are left. A fault with a negative Times stays
// pending until it has happened once. The order is that of injection. Pending does not
// carry out what is due by the server's clock: a fault of a run that is due happens with
// the next call.
//
// A test that used [Start] fails when a fault is pending at its end, unless the server
// has the option [WithPendingFaults]. The failure names the faults and the lines that
// injected them. A test that used [NewServer] should end with a check that no fault is
// pending.
func (s *Server) Pending() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pending []Fault
	for _, f := range s.faults {
		if f.pending() {
			pending = append(pending, f.remaining())
		}
	}
	return pending
}

// pending reports whether f has still to happen.
func (f *pendingFault) pending() bool { return f.left > 0 || !f.used }

// remaining returns the fault with the number of times that are left.
func (f *pendingFault) remaining() Fault {
	left := f.Fault
	left.Times = f.left
	return left
}

// requireNoPending fails the test when a fault is pending. It says where the fault was
// injected. It says nothing when the test has failed or was skipped, because such a test
// did not get to its end, and nothing with the option WithPendingFaults.
func (s *Server) requireNoPending(tb testing.TB) {
	tb.Helper()
	if s.opts.pendingFaults || tb.Failed() || tb.Skipped() {
		return
	}
	var list strings.Builder
	pending := 0
	s.mu.Lock()
	for _, f := range s.faults {
		if !f.pending() {
			continue
		}
		if pending++; pending <= dumpedFaults {
			fmt.Fprintf(&list, "\n  %s, injected at %s", f.remaining(), f.injectedAt)
		}
	}
	s.mu.Unlock()
	if more := pending - dumpedFaults; more > 0 {
		fmt.Fprintf(&list, "\n  ... and %d more", more)
	}
	if pending > 0 {
		tb.Errorf("runcommandtest: the test ended while %s pending (the option WithPendingFaults allows that):%s",
			count(pending, "fault was", "faults were"), &list)
	}
}

// callerOfInject returns file and line of the call of Inject, such as "run_test.go:42".
func callerOfInject() string {
	const skip = 2 // this function and Inject
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return "an unknown place"
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}
