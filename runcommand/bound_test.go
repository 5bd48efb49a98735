package runcommand_test

import (
	"context"
	"crypto/tls"
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

// ownBound is the time after which a wait must have ended: a script timeout of 60 seconds,
// a minute for delivery and half a minute of reserve.
const ownBound = 60*time.Second + time.Minute + 30*time.Second

func TestAWaitEndsAtItsBoundWhileTheInvocationGoesOn(t *testing.T) {
	t.Parallel()
	byID := func(c *runcommand.Client, inv *runcommand.Invocation) *runcommand.Invocation {
		return c.Invocation(inv.ID)
	}
	for _, c := range []struct {
		name   string
		handle func(*runcommand.Client, *runcommand.Invocation) *runcommand.Invocation // nil: the wait uses the Invocation of the Run
		fault  runcommandtest.Fault
		bound  time.Duration // the time limit of the context; 0: no deadline
		opts   []runcommand.WaitOption
		lasts  time.Duration
		is     []error
		not    error
		says   string
		total  int
	}{
		{name: "by its own bound", lasts: ownBound,
			is: []error{context.DeadlineExceeded}, not: context.Canceled, says: "should have ended by now", total: 2},
		{name: "by its own bound, taken up by id", handle: byID, lasts: ownBound,
			is: []error{context.DeadlineExceeded}, says: "should have ended by now", total: 2},
		{name: "by MaxWait", opts: []runcommand.WaitOption{runcommand.MaxWait(42 * time.Second)}, lasts: 42 * time.Second,
			is: []error{context.DeadlineExceeded}, not: context.Canceled, says: "longest wait of 42s", total: 2},
		{name: "by MaxWait, longer than its own bound", opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}, lasts: time.Hour,
			is: []error{context.DeadlineExceeded}, says: "longest wait of 1h0m0s", total: 2},
		{name: "by the context's deadline", bound: 5 * time.Minute, lasts: 5 * time.Minute,
			is: []error{context.DeadlineExceeded}, total: 2},
		{name: "by the earlier of both", bound: time.Minute, opts: []runcommand.WaitOption{runcommand.MaxWait(time.Hour)}, lasts: time.Minute,
			is: []error{context.DeadlineExceeded}, total: 2},
		{name: "while a poll is under way", lasts: ownBound, fault: silentFault("DescribeInvocations"),
			is: []error{context.DeadlineExceeded}, says: "should have ended by now", total: 2},
		{name: "although the service asks for an hour's pause", lasts: ownBound,
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, Action: "DescribeInvocations", Times: -1, RetryAfter: time.Hour},
			is:    []error{context.DeadlineExceeded, errors.ErrThrottled}, says: "should have ended by now", total: 2},
		{name: "when no answer ever comes", lasts: ownBound, handle: byID,
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultRefused, Times: -1},
			is:    []error{context.DeadlineExceeded, errors.ErrUnavailable}},
		{name: "when it is not visible", lasts: 30 * time.Second, handle: byID, opts: []runcommand.WaitOption{runcommand.PollEvery(everyThreeSeconds)},
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultNotVisible, Times: -1},
			is:    []error{runcommand.ErrNotVisible, errors.ErrNotFound}, not: context.DeadlineExceeded},
		{name: "when its status is never one that is known", lasts: ownBound,
			fault: runcommandtest.Fault{Kind: runcommandtest.FaultUnknownStatus, Times: -1},
			is:    []error{context.DeadlineExceeded}, total: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				setOutcomes(srv, map[string]runcommandtest.Outcome{"i-2": {Output: []byte("done")}})
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes, InstanceID: "i-1"})
				inv := begin(t, client, minimal().Instances("i-2"))
				if c.handle != nil {
					inv = c.handle(client, inv)
				}
				if c.fault.Kind != 0 {
					srv.Inject(c.fault)
				}
				ctx := t.Context()
				if c.bound > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.bound)
					defer cancel()
				}
				began := time.Now()
				report, err := inv.Wait(ctx, c.opts...)
				lasted := time.Since(began)

				e := requireWaitError(t, err)
				assert.Equal(t, inv.ID, e.InvocationID)
				assert.Equal(t, c.total, e.Total)
				for _, is := range c.is {
					require.ErrorIs(t, err, is)
				}
				if c.not != nil {
					require.NotErrorIs(t, err, c.not)
				}
				assert.ErrorContains(t, err, c.says)
				assert.False(t, errors.Retryable(err))
				assert.False(t, report.Complete)
				assert.InDelta(t, c.lasts.Seconds(), lasted.Seconds(), 3, "the time that it lasted")
				if c.lasts >= ownBound {
					assert.Equal(t, c.lasts, lasted)
				}
				if c.fault.Kind == 0 {
					assert.Equal(t, 1, e.Done)
					done, _ := report.Result("i-2")
					assert.Equal(t, "done", done.Text(), "what is known is in the report")
					open, _ := report.Result("i-1")
					assert.Equal(t, runcommand.StatusRunning, open.Status)
				}
				t.Logf("after %v: %v", lasted, err)
			})
		})
	}
}

func TestAnUnknownStatusIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		inv := begin(t, client, minimal())
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultUnknownStatus, Times: -1})
		report, err := inv.Wait(t.Context(), runcommand.MaxWait(time.Minute))
		requireWaitError(t, err)
		assert.Equal(t, runcommand.Status("Hibernating"), report.Status)
		assert.Equal(t, runcommand.Status("Hibernating"), report.Results[0].Status)
	})
}

func TestPermissionLostWhileWaitingEndsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault runcommandtest.Fault
		kind  error
	}{
		"a right is taken away":       {runcommandtest.Fault{Kind: runcommandtest.FaultPermission}, errors.ErrPermission},
		"a credential expires":        {runcommandtest.Fault{Kind: runcommandtest.FaultExpiredCredential}, errors.ErrAuth},
		"every nonce was used before": {runcommandtest.Fault{Kind: runcommandtest.FaultRefusal, Code: errors.SignatureNonceUsed}, errors.ErrAuth},
	} {
		for _, action := range []string{states, outputs} {
			t.Run(name+" from "+action, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, client := setup(t)
					setOutcomes(srv, map[string]runcommandtest.Outcome{"i-1": {Takes: 30 * time.Second}})
					inv := begin(t, client, onThreeInstances().Timeout(time.Hour))
					var lost time.Time
					time.AfterFunc(10*time.Second, func() {
						lost = time.Now()
						fault := c.fault
						fault.Action, fault.Times = action, -1
						srv.Inject(fault)
					})
					report, err := inv.Wait(t.Context(), runcommand.PollEvery(everyThreeSeconds))
					e := requireWaitError(t, err)
					require.ErrorIs(t, err, c.kind)
					assert.Equal(t, 3, e.Total)
					assert.LessOrEqual(t, time.Since(lost), 23*time.Second)
					if action == states {
						assert.LessOrEqual(t, time.Since(lost), 3*time.Second, "by the next poll")
						assert.Equal(t, 2, e.Done)
					}
					r, _ := report.Result("i-2")
					assert.Equal(t, runcommand.StatusSuccess, r.Status, "what was known stays")
				})
			})
		}
	}
}

func TestAMissingCredentialEndsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, plain := setup(t)
		inv := begin(t, plain, minimal())
		client := srv.Client(runcommand.WithCredential(runcommand.CredentialFunc(
			func(context.Context) (runcommand.Credential, error) {
				return runcommand.Credential{}, errors.New("no role")
			})))
		began := time.Now()
		_, err := client.Invocation(inv.ID).Wait(t.Context())
		requireWaitError(t, err)
		require.ErrorIs(t, err, errors.ErrAuth)
		assert.Zero(t, time.Since(began))
	})
}

// untrustedTransport fails every request, as if the certificate of the service could not be
// verified.
type untrustedTransport struct{}

func (untrustedTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &tls.CertificateVerificationError{Err: errors.New("signed by an unknown authority")}
}

func TestACertificateThatCannotBeTrustedEndsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		client := srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: untrustedTransport{}}))
		began := time.Now()
		_, err := client.Invocation("t-1").Wait(t.Context())
		requireWaitError(t, err)
		require.ErrorContains(t, err, "signed by an unknown authority")
		assert.Zero(t, time.Since(began))
	})
}

// A schedule without a time zone follows the clock of each instance, and the wait does not
// know the zones of the instances. For example, 10:00 comes 8 hours earlier in Shanghai
// than in UTC. So the time limit of the wait is 12 hours later.
func TestAWaitForAScheduleIsBoundedByItsLastFiring(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cron string
		want time.Duration
	}{
		"with a zone":                  {"0 0 10 1 1 ? 2000 UTC", 10*time.Hour + ownBound},
		"by each instance's own clock": {"0 0 10 1 1 ? 2000", 10*time.Hour + 12*time.Hour + ownBound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
				began := time.Now()
				_, err := begin(t, client, minimal().Cron(c.cron)).Wait(t.Context(), everyMinute)
				requireWaitError(t, err)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, c.want, time.Since(began))
			})
		})
	}
}

func TestTheDefaultBoundOfAWaitFollowsTheTimeout(t *testing.T) {
	t.Parallel()
	for how, handle := range handles {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := setup(t)
				srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultNeverFinishes})
				inv := handle(client, begin(t, client, minimal().Timeout(20*time.Minute)))
				began := time.Now()
				_, err := inv.Wait(t.Context(), everyMinute)
				requireWaitError(t, err)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 20*time.Minute+90*time.Second, time.Since(began))
			})
		})
	}
}
