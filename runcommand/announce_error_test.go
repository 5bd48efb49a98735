package runcommand_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAnErrorOfAnnounceEndsTheRun(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for name, c := range map[string]struct {
		faults  []runcommandtest.Fault
		at      int // the number of the attempt that announce prevents
		err     error
		unknown bool
		ran     int
	}{
		"the first attempt":                       {nil, 1, full, false, 0},
		"the first attempt, temporary":            {nil, 1, errors.ErrUnavailable, false, 0},
		"the first attempt, throttled":            {nil, 1, &errors.APIError{Action: "Journal", Code: errors.ThrottlingUser}, false, 0},
		"the first attempt, no reply":             {nil, 1, &errors.TransportError{Action: "Journal", Sent: true, Err: full}, false, 0},
		"the first attempt, a new signature":      {nil, 1, errors.InvalidSecurityTokenExpired, false, 0},
		"the first attempt, a used nonce":         {nil, 1, errors.SignatureNonceUsed, false, 0},
		"the first attempt, a busy token":         {nil, 1, errors.IdempotentProcessing, false, 0},
		"the first attempt, another request":      {nil, 1, errors.IdempotentParameterMismatch, false, 0},
		"the first attempt, a context of its own": {nil, 1, context.DeadlineExceeded, false, 0},
		"after throttling":                        {faultsOf(runcommandtest.FaultThrottled), 2, full, false, 0},
		"after a failed connection":               {faultsOf(runcommandtest.FaultRefused), 2, full, false, 0},
		"after an expired token":                  {faultsOf(runcommandtest.FaultExpiredCredential), 2, full, false, 0},
		"after a lost request":                    {faultsOf(runcommandtest.FaultResetBefore), 2, full, true, 0},
		"after a lost reply":                      {faultsOf(runcommandtest.FaultResetAfterAccept), 2, full, true, 1},
		"after a lost reply, temporary":           {faultsOf(runcommandtest.FaultResetAfterAccept), 2, errors.ErrUnavailable, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				srv.Inject(c.faults...)
				record := &announcements{srv: srv, fail: func(_ context.Context, attempt int) error {
					if attempt == c.at {
						return c.err
					}
					return nil
				}}
				req, err := minimal().ClientToken("of-the-program").Build()
				require.NoError(t, err)
				inv, err := srv.Client(withoutJitter()).RunAnnounced(t.Context(), req, record.announce)
				require.ErrorIs(t, err, c.err)
				assert.Nil(t, inv)
				failure, ok := errors.AsType[*errors.RunError](err)
				require.True(t, ok)
				require.ErrorIs(t, failure.Err, c.err)
				assert.ErrorContains(t, err, fmt.Sprintf("announce of attempt %d: %v", c.at, c.err))
				assert.NotContains(t, err.Error(), "an earlier command", "the error says nothing about the token")
				assert.Equal(t, "of-the-program", failure.ClientToken)
				assert.Equal(t, c.at, failure.Attempts)
				assert.Equal(t, c.unknown, failure.Unknown)
				assert.Equal(t, c.unknown, errors.MayHaveRun(err))
				assert.Len(t, record.numbers, c.at, "there is no further attempt")
				<-time.After(time.Hour)
				assert.Equal(t, c.ran, srv.Executions("i-1"))
				assert.Empty(t, srv.Pending())
			})
		})
	}
}

type brokenError struct{}

func (brokenError) Error() string { panic("the text " + marker) }

// brokenIs panics in its method Is.
type brokenIs struct{}

func (brokenIs) Error() string { return "broken" }
func (brokenIs) Is(error) bool { panic("the method " + marker) }

func TestAPanicOfAnnounceIsAnErrorOfAnnounce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults  []runcommandtest.Fault
		fail    func(context.Context, int) error
		unknown bool
	}{
		"a panic":                    {nil, func(context.Context, int) error { panic(marker) }, false},
		"a panic of an error":        {nil, func(context.Context, int) error { return brokenError{} }, false},
		"a panic of the method Is":   {nil, func(context.Context, int) error { return brokenIs{} }, false},
		"a panic after a lost reply": {faultsOf(runcommandtest.FaultResetAfterAccept), panicAt(2), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				srv.Inject(c.faults...)
				var logged strings.Builder
				client := srv.Client(withoutJitter(), runcommand.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
				req, err := minimal().Build()
				require.NoError(t, err)
				_, err = client.RunAnnounced(t.Context(), req, (&announcements{srv: srv, fail: c.fail}).announce)
				failure, ok := errors.AsType[*errors.RunError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, c.unknown, failure.Unknown)
				assert.ErrorContains(t, err, "announce panicked with a string")
				assert.NotContains(t, err.Error(), marker)
				assert.Contains(t, logged.String(), "announce_error_test.go", "the log says where")
				assert.NotContains(t, logged.String(), marker)
				assert.Len(t, srv.Calls("RunCommand"), len(c.faults))
			})
		})
	}
}

func panicAt(attempt int) func(context.Context, int) error {
	return func(_ context.Context, n int) error {
		if n == attempt {
			panic(marker)
		}
		return nil
	}
}

type feedbackLimiter struct {
	limiterFunc
	done []error
}

func (l *feedbackLimiter) Done(err error) { l.done = append(l.done, err) }

func TestAnErrorOfAnnounceDoesNotSlowTheLimiterDown(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	limiter := &feedbackLimiter{limiterFunc: func(context.Context) error { return nil }}
	req, err := minimal().Build()
	require.NoError(t, err)
	_, err = srv.Client(runcommand.WithLimiter("RunCommand", limiter)).RunAnnounced(t.Context(), req,
		func(context.Context, int) error { return errors.ErrThrottled })
	require.ErrorIs(t, err, errors.ErrThrottled)
	require.Len(t, limiter.done, 1, "a limiter that counts attempts is told that this one is over")
	require.Error(t, limiter.done[0])
	assert.Zero(t, errors.KindOf(limiter.done[0]))
}

func TestAnErrorOfAnnounceShowsNoSecret(t *testing.T) {
	t.Parallel()
	srv := startWithSecrets(t)
	req, err := secretCommand().Build()
	require.NoError(t, err)
	recorder := newClientRecorder()
	client := srv.Client(append(recorder.options(), runcommand.WithStaticCredential("key-id", secretKey, secretSTS))...)
	_, err = client.RunAnnounced(t.Context(), req, func(context.Context, int) error {
		return fmt.Errorf("insert %q with %s and %s: %w", secretScript, secretValue, secretClient, context.DeadlineExceeded)
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "insert")
	recorder.assertNoSecret(t, err)
}

// A recordError is an error of the program's record, with a field of its own.
type recordError struct{ row int }

func (e *recordError) Error() string { return fmt.Sprintf("row %d is locked", e.row) }

func TestTheErrorOfAnnounceIsFoundByItsType(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	req, err := minimal().Build()
	require.NoError(t, err)
	_, err = srv.Client().RunAnnounced(t.Context(), req, func(context.Context, int) error { return &recordError{row: 7} })
	found, ok := errors.AsType[*recordError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, 7, found.row)
	_, ok = errors.AsType[*errors.CredentialError](err)
	assert.False(t, ok)
	failure, ok := errors.AsType[*errors.RunError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, failure.Err.Error(), fmt.Sprintf("%+v", failure.Err))
}
