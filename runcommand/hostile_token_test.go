package runcommand_test

import (
	"context"
	"io"
	"math"
	"net/http"
	"strconv"
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

// trusted is the time for which a client may rely on a client token, by P14 of
// internal/DESIGN.md.
const trusted = 5 * time.Minute

// forgetfulGateway is a gateway in front of a service that forgets client tokens. It
// delivers every request, and answers with its own reply in place of the service's reply.
type forgetfulGateway struct {
	server   *runcommandtest.Server
	reply    func(attempt int) (*http.Response, error)
	attempts []time.Time
}

func (f *forgetfulGateway) RoundTrip(r *http.Request) (*http.Response, error) {
	f.attempts = append(f.attempts, time.Now())
	if _, err := f.server.Transport().RoundTrip(r); err != nil {
		return nil, err
	}
	return f.reply(len(f.attempts))
}

// gatewayPage returns a reply that a gateway itself gives, not the service.
func gatewayPage(status int, header, value string) (*http.Response, error) {
	return replyWith(status, "<html>try later</html>", header, value)(nil)
}

// TestNoAttemptBeginsFiveMinutesAfterTheFirstAmbiguousOne proves P14 of
// internal/DESIGN.md. The service forgets tokens after half an hour; gateways, limiters
// and policies delay the next attempt.
func TestNoAttemptBeginsFiveMinutesAfterTheFirstAmbiguousOne(t *testing.T) {
	t.Parallel()
	later := func(seconds int) func(int) (*http.Response, error) {
		return func(int) (*http.Response, error) { return gatewayPage(503, "Retry-After", strconv.Itoa(seconds)) }
	}
	plain := func(int) (*http.Response, error) { return gatewayPage(502, "Server", "gateway") }
	broken := func(int) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	slow := poll.Policy{Initial: 31 * time.Minute, Max: time.Hour, Jitter: -1}
	for _, c := range []struct {
		name     string
		reply    func(int) (*http.Response, error)
		options  []runcommand.Option
		attempts int   // the number of attempts; negative: at least this number
		is       error // the cause in the error of the Run; nil: all attempts were made
	}{
		{"a hint of an hour", later(3600), nil, 1, poll.ErrTooLate},
		{"a hint of more than a day", later(100_000), nil, 5, nil},
		{"a hint of five minutes", later(300), nil, 1, poll.ErrTooLate},
		{"a hint of two minutes", later(120), nil, 3, poll.ErrTooLate},
		{"a hint that comes late", func(n int) (*http.Response, error) {
			if n < 3 {
				return plain(n)
			}
			return gatewayPage(429, "Retry-After", "3000")
		}, nil, 3, poll.ErrTooLate},
		{"a policy of half an hour", plain, []runcommand.Option{runcommand.WithRetry(slow, 9)}, 1, poll.ErrTooLate},
		{"many attempts", broken, []runcommand.Option{runcommand.WithRetry(poll.Policy{Jitter: -1}, math.MaxInt)}, -10, poll.ErrTooLate},
		{"a limiter that knows deadlines", broken, []runcommand.Option{
			runcommand.WithLimiter("RunCommand", &slowLimiter{waits: []time.Duration{0, 40 * time.Minute}, knows: true})}, 1, nil},
		{"a limiter that knows none", broken, []runcommand.Option{
			runcommand.WithLimiter("RunCommand", &slowLimiter{waits: []time.Duration{0, 40 * time.Minute}})}, 1, nil},
		{"a limiter that ignores its context", broken, []runcommand.Option{
			runcommand.WithLimiter("RunCommand", &slowLimiter{waits: []time.Duration{0, 40 * time.Minute}, deaf: true})}, 1, nil},
		{"credentials that take long", broken, []runcommand.Option{
			runcommand.WithRetry(poll.Policy{Initial: 290 * time.Second, Jitter: -1}, 9),
			runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
				<-time.After(20 * time.Second) // this pause is in virtual time
				return runcommand.Credential{AccessKeyID: runcommandtest.AccessKeyID, AccessKeySecret: runcommandtest.AccessKeySecret}, nil
			}))}, 1, poll.ErrTooLate},
		{"an observer that takes long", broken, []runcommand.Option{
			runcommand.WithObserver(runcommand.Observer{Attempt: func(context.Context, runcommand.Attempt) {
				<-time.After(40 * time.Minute) // this pause is in virtual time
			}})}, 1, poll.ErrTooLate},
		{"an attempt that takes long", func(int) (*http.Response, error) {
			<-time.After(40 * time.Minute) // this pause is in virtual time; this RoundTripper ignores its context
			return nil, io.ErrUnexpectedEOF
		}, nil, 1, poll.ErrTooLate},
		{"a token still in progress", func(int) (*http.Response, error) {
			return gatewayPage(503, "Retry-After", "200")
		}, []runcommand.Option{runcommand.WithRetry(poll.Policy{}, 100)}, 2, poll.ErrTooLate},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t, runcommandtest.WithIdempotencyWindow(30*time.Minute))
				gateway := &forgetfulGateway{server: srv, reply: c.reply}
				client := srv.Client(append([]runcommand.Option{runcommand.WithHTTPClient(&http.Client{Transport: gateway})}, c.options...)...)
				req, err := runcommand.Shell("echo").Instances("i-1").Build()
				require.NoError(t, err)

				began := time.Now()
				_, err = client.Run(t.Context(), req)

				require.Error(t, err)
				assert.True(t, errors.MayHaveRun(err), "%v", err)
				assert.False(t, errors.Retryable(err))
				assert.NotErrorIs(t, err, context.DeadlineExceeded, "no context has ended")
				e, _ := errors.AsType[*errors.RunError](err)
				require.NotNil(t, e)
				assert.NotEmpty(t, e.ClientToken)
				assert.Equal(t, 1, srv.Executions("i-1"))
				if c.attempts > 0 {
					assert.Len(t, gateway.attempts, c.attempts, "%v", err)
				}
				assert.GreaterOrEqual(t, len(gateway.attempts), -c.attempts)
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
				}
				last := gateway.attempts[len(gateway.attempts)-1].Sub(gateway.attempts[0])
				assert.LessOrEqual(t, last, trusted)
				t.Logf("P14: %d attempts, the last one began %v after the first, Run returned after %v: %v",
					len(gateway.attempts), last, time.Since(began), err)
			})
		})
	}
}

