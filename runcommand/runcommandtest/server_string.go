package runcommandtest

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The largest numbers of items that String of a Server shows.
const (
	dumpedInstances   = 30
	dumpedInvocations = 30
	dumpedRows        = 10 // rows shown of each invocation
	dumpedCalls       = 50
	dumpedFaults      = 30
)

// String returns the state of the server for people: clock, instances, invocations,
// the latest calls, the faults that are left, and the panics of functions given to
// [Server.Handle]. It shows at most some dozens of each, and no scripts, parameters or
// outputs. Like [Server.Invocations] it first carries out what is due. The text is made for
// reading and may change. [Start] logs it when a test has failed.
func (s *Server) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "clock %s\n", s.Now().UTC().Format(time.RFC3339Nano))
	writeFirst(&b, "instance", "instances", s.instances(), dumpedInstances)
	writeLast(&b, "invocation", "invocations", s.invocations(), dumpedInvocations, Invocation.excerpt)
	writeLast(&b, "call", "calls", s.sharedCalls(""), dumpedCalls, Call.String)
	writeFirst(&b, "fault left", "faults left", s.Pending(), dumpedFaults)
	s.writePanics(&b)
	return b.String()
}

// Dump writes what String returns. It returns the error of w.
func (s *Server) Dump(w io.Writer) error {
	_, err := io.WriteString(w, s.String())
	return err
}

// count returns a number with its noun: "1 call", "2 calls".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// writeFirst writes how many items there are and the first of them.
func writeFirst[T fmt.Stringer](b *strings.Builder, one, many string, items []T, limit int) {
	fmt.Fprintln(b, count(len(items), one, many))
	for i, item := range items {
		if i == limit {
			fmt.Fprintf(b, "  ... and %d more\n", len(items)-limit)
			return
		}
		fmt.Fprintf(b, "  %s\n", item)
	}
}

// writeLast writes how many items there are and the last of them.
func writeLast[T any](b *strings.Builder, one, many string, items []T, limit int, draw func(T) string) {
	if more := len(items) - limit; more > 0 {
		fmt.Fprintf(b, "%s, the last %d\n", count(len(items), one, many), limit)
		items = items[more:]
	} else {
		fmt.Fprintln(b, count(len(items), one, many))
	}
	for _, item := range items {
		fmt.Fprintf(b, "  %s\n", draw(item))
	}
}

// String returns one line, such as "i-1 Linux online, 1 execution, 0 running".
func (i InstanceInfo) String() string {
	state := "online"
	switch {
	case i.Stopped:
		state = strings.ToLower(string(i.status()))
	case i.NoAgent:
		state = "without an agent"
	case !i.Online:
		state = "offline"
	}
	return fmt.Sprintf("%s %s %s, %s, %d running", i.ID, i.OS, state, count(i.Executions, "execution", "executions"), i.Running)
}

// String returns one line, such as "refusal of RunCommand on i-1".
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.Kind.String())
	for _, part := range []struct{ name, value string }{
		{"of", f.Action}, {"on", f.InstanceID}, {"with", string(f.Code)},
	} {
		if part.value != "" {
			b.WriteString(" " + part.name + " " + part.value)
		}
	}
	if f.Times > 1 {
		fmt.Fprintf(&b, ", %d times", f.Times)
	}
	return b.String()
}
