package runcommand_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestWhatARunConcludesFromItsAttempts(t *testing.T) {
	t.Parallel()
	const again = "IdempotentProcessing"
	for _, c := range []struct {
		name     string
		replies  []step
		attempts int   // the number of attempts
		kind     error // nil: the command was accepted
		unknown  bool
	}{
		{"accepted at once", []step{acceptedReply()}, 1, nil, false},
		{"refused for good", []step{refusedReply(400, "InvalidParam.Frequency")}, 1, errors.ErrInvalidArgument, false},
		{"refused by an unknown code", []step{refusedReply(400, "Brand.New")}, 1, errors.ErrInvalidArgument, false},
		{"throttled, then accepted", []step{refusedReply(429, "Throttling.User"), acceptedReply()}, 2, nil, false},
		{"throttled all along", []step{refusedReply(400, "Throttling")}, 5, errors.ErrThrottled, false},
		{"throttled by an undocumented code, with a server's status", []step{refusedReply(503, "Throttling.Gateway")}, 5, errors.ErrThrottled, true},
		{"throttled by an undocumented code", []step{refusedReply(429, "Throttling.Gateway")}, 5, errors.ErrThrottled, false},
		{"a gateway had no answer in time", []step{refusedReply(408, "Request.Late")}, 5, errors.ErrInvalidArgument, true},
		{"a gateway's client had gone", []step{refusedReply(499, "Closed")}, 5, errors.ErrInvalidArgument, true},
		{"a gateway's backend had no answer in time", []step{refusedReply(400, "BackendTimeout")}, 5, errors.ErrInvalidArgument, true},
		{"a gateway's upstream failed", []step{refusedReply(404, "Upstream.Error")}, 5, errors.ErrNotFound, true},
		{"a documented code that speaks of a time-out", []step{refusedReply(403, "InvalidTimeout.ExceedLimit")}, 1, errors.ErrLimitExceeded, false},
		{"throttled with a server's status", []step{refusedReply(503, "Throttling")}, 5, errors.ErrThrottled, false},
		{"never reached", []step{dialRefused}, 5, errors.ErrUnavailable, false},
		{"not reached, then refused", []step{dialRefused, refusedReply(403, "Forbidden.RAM")}, 2, errors.ErrPermission, false},
		{"not reached, then accepted", []step{dialRefused, dialRefused, acceptedReply()}, 3, nil, false},

		{"reply lost, then accepted", []step{connectionLost, acceptedReply()}, 2, nil, false},
		{"reply lost all along", []step{connectionLost}, 5, errors.ErrUnavailable, true},
		{"reply cut, then accepted", []step{replyCutShort, acceptedReply()}, 2, nil, false},
		{"reply cut all along", []step{replyCutShort}, 5, errors.ErrUnavailable, true},
		{"reply lost, then refused: the refusal proves nothing", []step{connectionLost, refusedReply(403, "Forbidden.RAM")}, 2, errors.ErrPermission, true},
		{"reply lost, then throttled", []step{connectionLost, refusedReply(429, "Throttling")}, 5, errors.ErrThrottled, true},
		{"reply lost, then not reached", []step{connectionLost, dialRefused}, 5, errors.ErrUnavailable, true},
		{"the service failed", []step{refusedReply(500, "InternalError.Dispatch")}, 5, errors.ErrUnavailable, true},
		{"the service failed with the status of a refusal", []step{refusedReply(400, "UnknownError")}, 5, errors.ErrUnavailable, true},
		{"the service failed with an unknown code", []step{refusedReply(500, "InvalidSomething")}, 5, errors.ErrInvalidArgument, true},
		{"the service failed, then refused", []step{refusedReply(500, "InternalError"), refusedReply(404, "InvalidInstance.NotFound")}, 2, errors.ErrNotFound, true},
		{"a proxy answered", []step{htmlReply(502), acceptedReply()}, 2, nil, false},
		{"a proxy answered all along", []step{htmlReply(502)}, 5, errors.ErrUnavailable, true},
		{"a proxy refused all along", []step{htmlReply(403)}, 5, errors.ErrUnavailable, true},
		{"a reply of another service", []step{jsonReply(200, `{"ok":true}`)}, 5, errors.ErrUnavailable, true},
		{"a refusal of another service", []step{jsonReply(403, `{"code":"BLOCKED","message":"m"}`), acceptedReply()}, 2, nil, false},
		{"a refusal of another service all along", []step{jsonReply(403, `{"code":"BLOCKED","message":"m"}`)}, 5, errors.ErrUnavailable, true},
		{"a documented code, but not from the service", []step{jsonReply(403, `{"Code":"Forbidden.RAM"}`)}, 5, errors.ErrUnavailable, true},
		{"a gateway's throttling, then accepted", []step{jsonReply(429, `{"code":"Throttling","message":"m"}`), acceptedReply()}, 2, nil, false},
		{"a gateway's throttling all along", []step{jsonReply(429, `{"code":"Throttling","message":"m"}`)}, 5, errors.ErrThrottled, true},
		{"a refusal that names an invocation", []step{jsonReply(400, `{"RequestId":"R","Code":"Throttling","Message":"m","InvokeId":"t-1"}`)}, 5, errors.ErrUnavailable, true},
		{"a refusal that names an invocation somewhere", []step{jsonReply(200, `{"RequestId":"R","Code":"Forbidden","Message":"m","Data":{"invokeId":["t-1"]}}`)}, 5, errors.ErrUnavailable, true},
		{"a refusal in XML that names an invocation", []step{jsonReply(403, `<Error><RequestId>R</RequestId><Code>Forbidden</Code><Message>m</Message><InvokeId>t-1</InvokeId></Error>`)}, 5, errors.ErrUnavailable, true},
		{"a refusal whose words name none", []step{jsonReply(403, `{"RequestId":"R","Code":"Forbidden","InvokeId":"","Message":"the \"InvokeId\": t-1"}`)}, 1, errors.ErrPermission, false},
		{"an acceptance with the status of a refusal", []step{jsonReply(400, `{"RequestId":"R","Code":"Accepted","Message":"m"}`)}, 5, errors.ErrUnavailable, true},
		{"an empty reply", []step{jsonReply(200, "")}, 5, errors.ErrUnavailable, true},

		{"an earlier attempt in progress is waited out", []step{connectionLost, refusedReply(403, again), refusedReply(403, again), refusedReply(403, again), refusedReply(403, again), refusedReply(403, again), acceptedReply()}, 7, nil, false},
		{"an earlier attempt in progress for too long", []step{refusedReply(403, again)}, 10, errors.ErrConflict, true},
		{"the token was used with other parameters", []step{refusedReply(403, "IdempotentParameterMismatch")}, 1, errors.ErrConflict, false},
		{"a nonce seen before means a request delivered twice", []step{refusedReply(400, "SignatureNonceUsed"), acceptedReply()}, 2, nil, false},
		{"a nonce seen before, twice", []step{refusedReply(400, "SignatureNonceUsed")}, 2, errors.ErrAuth, true},
		{"an expired token is renewed once", []step{refusedReply(400, "InvalidSecurityToken.Expired"), acceptedReply()}, 2, nil, false},
		{"an expired token that stays expired", []step{refusedReply(400, "InvalidSecurityToken.Expired")}, 2, errors.ErrAuth, false},
		{"an expired token is renewed once in a Run", []step{refusedReply(400, "InvalidSecurityToken.Expired"), connectionLost, refusedReply(400, "InvalidSecurityToken.Expired")}, 3, errors.ErrAuth, true},
		{"a certificate of an unknown authority", []step{certificateRefused}, 1, errors.ErrUnavailable, false},
		{"today's quota is used up", []step{refusedReply(403, "Invocation.ExceedQuota")}, 1, errors.ErrQuotaExceeded, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScript(c.replies...)
				req, err := minimal().Build()
				require.NoError(t, err)
				inv, err := s.client(t).Run(t.Context(), req)

				bodies := s.bodies()
				assert.Len(t, bodies, c.attempts, "attempts")
				bodies = slices.DeleteFunc(bodies, func(b string) bool { return b == "" })
				if len(bodies) == 0 {
					assert.False(t, errors.MayHaveRun(err), "nothing was ever sent")
					require.ErrorIs(t, err, c.kind)
					return
				}
				token := parameters(t, bodies[0]).Get("ClientToken")
				assert.NotEmpty(t, token)
				for _, b := range bodies {
					assert.Equal(t, bodies[0], b, "every attempt sends the same bytes")
				}
				assert.Equal(t, c.unknown, errors.MayHaveRun(err))
				if c.kind == nil {
					require.NoError(t, err)
					assert.Equal(t, "t-1", inv.ID)
					assert.Equal(t, "c-1", inv.CommandID)
					assert.Equal(t, "R-1", inv.RequestID)
					assert.Equal(t, token, inv.ClientToken)
					return
				}
				assert.Nil(t, inv)
				require.ErrorIs(t, err, c.kind)
				e, ok := errors.AsType[*errors.RunError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, token, e.ClientToken)
				assert.Equal(t, c.attempts, e.Attempts)
				assert.NotContains(t, err.Error(), token)
				if c.unknown {
					assert.False(t, errors.Retryable(err), "a caller's own loop must not double the script")
				}
			})
		})
	}
}

