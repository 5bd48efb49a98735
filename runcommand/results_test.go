package runcommand_test

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestEachResultComesAsItsInstanceFinishes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{
			"i-1": {Takes: 30 * time.Second, Output: []byte("one")},
			"i-2": {Takes: 10 * time.Second, Output: []byte("two"), ExitCode: 2},
			"i-3": {Output: []byte("three")},
		})
		began := time.Now()
		type arrival struct {
			id, output string
			at         time.Duration
		}
		var arrivals []arrival
		for r, err := range begin(t, client, onThreeInstances()).Results(t.Context(), everySecond) {
			require.NoError(t, err, "a failed script is no failed wait")
			arrivals = append(arrivals, arrival{r.InstanceID, r.Text(), time.Since(began)})
		}
		assert.Equal(t, []arrival{
			{"i-3", "three", 0},
			{"i-2", "two", 10 * time.Second},
			{"i-1", "one", 30 * time.Second},
		}, arrivals)
	})
}

// The outputs of 60 instances fill two pages. The wait asks for the output of a single
// instance by its id, and for the outputs of many instances by pages.
func TestTheOutputOfOneInstanceAmongManyIsAskedForAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		ids := addInstances(srv, 0, 60)
		srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
			if x.InstanceID == ids[55] {
				return runcommandtest.Outcome{Output: []byte("first")}
			}
			return runcommandtest.Outcome{Takes: time.Minute}
		})
		report, err := begin(t, client, runcommand.Shell("true").Instances(ids...)).Wait(t.Context(), everySecond)
		require.NoError(t, err)
		assert.Len(t, report.Results, 60)
		var asked []string
		for _, call := range srv.Calls("DescribeInvocationResults") {
			asked = append(asked, call.Parameters["InstanceId"])
		}
		assert.Equal(t, []string{ids[55], "", ""}, asked)
	})
}

func TestLeavingALoopEndsThePolling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: 10 * time.Second}})
		inv := begin(t, client, onThreeInstances())
		for range inv.Results(t.Context()) {
			break
		}
		calls := len(srv.Calls(""))
		<-time.After(time.Hour)
		assert.Len(t, srv.Calls(""), calls)
		assert.Equal(t, 3, countByRange(t.Context(), inv), "a new loop begins anew")
	})
}

func TestNothingIsAskedWhileALoopsBodyRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: 10 * time.Second}})
		results := 0
		for _, err := range begin(t, client, onThreeInstances()).Results(t.Context()) {
			require.NoError(t, err)
			before := len(srv.Calls(""))
			<-time.After(30 * time.Second) // this loop body is slow
			assert.Len(t, srv.Calls(""), before)
			results++
		}
		assert.Equal(t, 3, results)
	})
}

func TestTheErrorOfALoopComesOnceAndLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: time.Hour}})
		inv := begin(t, client, onThreeInstances().Timeout(2*time.Hour))
		var ids []string
		var failures []error
		for r, err := range inv.Results(t.Context(), runcommand.MaxWait(time.Minute)) {
			if err != nil {
				assert.Zero(t, r)
				failures = append(failures, err)
				continue // ignore the error, as careless callers do
			}
			assert.Empty(t, failures)
			ids = append(ids, r.InstanceID)
		}
		assert.Equal(t, []string{"i-3", "i-1"}, ids)
		require.Len(t, failures, 1)
		e := requireWaitError(t, failures[0])
		assert.Equal(t, 2, e.Done)
		assert.Equal(t, 3, e.Total)
		require.ErrorIs(t, e, context.DeadlineExceeded)
	})
}

func TestACancellationWithinALoopsBodyEndsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: 10 * time.Second}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		var last error
		for _, err := range begin(t, client, onThreeInstances()).Results(ctx) {
			cancel()
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
		assert.Zero(t, time.Since(began))
	})
}

func TestResultsWorkWithIterPull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Takes: 10 * time.Second}})
		next, stop := iter.Pull2(begin(t, client, onThreeInstances()).Results(t.Context()))
		r, err, ok := next()
		assert.True(t, ok)
		require.NoError(t, err)
		assert.Equal(t, "i-3", r.InstanceID)
		stop()
		_, _, ok = next()
		assert.False(t, ok)
	})
}

// Agents may send any bytes as output. Output may also be cut, or not be Base64.
func TestOutputIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   runcommandtest.FaultKind
		output  string
		dropped int
	}{
		"truncated": {runcommandtest.FaultTruncatedOutput, "01234", 5},
		"binary":    {runcommandtest.FaultBinaryOutput, "\xff\xfe\x00ok\xc3\x28", 0},
		"broken":    {runcommandtest.FaultBrokenOutput, "%%% this is not Base64 %%%", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Output: []byte("0123456789")}})
				srv.Inject(runcommandtest.Fault{Kind: c.fault})
				report, err := begin(t, client, minimal()).Wait(t.Context())
				require.NoError(t, err)
				assert.Equal(t, c.output, string(report.Results[0].Output))
				assert.Equal(t, c.dropped, report.Results[0].Dropped)
				assert.Empty(t, srv.Pending())
			})
		})
	}
}

func TestOddTimesAndCodesAreNoErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {ExitCode: 1}})
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultOddTimes, Times: -1},
			runcommandtest.Fault{Kind: runcommandtest.FaultOddExitCode, Times: -1},
			runcommandtest.Fault{Kind: runcommandtest.FaultUnknownCode, Times: -1},
		)
		report, err := begin(t, client, minimal()).Wait(t.Context())
		require.ErrorIs(t, err, errors.Code("Agent.MoonPhase"))
		r := report.Results[0]
		assert.EqualValues(t, int64(1<<40+7), r.ExitCode) // an exit code of more than 32 bits
		assert.Zero(t, r.Started)
		assert.Zero(t, r.Stopped)
		assert.Zero(t, r.Duration())
		assert.Equal(t, errors.Code("Agent.MoonPhase"), r.ErrorCode)
	})
}
