package runcommandtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A feature is a part of a command that old agents do not support.
type feature struct {
	name    string
	used    func(*command) bool
	linux   string // first version of the Linux agent with the feature
	windows string // the same for the Windows agent; empty: no version has the feature
}

// features lists the features with the minimum agent versions in the ECS API reference.
var features = []feature{
	{"reboot tasks", func(c *command) bool { return c.repeat == repeatNextReboot || c.repeat == repeatReboots }, "2.2.0.46", "2.1.0.50"},
	{"a user name", func(c *command) bool { return c.username != "" }, "2.2.0.106", "2.1.0.50"},
	{"rate, at, years and time zones", func(c *command) bool { return c.repeat == repeatPeriod && !plainCron(c) }, "2.2.3.282", "2.1.3.282"},
	{"built-in parameters", func(c *command) bool { return c.enableParameter && mentions(c.content, "acs::") }, "2.2.3.309", "2.1.3.309"},
	{"{{ACS::InstanceName}}", func(c *command) bool { return c.enableParameter && mentions(c.content, "acs::instancename") }, "2.2.3.344", "2.1.3.344"},
	{"containers", (*command).inContainer, "2.2.3.344", "2.1.3.344"},
}

func plainCron(c *command) bool {
	return c.schedule.Kind() == frequency.KindCron && len(strings.Fields(c.frequency)) == 6
}

func mentions(content []byte, text string) bool {
	return strings.Contains(strings.ToLower(string(content)), text)
}

func (c *command) inContainer() bool { return c.containerID != "" || c.containerName != "" }

// checkAgent checks whether an instance can run a command. It returns the error code
// with which the agent refuses the command. The code is empty when the agent accepts
// the command.
func checkAgent(m *machine, cmd *command) (code errors.Code, info string) {
	if code := m.unavailable(); code != "" {
		return code, ""
	}
	for _, f := range features {
		if !f.used(cmd) {
			continue
		}
		if least := f.least(m.OS); !atLeast(m.AgentVersion, least) {
			return errors.ClientNeedUpgrade, fmt.Sprintf("The agent needs version %s or later for %s.", least, f.name)
		}
	}
	if cmd.inContainer() {
		return m.container(cmd), ""
	}
	switch {
	case cmd.username != "" && !m.hasUser(cmd.username):
		return errors.AccountNotExists, ""
	case cmd.workingDir != "" && !m.hasDirectory(cmd.workingDir, cmd.username):
		return errors.DirectoryNotExists, ""
	}
	return "", ""
}

func (f feature) least(os OS) string {
	if os == Windows {
		return f.windows
	}
	return f.linux
}

// atLeast reports whether version is the version least or newer. The first number of a
// version is the generation, and the last number is the number of the build, which all
// systems share. The numbers between them tell the system.
func atLeast(version, least string) bool {
	if least == "" {
		return false
	}
	generation, build := versionNumbers(version)
	leastGeneration, leastBuild := versionNumbers(least)
	if generation != leastGeneration {
		return generation > leastGeneration
	}
	return build >= leastBuild
}

// versionNumbers returns the first and the last number of a version.
func versionNumbers(version string) (generation, build int) {
	numbers := strings.Split(version, ".")
	generation, _ = strconv.Atoi(numbers[0])
	build, _ = strconv.Atoi(numbers[len(numbers)-1])
	return generation, build
}

// container checks the container of a command. It returns the error code with which the
// agent refuses the container. The code is empty when the agent accepts the container.
func (m *machine) container(cmd *command) errors.Code {
	if m.OS != Linux {
		return errors.UnsupportedContainerRuntime
	}
	if m.Containers == nil {
		return ""
	}
	id := cmd.containerID[strings.LastIndex(cmd.containerID, "/")+1:]
	name := strings.TrimPrefix(cmd.containerName, "/")
	var byID, byName []Container
	for _, c := range m.Containers {
		if id != "" && strings.EqualFold(c.ID, id) {
			byID = append(byID, c)
		}
		if name != "" && c.Name == name {
			byName = append(byName, c)
		}
	}
	found := append(byID, byName...)
	switch {
	case id != "" && len(byID) == 0, name != "" && len(byName) == 0:
		return errors.ContainerNotFound
	case id == "" && len(byName) > 1:
		return errors.ContainerNameDuplicated
	case id != "" && name != "" && byID[0].Name != name:
		return errors.ContainerNameAndIdNotMatch
	case found[0].Stopped:
		return errors.ContainerStateAbnormal
	}
	return ""
}

// agentRefusal returns the code with which real agents refuse a schedule although the
// documentation allows it. The code is empty for all other schedules. Real agents also
// read steps in the weekday field differently from the documentation. Here schedules
// with such steps fire as documented.
func agentRefusal(schedule frequency.Schedule, now time.Time) errors.Code {
	for _, w := range schedule.Warnings(now) {
		switch w.Code {
		case frequency.WarnBareL:
			return errors.BadCronExpression
		case frequency.WarnSundayRange:
			return errors.CronExpressionExpired
		}
	}
	return ""
}

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
