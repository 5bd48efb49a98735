package runcommandtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
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

// setInstance adds an instance, or changes the one that has the ID. When that one is no
// longer running or loses its agent, its runs end. When it was not running and is now,
// it has been started.
func (s *Server) setInstance(inst Instance, now time.Time) {
	m, known := s.store.machines[inst.ID]
	wasStopped := known && m.Stopped
	s.store.put(inst, now)
	if !known {
		return
	}
	s.timeline.drop(&m.boot) // the description says whether the instance is running
	if code := m.unavailable(); code != "" {
		s.interruptAll(m, code, now)
	}
	if wasStopped && !m.Stopped {
		s.reboot(m, now)
	}
}

// busy reports whether one of the instances is there already and runs something.
func (s *Server) busy(inst []Instance) bool {
	return slices.ContainsFunc(inst, func(i Instance) bool {
		m, known := s.store.machines[i.ID]
		return known && m.running > 0
	})
}

// interruptAll ends all runs on an instance with an error code. Tasks that wait for a
// time or for a restart go on waiting.
func (s *Server) interruptAll(m *machine, code errors.Code, at time.Time) {
	for _, r := range m.tasks() {
		if r.last != nil && !r.last.done() {
			s.interrupt(r.last, code, at)
		}
	}
}
