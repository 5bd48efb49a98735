package runcommand_test

import (
	"net/http"
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

// The state of an instance says that it has finished, but its result is missing. The wait
// asks again for the result, but only until the end of the grace, which is 30 seconds.
func TestAResultThatIsLateIsNotLostAndNotWaitedForBeyondTheGrace(t *testing.T) {
	t.Parallel()
	second := poll.Policy{Initial: time.Second, Growth: -1, Jitter: -1}
	hour := poll.Policy{Initial: time.Hour, Jitter: -1}
	for _, c := range []struct {
		name   string
		faults []runcommandtest.Fault
		policy poll.Policy // the policy of the wait; it also sets the pauses between calls for outputs
		late   time.Duration
		output string
		calls  int
	}{
		{"in time", nil, second, 0, "the output", 1},
		{"missing once", faultsOn(outputs, 1, runcommandtest.FaultNotVisible), second, time.Second, "the output", 2},
		{"still running twice", faultsOn(outputs, 2, runcommandtest.FaultStatusBackwards), second, 2 * time.Second, "the output", 3},
		{"in an unknown state", faultsOn(outputs, 4, runcommandtest.FaultUnknownStatus), second, 4 * time.Second, "the output", 5},
		{"throttled once", faultsOn(outputs, 1, runcommandtest.FaultThrottled), second, time.Second, "the output", 2},
		{"unreachable for a while", faultsOn(outputs, 5, runcommandtest.FaultRefused), second, 5 * time.Second, "the output", 1}, // one call: the service did not receive the calls that were refused
		{"missing for good", faultsOn(outputs, -1, runcommandtest.FaultNotVisible), second, 30 * time.Second, "", 31},
		{"running for good", faultsOn(outputs, -1, runcommandtest.FaultStatusBackwards), second, 30 * time.Second, "", 31},
		{"in time, with a policy of one hour", nil, hour, 0, "the output", 1},
		{"missing once, with a policy of one hour", faultsOn(outputs, 1, runcommandtest.FaultNotVisible), hour, 27 * time.Second, "the output", 2},
		{"missing for good, with a policy of one hour", faultsOn(outputs, -1, runcommandtest.FaultNotVisible), hour, 30 * time.Second, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("the output"), ExitCode: 3}})
				inv := begin(t, client, minimal())
				srv.Inject(c.faults...)
				began := time.Now()
				report, err := inv.Wait(t.Context(), runcommand.PollEvery(c.policy))
				late := time.Since(began)
				require.ErrorIs(t, err, errors.ErrScript)
				assert.True(t, report.Complete)
				r := report.Results[0]
				assert.Equal(t, c.output, r.Text())
				assert.Equal(t, runcommand.StatusFailed, r.Status)
				assert.Equal(t, 3, r.ExitCode)
				assert.True(t, r.Exited)
				assert.Equal(t, c.late, late)
				assert.Len(t, srv.Calls(outputs), c.calls)
				assert.Empty(t, srv.Pending())
				t.Logf("%s: the result came %v after the state", c.name, late)
			})
		})
	}
}

// An outage that lasts longer than the grace does not prove that there is no output.
func TestAnOutageLosesNoOutput(t *testing.T) {
	t.Parallel()
	const outage = 3 * time.Minute
	for name, down := range map[string]func(left time.Duration) runcommandtest.Verdict{
		"a proxy answers": func(time.Duration) runcommandtest.Verdict {
			return runcommandtest.Answer(http.StatusServiceUnavailable, "<html>")
		},
		"throttled": func(time.Duration) runcommandtest.Verdict { return runcommandtest.Refuse(errors.ThrottlingUser) },
		"silent":    runcommandtest.Delay,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("the output")}})
				inv := begin(t, client, minimal().Timeout(time.Hour))
				began := time.Now()
				srv.Control(outputs, func(runcommandtest.Call) runcommandtest.Verdict {
					if left := outage - time.Since(began); left > 0 {
						return down(left)
					}
					return runcommandtest.Pass()
				})
				report, err := inv.Wait(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "the output", report.Results[0].Text())
				assert.GreaterOrEqual(t, time.Since(began), outage)
				assert.LessOrEqual(t, time.Since(began), outage+50*time.Second)
			})
		})
	}
}

func TestAnInstanceThatHasFinishedStaysFinished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: 30 * time.Second}})
		inv := begin(t, client, onThreeInstances())
		var seen []runcommand.Progress
		first := true
		report, err := inv.Wait(t.Context(), runcommand.OnProgress(func(p runcommand.Progress) {
			seen = append(seen, p)
			if first {
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultStatusBackwards, Action: states, Times: 4})
				first = false
			}
		}))
		require.NoError(t, err)
		assert.Len(t, report.Results, 3)
		for _, p := range seen {
			assert.GreaterOrEqual(t, p.Done, 2, "what has ended does not begin again")
		}
		assert.Empty(t, srv.Pending())
	})
}

func TestANewInvocationMayBeInvisibleForAWhile(t *testing.T) {
	t.Parallel()
	for _, delay := range []time.Duration{time.Second, 10 * time.Second, 25 * time.Second} {
		for how, handle := range handles {
			t.Run(delay.String()+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					_, client := setup(t, runcommandtest.WithVisibilityDelay(delay))
					inv := handle(client, begin(t, client, minimal()))
					_, err := inv.Describe(t.Context())
					require.ErrorIs(t, err, runcommand.ErrNotVisible, "one look sees nothing")
					report, err := inv.Wait(t.Context())
					require.NoError(t, err)
					assert.True(t, report.Complete)
				})
			})
		}
	}
}

func TestAnInvocationMayVanishForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		takes := 10 * time.Minute
		setDuration(srv, &takes)
		inv := begin(t, client, minimal().Timeout(time.Hour))
		for _, moment := range []time.Duration{0, 2 * time.Minute, 4 * time.Minute} {
			time.AfterFunc(moment, func() {
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNotVisible, Action: states})
			})
		}
		report, err := inv.Wait(t.Context())
		require.NoError(t, err, "it was never out of sight for half a minute")
		assert.True(t, report.Complete)
		assert.Empty(t, srv.Pending())
	})
}
