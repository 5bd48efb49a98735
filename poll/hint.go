package poll

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// longestHint is the longest wait that a retry-after can cause. The service does not ask
// for more. Without this limit a wrong header of a proxy could stop callers for hours.
const longestHint = 5 * time.Minute

// atLeast returns wait, or the longer time that err asks for.
func atLeast(wait time.Duration, err error) time.Duration {
	hint, _ := errors.RetryAfter(err)
	return max(wait, min(hint, longestHint))
}
