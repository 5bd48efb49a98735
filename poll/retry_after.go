package poll

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// longestRetryAfter is the longest wait that a retry-after can cause. The service itself does
// not ask for longer waits. Without this limit, a wrong header of a proxy could stop
// callers for hours.
const longestRetryAfter = 5 * time.Minute

// atLeast returns the parameter wait, or the wait that err asks for when that wait is
// longer.
func atLeast(wait time.Duration, err error) time.Duration {
	hint, _ := errors.RetryAfter(err)
	return max(wait, min(hint, longestRetryAfter))
}
