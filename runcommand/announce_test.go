package runcommand_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
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

// announcements records the attempts that a Run announces.
type announcements struct {
	srv     *runcommandtest.Server
	numbers []int // the numbers of the announced attempts
	calls   []int // how many calls of RunCommand the service had seen at each announcement
	fail    func(ctx context.Context, attempt int) error
}

func (a *announcements) announce(ctx context.Context, attempt int) error {
	a.numbers = append(a.numbers, attempt)
	a.calls = append(a.calls, len(a.srv.Calls("RunCommand")))
	if a.fail != nil {
		return a.fail(ctx, attempt)
	}
	return nil
}

// withoutJitter makes every wait between attempts predictable.
func withoutJitter() runcommand.Option { return runcommand.WithRetry(poll.Policy{Jitter: -1}, 0) }

func TestEachAttemptIsAnnouncedOnceBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults  []runcommandtest.Fault
		numbers []int
		calls   []int // the calls that the service had seen at each announcement
	}{
		"nothing goes wrong":         {nil, []int{1}, []int{0}},
		"the reply is lost":          {faultsOf(runcommandtest.FaultResetAfterAccept), []int{1, 2}, []int{0, 1}},
		"two replies are lost":       {faultsOn("RunCommand", 2, runcommandtest.FaultCutReply), []int{1, 2, 3}, []int{0, 1, 2}},
		"throttled":                  {faultsOf(runcommandtest.FaultThrottled), []int{1, 2}, []int{0, 1}},
		"a new signature is needed":  {faultsOf(runcommandtest.FaultExpiredCredential), []int{1, 2}, []int{0, 1}},
		"a new nonce is needed":      {[]runcommandtest.Fault{{Kind: runcommandtest.FaultRefusal, Code: errors.SignatureNonceUsed}}, []int{1, 2}, []int{0, 1}},
		"no connection at first":     {faultsOf(runcommandtest.FaultRefused), []int{1, 2}, []int{0, 0}},
		"an earlier attempt is busy": {faultsOf(runcommandtest.FaultTokenBusy), []int{1, 2}, []int{0, 1}},
		"one thing after another": {
			faultsOf(runcommandtest.FaultExpiredCredential, runcommandtest.FaultThrottled, runcommandtest.FaultResetAfterAccept),
			[]int{1, 2, 3, 4}, []int{0, 1, 2, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				srv.Inject(c.faults...)
				var observed []int
				client := srv.Client(withoutJitter(), runcommand.WithObserver(runcommand.Observer{
					Attempt: func(_ context.Context, a runcommand.Attempt) { observed = append(observed, a.Number) },
				}))
				record := &announcements{srv: srv}
				req, err := minimal().Build()
				require.NoError(t, err)
				inv, err := client.RunAnnounced(t.Context(), req, record.announce)
				require.NoError(t, err)
				assert.NotEmpty(t, inv.ID)
				assert.Equal(t, c.numbers, record.numbers)
				assert.Equal(t, c.calls, record.calls)
				assert.Equal(t, c.numbers, observed, "the observer gets the same numbers")
				assert.Equal(t, 1, srv.Executions("i-1"))
				assert.Empty(t, srv.Pending())
			})
		})
	}
}

// TestAnAnnouncedRunIsExecutedAtMostOnce proves P1 of internal/DESIGN.md for RunAnnounced:
// with each fault, and with each fault after a lost reply, every request that leaves was
// announced.
func TestAnAnnouncedRunIsExecutedAtMostOnce(t *testing.T) {
	t.Parallel()
	lost := serverFault(undecided, runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
	for _, fault := range slices.Concat(attemptFaults, middlewareFaults) {
		for name, ahead := range map[string][]attemptFault{"first": {fault}, "after a lost reply": {lost, fault}} {
			t.Run(fault.name+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t, runcommandtest.WithPendingFaults())
					transport := &faultyTransport{server: srv, ahead: ahead}
					client := srv.Client(withoutJitter(), runcommand.WithHTTPClient(&http.Client{Transport: transport}))
					record := &announcements{srv: srv, fail: func(_ context.Context, attempt int) error {
						sent, _, _ := transport.proven()
						assert.Equal(t, attempt-1, sent, "announced before it is sent, and after the attempt before")
						return nil
					}}
					_, err := client.RunAnnounced(t.Context(), minimal().Draft(), record.announce)
					<-time.After(time.Hour)
					sent, _, _ := transport.proven()
					assert.Len(t, record.numbers, sent, "%v", err)
					assert.LessOrEqual(t, srv.Executions("i-1"), 1)
					if err != nil && srv.Executions("i-1") > 0 {
						assert.True(t, errors.MayHaveRun(err), "%v", err)
					}
				})
			})
		}
	}
}

// brokenError panics in its method Error.
// TestAnnounceComesAfterTheLimiterAndTheCredential checks that little time lies between the
// record of a program and the request.
func TestAnnounceComesAfterTheLimiterAndTheCredential(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		limiter := poll.NewAdaptive(1, time.Minute)
		require.NoError(t, limiter.Wait(t.Context()))
		client := srv.Client(runcommand.WithLimiter("RunCommand", limiter), runcommand.WithCredential(runcommand.CredentialFunc(slowCredential)))
		req, err := minimal().Build()
		require.NoError(t, err)
		began := time.Now()
		type key struct{}
		ctx := context.WithValue(t.Context(), key{}, "of the caller")
		var announced time.Time
		_, err = client.RunAnnounced(ctx, req, func(ctx context.Context, _ int) error {
			assert.Equal(t, "of the caller", ctx.Value(key{}))
			<-time.After(10 * time.Second) // a slow disk
			announced = time.Now()
			return nil
		})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, announced.Sub(began), 70*time.Second, "a minute in the queue, a second of look-up, ten of the disk")
		assert.Equal(t, announced, srv.Calls("RunCommand")[0].At)
	})
}

