package runcommand_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// callEveryMethod calls every method that sends a request to the service. It returns the
// errors by the name of the method.
func callEveryMethod(ctx context.Context, client *runcommand.Client, req *runcommand.Request) map[string]error {
	inv := client.Invocation("t-1")
	errs := make(map[string]error)
	_, errs["Run"] = client.Run(ctx, req)
	_, errs["RunAnnounced"] = client.RunAnnounced(ctx, req, func(context.Context, int) error { return nil })
	_, errs["RunAndWait"] = client.RunAndWait(ctx, req, runcommand.MaxWait(time.Minute))
	_, errs["Wait"] = inv.Wait(ctx, runcommand.MaxWait(time.Minute))
	_, errs["Describe"] = inv.Describe(ctx)
	for _, err := range inv.Results(ctx, runcommand.MaxWait(time.Minute)) {
		errs["Results"] = err
	}
	for _, err := range inv.History(ctx) {
		errs["History"] = err
	}
	for _, err := range inv.Fetch(ctx) {
		errs["Fetch"] = err
	}
	errs["Stop"] = inv.Stop(ctx)
	_, errs["AgentStatus"] = client.AgentStatus(ctx, "i-1")
	for _, err := range client.Invocations(ctx, runcommand.Filter{}) {
		errs["Invocations"] = err
	}
	return errs
}

func TestZeroClientsGiveErrors(t *testing.T) {
	t.Parallel()
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	for name, client := range map[string]*runcommand.Client{"nil": nil, "zero": {}} {
		for method, err := range callEveryMethod(t.Context(), client, req) {
			assert.ErrorIs(t, err, errors.ErrInvalidArgument, "%s of a %s client", method, name)
		}
		assert.NotPanics(t, client.CloseIdleConnections)
	}
}

func TestZeroInvocationsGiveErrors(t *testing.T) {
	t.Parallel()
	_, client := setup(t)
	for name, inv := range map[string]*runcommand.Invocation{"nil": nil, "zero": {}, "without an id": client.Invocation("")} {
		_, err := inv.Wait(t.Context())
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "Wait of a %s invocation", name)
		_, err = inv.Describe(t.Context())
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "Describe of a %s invocation", name)
		assert.ErrorIs(t, inv.Stop(t.Context()), errors.ErrInvalidArgument, "Stop of a %s invocation", name)
		for _, err := range inv.Results(t.Context()) {
			assert.ErrorIs(t, err, errors.ErrInvalidArgument, "Results of a %s invocation", name)
		}
		for _, err := range inv.History(t.Context()) {
			assert.ErrorIs(t, err, errors.ErrInvalidArgument, "History of a %s invocation", name)
		}
	}
}

// TestCallsWithoutAContextGiveErrors passes a nil context, as a program does that forgets
// to set a field of a struct.
func TestCallsWithoutAContextGiveErrors(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	var forgotten struct{ ctx context.Context }
	methods := 0
	for method, err := range callEveryMethod(forgotten.ctx, client, req) {
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, method)
		methods++
	}
	assert.Equal(t, 11, methods)
	assert.Empty(t, srv.Calls(""))
}

func TestExtremePoliciesAreFollowedWithoutPanic(t *testing.T) {
	t.Parallel()
	for _, p := range []poll.Policy{
		{Initial: -1, Max: -1, Growth: math.NaN(), Jitter: math.Inf(1)},
		{Initial: math.MaxInt64, Max: math.MaxInt64, Growth: math.MaxFloat64},
		{Initial: 1, Max: 1, Growth: -1, Jitter: -1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(connectionLost)
			req, err := minimal().Build()
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			_, err = s.client(t, runcommand.WithRetry(p, math.MaxInt), runcommand.WithPolling(p)).Run(ctx, req)
			assert.True(t, errors.MayHaveRun(err))
		})
	}
}

