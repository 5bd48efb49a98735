package poll

import (
	"math/rand/v2"
	"time"
)

// A schedule generates the waits of Until. It is a row of points on the time since Reset. The gap
// between two points grows with the time waited. It implements backoff.BackOff.
//
// The schedule keeps points, not waits, because a probe takes time. That time counts towards the gap
// after the probe, so that the gaps, which bound the lateness, keep their length.
type schedule struct {
	policy Policy // no zero fields
	start  time.Time
	point  time.Duration // of the latest probe, since start
	begun  bool
}

// Reset starts the schedule again at the current time.
func (s *schedule) Reset() {
	s.start, s.point, s.begun = time.Now(), 0, false
}

// NextBackOff returns the time from now until the next point.
//
// When a slow probe, or a wait that the service asked for, has used up most of the gap, the wait is
// half a gap, so that a slow service is not called without a pause.
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
