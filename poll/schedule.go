package poll

import (
	"math/rand/v2"
	"time"
)

// A schedule generates the waits of Until as a row of points on the time since
// Reset, each further from the one before by a gap that grows with the time
// waited. It implements backoff.BackOff.
//
// Points and not waits, because a probe takes time: it counts towards the gap
// that follows it, and so the gaps, which bound the lateness, stay as promised.
type schedule struct {
	policy Policy // no zero fields
	start  time.Time
	point  time.Duration // of the latest look, since start
	begun  bool
}

// Reset starts the schedule anew at the current time.
func (s *schedule) Reset() {
	s.start, s.point, s.begun = time.Now(), 0, false
}

// NextBackOff returns the time from now until the next point.
//
// When a probe, or a wait that the service asked for, has used up most of the
// gap, the wait is half a gap: a slow service must not be asked without a pause.
func (s *schedule) NextBackOff() time.Duration {
	gap := s.gap()
	elapsed := time.Since(s.start)
	wait := max(s.point+gap-elapsed, gap/2)
	s.point = elapsed + wait
	return wait
}

func (s *schedule) gap() time.Duration {
	p := s.policy
	gap := p.Initial + min(scale(s.point, p.Growth), p.Max-p.Initial)
	if !s.begun {
		s.begun = true
		gap = scale(gap, 1-p.Jitter*rand.Float64())
	}
	return gap
}
