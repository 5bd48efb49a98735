package runcommandtest

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A rate is the number of calls of an operation that are accepted in each window of
// time.
type rate struct {
	calls int
	per   time.Duration
}

// A window counts the calls of an operation since the window began.
type window struct {
	began time.Time
	calls int
}

// rateHeader is the reply header that says how many calls are left.
const rateHeader = "x-ratelimit-user-api"

// checkRate counts a call and refuses it when the rate of its action is exceeded. It
// returns the value of the rate-limit header. The value is empty when the action has no
// limit.
func (s *Server) checkRate(action string, now time.Time) (hint string, refused *refusal) {
	r, limited := s.opts.rateLimits[action]
	if !limited || r.calls <= 0 || r.per <= 0 {
		return "", nil
	}
	w := s.windows[action]
	if now.Sub(w.began) >= r.per {
		w = window{began: now}
	}
	w.calls++
	s.windows[action] = w
	end := w.began.Add(r.per)
	hint = rateHint(r.calls, max(r.calls-w.calls, 0), end.Sub(now), end)
	if w.calls > r.calls {
		return hint, refuse(errors.ThrottlingUser, "%s is limited to %s in %s", action, count(r.calls, "call", "calls"), r.per)
	}
	return hint, nil
}

// rateHint returns the value of a rate-limit header. Its part TimeLeft is in
// milliseconds, and its part Reset is a Unix time in milliseconds.
func rateHint(limit, remain int, left time.Duration, reset time.Time) string {
	return fmt.Sprintf("Limit:%d,Remain:%d,TimeLeft:%d,Reset:%d", limit, remain, left.Milliseconds(), reset.UnixMilli())
}
