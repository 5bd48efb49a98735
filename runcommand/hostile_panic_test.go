package runcommand_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
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

// blowUp panics. The tests put blowUp in every place where the client calls a function of
// the program. The panic value holds the marker, which must not be printed.
func blowUp() { panic(marker + " is in the panic") }

type panickyFeedback struct{}

func (panickyFeedback) Wait(context.Context) error { return nil }
func (panickyFeedback) Done(error)                 { blowUp() }

type panickyLimiter struct{}

func (panickyLimiter) Wait(context.Context) error { blowUp(); return nil }

type panickyHandler struct{ slog.Handler }

func (panickyHandler) Enabled(context.Context, slog.Level) bool { blowUp(); return false }

// afterAccept delivers the request to the service and then panics.
func afterAccept(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if _, err := next.RoundTrip(r); err != nil {
			return nil, err
		}
		blowUp()
		return nil, nil
	})
}

type panickyContext struct {
	context.Context
	after time.Time
}

// Err panics after the moment c.after, when the command has been accepted.
func (c panickyContext) Err() error {
	if time.Now().After(c.after) {
		blowUp()
	}
	return c.Context.Err()
}

// TestAPanicOfTheProgramChangesNothing lets every callback panic. The caller recovers each
// panic that reaches it, and calls Run again whenever the library allows it.
func TestAPanicOfTheProgramChangesNothing(t *testing.T) {
	t.Parallel()
	observer := func(o runcommand.Observer) []runcommand.Option {
		return []runcommand.Option{runcommand.WithObserver(o)}
	}
	for _, c := range []struct {
		name    string
		options []runcommand.Option
		runs    int // the number of times that the command has run at the end
	}{
		{"Observer.Attempt", observer(runcommand.Observer{Attempt: func(context.Context, runcommand.Attempt) { blowUp() }}), 1},
		{"Observer.Attempt with a nil map", observer(runcommand.Observer{Attempt: func(context.Context, runcommand.Attempt) {
			counts := map[bool]map[string]int{}
			counts[true]["attempts"]++ // the inner map is nil
		}}), 1},
		{"Observer.Poll", observer(runcommand.Observer{Poll: func(context.Context, runcommand.Progress) { blowUp() }}), 1},
		{"Feedback.Done", []runcommand.Option{runcommand.WithLimiter("RunCommand", panickyFeedback{})}, 1},
		{"Feedback.Done of a poll", []runcommand.Option{runcommand.WithLimiter("DescribeInvocations", panickyFeedback{})}, 1},
		{"the logger", []runcommand.Option{runcommand.WithLogger(slog.New(panickyHandler{slog.DiscardHandler}))}, 1},
		{"the limiter before anything is sent", []runcommand.Option{runcommand.WithLimiter("RunCommand", panickyLimiter{})}, 0},
		{"everything", append(observer(runcommand.Observer{
			Attempt: func(context.Context, runcommand.Attempt) { blowUp() },
			Poll:    func(context.Context, runcommand.Progress) { blowUp() },
		}), runcommand.WithLimiter("RunCommand", panickyFeedback{}), runcommand.WithLogger(slog.New(panickyHandler{slog.DiscardHandler}))), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				client := srv.Client(append([]runcommand.Option{runcommand.WithLogger(slog.New(slog.DiscardHandler))}, c.options...)...)
				req, err := runcommand.Shell("echo").Instances("i-1").Build()
				require.NoError(t, err)
				var report *runcommand.Report
				for range 4 {
					report, err = client.RunAndWait(t.Context(), req, runcommand.OnProgress(func(runcommand.Progress) { blowUp() }))
					if err == nil || errors.MayHaveRun(err) {
						break
					}
				}
				assert.Equal(t, c.runs, srv.Executions("i-1"))
				if c.runs == 1 {
					require.NoError(t, err)
					assert.True(t, report.Complete)
					return
				}
				require.ErrorContains(t, err, "panic")
				assert.False(t, errors.MayHaveRun(err))
				assert.False(t, errors.Retryable(err), "it will panic again")
				assertNoMarker(t, err.Error())
			})
		})
	}
}

