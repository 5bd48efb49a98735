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

// These figures say how an Adaptive changes its rate. With them, up to four busy
// processes share a limit of 100 or more calls evenly, and few calls are throttled.
// TestAdaptiveClientsShareALimit prints the share of each process and of throttled calls.
const (
	burstShare   = 10          // one tenth of the calls of a period may be sent at once
	deepestCut   = 0.35        // share that a cut takes from the full rate; a lower rate loses a smaller share
	mostGain     = 1.0 / 10    // largest share of the full rate that is regained in a period
	gainPerCall  = 1.0 / 5000  // share regained in a period for each call of the limit, up to mostGain
	cutInterval  = time.Second // the rate is lowered at most once in this time
	firstPause   = 1.0 / 20    // first pause, as a share of the period; each further pause is twice as long
	longestPause = 1.0 / 4     // longest pause, as a share of the period
)

// An Adaptive is a [Limiter] with [Feedback] for a limit that several processes
// share, as all clients of one account do. It starts at the full limit and learns
// from the calls that it allowed:
//
//   - A throttled call (errors.ErrThrottled) lowers the rate by a factor, at most
//     once a second. A high rate is lowered by a larger factor than a low one. Until
//     a call succeeds again, calls go out one at a time, after pauses that double.
//     A pause is at least as long as the service asks for (errors.RetryAfter), but
//     never longer than a period.
//   - A success raises the rate in proportion to the time since the last change of
//     the rate. So the rate also recovers over a time without calls.
//   - Other errors say nothing about the limit and change nothing.
//
// Processes that use an Adaptive reach even shares without knowing of each other: a
// process with a high rate loses more at each cut, and all processes regain at the same
// speed. The price is that some calls are throttled and have to be repeated: one or two
// in a hundred with four busy processes, and more with more processes.
//
// Callers are served in the order of their calls. An Adaptive is safe for
// concurrent use and must not be copied. A nil or zero Adaptive limits nothing.
type Adaptive struct {
	calls float64       // allowed in a period
	per   time.Duration // the period
	full  rate.Limit
	burst int
	turn  chan struct{} // has an element while a caller waits for the bucket

	mu        sync.Mutex
	bucket    *rate.Limiter
	waiting   int       // number of callers in Wait
	throttled int       // number of throttled calls in a row
	resume    time.Time // when the pause ends
	lowered   time.Time // when the rate was last lowered
	changed   time.Time // when the rate last changed
}

// NewAdaptive returns a limiter for a limit of that many calls in each period of length
// per. Fewer than 1 call is taken as 1, and a period under a millisecond as a
// millisecond. The limiter never allows more calls than the limit within one period.
// After a time without calls, a tenth of the calls may be sent at once, and the others
// follow evenly.
func NewAdaptive(calls int, per time.Duration) *Adaptive {
	calls, per = max(calls, 1), max(per, time.Millisecond)
	burst := max(calls/burstShare, 1)
	full := rate.Limit(float64(max(calls-burst, 1)) / per.Seconds())
	return &Adaptive{
		calls:   float64(calls),
		per:     per,
		full:    full,
		burst:   burst,
		turn:    make(chan struct{}, 1),
		bucket:  rate.NewLimiter(full, burst),
		changed: time.Now(),
	}
}

// Rate returns the calls a second that the limiter allows at present, or +Inf when
// it limits nothing.
func (a *Adaptive) Rate() float64 {
	if a.unlimited() {
		return math.Inf(1)
	}
	return float64(a.bucket.Limit())
}

// Wait returns nil when it is the caller's turn. It returns the error of ctx when
// ctx ends first. When the deadline of ctx comes before the turn, Wait returns at once
// an error that is context.DeadlineExceeded. When Wait returns an error, no turn is used
// up, and Done must not be called.
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
		// A pause may have begun while the bucket filled. The token then comes too early.
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

// Done reports the end of a call that Wait allowed: its error, or nil.
func (a *Adaptive) Done(err error) {
	if a.unlimited() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch now := time.Now(); {
	case err == nil:
		a.raise(now)
	case errors.Is(err, errors.ErrThrottled):
		hint, _ := errors.RetryAfter(err)
		a.lower(now, hint)
	}
}

func (a *Adaptive) unlimited() bool { return a == nil || a.bucket == nil }

// raise raises the rate by the amount that it regains in the time since its last change.
func (a *Adaptive) raise(now time.Time) {
	if a.throttled > 0 {
		a.throttled = 0
		a.bucket.SetBurstAt(now, a.burst)
	}
	periods := now.Sub(a.changed).Seconds() / a.per.Seconds()
	gain := min(a.calls*gainPerCall, mostGain) * periods
	a.bucket.SetLimitAt(now, min(a.bucket.Limit()+a.full*rate.Limit(gain), a.full))
	a.changed = now
}

// lower lowers the rate after the first throttled call of a row, and starts a pause after every
// throttled call. It ignores the calls that end during a pause: they were sent before the pause began,
// and say nothing new.
func (a *Adaptive) lower(now time.Time, hint time.Duration) {
	if now.Before(a.resume) {
		return
	}
	if a.throttled == 0 && now.Sub(a.lowered) >= cutInterval {
		current := a.bucket.Limit()
		cut := deepestCut * math.Sqrt(float64(current/a.full))
		a.bucket.SetLimitAt(now, max(current*rate.Limit(1-cut), a.full/rate.Limit(a.calls)))
		a.lowered, a.changed = now, now
	}
	// A bucket with a larger burst would fill during the pause and allow a burst after the pause.
	a.bucket.SetBurstAt(now, 1)

	share := min(firstPause*math.Exp2(float64(a.throttled)), longestPause)
	pause := scale(a.per, share*(1-rand.Float64()/2))
	a.resume = now.Add(max(pause, min(hint, a.per)))
	a.throttled++
}

// enter adds the caller to the callers that wait. It returns how long the caller will wait for the
// callers before it, at the present rate, or until the present pause ends if that is longer.
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

// pause returns how long the present pause still lasts.
func (a *Adaptive) pause() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return time.Until(a.resume)
}

// inTime returns an error when the deadline of ctx comes before the end of the wait.
func inTime(ctx context.Context, wait time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return fmt.Errorf("%w: the turn is %v away", context.DeadlineExceeded, wait.Round(time.Millisecond))
	}
	return nil
}
