package emulator

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Rate is how many calls an operation admits in each window of time.
type Rate struct {
	Calls int
	Per   time.Duration
}

// A window counts the calls of an operation since it began.
type window struct {
	began time.Time
	calls int
}

// rateHeader is where the service says how many calls are left.
const rateHeader = "x-ratelimit-user-api"

// admit counts a call against the rate of its action. It returns the value of
// the rate-limit header, empty without a limit, and whether the call may go on.
func (s *Server) admit(action string, now time.Time) (hint string, refused *refusal) {
	rate, limited := s.opts.RateLimits[action]
	if !limited || rate.Calls <= 0 || rate.Per <= 0 {
		return "", nil
	}
	w := s.windows[action]
	if now.Sub(w.began) >= rate.Per {
		w = window{began: now}
	}
	w.calls++
	s.windows[action] = w
	end := w.began.Add(rate.Per)
	hint = rateHint(rate.Calls, max(rate.Calls-w.calls, 0), end.Sub(now), end)
	if w.calls > rate.Calls {
		return hint, refuse(errors.ThrottlingUser, "%s is limited to %d calls in %s", action, rate.Calls, rate.Per)
	}
	return hint, nil
}

// rateHint writes a rate-limit header; TimeLeft is in milliseconds.
func rateHint(limit, remain int, left time.Duration, reset time.Time) string {
	return fmt.Sprintf("Limit:%d,Remain:%d,TimeLeft:%d,Reset:%d", limit, remain, left.Milliseconds(), reset.UnixMilli())
}
