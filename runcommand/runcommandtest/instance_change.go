package runcommandtest

import (
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// setInstance adds an instance, or changes the one that has the ID. When that one is no
// longer running or loses its agent, its runs end. When it was not running and is now,
// it has been started.
func (s *Server) setInstance(inst Instance, now time.Time) {
	m, known := s.store.machines[inst.ID]
	var before Instance
	if known {
		before = m.Instance
	}
	s.store.put(inst, now)
	if !known {
		return
	}
	m.installing = m.installing && m.NoAgent // an agent that is there need not be installed
	s.timeline.drop(&m.boot)                 // the description says whether the instance is running
	if code := m.unavailable(); code != "" {
		s.interruptAll(m, code, now)
	}
	if before.Stopped && !m.Stopped {
		s.reboot(m, now)
	}
	if before.Zone.String() != m.Zone.String() {
		s.followZone(m, now)
	}
}

// followZone sets the next firing of each schedule that follows the clock of the instance.
func (s *Server) followZone(m *machine, now time.Time) {
	for _, r := range m.tasks() {
		schedule := r.inv.cmd.schedule
		if !r.next.IsZero() && schedule.Kind() == frequency.KindCron && schedule.Location() == nil {
			s.setNext(r, now)
		}
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
