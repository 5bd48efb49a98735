package runcommandtest

import "time"

// An alarm lets scheduled runs begin when they are due although nobody looks.
// It matters only to a Runner, which can be seen from outside; whatever else is
// due can wait until somebody looks.
type alarm struct {
	timer *time.Timer
	at    time.Time // what the timer waits for, zero when it does not
}

// arm makes sure that somebody looks at the time of a firing. A clock that is
// not the common one cannot be waited for.
func (s *Server) arm(at time.Time) {
	if (s.handler == nil && s.shell == nil) || !s.opts.commonClock || s.life.Err() != nil {
		return
	}
	if !s.alarm.at.IsZero() && !at.Before(s.alarm.at) {
		return
	}
	s.disarm()
	s.alarm = alarm{time.AfterFunc(at.Sub(s.clock.now()), s.ring), at}
}

func (s *Server) disarm() {
	if s.alarm.timer != nil {
		s.alarm.timer.Stop()
	}
	s.alarm = alarm{}
}

// ring lets happen what is due and waits for the next firing.
func (s *Server) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		return
	}
	s.flights.Add(1)
	defer s.flights.Done()
	s.settle(s.life)
	s.rearm()
}

// rearm waits for the next firing of all.
func (s *Server) rearm() {
	s.disarm()
	for _, e := range s.timeline.events {
		if e.firing {
			s.arm(e.at)
		}
	}
}
