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

// Exit codes with which a script on Linux makes the agent power off or restart the
// instance.
const (
	exitPowerOff = 193
	exitRestart  = 194
)

// exitCodesSince is the first agent version that supports exitPowerOff and exitRestart.
const exitCodesSince = "2.2.3.317"

// bootTime is how long a restart by exit code takes. If a restart took no time, a
// script that runs at every start and ends with exitRestart would repeat forever at the
// same instant.
const bootTime = 30 * time.Second

// applyExitCode powers off or restarts the instance when a run ends with exitPowerOff
// or exitRestart. That ends the other runs on the instance.
func (s *Server) applyExitCode(m *machine, v *run, at time.Time) {
	if !v.exited || m.OS != Linux || !atLeast(m.AgentVersion, exitCodesSince) {
		return
	}
	switch v.exit {
	case exitRestart:
		up := at.Add(bootTime + s.timeline.leap(&m.boots, at, func() time.Duration { return bootTime }))
		if up.After(s.timeline.until) {
			m.boots = 0
		}
		s.timeline.set(&m.boot, up, func(at time.Time) { s.reboot(m, at) })
		fallthrough
	case exitPowerOff:
		m.Stopped, m.Status = true, ""
		m.offlineSince = at
		code := errors.InstanceNotRunning
		if v.exit == exitRestart {
			code = errors.InstanceRestarted
		}
		s.interruptAll(m, code, at)
	}
}
