package runcommand_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// A wait polls once more just before it ends. It does so even when a retry hint, the
// polling policy or the limiter asks for a long pause.
func TestAWaitAsksOnceMoreBeforeItEnds(t *testing.T) {
	t.Parallel()
	hourly := runcommand.PollEvery(poll.Policy{Initial: time.Hour, Jitter: -1})
	hint := func(action, seconds string, times int) func(*runcommandtest.Server) runcommand.Option {
		return func(srv *runcommandtest.Server) runcommand.Option {
			return gatewayWithHint(srv, action, seconds, times)
		}
	}
	for _, c := range []struct {
		name   string
		client func(*runcommandtest.Server) runcommand.Option // nil: no fault
		bound  time.Duration                                  // the time limit of the context; 0: none
		opts   []runcommand.WaitOption
		takes  time.Duration
		ends   time.Duration
		calls  int // the number of calls for states that reached the service
		byID   bool
	}{
		{name: "a hint beyond the wait's own bound", client: hint(states, "300", 1), ends: ownBound - 3*time.Second, calls: 1},
		{name: "the same by id", client: hint(states, "300", 1), ends: ownBound - 3*time.Second, calls: 2, byID: true},
		{name: "a hint beyond MaxWait", client: hint(states, "300", 1), opts: []runcommand.WaitOption{runcommand.MaxWait(time.Minute)},
			ends: 57 * time.Second, calls: 1},
		{name: "a hint beyond a short MaxWait", client: hint(states, "300", 1), opts: []runcommand.WaitOption{runcommand.MaxWait(time.Second)},
			ends: 750 * time.Millisecond, calls: 1},
		{name: "a hint beyond the deadline", client: hint(states, "300", 1), bound: time.Minute, ends: 57 * time.Second, calls: 1},
		{name: "a hint beyond the deadline and a later MaxWait", client: hint(states, "300", 1), bound: time.Minute,
			opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}, ends: 57 * time.Second, calls: 1},
		{name: "a hint that is not believed", client: hint(states, "3600", 1), opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)},
			ends: 5 * time.Minute, calls: 1},
		{name: "a hint for the outputs", client: hint(outputs, "300", 1), ends: 27 * time.Second, calls: 1},
		{name: "two hints for the outputs", client: hint(outputs, "300", 2), ends: ownBound - 3*time.Second, calls: 2},
		{name: "a policy longer than MaxWait", opts: []runcommand.WaitOption{hourly, runcommand.MaxWait(10 * time.Minute)},
			takes: time.Minute, ends: 10*time.Minute - 3*time.Second, calls: 2},
		{name: "a policy longer than the wait's own bound", opts: []runcommand.WaitOption{hourly}, takes: time.Minute,
			ends: ownBound - 3*time.Second + 4*time.Minute, calls: 2},
		{name: "a policy longer than the deadline", opts: []runcommand.WaitOption{hourly}, bound: 2 * time.Minute,
			takes: time.Minute, ends: 117 * time.Second, calls: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				if c.client != nil {
					client = srv.Client(c.client(srv))
				}
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("the output"), Takes: c.takes}})
				command := minimal()
				if c.takes > 0 {
					command = command.Timeout(5 * time.Minute)
				}
				inv := begin(t, client, command)
				if c.byID {
					inv = client.Invocation(inv.ID)
				}
				ctx := t.Context()
				if c.bound > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.bound)
					defer cancel()
				}
				began := time.Now()
				report, err := inv.Wait(ctx, c.opts...)
				require.NoError(t, err)
				assert.True(t, report.Complete)
				assert.Equal(t, "the output", report.Results[0].Text())
				assert.Equal(t, c.ends, time.Since(began))
				assert.Len(t, srv.Calls(states), c.calls)
				assert.Len(t, srv.Calls(outputs), 1)
			})
		})
	}
}
