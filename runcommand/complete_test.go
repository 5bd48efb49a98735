package runcommand_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// listFault is a set of faults in the replies that a wait reads.
type listFault struct {
	name   string
	from   int // the faults can happen only with at least this number of instances
	option runcommandtest.Option
	faults []runcommandtest.Fault
}

var listFaults = []listFault{
	{name: "nothing"},
	{name: "visible only after ten seconds", option: runcommandtest.WithVisibilityDelay(10 * time.Second)},
	{name: "states hidden now and then", faults: faultsOn(states, 3, runcommandtest.FaultNotVisible)},
	{name: "states that go backwards", faults: faultsOn(states, 2, runcommandtest.FaultStatusBackwards)},
	{name: "unknown states", faults: faultsOn(states, 3, runcommandtest.FaultUnknownStatus)},
	{name: "states in another order and twice", from: 2,
		faults: faultsOn(states, 3, runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows)},
	{name: "outputs hidden now and then", faults: faultsOn(outputs, 3, runcommandtest.FaultNotVisible)},
	{name: "outputs staler than states", faults: faultsOn(outputs, 3, runcommandtest.FaultStatusBackwards)},
	{name: "outputs with unknown states", faults: faultsOn(outputs, 2, runcommandtest.FaultUnknownStatus)},
	{name: "pages in another order and with repeated rows", from: 2,
		faults: faultsOn(outputs, 2, runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows)},
	{name: "a page that leads to itself", from: 51, faults: faultsOn(outputs, 2, runcommandtest.FaultRepeatedPage)},
	{name: "pages that lead to themselves for a while", from: 51, faults: faultsOn(outputs, 20, runcommandtest.FaultRepeatedPage)},
	{name: "a token that expires", from: 51, faults: faultsOn(outputs, 1, runcommandtest.FaultTokenExpired)},
	{name: "tokens that expire for a while", from: 51, faults: faultsOn(outputs, 6, runcommandtest.FaultTokenExpired)},
	{name: "calls that fail", faults: append(
		faultsOn(states, 2, runcommandtest.FaultResetBefore, runcommandtest.FaultCutReply, runcommandtest.FaultHTMLReply),
		faultsOn(outputs, 1, runcommandtest.FaultThrottled, runcommandtest.FaultLostGateway, runcommandtest.FaultEmptyReply)...)},
	{name: "all at once", from: 51, option: runcommandtest.WithVisibilityDelay(2 * time.Second), faults: append(
		faultsOn(states, 1, runcommandtest.FaultNotVisible, runcommandtest.FaultStatusBackwards, runcommandtest.FaultUnknownStatus,
			runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows, runcommandtest.FaultThrottled),
		faultsOn(outputs, 1, runcommandtest.FaultStatusBackwards, runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows,
			runcommandtest.FaultRepeatedPage, runcommandtest.FaultTokenExpired, runcommandtest.FaultThrottled)...)},
}

// collectors are the ways to collect the results of an invocation. Each collector returns
// the number of results of each instance, and the results themselves.
var collectors = map[string]func(context.Context, *runcommand.Invocation) (map[string]int, []runcommand.Result, error){
	"Wait": func(ctx context.Context, inv *runcommand.Invocation) (map[string]int, []runcommand.Result, error) {
		report, err := inv.Wait(ctx)
		times := make(map[string]int)
		for _, r := range report.Results {
			times[r.InstanceID]++
		}
		return times, report.Results, err
	},
	"Results": func(ctx context.Context, inv *runcommand.Invocation) (map[string]int, []runcommand.Result, error) {
		times := make(map[string]int)
		var results []runcommand.Result
		for r, err := range inv.Results(ctx) {
			if err != nil {
				return times, results, err
			}
			times[r.InstanceID]++
			results = append(results, r)
		}
		return times, results, nil
	},
}

// printInstanceIDs makes every run print the id of its instance and last for a random time,
// a minute at most.
func printInstanceIDs(srv *runcommandtest.Server) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(6, 6))
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		mu.Lock()
		defer mu.Unlock()
		return runcommandtest.Outcome{Output: []byte(x.InstanceID), Takes: time.Duration(random.Int64N(int64(time.Minute)))}
	})
}

func TestEveryInstanceIsReportedExactlyOnce(t *testing.T) {
	t.Parallel()
	for _, trouble := range listFaults {
		for _, instances := range []int{1, 50, 51, 100} {
			if instances < trouble.from {
				continue
			}
			for how, collect := range collectors {
				t.Run(fmt.Sprintf("%s, %d instances, %s", trouble.name, instances, how), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv, client := setup(t, trouble.option)
						printInstanceIDs(srv)
						ids := addInstances(srv, 0, instances)
						inv := begin(t, client, runcommand.Shell("hostname").Timeout(10*time.Minute).Instances(ids...))
						srv.Inject(trouble.faults...)

						times, results, err := collect(t.Context(), inv)
						require.NoError(t, err)
						require.Len(t, times, instances)
						for id, n := range times {
							require.Equal(t, 1, n, id)
						}
						for _, r := range results {
							require.Equal(t, r.InstanceID, string(r.Output))
							require.Equal(t, runcommand.StatusSuccess, r.Status)
							require.Equal(t, inv.ID, r.InvocationID)
						}
						assert.Empty(t, srv.Pending(), "every fault has happened")
					})
				})
			}
		}
	}
}

// TestTenThousandInstancesAreReportedExactlyOnce proves P6 of internal/DESIGN.md.
func TestTenThousandInstancesAreReportedExactlyOnce(t *testing.T) {
	t.Parallel()
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		invocations := fleetCount()
		var count callCounter
		srv, _ := setup(t)
		client := srv.Client(count.option())
		printInstanceIDs(srv)
		srv.Inject(faultsOn(outputs, invocations, runcommandtest.FaultReorderedRows, runcommandtest.FaultRepeatedRows,
			runcommandtest.FaultRepeatedPage, runcommandtest.FaultTokenExpired, runcommandtest.FaultThrottled)...)
		collected := make(chan map[string]int)
		for k := range invocations {
			inv := begin(t, client, runcommand.Shell("hostname").Timeout(10*time.Minute).Instances(addInstances(srv, k*100, 100)...))
			collect := collectors[[]string{"Wait", "Results"}[k%2]]
			go func() {
				times, _, err := collect(t.Context(), inv)
				assert.NoError(t, err)
				collected <- times
			}()
		}
		all := make(map[string]int)
		for range invocations {
			for id, n := range <-collected {
				all[id] += n
			}
		}
		require.Len(t, all, 100*invocations)
		for id, n := range all {
			require.Equal(t, 1, n, id)
		}
		assert.Empty(t, srv.Pending())
		t.Logf("P6: %d instances over %d invocations, half by Wait, half by Results, each reported exactly once, in %d calls",
			len(all), invocations, count.total())
	})
	t.Logf("%v by the wall clock", time.Since(began))
}
