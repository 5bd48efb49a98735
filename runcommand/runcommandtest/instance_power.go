package runcommandtest

import "time"

// Exit codes with which a script on Linux asks the agent to power the instance
// off or to restart it after the run.
const (
	exitPowerOff = 193
	exitRestart  = 194
)

// exitCodesSince is the first agent that knows these exit codes.
const exitCodesSince = "2.2.3.317"

// bootTime is how long a restart takes that a script asked for. It also keeps a
// script that runs at every start and asks for a restart from doing so without
// end in one moment.
const bootTime = 30 * time.Second

// applyExitCode does what the exit code of a run asks for.
func (s *Server) applyExitCode(m *machine, v *run, at time.Time) {
	if !v.exited || m.OS != Linux || !atLeast(m.AgentVersion, exitCodesSince) {
		return
	}
	switch v.exit {
	case exitRestart:
		s.timeline.set(&m.boot, at.Add(bootTime), func(at time.Time) { s.reboot(m, at) })
		fallthrough
	case exitPowerOff:
		m.Stopped = true
		m.offlineSince = at
	}
}
