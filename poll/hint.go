package poll

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// longestHint is the longest retry-after that is followed. The service does not ask
// for more; a wrong header of a proxy could otherwise stop callers for hours.
const longestHint = 5 * time.Minute

// atLeast returns wait, or the longer time that err asks for.
func atLeast(wait time.Duration, err error) time.Duration {
	hint, _ := errors.RetryAfter(err)
	return max(wait, min(hint, longestHint))
}
