package poll_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// A sharedLimit is a service that answers a number of calls in a window and throttles the others, with
// or without a retry-after.
type sharedLimit struct {
	calls   int
	window  time.Duration
	sliding bool // true: the window ends at the present moment; false: windows follow one another without overlap
	hints   bool

	mu       sync.Mutex
	answered []time.Time // the times at which the calls in the present window were answered
}

func (s *sharedLimit) call() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	from := now.Add(-s.window)
	if !s.sliding {
		from = now.Truncate(s.window).Add(-1)
	}
	for len(s.answered) > 0 && !s.answered[0].After(from) {
		s.answered = s.answered[1:]
	}
	if len(s.answered) < s.calls {
		s.answered = append(s.answered, now)
		return nil
	}
	if !s.hints {
		return throttled(0)
	}
	if s.sliding {
		return throttled(s.answered[0].Sub(from))
	}
	return throttled(from.Add(s.window + 1).Sub(now))
}

// A tally counts the calls that one client of a sharedLimit makes after the rate of the
// client has settled.
type tally struct{ answered, throttled int }

// callAsAllowed calls the service as often as the limiter allows, from four goroutines with network
// delays. It does not wait after a throttled call.
func callAsAllowed(ctx context.Context, s *sharedLimit, a *poll.Adaptive, settled time.Time) tally {
	var (
		mu    sync.Mutex
		sum   tally
		group sync.WaitGroup
	)
	for range 4 {
		group.Go(func() {
			for a.Wait(ctx) == nil {
				<-time.After(10*time.Millisecond + rand.N(30*time.Millisecond))
				err, at := s.call(), time.Now()
				<-time.After(10*time.Millisecond + rand.N(30*time.Millisecond))
				a.Done(err)
				if at.Before(settled) {
					continue
				}
				mu.Lock()
				if err == nil {
					sum.answered++
				} else {
					sum.throttled++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return sum
}

func TestAdaptiveClientsShareALimit(t *testing.T) {
	t.Parallel()
	const clients = 4
	limits := []struct {
		calls                     int
		stagger, settle, measured time.Duration
	}{
		{1000, 17 * time.Second, 15 * time.Minute, 20 * time.Minute},
		{300, 90 * time.Second, 20 * time.Minute, 40 * time.Minute},
		{100, 17 * time.Second, 30 * time.Minute, time.Hour},
		{100, 90 * time.Second, 30 * time.Minute, time.Hour},
	}
	for _, limit := range limits {
		for _, sliding := range []bool{false, true} {
			for _, hints := range []bool{false, true} {
				name := fmt.Sprintf("%d a minute, sliding %t, hints %t, started %v apart", limit.calls, sliding, hints, limit.stagger)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						service := &sharedLimit{calls: limit.calls, window: time.Minute, sliding: sliding, hints: hints}
						settled := time.Now().Add(limit.settle)
						ctx, cancel := context.WithDeadline(t.Context(), settled.Add(limit.measured))
						defer cancel()
						var tallies [clients]tally
						var group sync.WaitGroup
						for i := range tallies {
							group.Go(func() {
								tallies[i] = callAsAllowed(ctx, service, poll.NewAdaptive(limit.calls, time.Minute), settled)
							})
							<-time.After(limit.stagger)
						}
						group.Wait()

						fair := float64(limit.calls) * limit.measured.Minutes() / clients
						var total tally
						var shares [clients]float64
						for i, got := range tallies {
							shares[i] = float64(got.answered) / fair
							total.answered += got.answered
							total.throttled += got.throttled
						}
						rejected := float64(total.throttled) / float64(total.answered+total.throttled)
						t.Logf("%s: %.2f of the fair share each, %.2f %% of the calls throttled", name, shares, 100*rejected)
						for _, share := range shares {
							assert.InDelta(t, 1, share, 0.25)
						}
						assert.LessOrEqual(t, rejected, 0.03)
					})
				})
			}
		}
	}
}
