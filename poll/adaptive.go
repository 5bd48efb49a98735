package poll

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Adaptive is a [Limiter] that finds its share of a limit it does not have for
// itself.
type Adaptive struct {
	mu      sync.Mutex
	limiter *rate.Limiter
	ceiling rate.Limit
	cut     time.Time
}

// NewAdaptive returns a limiter that starts at, and never exceeds, that many
// calls in each period.
func NewAdaptive(calls int, per time.Duration) *Adaptive {
	ceiling := rate.Limit(float64(max(calls, 1)) / max(per, time.Second).Seconds())
	return &Adaptive{limiter: rate.NewLimiter(ceiling, max(calls/10, 1)), ceiling: ceiling}
}

// Wait waits for a turn.
func (a *Adaptive) Wait(ctx context.Context) error {
	return Admit(ctx, a.limiter)
}

// Done slows down when the call was throttled and recovers otherwise.
func (a *Adaptive) Done(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	switch {
	case err == nil:
		a.limiter.SetLimit(min(a.limiter.Limit()+a.ceiling/1000, a.ceiling))
	case errors.Is(err, errors.ErrThrottled) && now.Sub(a.cut) >= time.Second:
		a.cut = now
		a.limiter.SetLimit(max(a.limiter.Limit()*0.7, a.ceiling/100))
	}
}
