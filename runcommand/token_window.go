package runcommand

import (
	"context"
	"fmt"
	"time"
)

// tokenTrust is how long the service is trusted to remember a client token. Its
// documents name no time, so an attempt begins at most this long after the
// first one that may have been accepted: a service that has forgotten the token
// would run the command again.
const tokenLifetime = 5 * time.Minute

// errTokenOld ends a Run whose next attempt would begin too late.
var errTokenExpired = fmt.Errorf(
	"the service may have forgotten the client token: more than %v would lie between the first attempt that it may have accepted and the next one",
	tokenLifetime)

// trust counts the time since the first attempt that may have been accepted.
// The zero trust has seen no such attempt.
type tokenWindow struct{ since time.Time }

// left returns how long another attempt may still begin, and false while there
// is no such limit.
func (t tokenWindow) remaining(now time.Time) (time.Duration, bool) {
	if t.since.IsZero() {
		return 0, false
	}
	return tokenLifetime - tokenAge(now.Sub(t.since), now.Round(0).Sub(t.since.Round(0))), true
}

// over reports whether it is too late for another attempt.
func (t tokenWindow) expired(now time.Time) bool {
	left, limited := t.remaining(now)
	return limited && left < 0
}

// age is the longer of the times that two clocks have counted. The monotonic
// clock stands still while the machine is suspended, and the wall clock may be
// set: one that ran backwards tells nothing, so the token counts as old.
func tokenAge(monotonic, wall time.Duration) time.Duration {
	if wall < 0 {
		return tokenLifetime + 1
	}
	return max(monotonic, wall)
}

// bound ends ctx when it is too late for another attempt.
func (t tokenWindow) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	left, limited := t.remaining(time.Now())
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, left)
}