// callWithReply calls every method of a client with the same reply, in virtual time.
func callWithReply(t *testing.T, status int, hint string, body []byte) {
	synctest.Test(t, func(t *testing.T) {
		reply := roundTrip(replyWith(status, string(body), "X-Ratelimit-User-Api", hint, "Retry-After", hint))
		client := (&scriptedTransport{}).client(t, runcommand.WithHTTPClient(&http.Client{Transport: reply}))
		req, err := minimal().Build()
		require.NoError(t, err)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		for method, err := range callEveryMethod(ctx, client, req) {
			if err != nil {
				require.NotEmpty(t, fmt.Sprintf("%v %+v %#v", err, err, err), method)
			}
			require.False(t, errors.MayHaveRun(err) && errors.Retryable(err), method)
		}
		require.LessOrEqual(t, time.Since(began), 10*time.Minute)
	})
}

// replies are bodies of replies of the service, complete and damaged.
var replies = []string{
	``, `null`, `{}`, `[]`, `"x"`, `0`, `{"RequestId":"R"}`, `<html></html>`, `<Error><Code>Throttling</Code></Error>`,
	`{"RequestId":"R","CommandId":"c-1","InvokeId":"t-1"}`,
	`{"RequestId":"R","Code":"Throttling.User","Message":"m"}`,
	`{"RequestId":"R","Code":"IdempotentProcessing","Message":"m"}`,
	`{"RequestId":1,"Code":{},"Message":[]}`,
	`{"RequestId":"R","NextToken":"again","Invocations":{"Invocation":[{"InvokeId":"t-1","InvocationStatus":"Running","InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","InvocationStatus":"Success","ExitCode":0,"Repeats":1,"StartTime":"2026-01-01T00:00:00Z"}]}}]}}`,
	`{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","Frequency":"* * *","Timeout":-1,"InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","InvocationStatus":"Failed","ExitCode":"9999999999999999999"}]}}]}}`,
	`{"RequestId":"R","Invocation":{"NextToken":"x","InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","InstanceId":"i-1","InvocationStatus":"Success","Output":"%%%","Dropped":-5,"StartTime":"x"}]}}}`,
	`{"RequestId":"R","TotalCount":1,"InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[{"InstanceId":"i-1","CloudAssistantStatus":"maybe"}]}}`,
}

// TestRandomRepliesNeverPanic proves P10 of internal/DESIGN.md. It takes one of the replies
// above, and inserts or changes random bytes or cuts off the end. Each seed gives other
// changes.
func TestRandomRepliesNeverPanic(t *testing.T) {
	t.Parallel()
	all := seeds(t, 500, 100)
	for _, seed := range all {
		rng := rand.New(rand.NewPCG(seed, 5))
		body := []byte(replies[rng.IntN(len(replies))])
		for range rng.IntN(6) {
			at := rng.IntN(len(body) + 1)
			switch rng.IntN(3) {
			case 0:
				body = append(body[:at:at], append([]byte{byte(rng.Uint32())}, body[at:]...)...)
			case 1:
				body = body[:at]
			default:
				if at < len(body) {
					body[at] = byte(rng.Uint32())
				}
			}
		}
		status := []int{200, 200, 200, 204, 302, 400, 403, 404, 429, 500, 503, 700}[rng.IntN(12)]
		if callWithReply(t, status, []string{"", "3", "TimeLeft:-1", "TimeLeft:99999999999999999999"}[rng.IntN(4)], body); t.Failed() {
			t.Fatalf("seed %d (repeat it with RUNCOMMAND_SEED=%d): %d %q", seed, seed, status, body)
		}
	}
	t.Logf("P10: %d damaged replies to each of 9 methods, no panic, each within its time", len(all))
}

func FuzzReply(f *testing.F) {
	for i, r := range replies {
		f.Add([]int{200, 400, 503}[i%3], "TimeLeft:1000", []byte(r))
	}
	f.Fuzz(func(t *testing.T, status int, hint string, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		callWithReply(t, status, hint, body)
	})
}
