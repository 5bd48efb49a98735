package runcommand_test

import (
	"context"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

type ctx = context.Context

// A loop body may take long. The time limits of a wait include the time in which it waits
// for the service, but not the time of the loop body.
func TestASlowLoopBodyLosesNoResult(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]int{"outputs in time": 0, "an output that lags": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				srv.Handle(func(_ ctx, x runcommandtest.Exec) runcommandtest.Outcome {
					o := runcommandtest.Outcome{Output: []byte("of " + x.InstanceID)}
					if x.InstanceID == "i-2" {
						o.Takes = 20 * time.Second
					}
					return o
				})
				inv := begin(t, client, minimal().Instances("i-2", "i-3"))
				if late > 0 {
					srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultStatusBackwards, Action: outputs, InstanceID: "i-3", Times: late})
				}
				var got []string
				for r, err := range inv.Results(t.Context()) {
					require.NoError(t, err)
					got = append(got, r.Text())
					<-time.After(10 * time.Minute)
				}
				assert.ElementsMatch(t, []string{"of i-1", "of i-2", "of i-3"}, got)
			})
		})
	}
}

func TestTheLongestTimeoutIsNoOverflow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.Handle(func(ctx, runcommandtest.Exec) runcommandtest.Outcome {
			return runcommandtest.Outcome{Takes: time.Hour}
		})
		inv := begin(t, client, minimal().Timeout(time.Duration(math.MaxInt64).Truncate(time.Second)))
		report, err := inv.Wait(t.Context())
		require.NoError(t, err)
		assert.True(t, report.Complete)

		report, err = client.Invocation(inv.ID).Wait(t.Context())
		require.NoError(t, err)
		assert.True(t, report.Complete)
	})
	s := newScript(jsonReply(http.StatusOK, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","Timeout":9007199254740991}]}}`))
	summary, err := s.client(t).Invocation("t-1").Describe(t.Context())
	require.NoError(t, err)
	assert.Greater(t, summary.Timeout, 290*365*24*time.Hour)
}

func TestRunsThatNeverStartedAreRunsOfTheirOwn(t *testing.T) {
	t.Parallel()
	const row = `{"InvokeId":"t-1","InstanceId":"i-1","InvocationStatus":"Aborted","StartTime":"","FinishedTime":"","Repeats":`
	s := newScript(
		jsonReply(http.StatusOK, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","Frequency":"rate(5m)"}]}}`),
		jsonReply(http.StatusOK, `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[`+row+`1},`+row+`2},`+row+`2}]}}}`),
	)
	n := 0
	for _, err := range s.client(t).Invocation("t-1").History(t.Context()) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 2, n)
}

func TestTheLegacyStatusOfTheWholeCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		state := func(status, instances string) step {
			return jsonReply(http.StatusOK, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","InvokeStatus":"`+status+
				`","InvokeInstances":{"InvokeInstance":[`+instances+`]}}]}}`)
		}
		const (
			first  = `{"InstanceId":"i-1","InstanceInvokeStatus":"Finished"}`
			second = `{"InstanceId":"i-2","InstanceInvokeStatus":"Finished","ExitCode":"3"}`
		)
		polls := 0
		s := newScript(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-Acs-Action") == outputs {
				return jsonReply(http.StatusOK, `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[`+
					`{"InstanceId":"i-1","InvokeRecordStatus":"Finished"},{"InstanceId":"i-2","InvokeRecordStatus":"Finished","ExitCode":3}]}}}`)(r)
			}
			if polls++; polls < 4 {
				return state("Running", first)(r)
			}
			return state("PartialFailed", first+","+second)(r)
		})
		report, err := s.client(t).Invocation("t-1").Wait(t.Context())
		require.ErrorIs(t, err, errors.ErrScript)
		assert.Len(t, report.Results, 2)
		assert.Equal(t, runcommand.StatusPartialFailed, report.Status)
	})
}

func TestANilContextIsAnError(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	inv := begin(t, client, minimal())
	var none ctx
	_, err := inv.Wait(none)
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	for _, err := range inv.Results(none) {
		require.ErrorIs(t, err, errors.ErrInvalidArgument)
	}
}

func TestPagesThatNeverEndAreAnError(t *testing.T) {
	t.Parallel()
	page := 0
	s := newScript(func(r *http.Request) (*http.Response, error) {
		page++
		return jsonReply(http.StatusOK, `{"RequestId":"R","NextToken":"`+time.Duration(page).String()+`","Invocations":{"Invocation":[]}}`)(r)
	})
	var last error
	for _, err := range s.client(t).Invocations(t.Context(), runcommand.Filter{}) {
		last = err
	}
	require.ErrorIs(t, last, errors.ErrUnavailable)
	assert.Equal(t, 200, page)
}