// TestAPanicOnTheWayToTheServiceKeepsTheToken lets a RoundTripper or a context panic. The
// client cannot know whether the request was sent before the panic.
func TestAPanicOnTheWayToTheServiceKeepsTheToken(t *testing.T) {
	t.Parallel()
	t.Run("a RoundTripper", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv, _ := setup(t)
			client := srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: afterAccept(srv.Transport())}))
			req, err := runcommand.Shell("echo").Instances("i-1").Build()
			require.NoError(t, err)
			_, err = client.Run(t.Context(), req)
			panicHoldsTheToken(t, err)
			assert.Equal(t, 1, srv.Executions("i-1"))
		})
	})
	t.Run("a context", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv, _ := setup(t)
			slow := roundTrip(func(r *http.Request) (*http.Response, error) {
				_, err := srv.Transport().RoundTrip(r)
				<-time.After(time.Second)
				return nil, errors.Join(io.ErrUnexpectedEOF, err)
			})
			client := srv.Client(runcommand.WithHTTPClient(&http.Client{Transport: slow}))
			req, err := runcommand.Shell("echo").Instances("i-1").Build()
			require.NoError(t, err)
			_, err = client.Run(panickyContext{t.Context(), time.Now()}, req)
			panicHoldsTheToken(t, err)
			assert.Equal(t, 1, srv.Executions("i-1"))
		})
	})
}

// TestAPanicBeforeAnythingIsSentMeansThatNothingRan uses a context that panics at once.
func TestAPanicBeforeAnythingIsSentMeansThatNothingRan(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	_, err = client.Run(panickyContext{t.Context(), time.Time{}}, req)
	e, ok := errors.AsType[*errors.RunError](err)
	require.True(t, ok, "%v", err)
	assert.False(t, e.Unknown)
	assert.Zero(t, srv.Executions("i-1"))
}

// TestAPanicBetweenAttemptsKeepsWhatTheyProved lets the program panic after a refusal. The
// refusal proves that nothing ran. A later panic does not change this proof.
func TestAPanicBetweenAttemptsKeepsWhatTheyProved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := setup(t)
		srv.Inject(runcommandtest.Fault{Kind: runcommandtest.FaultThrottled, RetryAfter: 3 * time.Second})
		req, err := runcommand.Shell("echo").Instances("i-1").Build()
		require.NoError(t, err)
		_, err = client.Run(panickyContext{t.Context(), time.Now()}, req)
		e, ok := errors.AsType[*errors.RunError](err)
		require.True(t, ok, "%v", err)
		require.ErrorContains(t, err, "panic")
		assert.False(t, e.Unknown)
		assert.Equal(t, 1, e.Attempts)
		assert.Zero(t, srv.Executions("i-1"))
	})
}

func panicHoldsTheToken(tb testing.TB, err error) {
	tb.Helper()
	e, ok := errors.AsType[*errors.RunError](err)
	require.True(tb, ok, "%v", err)
	assert.True(tb, e.Unknown)
	assert.NotEmpty(tb, e.ClientToken)
	assert.False(tb, errors.Retryable(err))
	assert.ErrorContains(tb, err, "panic")
	assertNoMarker(tb, err.Error())
}

// TestAPanicIsLoggedWithoutItsValue checks the log of a panic. The panic value may hold a
// secret, so the log shows only the type of the value and the stack.
func TestAPanicIsLoggedWithoutItsValue(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	srv, _ := setup(t)
	client := srv.Client(
		runcommand.WithLogger(slog.New(slog.NewJSONHandler(io.Writer(&b), nil))),
		runcommand.WithObserver(runcommand.Observer{Attempt: func(context.Context, runcommand.Attempt) { blowUp() }}))
	begin(t, client, runcommand.Shell("echo").Instances("i-1"))
	text := b.String()
	list := records(t, &b)
	require.Len(t, list, 1)
	assert.Equal(t, "Observer.Attempt", list[0]["function"])
	assert.Equal(t, "Observer.Attempt panicked with a string", list[0]["error"])
	assert.Regexp(t, `blowUp \(hostile_panic_test\.go:\d+\)$`, list[0]["at"])
	assertNoMarker(t, text)
}
