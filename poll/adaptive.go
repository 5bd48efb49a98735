package poll

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// How an Adaptive moves. With these figures up to four busy processes share a
// limit of 100 or more calls evenly while few of these are throttled; the test
// of shared limits prints how evenly and how few.
const (
	burstShare   = 10          // one call in so many of a period may go out at once
	deepestCut   = 0.35        // what a cut takes from the full rate; less from a smaller one
	mostGain     = 1.0 / 10    // of the full rate, won back in each period
	gainPerCall  = 1.0 / 5000  // the same for small limits, for each call of the limit
	cutInterval  = time.Second // throttled calls within it are one signal
	firstPause   = 1.0 / 20    // of a period, after a throttled call; doubles while they go on
	longestPause = 1.0 / 4     // of a period
)

// An Adaptive is a [Limiter] with [Feedback] for a limit that other processes
// draw on as well, as all clients of one account do. It starts at the limit
// itself and learns from the calls it let through:
//
//   - A throttled call (errors.ErrThrottled) lowers the rate by a factor, the
//     more the higher the rate is, at most once a second. Until a call succeeds
//     again, calls go out one at a time after pauses that double, or that the
//     service asks for (errors.RetryAfter), but never longer than a period.
//   - A success raises the rate by what a constant pace has won back since the
//     last one, so that an idle limiter recovers as well.
//   - Other errors tell nothing about the limit and change nothing.
//
// Processes that do so settle at even shares without knowing of each other: the
// large lose more than the small at every cut, and all gain the same. The price
// is a throttled call now and then, which the caller has to repeat: one or two in
// a hundred with four busy processes, more with more of them.
//
// Callers are served in the order in which they came. An Adaptive is safe for
// concurrent use and must not be copied. A nil or zero Adaptive limits nothing.
type Adaptive struct {
	calls float64       // of a period
	per   time.Duration // the period
	full  rate.Limit
	burst int
	turn  chan struct{} // held by the one caller that waits for the bucket

	mu        sync.Mutex
	bucket    *rate.Limiter
	waiting   int       // callers in Wait
	throttled int       // calls in a row
	resume    time.Time // the end of the pause
	lowered   time.Time // the latest cut
	moved     time.Time // the latest change of the rate
}

// NewAdaptive returns a limiter for a limit of that many calls in each period,
// at least 1 call and a millisecond. However the calls come it lets no more
// through in any period: a tenth of them may go out at once after a rest, and
// the others follow evenly.
func NewAdaptive(calls int, per time.Duration) *Adaptive {
	calls, per = max(calls, 1), max(per, time.Millisecond)
	burst := max(calls/burstShare, 1)
	full := rate.Limit(float64(max(calls-burst, 1)) / per.Seconds())
	return &Adaptive{
		calls:  float64(calls),
		per:    per,
		full:   full,
		burst:  burst,
		turn:   make(chan struct{}, 1),
		bucket: rate.NewLimiter(full, burst),
		moved:  time.Now(),
	}
}

// Rate returns the calls a second that the limiter allows at present, and
// +Inf where it limits nothing.
func (a *Adaptive) Rate() float64 {
	if a.unlimited() {
		return math.Inf(1)
	}
	return float64(a.bucket.Limit())
}

// Wait returns nil when it is the caller's turn. It returns the error of ctx
// when that ends first, and an error that is context.DeadlineExceeded, at once,
// when the deadline of ctx comes before the turn can. After an error no turn
// is used up, and no Done is due.
func (a *Adaptive) Wait(ctx context.Context) error {
	if ctx == nil {
		return errNoContext
	}
	if err := ctx.Err(); err != nil || a.unlimited() {
		return err
	}
	ahead := a.enter()
	defer a.leave()
	if err := inTime(ctx, ahead); err != nil {
		return err
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if err := Admit(ctx, a.bucket); err != nil {
			return err
		}
		// A pause may have begun before or while the bucket filled: then its token is too early.
		pause := a.pause()
		if pause <= 0 {
			return nil
		}
		if err := inTime(ctx, pause); err != nil {
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// Done tells how a call that Wait let through has ended.
func (a *Adaptive) Done(err error) {
	if a.unlimited() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch now := time.Now(); {
	case err == nil:
		a.recover(now)
	case errors.Is(err, errors.ErrThrottled):
		hint, _ := errors.RetryAfter(err)
		a.slow(now, hint)
	}
}

func (a *Adaptive) unlimited() bool { return a == nil || a.bucket == nil }

// recover adds what was won since the rate last moved.
func (a *Adaptive) recover(now time.Time) {
	if a.throttled > 0 {
		a.throttled = 0
		a.bucket.SetBurstAt(now, a.burst)
	}
	periods := now.Sub(a.moved).Seconds() / a.per.Seconds()
	gain := min(a.calls*gainPerCall, mostGain) * periods
	a.bucket.SetLimitAt(now, min(a.bucket.Limit()+a.full*rate.Limit(gain), a.full))
	a.moved = now
}

// slow lowers the rate after the first throttled call and pauses after every
// one. What was in flight when a pause began tells nothing new.
func (a *Adaptive) slow(now time.Time, hint time.Duration) {
	if now.Before(a.resume) {
		return
	}
	if a.throttled == 0 && now.Sub(a.lowered) >= cutInterval {
		current := a.bucket.Limit()
		cut := deepestCut * math.Sqrt(float64(current/a.full))
		a.bucket.SetLimitAt(now, max(current*rate.Limit(1-cut), a.full/rate.Limit(a.calls)))
		a.lowered, a.moved = now, now
	}
	// A bucket that went on filling would end the pause with a burst.
	a.bucket.SetBurstAt(now, 1)

	share := min(firstPause*math.Exp2(float64(a.throttled)), longestPause)
	pause := scale(a.per, share*(1-rand.Float64()/2))
	a.resume = now.Add(max(pause, min(hint, a.per)))
	a.throttled++
}

// enter counts the caller in and returns how long those before it will take at
// the present rate.
func (a *Adaptive) enter() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	short := float64(a.waiting) - a.bucket.Tokens()
	a.waiting++
	seconds := max(short, 0) / float64(a.bucket.Limit())
	return max(scale(time.Second, seconds), time.Until(a.resume))
}

func (a *Adaptive) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting--
}

// pause returns how long the limiter is still paused.
func (a *Adaptive) pause() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return time.Until(a.resume)
}

// inTime refuses a wait that ctx would not see the end of.
func inTime(ctx context.Context, wait time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return fmt.Errorf("%w: the turn is %v away", context.DeadlineExceeded, wait.Round(time.Millisecond))
	}
	return nil
}
