package runcommand_test

import (
	"context"
	"io"
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

// slowCredential takes a second and ignores its context, as many credential providers do.
func slowCredential(context.Context) (runcommand.Credential, error) {
	<-time.After(time.Second)
	return runcommand.Credential{AccessKeyID: runcommandtest.AccessKeyID, AccessKeySecret: runcommandtest.AccessKeySecret}, nil
}

// TestARunIsCancelledAtAnyMoment proves P3 of internal/DESIGN.md for Run. The Run of this
// test goes through all states: a second in the queue of the limiter, a second of
// credential look-up before each attempt, lost and late replies, and pauses between
// attempts. The test repeats this Run and ends it after 0 s, 0.1 s, 0.2 s and so on, each
// time once by a cancellation and once by a deadline.
func TestARunIsCancelledAtAnyMoment(t *testing.T) {
	t.Parallel()
	var longest time.Duration
	points, unknown, executedUnknown := 0, 0, 0
	for after := time.Duration(0); after < 22*time.Second; after += 100 * time.Millisecond {
		for _, deadline := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t, runcommandtest.WithPendingFaults()) // a Run may end before the last fault
				srv.Inject(
					runcommandtest.Fault{Kind: runcommandtest.FaultRefused},
					runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 2 * time.Second},
					runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept},
					runcommandtest.Fault{Kind: runcommandtest.FaultDelayed, Delay: 4 * time.Second},
				)
				limiter := poll.NewAdaptive(60, time.Minute)
				for range 6 {
					require.NoError(t, limiter.Wait(t.Context()))
				}
				client := srv.Client(
					runcommand.WithCredential(runcommand.CredentialFunc(slowCredential)),
					runcommand.WithRetry(poll.Policy{Jitter: -1}, 0),
					runcommand.WithLimiter("RunCommand", limiter),
				)
				req, err := runcommand.Shell("echo").Instances("i-1").Build()
				require.NoError(t, err)

				ctx, cancel := context.WithCancel(t.Context())
				want := context.Canceled
				if deadline {
					ctx, cancel = context.WithTimeout(t.Context(), after)
					want = context.DeadlineExceeded
				} else {
					time.AfterFunc(after, cancel)
				}
				defer cancel()
				began := time.Now()
				inv, err := client.Run(ctx, req)
				took := time.Since(began)
				executed := srv.Executions("i-1")
				<-time.After(time.Minute) // wait for the credential look-up, because it may go on after the Run has returned
				require.Equal(t, executed, srv.Executions("i-1"), "nothing happens after a Run has returned")
				points++
				if err == nil {
					require.Equal(t, 1, executed)
					require.NotEmpty(t, inv.ID)
					return
				}
				longest = max(longest, took-after)
				require.ErrorIs(t, err, want, "after %v", after)
				if executed > 0 {
					require.True(t, errors.MayHaveRun(err), "after %v: %v", after, err)
				}
				require.False(t, errors.Retryable(err), "the caller's time is up")
				if errors.MayHaveRun(err) {
					unknown++
					executedUnknown += executed
				}
			})
		}
	}
	assert.LessOrEqual(t, longest, 50*time.Millisecond)
	assert.Positive(t, unknown)
	t.Logf("P3: back within %v at %d cancel points of a Run; %d times the outcome was unknown, %d of these had been accepted",
		max(longest, 0), points, unknown, executedUnknown)
}

// TestTheStatesOfARunThatIsCancelled cancels a Run in each of its states and checks what
// the error says about the command.
func TestTheStatesOfARunThatIsCancelled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		option  func(t *testing.T) runcommand.Option
		faults  []runcommandtest.Fault
		outcome string
	}{
		"in the limiter's queue": {
			option: func(t *testing.T) runcommand.Option {
				full := poll.NewAdaptive(1, time.Hour)
				require.NoError(t, full.Wait(t.Context()))
				return runcommand.WithLimiter("RunCommand", full)
			},
			outcome: "0 times: , ran 0",
		},
		"in the look-up of the credential": {
			option: func(*testing.T) runcommand.Option {
				return runcommand.WithCredential(runcommand.CredentialFunc(func(ctx context.Context) (runcommand.Credential, error) {
					<-ctx.Done()
					return runcommand.Credential{}, ctx.Err()
				}))
			},
			outcome: "once: transport unavailable, ran 0",
		},
		"in the back-off after a refused connection": {
			faults:  []runcommandtest.Fault{{Kind: runcommandtest.FaultRefused, Times: -1}},
			outcome: "twice: transport unavailable, ran 0",
		},
		"in the back-off after throttling": {
			faults:  []runcommandtest.Fault{{Kind: runcommandtest.FaultThrottled, RetryAfter: time.Minute}},
			outcome: "once: api throttled, ran 0",
		},
		"in the back-off after a lost reply": {
			faults:  []runcommandtest.Fault{{Kind: runcommandtest.FaultResetAfterAccept, Times: -1}},
			outcome: "twice: transport unavailable, unknown, ran 1",
		},
		"while the reply is on its way": {
			faults:  []runcommandtest.Fault{{Kind: runcommandtest.FaultSilent}},
			outcome: "once: transport unavailable, unknown, ran 1",
		},
		"in the middle of the reply": {
			faults:  []runcommandtest.Fault{{Kind: runcommandtest.FaultSlow}},
			outcome: "once: transport unavailable, unknown, ran 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				srv.Inject(c.faults...)
				recorder := newClientRecorder()
				options := append(recorder.options(), runcommand.WithRetry(poll.Policy{Jitter: -1}, 0))
				if c.option != nil {
					options = append(options, c.option(t))
				}
				req, err := runcommand.Shell("echo").Instances("i-1").Build()
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(2500*time.Millisecond, cancel)
				_, err = srv.Client(options...).Run(ctx, req)
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, c.outcome, describeOutcome(recorder.attempts("RunCommand"), err, srv.Executions("i-1")), "%v", err)
				assert.Empty(t, srv.Pending())
				<-time.After(time.Minute) // wait for credential look-ups: a look-up may go on after Run has returned, until its own time limit
			})
		})
	}
}

// TestAnAttemptHasATimeLimitOfItsOwn shows that a Run without a deadline returns even when
// the service never answers.
func TestAnAttemptHasATimeLimitOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		never := roundTrip(func(r *http.Request) (*http.Response, error) {
			_, _ = io.Copy(io.Discard, r.Body) // read the whole body: the request has now been sent
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		client := (&scriptedTransport{}).client(t, runcommand.WithHTTPClient(&http.Client{Transport: never}), runcommand.WithRetry(poll.Policy{}, 2))
		req, err := runcommand.Shell("echo").Instances("i-1").Build()
		require.NoError(t, err)
		began := time.Now()
		_, err = client.Run(t.Context(), req)
		require.ErrorIs(t, err, errors.ErrUnavailable)
		assert.True(t, errors.MayHaveRun(err))
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "no context of the caller's has ended")
		assert.InDelta(t, 61, time.Since(began).Seconds(), 1)
	})
}
