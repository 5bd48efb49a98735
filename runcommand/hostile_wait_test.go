package runcommand_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// scriptedLimiter answers each call with the result of the function in the field says.
type scriptedLimiter struct {
	mu    sync.Mutex
	asked int
	says  func(asked int) error
}

func (l *scriptedLimiter) Wait(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	return l.says(l.asked)
}

// gatewayWithHint answers the first requests of an action with status 503 and a hint when
// to retry. It passes on all other requests.
func gatewayWithHint(srv *runcommandtest.Server, action, hint string, times int) runcommand.Option {
	var mu sync.Mutex
	next := srv.Transport()
	return runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		refuse := r.Header.Get("X-Acs-Action") == action && times > 0
		if refuse {
			times--
		}
		mu.Unlock()
		if !refuse {
			return next.RoundTrip(r)
		}
		res, err := htmlReply(http.StatusServiceUnavailable)(r)
		res.Header.Set("Retry-After", hint)
		return res, err
	})})
}

// setDurations makes every instance print its id and run for its time in the map takes.
// Instances that are not in the map run until they are stopped.
func setDurations(srv *runcommandtest.Server, takes map[string]time.Duration) {
	srv.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		out := runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
		var ends bool
		if out.Takes, ends = takes[x.InstanceID]; !ends {
			<-ctx.Done()
		}
		return out
	})
}

// Two waits share a limiter. The service throttles a call of one wait for 40 seconds. The
// other wait is delayed, but it does not end.
func TestAPauseOfASharedLimiterEndsNoWait(t *testing.T) {
	t.Parallel()
	for name, limiter := range map[string]func() poll.Limiter{
		"an adaptive limiter": func() poll.Limiter { return poll.NewAdaptive(600, time.Minute) },
		"a rate limiter":      func() poll.Limiter { return rate.NewLimiter(rate.Every(40*time.Second), 1) },
	} {
		for _, action := range []string{states, outputs} {
			t.Run(name+" of "+action, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					client := srv.Client(runcommand.WithLimiter(action, limiter()))
					setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("one")}, "i-2": {Output: []byte("two")}})
					first, second := begin(t, client, minimal()), begin(t, client, runcommand.Shell("true").Instances("i-2"))
					srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: action, RetryAfter: 40 * time.Second})
					began := time.Now()
					var group sync.WaitGroup
					for _, inv := range []*runcommand.Invocation{first, second} {
						group.Go(func() {
							report, err := inv.Wait(t.Context())
							assert.NoError(t, err)
							assert.True(t, report.Complete)
							assert.NotEmpty(t, report.Results[0].Output)
						})
					}
					group.Wait()
					assert.GreaterOrEqual(t, time.Since(began), 40*time.Second)
					assert.LessOrEqual(t, time.Since(began), 130*time.Second)
					assert.Len(t, srv.Calls(action), 3, "the throttled one, and one for each wait")
					assert.Empty(t, srv.Pending())
				})
			})
		}
	}
}

// deadlineRecorder is a limiter that records the deadlines of contexts and lets every call
// through.
type deadlineRecorder struct {
	mu    sync.Mutex
	shown map[time.Time]int
}

func (l *deadlineRecorder) Wait(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	deadline, _ := ctx.Deadline()
	l.shown[deadline]++
	return nil
}

