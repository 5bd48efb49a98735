package runcommandtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// unavailable returns the error code with which an instance refuses every command and
// ends every run. The code is empty when the instance is running and its agent is there.
func (i *Instance) unavailable() errors.Code {
	switch {
	case i.Stopped:
		return errors.InstanceNotRunning
	case i.NoAgent:
		return errors.ClientNotRunning
	case i.Offline:
		return errors.ClientNotOnline
	}
	return ""
}

// disqualified returns the refusal of the whole call because of an instance, or nil: see
// [WithWholeCallRefusals].
func (s *Server) disqualified(m *machine) *refusal {
	if !s.opts.wholeCallRefusals || !(m.Stopped || m.NoAgent) {
		return nil
	}
	refused := refuse(m.unavailable(), "the instance %.64q is not running or has no agent", m.ID)
	refused.status = http.StatusForbidden // as for other codes of kind ErrConflict
	return refused
}

// WithWholeCallRefusals makes RunCommand refuse the whole call when one of its instances
// is not running or has no agent, with HTTP status 403 and the code InstanceNotRunning
// or ClientNotRunning. No instance runs the command then.
//
// Two pages of the documentation differ. The page of RunCommand says that a call fails
// when one of its instances does not qualify, and names no code. The list of error codes
// says that the call is accepted and that InstanceNotRunning and ClientNotRunning are
// results of single instances. Without this option the server does what the list says.
// An agent that is only offline is always a result of its instance: ClientNotOnline.
func WithWholeCallRefusals() Option {
	return func(c *config) { c.wholeCallRefusals = true }
}

// checkInstance checks whether an instance can run a command that goes to a number of
// instances. It returns the error code with which the agent refuses the command. The code
// is empty when the agent accepts the command.
func checkInstance(m *machine, cmd *command, instances int) (code errors.Code, info string) {
	if code := m.unavailable(); code != "" {
		return code, ""
	}
	for _, f := range features {
		if !f.used(cmd) || f.many && instances == 1 {
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
