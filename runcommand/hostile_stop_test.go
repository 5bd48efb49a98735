package runcommand_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A script has printed something before the cancellation of the wait. The report shows the
// state of the script at the end of the grace (see StopOnCancel), even when the stop or the
// polls fail.
func TestTheReportAfterACancellationIsFresh(t *testing.T) {
	t.Parallel()
	const grace = 10 * time.Second
	refuseStop := runcommandtest.Fault{Kind: runcommandtest.FaultPermission, Action: "StopInvocation", Times: -1}
	type row struct {
		status runcommand.Status
		output string
	}
	for _, c := range []struct {
		name      string
		faults    []runcommandtest.Fault
		server    []runcommandtest.Option
		takes     map[string]time.Duration // how long a run lasts that ends by itself; the keys are instance ids
		want      map[string]row
		complete  bool
		lasts     time.Duration // the longest allowed time from the end of the context to the return of Wait
		exactly   bool
		says      string
		is        error
		mostCalls int // the largest allowed number of calls: the Run, two polls, the stop and the calls after it; by id one more
	}{
		{name: "what is stopped has its output",
			want:     map[string]row{"i-1": {runcommand.StatusTerminated, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			complete: true, lasts: 2 * time.Second, says: "was asked to stop", mostCalls: 8},
		{name: "what ended before the cancellation is known as it ended", takes: map[string]time.Duration{"i-1": 9 * time.Second},
			want:     map[string]row{"i-1": {runcommand.StatusSuccess, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			complete: true, lasts: 2 * time.Second, says: "was asked to stop", mostCalls: 9},
		{name: "what ends in the moment of the stop is known as it ended",
			faults:   []runcommandtest.Fault{{Kind: runcommandtest.FaultStopRace, InstanceID: "i-1"}},
			takes:    map[string]time.Duration{"i-1": time.Hour},
			want:     map[string]row{"i-1": {runcommand.StatusSuccess, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			complete: true, lasts: 2 * time.Second, says: "was asked to stop", mostCalls: 9},
		{name: "what dies slowly is stopping when the grace is over", server: []runcommandtest.Option{runcommandtest.WithStopDelay(time.Minute)},
			takes:    map[string]time.Duration{"i-1": 9 * time.Second},
			want:     map[string]row{"i-1": {runcommand.StatusSuccess, "of i-1"}, "i-2": {runcommand.StatusStopping, ""}},
			complete: false, lasts: grace, exactly: true, says: "was asked to stop", mostCalls: 9},
		{name: "a stop that is refused hides nothing", faults: []runcommandtest.Fault{refuseStop}, takes: map[string]time.Duration{"i-1": 9 * time.Second},
			want:     map[string]row{"i-1": {runcommand.StatusSuccess, "of i-1"}, "i-2": {runcommand.StatusRunning, ""}},
			complete: false, lasts: 0, exactly: true, says: "was not stopped", is: errors.ErrPermission, mostCalls: 7},
		{name: "a stop that is never answered leaves time for a look", faults: []runcommandtest.Fault{silentFault("StopInvocation")},
			takes:    map[string]time.Duration{"i-1": 9 * time.Second},
			want:     map[string]row{"i-1": {runcommand.StatusSuccess, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			complete: true, lasts: grace / 4 * 3, exactly: true, says: "was not stopped", mostCalls: 7},
		{name: "looks without an answer last for the grace", faults: []runcommandtest.Fault{silentFault(states)},
			want:     map[string]row{"i-1": {runcommand.StatusRunning, ""}, "i-2": {runcommand.StatusRunning, ""}},
			complete: false, lasts: grace, exactly: true, says: "was asked to stop", mostCalls: 6},
		{name: "outputs without an answer leave the states",
			faults:   []runcommandtest.Fault{silentFault(outputs)},
			want:     map[string]row{"i-1": {runcommand.StatusTerminated, ""}, "i-2": {runcommand.StatusTerminated, ""}},
			complete: false, lasts: grace, exactly: true, says: "was asked to stop", mostCalls: 8},
		{name: "looks that are throttled for longer than the grace come once more",
			faults: []runcommandtest.Fault{{Kind: runcommandtest.FaultThrottled, Action: states, RetryAfter: time.Minute}},
			want:   map[string]row{"i-1": {runcommand.StatusTerminated, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			lasts:  grace - 2500*time.Millisecond, complete: true, exactly: true, says: "was asked to stop", mostCalls: 8},
		{name: "a stop that is throttled for longer than the grace comes once more",
			faults: []runcommandtest.Fault{{Kind: runcommandtest.FaultThrottled, Action: "StopInvocation", RetryAfter: time.Minute}},
			want:   map[string]row{"i-1": {runcommand.StatusTerminated, "of i-1"}, "i-2": {runcommand.StatusTerminated, "of i-2"}},
			lasts:  grace, complete: true, says: "was asked to stop", mostCalls: 9},
	} {
		for how, handle := range handles {
			t.Run(c.name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t, c.server...)
					setDurations(srv, c.takes)
					inv := handle(client, begin(t, client, minimal().Instances("i-2").Timeout(2*time.Hour)))
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					began := time.Now()
					time.AfterFunc(10*time.Second, func() {
						srv.Inject(c.faults...)
						cancel()
						time.AfterFunc(time.Second, cancel) // a second cancellation changes nothing
					})
					// The wait polls after 0 s, 1 s and 21 s. So no poll comes soon after
					// the cancellation, which comes after 10 s.
					policy := runcommand.PollEvery(poll.Policy{Initial: time.Second, Growth: 19, Max: time.Hour, Jitter: -1})
					report, err := inv.Wait(ctx, policy, runcommand.StopOnCancel(grace))
					lasted := time.Since(began) - 10*time.Second

					e := requireWaitError(t, err)
					require.ErrorIs(t, err, context.Canceled)
					require.ErrorContains(t, err, c.says)
					if c.is != nil {
						require.ErrorIs(t, err, c.is)
					}
					done := 0
					for id, want := range c.want {
						r, ok := report.Result(id)
						require.True(t, ok)
						assert.Equal(t, want, row{r.Status, r.Text()}, id)
						if r.Status.Terminal() {
							done++
						}
					}
					assert.Equal(t, done, e.Done)
					assert.Equal(t, len(c.want), e.Total)
					assert.Equal(t, c.complete, report.Complete)
					if c.exactly {
						assert.Equal(t, c.lasts, lasted)
					}
					assert.LessOrEqual(t, lasted, c.lasts)
					assert.LessOrEqual(t, len(srv.Calls("")), c.mostCalls)
				})
			})
		}
	}
}

func TestALoopGetsResultsThatArriveWithinTheGrace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		leave int // the number of results after which the loop ends; 0: the loop runs to its end
		want  []string
	}{
		{"the loop runs to its end", 0, []string{"i-3 Success", "i-1 Terminated", "i-2 Terminated"}},
		{"the loop ends after two results", 2, []string{"i-3 Success", "i-1 Terminated"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setDurations(srv, map[string]time.Duration{"i-3": 0})
				inv := begin(t, client, runcommand.Shell("true").Instances("i-1", "i-2", "i-3").Timeout(2*time.Hour))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(10*time.Second, cancel)
				var got []string
				var last error
				for r, err := range inv.Results(ctx, runcommand.StopOnCancel(5*time.Second)) {
					require.NoError(t, last, "the error comes last")
					if last = err; err != nil {
						continue
					}
					assert.Equal(t, "of "+r.InstanceID, r.Text())
					got = append(got, r.InstanceID+" "+string(r.Status))
					if len(got) == c.leave {
						break
					}
				}
				assert.ElementsMatch(t, c.want, got)
				assert.Len(t, srv.Calls("StopInvocation"), 1)
				if c.leave > 0 {
					require.NoError(t, last)
					return
				}
				e := requireWaitError(t, last)
				require.ErrorIs(t, last, context.Canceled)
				require.ErrorContains(t, last, "was asked to stop")
				assert.Equal(t, 3, e.Done)
			})
		})
	}
}

// The context that a limiter gets does not have the grace as its deadline. When the limiter
// lets the stop through within the grace, the stop is sent. Otherwise the stop gives up at
// the end of the grace.
func TestTheStopWaitsForItsTurnWithinTheGrace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		turn    time.Duration
		stopped bool
	}{
		"a turn within the grace": {5 * time.Second, true},
		"a turn beyond the grace": {20 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				limiter := poll.NewAdaptive(1, c.turn)
				client := srv.Client(runcommand.WithLimiter("StopInvocation", limiter))
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: time.Hour}})
				inv := begin(t, client, minimal().Timeout(2*time.Hour))
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Second, func() {
					assert.NoError(t, limiter.Wait(t.Context())) // another caller takes this turn, so the stop must wait for the next turn
					cancel()
				})
				report, err := inv.Wait(ctx, runcommand.StopOnCancel(10*time.Second))
				requireWaitError(t, err)
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, c.stopped, report.Complete)
				assert.Equal(t, c.stopped, len(srv.Calls("StopInvocation")) == 1)
			})
		})
	}
}

func TestAWaitThatNeverBeganStopsAndReports(t *testing.T) {
	t.Parallel()
	for how, handle := range handles {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setDurations(srv, nil)
				inv := handle(client, begin(t, client, minimal().Timeout(2*time.Hour)))
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				report, err := inv.Wait(ctx, runcommand.StopOnCancel(10*time.Second))
				e := requireWaitError(t, err)
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, 1, e.Done)
				assert.True(t, report.Complete)
				assert.Equal(t, runcommand.StatusStopped, report.Status)
				assert.Equal(t, "of i-1", report.Results[0].Text())
			})
		})
	}
}