// A limiter must see only the caller's deadline, not the time limits that a wait adds
// itself.
func TestALimiterSeesOnlyTheCallersDeadline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		within, cancelled time.Duration // when the deadline or the cancellation of the context comes; 0: never
		opts              []runcommand.WaitOption
	}{
		"a wait without a bound":        {},
		"a wait with MaxWait":           {opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}},
		"a wait with a deadline":        {within: time.Hour},
		"a wait with both":              {within: 2 * time.Hour, opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}},
		"a wait that stops the command": {cancelled: 10 * time.Second, opts: []runcommand.WaitOption{runcommand.StopOnCancel(time.Minute)}},
	} {
		for how, handle := range handles {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					witness := &deadlineRecorder{shown: make(map[time.Time]int)}
					client := srv.Client(runcommand.WithLimiter(states, witness), runcommand.WithLimiter(outputs, witness),
						runcommand.WithLimiter("StopInvocation", witness))
					setDurations(srv, map[string]time.Duration{"i-1": time.Minute})
					inv := handle(client, begin(t, client, minimal().Timeout(5*time.Minute)))
					ctx, cancel := context.WithCancel(t.Context())
					if c.within > 0 {
						ctx, cancel = context.WithTimeout(t.Context(), c.within)
					}
					defer cancel()
					if c.cancelled > 0 {
						time.AfterFunc(c.cancelled, cancel)
					}
					report, err := inv.Wait(ctx, c.opts...)
					assert.Equal(t, c.cancelled > 0, err != nil)
					assert.True(t, report.Complete)
					deadline, _ := ctx.Deadline()
					assert.Positive(t, witness.shown[deadline])
					assert.Len(t, witness.shown, 1)
				})
			})
		}
	}
}

func TestAWaitGoesOnAfterALimiterRefuses(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]error{
		"in words of its own":     errors.New("busy"),
		"as a deadline":           context.DeadlineExceeded,
		"as a cancellation":       context.Canceled,
		"as a right that is lost": errors.ErrPermission,
	} {
		for _, action := range []string{states, outputs} {
			for how, within := range map[string]time.Duration{"without a deadline": 0, "with a deadline": 2 * time.Minute} {
				t.Run(name+" for "+action+", "+how, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, _ := setup(t)
						limiter := &scriptedLimiter{says: func(asked int) error {
							if asked <= 3 {
								return says
							}
							return nil
						}}
						client := srv.Client(runcommand.WithLimiter(action, limiter))
						setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("one")}})
						inv := begin(t, client, minimal())
						ctx := t.Context()
						if within > 0 {
							var cancel context.CancelFunc
							ctx, cancel = context.WithTimeout(ctx, within)
							defer cancel()
						}
						began := time.Now()
						report, err := inv.Wait(ctx, everySecond)
						require.NoError(t, err)
						assert.Equal(t, "one", report.Results[0].Text())
						assert.Equal(t, 3*time.Second, time.Since(began))
						assert.Equal(t, 4, limiter.asked)
						assert.Len(t, srv.Calls(action), 1)
					})
				})
			}
		}
	}
}

// When a limiter always refuses, the wait ends exactly at its time limit. The error of the
// wait holds the error of the limiter.
func TestAWaitEndsAtItsBoundWhenALimiterAlwaysRefuses(t *testing.T) {
	t.Parallel()
	closed := errors.New("closed")
	for _, action := range []string{states, outputs} {
		for _, c := range []struct {
			name  string
			bound time.Duration // the time limit of the context; 0: none
			opts  []runcommand.WaitOption
			lasts time.Duration
		}{
			{"by the wait's own bound", 0, nil, ownBound},
			{"by MaxWait", 0, []runcommand.WaitOption{runcommand.MaxWait(42 * time.Second)}, 42 * time.Second},
			{"by the context", 42 * time.Second, nil, 42 * time.Second},
		} {
			t.Run(action+", "+c.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					limiter := &scriptedLimiter{says: func(int) error { return closed }}
					client := srv.Client(runcommand.WithLimiter(action, limiter))
					inv := begin(t, client, minimal())
					ctx := t.Context()
					if c.bound > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, c.bound)
						defer cancel()
					}
					began := time.Now()
					report, err := inv.Wait(ctx, c.opts...)
					assert.Equal(t, c.lasts, time.Since(began))
					e := requireWaitError(t, err)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					require.ErrorIs(t, err, closed)
					assert.False(t, report.Complete)
					assert.Empty(t, srv.Calls(action))
					assert.Less(t, limiter.asked, 60, "it is asked by the policy")
					if action == outputs {
						assert.Equal(t, 1, e.Done)
						assert.Equal(t, runcommand.StatusSuccess, report.Results[0].Status, "what is known is in the report")
					}
				})
			})
		}
	}
}

