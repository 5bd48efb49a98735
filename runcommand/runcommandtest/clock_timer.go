package runcommandtest

import "time"

// A wakeTimer starts scheduled runs on time even when no call arrives. It is needed
// only when a function or a script executes the runs, because a test can observe when
// the function or the script starts. Every other event can wait for the next call.
type wakeTimer struct {
	timer *time.Timer
	at    time.Time // when the timer fires; zero when it is not set
}

// wakeAt makes sure that the timer wakes the server at the time of a firing. It does
// nothing with a clock given by [WithClock], because a timer cannot follow that clock.
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

// stopTimer stops the timer. The caller holds the lock. A wake that waits for the lock
// still runs afterwards. That does no harm: it carries out only what is due.
func (s *Server) stopTimer() {
	if s.wakeTimer.timer != nil {
		s.wakeTimer.timer.Stop()
	}
	s.wakeTimer = wakeTimer{}
}

// wake carries out the events that are due and sets the timer for the next firing.
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

// wakeForNextFiring sets the timer for the earliest firing of all schedules.
func (s *Server) wakeForNextFiring() {
	s.stopTimer()
	if len(s.timeline.firings) > 0 {
		s.wakeAt(s.timeline.firings[0].at)
	}
}
