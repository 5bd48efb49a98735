package poll

import (
	"math/rand/v2"
	"time"
)

// A schedule generates the waits of Until. It plans the points in time at which Until probes,
// measured from the latest Reset. The gap between two points grows with the time waited. A
// schedule implements backoff.BackOff.
//
// The schedule keeps points, not waits, because a probe takes time. The time of a probe is part of the
// gap after it, so that each gap keeps its length. The gaps bound how late Until notices the end.
type schedule struct {
	policy Policy // with the defaults in place of zero fields
	start  time.Time
	point  time.Duration // the planned time of the latest probe, measured from start
	begun  bool
}

// Reset starts the schedule again at the current time.
func (s *schedule) Reset() {
	s.start, s.point, s.begun = time.Now(), 0, false
}

// NextBackOff returns the time from now until the next point.
//
// A slow probe, or a wait that the service asked for, can use up most of the gap. The wait is then
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