// The limiter lets the next call through only after the caller's deadline. The wait ends at
// the deadline and reports the state that it knows.
func TestATurnBeyondTheDeadlineLosesNoState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		limiter := rate.NewLimiter(rate.Every(40*time.Second), 1)
		limiter.Allow()
		client := srv.Client(runcommand.WithLimiter(outputs, limiter))
		inv := begin(t, client, minimal())
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		report, err := inv.Wait(ctx)
		e := requireWaitError(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded, "only the caller's own end is final")
		assert.Equal(t, 10*time.Second, time.Since(began))
		assert.Equal(t, 1, e.Done)
		assert.Equal(t, runcommand.StatusSuccess, report.Results[0].Status)
		assert.Empty(t, srv.Calls(outputs))
	})
}

// A wait uses the same policy for its polls and for its calls for outputs. Stop uses the
// polling policy of the client: with this policy it repeats the stop of an invocation that
// is not visible yet.
func TestAWaitUsesOnePolicy(t *testing.T) {
	t.Parallel()
	slow := poll.Policy{Initial: 7 * time.Second, Growth: -1, Jitter: -1}
	for name, set := range map[string]struct {
		client []runcommand.Option
		wait   []runcommand.WaitOption
	}{
		"the client's": {client: []runcommand.Option{runcommand.WithPolling(slow)}},
		"the wait's":   {wait: []runcommand.WaitOption{runcommand.PollEvery(slow)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				client := srv.Client(set.client...)
				inv := begin(t, client, minimal())
				srv.Inject(faultsOn(outputs, 3, runcommandtest.FaultStatusBackwards)...)
				began := time.Now()
				_, err := inv.Wait(t.Context(), set.wait...)
				require.NoError(t, err)
				var at []time.Duration
				for _, call := range srv.Calls(outputs) {
					at = append(at, call.At.Sub(began))
				}
				assert.Equal(t, []time.Duration{0, 7 * time.Second, 14 * time.Second, 21 * time.Second}, at)
			})
		})
	}
	for name, want := range map[string]struct {
		policy poll.Policy
		at     []time.Duration
	}{
		"a steady policy": {slow, []time.Duration{0, 7 * time.Second, 14 * time.Second, 21 * time.Second, 28 * time.Second, 29500 * time.Millisecond}},
		"an hourly one":   {poll.Policy{Initial: time.Hour, Jitter: -1}, []time.Duration{0, 27 * time.Second}},
	} {
		t.Run("a stop, "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				client := srv.Client(runcommand.WithPolling(want.policy))
				inv := begin(t, client, minimal())
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "StopInvocation", Code: errors.InvalidInvokeIdNotFound, Times: -1})
				began := time.Now()
				require.ErrorIs(t, inv.Stop(t.Context()), errors.ErrNotFound)
				assert.Equal(t, 30*time.Second, time.Since(began))
				var at []time.Duration
				for _, call := range srv.Calls("StopInvocation") {
					at = append(at, call.At.Sub(began))
				}
				assert.Equal(t, want.at, at)
			})
		})
	}
}

func TestAStopWithinAWaitFollowsItsPolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setDurations(srv, nil)
		inv := begin(t, client, minimal().Timeout(time.Hour))
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Action: "StopInvocation", Code: errors.InvalidInvokeIdNotFound, Times: 3})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		report, err := inv.Wait(ctx, runcommand.StopOnCancel(time.Minute),
			runcommand.PollEvery(poll.Policy{Initial: 7 * time.Second, Growth: -1, Jitter: -1}))
		requireWaitError(t, err)
		assert.True(t, report.Complete)
		var at []time.Duration
		for _, call := range srv.Calls("StopInvocation") {
			at = append(at, call.At.Sub(began))
		}
		assert.Equal(t, []time.Duration{0, 7 * time.Second, 14 * time.Second, 21 * time.Second}, at)
	})
}
