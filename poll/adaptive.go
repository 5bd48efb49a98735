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
// TestAdaptiveClientsShareALimit prints the share of each process and the share of
// throttled calls.
const (
	burstShare   = 10          // one tenth of the calls of a period may be sent at once
	deepestCut   = 0.35        // share of the rate that a cut takes away at the full rate; at a lower rate the share is smaller
	mostGain     = 1.0 / 10    // largest share of the full rate that is regained in a period
	gainPerCall  = 1.0 / 5000  // the share regained in a period is this number times the calls of the limit, up to mostGain
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
// Processes that use an Adaptive reach even shares although they do not know each
// other: a process with a high rate loses more at each cut, and all processes regain at
// the same speed. The disadvantage is that some calls are throttled and have to be
// repeated: one or two in a hundred with four busy processes, and more with more
// processes.
//
// Callers are served in the order of their calls. An Adaptive is safe for
// concurrent use and must not be copied. A nil or zero Adaptive limits nothing.
type Adaptive struct {
	calls float64       // number of calls that the limit allows in a period
	per   time.Duration // the period
	full  rate.Limit
	burst int
	turn  chan struct{} // holds an element while one caller waits for the bucket; other callers wait until it is empty

	mu        sync.Mutex
	bucket    *rate.Limiter
	waiting   int       // number of callers in Wait
	throttled int       // number of throttled calls in a row
	resume    time.Time // when the latest pause ends
	lowered   time.Time // when the rate was last lowered
	changed   time.Time // when the rate last changed
}

// NewAdaptive returns a limiter that allows the given number of calls in each period of
// length per. A number below 1 is taken as 1, and a period below a millisecond is taken
// as a millisecond. The limiter never allows more calls than the limit within one
// period. After a time without calls, a tenth of the calls may be sent at once, and the
// others follow evenly.
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

// Rate returns the number of calls a second that the limiter allows at present. It
// returns +Inf when the limiter limits nothing.
func (a *Adaptive) Rate() float64 {
	if a.unlimited() {
		return math.Inf(1)
	}
	return float64(a.bucket.Limit())
}

// Wait returns nil when it is the caller's turn. It returns the error of ctx when ctx
// ends first. When the deadline of ctx comes before the turn, Wait returns an error at
// once, and errors.Is finds context.DeadlineExceeded in it. When Wait returns an error,
// no turn is used up, and Done must not be called.
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
		// Another call may have started a pause while this call waited for the bucket.
		// This call then waits for the end of the pause and for the bucket again.
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

// Done tells the limiter that a call that Wait allowed has ended, with the error of the
// call or nil.
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

// raise raises the rate in proportion to the time since the last change of the rate.
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

// lower lowers the rate after the first of several throttled calls in a row, and starts a pause
// after each of them. It ignores throttled calls that end during a pause, because they were sent
// before the pause began.
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
	// With a larger burst, the bucket would fill during the pause and allow several calls at once
	// after it.
	a.bucket.SetBurstAt(now, 1)

	share := min(firstPause*math.Exp2(float64(a.throttled)), longestPause)
	pause := scale(a.per, share*(1-rand.Float64()/2))
	a.resume = now.Add(max(pause, min(hint, a.per)))
	a.throttled++
}

// enter adds the caller to the callers that wait. It returns how long the caller will wait: the
// time that the callers before it need at the present rate, or the rest of the present pause if
// that is longer.
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
		return fmt.Errorf("%w: the turn would come only in %v", context.DeadlineExceeded, wait.Round(time.Millisecond))
	}
	return nil
}
