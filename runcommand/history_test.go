package runcommand_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// printRunNumbers makes each run print the id of its instance and the number of the run.
// Every fifth run fails.
func printRunNumbers(srv *runcommandtest.Server) {
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		out := runcommandtest.Outcome{Output: fmt.Appendf(nil, "%s run %d", x.InstanceID, x.Run)}
		if x.Run%5 == 0 {
			out.ExitCode = x.Run
		}
		return out
	})
}

func TestHistoryYieldsEveryRunOnce(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]runcommandtest.Fault{
		"in peace": nil,
		"with pages that lead nowhere at first": faultsOn(outputs, 2, runcommandtest.FaultTokenExpired, runcommandtest.FaultRepeatedPage,
			runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows),
		"throttled": faultsOn(outputs, 3, runcommandtest.FaultThrottled),
	} {
		for how, handle := range handles {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					printRunNumbers(srv)
					inv := handle(client, begin(t, client, onThreeInstances().Every(time.Minute)))
					<-time.After(60*time.Minute + time.Second)
					srv.Inject(faults...)

					seen := make(map[string]bool)
					for r, err := range inv.History(t.Context()) {
						require.NoError(t, err)
						require.False(t, seen[r.Text()], "%s comes twice", r.Text())
						seen[r.Text()] = true
						assert.Equal(t, inv.ID, r.InvocationID)
						assert.Equal(t, fmt.Sprintf("%s run %d", r.InstanceID, r.Repeats), r.Text())
						assert.Equal(t, r.Repeats%5 == 0, r.Err() != nil)
						assert.Equal(t, time.Duration(r.Repeats)*time.Minute, r.Started.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)))
					}
					assert.Len(t, seen, 180)
					assert.Empty(t, srv.Pending())
				})
			})
		}
	}
}

func TestHistoryOfWhatIsNotScheduledIsItsResults(t *testing.T) {
	t.Parallel()
	for how, handle := range handles {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: 10 * time.Second}})
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultAgentOffline, InstanceID: "i-1"})
				inv := handle(client, begin(t, client, onThreeInstances()))
				got := make(map[string]runcommand.Status)
				for r, err := range inv.History(t.Context()) {
					require.NoError(t, err)
					got[r.InstanceID] = r.Status
				}
				assert.Equal(t, map[string]runcommand.Status{
					"i-2": runcommand.StatusRunning, "i-3": runcommand.StatusSuccess,
				}, got, "what has not begun is no run")
				<-time.After(2 * time.Minute)
				for r, err := range inv.History(t.Context()) {
					require.NoError(t, err)
					got[r.InstanceID] = r.Status
				}
				assert.Equal(t, map[string]runcommand.Status{
					"i-1": runcommand.StatusAborted, "i-2": runcommand.StatusSuccess, "i-3": runcommand.StatusSuccess,
				}, got)
			})
		})
	}
}

func TestHistoryBeforeTheFirstRunIsEmpty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client := setup(t)
		for range begin(t, client, minimal().Cron("0 0 3 * * ?")).History(t.Context()) {
			assert.Fail(t, "nothing has run")
		}
		for range begin(t, client, minimal().OnNextReboot()).History(t.Context()) {
			assert.Fail(t, "nothing has run")
		}
	})
}

func TestTheErrorOfAHistoryComesOnceAndLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		scheduled := begin(t, client, onThreeInstances().Every(time.Minute))
		<-time.After(time.Hour)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		for name, c := range map[string]struct {
			ctx    context.Context
			inv    *runcommand.Invocation
			faults []runcommandtest.Fault
			is     error
		}{
			"a token that never works": {t.Context(), scheduled, faultsOn(outputs, 6, runcommandtest.FaultTokenExpired), errors.InvalidParameterNextToken},
			"pages in a circle":        {t.Context(), scheduled, faultsOn(outputs, 12, runcommandtest.FaultRepeatedPage), errors.ErrUnavailable},
			"no right":                 {t.Context(), scheduled, faultsOn(outputs, 1, runcommandtest.FaultPermission), errors.ErrPermission},
			"cancelled":                {cancelled, scheduled, nil, context.Canceled},
			"unknown":                  {t.Context(), client.Invocation("t-none"), nil, runcommand.ErrNotVisible},
			"an empty id":              {t.Context(), client.Invocation(""), nil, errors.ErrInvalidArgument},
			"a literal":                {t.Context(), &runcommand.Invocation{ID: "t-1"}, nil, errors.ErrInvalidArgument},
		} {
			srv.Inject(c.faults...)
			var failures []error
			for _, err := range c.inv.History(c.ctx) {
				assert.Empty(t, failures, "%s: the error comes last", name)
				if err != nil {
					failures = append(failures, err)
				}
			}
			require.Len(t, failures, 1, name)
			require.ErrorIs(t, failures[0], c.is, name)
			assert.Empty(t, srv.Pending(), name)
		}
	})
}

func TestLeavingAHistoryAsksForNoFurtherPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		inv := begin(t, client, onThreeInstances().Every(time.Minute))
		<-time.After(time.Hour)
		n := 0
		for range inv.History(t.Context()) {
			if n++; n == 60 {
				break
			}
		}
		assert.Len(t, srv.Calls(outputs), 2)
	})
}
