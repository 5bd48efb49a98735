package emulator

import (
	"fmt"
	"strings"
	"time"
)

// dumpedCalls is how many calls a dump shows.
const dumpedCalls = 20

// String returns the state of the server for people: clock, instances,
// invocations, the latest calls and the faults that are left. Scripts,
// parameters and outputs are not in it.
func (s *Server) String() string {
	instances, invocations, calls, faults := s.Instances(), s.Invocations(), s.Calls(""), s.Pending()
	var b strings.Builder
	fmt.Fprintf(&b, "clock %s\n", s.Now().UTC().Format(time.RFC3339Nano))
	fmt.Fprintf(&b, "%d instances\n", len(instances))
	for _, i := range instances {
		fmt.Fprintf(&b, "  %s\n", i)
	}
	fmt.Fprintf(&b, "%d invocations\n", len(invocations))
	for _, i := range invocations {
		fmt.Fprintf(&b, "  %s\n", i)
	}
	fmt.Fprintf(&b, "%d calls", len(calls))
	if len(calls) > dumpedCalls {
		calls = calls[len(calls)-dumpedCalls:]
		fmt.Fprintf(&b, ", the last %d", len(calls))
	}
	b.WriteByte('\n')
	for _, c := range calls {
		fmt.Fprintf(&b, "  %s\n", c)
	}
	fmt.Fprintf(&b, "%d faults left\n", len(faults))
	for _, f := range faults {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	return b.String()
}

// String returns one line.
func (i InstanceInfo) String() string {
	state := "online"
	switch {
	case i.Stopped:
		state = "stopped"
	case i.NoAgent:
		state = "without an agent"
	case !i.Online:
		state = "offline"
	}
	return fmt.Sprintf("%s %s %s, %d executions, %d running", i.ID, i.OS, state, i.Executions, i.Running)
}

// String returns one line.
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
