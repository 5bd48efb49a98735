package runcommandtest

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// builtins returns a function that returns the value of a built-in parameter of a
// command on an instance (ECS API reference, RunCommand, CommandContent).
func builtins(r *row, m *machine) func(name string) (string, bool) {
	values := map[string]string{
		"regionid":     r.inv.cmd.region,
		"accountid":    accountID,
		"instanceid":   m.ID,
		"instancename": m.Name,
		"invokeid":     r.inv.id,
		"commandid":    r.inv.cmd.id,
	}
	return func(name string) (string, bool) {
		value, known := values[strings.ToLower(name)]
		return value, known
	}
}

// accountID is the id of the account that owns the instances and commands on the
// server.
const accountID = "1000000000000000"

// Exit codes with which a script makes the agent power off or restart the instance: on
// Linux, and on Windows.
const (
	exitPowerOff        = 193
	exitRestart         = 194
	exitPowerOffWindows = 3009
	exitRestartWindows  = 3010
)

// powerCodes has the exit codes of each system that power off and restart an instance.
var powerCodes = map[OS]struct{ off, restart int }{
	Linux:   {exitPowerOff, exitRestart},
	Windows: {exitPowerOffWindows, exitRestartWindows},
}

// exitCodesSince is the first agent version that supports powerCodes.
const exitCodesSince = "2.2.3.317"

// bootTime is how long a restart by exit code takes. If a restart took no time, a
// script that runs at every start and ends with exitRestart would repeat forever at the
// same instant.
const bootTime = 30 * time.Second

// applyExitCode powers off or restarts the instance when a run ends with one of the
// powerCodes. That ends the other runs on the instance.
func (s *Server) applyExitCode(m *machine, v *run, at time.Time) {
	codes, known := powerCodes[m.OS]
	if !v.exited || !known || !atLeast(m.AgentVersion, exitCodesSince) {
		return
	}
	switch v.exit {
	case codes.restart:
		up := at.Add(bootTime + s.timeline.leap(&m.boots, at, func() time.Duration { return bootTime }))
		if up.After(s.timeline.until) {
			m.boots = 0
		}
		s.timeline.set(&m.boot, up, func(at time.Time) { s.reboot(m, at) })
		fallthrough
	case codes.off:
		m.Stopped, m.Status = true, ""
		m.offlineSince = at
		code := errors.InstanceNotRunning
		if v.exit == codes.restart {
			code = errors.InstanceRestarted
		}
		s.interruptAll(m, code, at)
	}
}
