package runcommand

import (
	"context"
	"fmt"
	"time"
)

// tokenLifetime is how long a Run relies on a client token. The documents of the service
// do not say how long the service remembers a token. A service that has forgotten the
// token would run the command again. So no attempt begins more than tokenLifetime after
// the first attempt that may have been accepted.
const tokenLifetime = 5 * time.Minute

// errTokenExpired ends a Run whose next attempt would begin after tokenLifetime.
var errTokenExpired = fmt.Errorf(
	"the service may have forgotten the client token: the next attempt would begin more than %v after the first attempt that it may have accepted",
	tokenLifetime)

// tokenWindow measures the time since the first attempt that may have been accepted. The
// zero tokenWindow means that there was no such attempt.
type tokenWindow struct{ since time.Time }

// remaining returns how much time is left to begin another attempt. It returns false
// while there is no limit, because no attempt can have been accepted yet.
func (t tokenWindow) remaining(now time.Time) (time.Duration, bool) {
	if t.since.IsZero() {
		return 0, false
	}
	return tokenLifetime - tokenAge(now.Sub(t.since), now.Round(0).Sub(t.since.Round(0))), true
}

// expired reports whether the token is too old for another attempt.
func (t tokenWindow) expired(now time.Time) bool {
	left, limited := t.remaining(now)
	return limited && left < 0
}

// tokenAge returns the age of a token. It takes the longer of the times that two clocks
// measured, because each clock may show too little: the monotonic clock stops while the
// machine is suspended, and the wall clock may be set by hand. When the wall clock went
// backwards, the age is unknown. Then tokenAge returns an age that is longer than
// tokenLifetime.
func tokenAge(monotonic, wall time.Duration) time.Duration {
	if wall < 0 {
		return tokenLifetime + 1
	}
	return max(monotonic, wall)
}

// withDeadline returns a context that ends when the token is too old for another attempt.
func (t tokenWindow) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	left, limited := t.remaining(time.Now())
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, left)
}
