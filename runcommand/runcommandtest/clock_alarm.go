package runcommandtest

import "time"

// An wakeTimer lets scheduled runs begin when they are due although nobody looks.
// It matters only to a Runner, which can be seen from outside; whatever else is
// due can wait until somebody looks.
type wakeTimer struct {
	timer *time.Timer
	at    time.Time // what the timer waits for, zero when it does not
}

// wakeAt makes sure that somebody looks at the time of a firing. A clock that is
// not the common one cannot be waited for.
func (s *Server) wakeAt(at time.Time) {
	if (s.handler == nil && s.shell == nil) || !s.opts.commonClock || s.life.Err() != nil {
		return
	}
	if !s.wakeTimer.at.IsZero() && !at.Before(s.wakeTimer.at) {
		return
	}
	s.stopTimer()
	s.wakeTimer = wakeTimer{time.AfterFunc(at.Sub(s.clock.now()), s.wake), at}
}

func (s *Server) stopTimer() {
	if s.wakeTimer.timer != nil {
		s.wakeTimer.timer.Stop()
	}
	s.wakeTimer = wakeTimer{}
}

// wake lets happen what is due and waits for the next firing.
func (s *Server) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		return
	}
	s.executing.Add(1)
	defer s.executing.Done()
	s.catchUp(s.life)
	s.wakeForNextFiring()
}

// wakeForNextFiring waits for the next firing of all.
func (s *Server) wakeForNextFiring() {
	s.stopTimer()
	for _, e := range s.timeline.events {
		if e.firing {
			s.wakeAt(e.at)
		}
	}
}