func TestACallersTokenIsRespected(t *testing.T) {
	t.Parallel()
	s := newScript(acceptedReply())
	req, err := minimal().ClientToken("mine").Build()
	require.NoError(t, err)
	inv, err := s.client(t).Run(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, "mine", inv.ClientToken)
	assert.Equal(t, "mine", parameters(t, s.bodies()[0]).Get("ClientToken"))
}

func TestEachRunMakesATokenOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newScript(acceptedReply())
	c := s.client(t)
	req, err := minimal().Build()
	require.NoError(t, err)
	tokens := make(map[string]bool)
	for range 20 {
		inv, err := c.Run(t.Context(), req)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(inv.ClientToken), 64)
		tokens[inv.ClientToken] = true
	}
	assert.Len(t, tokens, 20)
	assert.Empty(t, req.ClientToken, "the request is not changed")
}

func TestARequestThatBreaksALimitIsNotSent(t *testing.T) {
	t.Parallel()
	s := newScript(acceptedReply())
	c := s.client(t)
	valid, err := minimal().Build()
	require.NoError(t, err)
	for name, req := range map[string]*runcommand.Request{
		"nil":            nil,
		"zero":           {},
		"a field edited": {Type: "x", Content: valid.Content, InstanceIDs: valid.InstanceIDs},
		"another region": {RegionID: "cn-beijing", Type: valid.Type, Content: valid.Content, InstanceIDs: valid.InstanceIDs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv, err := c.Run(t.Context(), req)
			assert.Nil(t, inv)
			_, ok := errors.AsType[*errors.ValidationError](err)
			assert.True(t, ok, "%v", err)
			assert.False(t, errors.MayHaveRun(err))
			assert.Empty(t, s.bodies())
		})
	}
}