func TestAnAttemptThatDoesNotBeginIsNotAnnounced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		record := &announcements{srv: srv}
		valid, err := minimal().Build()
		require.NoError(t, err)
		noKey := srv.Client(runcommand.WithCredential(runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
			return runcommand.Credential{}, errors.New("no key")
		})))
		refused := srv.Client(runcommand.WithLimiter("RunCommand", limiterFunc(func(context.Context) error { return errors.New("no") })), withoutJitter())
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		for name, c := range map[string]struct {
			client *runcommand.Client
			ctx    context.Context
			req    *runcommand.Request
			is     error
		}{
			"no request":          {client, t.Context(), nil, errors.ErrMissingArgument},
			"an invalid request":  {client, t.Context(), minimal().OnlyInstances().Draft(), errors.ErrMissingArgument},
			"no credential":       {noKey, t.Context(), valid, errors.ErrAuth},
			"a limiter refuses":   {refused, t.Context(), valid, poll.ErrRefused},
			"a cancelled context": {client, cancelled, valid, context.Canceled},
		} {
			_, err := c.client.RunAnnounced(c.ctx, c.req, record.announce)
			require.ErrorIs(t, err, c.is, name)
		}
		assert.Empty(t, record.numbers)

		for name, c := range map[string]*runcommand.Client{"nil": nil, "zero": {}} {
			_, err = c.RunAnnounced(t.Context(), valid, record.announce)
			assertInvalid(t, name, err)
		}
		_, err = client.RunAnnounced(t.Context(), valid, nil)
		assertInvalid(t, "no announce", err)
		_, err = client.RunAnnounced(*new(context.Context), valid, record.announce)
		assertInvalid(t, "no context", err)
		assert.Empty(t, record.numbers)
		assert.Empty(t, srv.Calls("RunCommand"))
	})
}

type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

// TestARunEndsWhileItIsAnnounced proves P3 of internal/DESIGN.md for announce: the announce
// of this test returns only when its context ends.
func TestARunEndsWhileItIsAnnounced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at      int
		hides   bool // announce returns nil although its context has ended
		unknown bool
	}{
		"at the first attempt":                        {at: 1},
		"at the first attempt, and announce is done":  {at: 1, hides: true},
		"at the second attempt":                       {at: 2, unknown: true},
		"at the second attempt, and announce is done": {at: 2, hides: true, unknown: true},
	} {
		for _, deadline := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, deadline %v", name, deadline), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					if c.at == 2 {
						srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
					}
					ctx, cancel := context.WithCancel(t.Context())
					want := context.Canceled
					if deadline {
						ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
						want = context.DeadlineExceeded
					} else {
						time.AfterFunc(time.Minute, cancel)
					}
					defer cancel()
					record := &announcements{srv: srv, fail: func(ctx context.Context, attempt int) error {
						if attempt < c.at {
							return nil
						}
						<-ctx.Done()
						if c.hides {
							return nil
						}
						return ctx.Err()
					}}
					req, err := minimal().Build()
					require.NoError(t, err)
					began := time.Now()
					_, err = srv.Client(withoutJitter()).RunAnnounced(ctx, req, record.announce)
					require.ErrorIs(t, err, want)
					assert.Equal(t, time.Minute, time.Since(began))
					assert.Equal(t, c.unknown, errors.MayHaveRun(err))
					assert.False(t, errors.Retryable(err), "the caller's time is up")
					assert.Len(t, record.numbers, c.at)
					assert.Len(t, srv.Calls("RunCommand"), c.at-1)
				})
			})
		}
	}
}

// TestAnAnnouncedAttemptKeepsTheTimeOfTheToken proves P14 of internal/DESIGN.md for an
// announce that takes longer than the token is trusted.
func TestAnAnnouncedAttemptKeepsTheTimeOfTheToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
		req, err := minimal().Build()
		require.NoError(t, err)
		record := &announcements{srv: srv, fail: func(_ context.Context, attempt int) error {
			if attempt == 2 {
				<-time.After(6 * time.Minute)
			}
			return nil
		}}
		_, err = srv.Client(withoutJitter()).RunAnnounced(t.Context(), req, record.announce)
		assert.True(t, errors.MayHaveRun(err), "%v", err)
		assert.Equal(t, []int{1, 2}, record.numbers)
		assert.Len(t, srv.Calls("RunCommand"), 1)
	})
}

// feedbackLimiter records what it is told about attempts.
// TestAnErrorOfAnnounceShowsNoSecret proves P9 of internal/DESIGN.md for an announce whose
// error quotes its record of the request.

// The limiter holds the second attempt until the token of the first one is too old.
func TestAnAttemptWhoseTokenIsTooOldIsNeitherAnnouncedNorSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultResetAfterAccept})
		req, err := minimal().Build()
		require.NoError(t, err)
		calls := 0
		limiter := limiterFunc(func(context.Context) error {
			if calls++; calls == 2 {
				<-time.After(6 * time.Minute)
			}
			return nil
		})
		record := &announcements{srv: srv}
		_, err = srv.Client(withoutJitter(), runcommand.WithLimiter("RunCommand", limiter)).RunAnnounced(t.Context(), req, record.announce)
		assert.True(t, errors.MayHaveRun(err), "%v", err)
		assert.Equal(t, []int{1}, record.numbers)
		assert.Len(t, srv.Calls("RunCommand"), 1)
	})
}