// TestAnUnlimitedRunDoesNotWaitForAnAttemptThatMayNotBegin lets a gateway ask for a pause of
// an hour. After that pause the token would be too old for another attempt. So the Run
// returns at once and does not sleep.
func TestAnUnlimitedRunDoesNotWaitForAnAttemptThatMayNotBegin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		gateway := &forgetfulGateway{server: srv, reply: func(int) (*http.Response, error) { return gatewayPage(503, "Retry-After", "3600") }}
		req, err := runcommand.Shell("echo").Instances("i-1").Build()
		require.NoError(t, err)
		began := time.Now()
		_, err = srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: gateway})).Run(t.Context(), req)
		require.ErrorIs(t, err, poll.ErrTooLate)
		assert.Less(t, time.Since(began), time.Second)
	})
}

// TestTheFiveMinutesCountFromTheFirstAttemptThatMayHaveBeenAccepted lets the service refuse
// the first attempts. A refusal proves that nothing ran. So the five minutes begin only
// with the first attempt that may have been accepted.
func TestTheFiveMinutesCountFromTheFirstAttemptThatMayHaveBeenAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Inject(
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 4 * time.Minute},
			runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 4 * time.Minute},
			runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
		)
		req, err := runcommand.Shell("echo").Instances("i-1").Build()
		require.NoError(t, err)
		inv, err := srv.Client().Run(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, srv.Invocations()[0].ID, inv.ID)
		assert.Equal(t, 1, srv.Executions("i-1"))
	})
}

// TestATokenOfAnEarlierCommandIsCalledSo uses one token for two requests. The error says
// that the token belongs to an earlier command.
func TestATokenOfAnEarlierCommandIsCalledSo(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	command := runcommand.Shell("echo").Instances("i-1").ClientToken("mine")
	begin(t, client, command.Name("first"))
	req, err := command.Name("second").Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.ErrorIs(t, err, errors.IdempotentParameterMismatch)
	require.ErrorIs(t, err, errors.ErrConflict)
	assert.ErrorContains(t, err, "an earlier command with this client token exists")
	assert.False(t, errors.Retryable(err))
	assert.Equal(t, 1, srv.Executions("i-1"))
}

// slowLimiter is a limiter that takes the time of each wait from a list. It uses the last
// entry of the list again and again.
type slowLimiter struct {
	waits []time.Duration
	calls int
	knows bool // the limiter refuses at once when the deadline comes before the turn
	deaf  bool // the limiter ignores its context
}

func (q *slowLimiter) Wait(ctx context.Context) error {
	wait := q.waits[min(q.calls, len(q.waits)-1)]
	q.calls++
	deadline, limited := ctx.Deadline()
	switch {
	case q.deaf:
		<-time.After(wait) // this pause is in virtual time
		return nil
	case q.knows && limited && time.Until(deadline) < wait:
		return errors.New("the turn comes after the deadline")
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