func TestNothingIsSentOnAContextThatHasEnded(t *testing.T) {
	t.Parallel()
	s := newScript(acceptedReply())
	req, err := minimal().Build()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.client(t).Run(ctx, req)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, errors.MayHaveRun(err))
	assert.Empty(t, s.bodies())
}

// fullQueue is a limiter that lets no call through.
type fullQueue struct{}

func (fullQueue) Wait(context.Context) error { return errors.New("the queue is full") }

func TestALimiterThatRefusesMeansNeverSent(t *testing.T) {
	t.Parallel()
	s := newScript(acceptedReply())
	req, err := minimal().Build()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	_, err = s.client(t, runcommand.WithLimiter("RunCommand", fullQueue{})).Run(ctx, req)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "the queue is full")
	assert.False(t, errors.MayHaveRun(err))
	assert.Empty(t, s.bodies())
}

func TestAttemptsAreThoseAskedFor(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]int{0: runcommand.DefaultAttempts, 1: 1, 3: 3, 20: 20, math.MaxInt: 101} { // 101: the first attempt and the 100 retries that the retry budget allows
		synctest.Test(t, func(t *testing.T) {
			s := newScript(dialRefused)
			req, err := minimal().Build()
			require.NoError(t, err)
			_, err = s.client(t, runcommand.WithRetry(poll.Policy{}, attempts)).Run(t.Context(), req)
			require.ErrorIs(t, err, errors.ErrUnavailable)
			assert.False(t, errors.MayHaveRun(err), "nothing was sent")
			made := len(s.bodies())
			assert.Equal(t, want, made)
		})
	}
}
