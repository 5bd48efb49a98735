package runcommand_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// These types cover every kind of type that can hold nil inside an interface.
type (
	nilProvider  struct{ credential runcommand.Credential }
	nilProviders map[string]runcommand.Credential
	nilLimiter   func(context.Context) error
	nilLimiters  []poll.Limiter
	nilQueue     chan struct{}
	nilTransport struct{ inner http.RoundTripper }
	nilSender    func(*http.Request) (*http.Response, error)
	nilHandler   struct{ slog.Handler }
)

func (p *nilProvider) Credential(context.Context) (runcommand.Credential, error) {
	return p.credential, nil
}
func (p nilProviders) Credential(context.Context) (runcommand.Credential, error) { return p["k"], nil }
func (f nilLimiter) Wait(ctx context.Context) error                              { return f(ctx) }
func (l nilLimiters) Wait(ctx context.Context) error                             { return l[0].Wait(ctx) }
func (q nilQueue) Wait(context.Context) error                                    { <-q; return nil }
func (t *nilTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.inner.RoundTrip(r)
}
func (f nilSender) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOptionsThatHoldNilAreErrors(t *testing.T) {
	t.Parallel()
	through := func(rt http.RoundTripper) runcommand.Option {
		return runcommand.WithHTTPClient(&http.Client{Transport: rt})
	}
	for name, option := range map[string]runcommand.Option{
		"no option":                           nil,
		"no provider":                         runcommand.WithCredential(nil),
		"a provider that is a nil function":   runcommand.WithCredential(runcommand.CredentialFunc(nil)),
		"a provider that is a nil pointer":    runcommand.WithCredential((*nilProvider)(nil)),
		"a provider that is a nil map":        runcommand.WithCredential(nilProviders(nil)),
		"no key":                              runcommand.WithStaticCredential("", "", ""),
		"no endpoint":                         runcommand.WithEndpoint(""),
		"no HTTP client":                      runcommand.WithHTTPClient(nil),
		"a nil *http.Transport":               through((*http.Transport)(nil)),
		"a nil transport of another type":     through((*nilTransport)(nil)),
		"a transport that is a nil function":  through(nilSender(nil)),
		"a nil cookie jar":                    runcommand.WithHTTPClient(&http.Client{Jar: (*cookiejar.Jar)(nil)}),
		"no logger":                           runcommand.WithLogger(nil),
		"the zero logger":                     runcommand.WithLogger(&slog.Logger{}),
		"a logger with a nil JSON handler":    runcommand.WithLogger(slog.New((*slog.JSONHandler)(nil))),
		"a logger with a nil text handler":    runcommand.WithLogger(slog.New((*slog.TextHandler)(nil))),
		"a logger with another nil handler":   runcommand.WithLogger(slog.New((*nilHandler)(nil))),
		"negative attempts":                   runcommand.WithRetry(poll.Policy{}, -1),
		"no limiter":                          runcommand.WithLimiter("RunCommand", nil),
		"a nil *rate.Limiter":                 runcommand.WithLimiter("RunCommand", (*rate.Limiter)(nil)),
		"a limiter that is a nil function":    runcommand.WithLimiter("RunCommand", nilLimiter(nil)),
		"a limiter that is a nil slice":       runcommand.WithLimiter("RunCommand", nilLimiters(nil)),
		"a limiter that is a nil channel":     runcommand.WithLimiter("RunCommand", nilQueue(nil)),
		"a limiter of no action":              runcommand.WithLimiter("", (*poll.Adaptive)(nil)),
		"an action that the client never has": runcommand.WithLimiter("runcommand", (*poll.Adaptive)(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient("cn-hangzhou", option)
			assert.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.Nil(t, client)
			assert.NotContains(t, fmt.Sprint(err), "%!")
			_, err = runcommand.NewClient("cn-hangzhou", runcommand.WithUserAgent("x"), option)
			assert.ErrorIs(t, err, errors.ErrInvalidArgument)
		})
	}
}

func TestOptionsWithZeroValuesAreTheDefaults(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]runcommand.Option{
		"no observer":                 runcommand.WithObserver(runcommand.Observer{}),
		"no user agent":               runcommand.WithUserAgent(""),
		"no retry policy":             runcommand.WithRetry(poll.Policy{}, 0),
		"no polling policy":           runcommand.WithPolling(poll.Policy{}),
		"no limits":                   runcommand.WithLimits(validate.Limits{}),
		"a nil *poll.Adaptive":        runcommand.WithLimiter("RunCommand", (*poll.Adaptive)(nil)),
		"a zero *poll.Adaptive":       runcommand.WithLimiter("RunCommand", &poll.Adaptive{}),
		"a logger that keeps nothing": runcommand.WithLogger(slog.New(slog.DiscardHandler)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := setup(t)
			req, err := minimal().Build()
			require.NoError(t, err)
			report, err := srv.Client(option).RunAndWait(t.Context(), req)
			require.NoError(t, err)
			assert.True(t, report.Complete)
		})
	}
	_, err := runcommand.NewClient("cn-hangzhou", runcommand.WithHTTPClient(&http.Client{}))
	assert.NoError(t, err, "a zero client sends by http.DefaultTransport")
}

// TestNilAndZeroHandlesAnswerWithErrors calls every method of nil and zero clients and
// invocations.
func TestNilAndZeroHandlesAnswerWithErrors(t *testing.T) {
	t.Parallel()
	req, err := minimal().Build()
	require.NoError(t, err)
	for name, c := range map[string]*runcommand.Client{"nil": nil, "zero": {}} {
		ctx := t.Context()
		_, err := c.Run(ctx, req)
		assertInvalid(t, name, err)
		_, err = c.RunAndWait(ctx, req)
		assertInvalid(t, name, err)
		_, err = c.RunAndWait(ctx, req, nil)
		assertInvalid(t, name, err)
		_, err = c.AgentStatus(ctx, "i-1")
		assertInvalid(t, name, err)
		for _, err := range c.Invocations(ctx, runcommand.Filter{}) {
			assertInvalid(t, name, err)
		}
		c.CloseIdleConnections()
		assertInvalid(t, name, c.Invocation("t-1", nil, runcommand.InResourceGroup("")).Stop(ctx))
	}
	client := runcommandtest.Start(t).Client()
	for name, i := range map[string]*runcommand.Invocation{
		"nil": nil, "zero": {}, "with an id and no client": {ID: "t-1"}, "without an id": client.Invocation(""), "of no client": (*runcommand.Client)(nil).Invocation("t-1"),
	} {
		ctx := t.Context()
		_, err := i.Wait(ctx)
		assertInvalid(t, name, err)
		_, err = i.Describe(ctx)
		assertInvalid(t, name, err)
		assertInvalid(t, name, i.Stop(ctx, ""))
		for _, err := range i.Results(ctx) {
			assertInvalid(t, name, err)
		}
		for _, err := range i.History(ctx) {
			assertInvalid(t, name, err)
		}
	}
}

func assertInvalid(t *testing.T, what string, err error) {
	t.Helper()
	assert.ErrorIs(t, err, errors.ErrInvalidArgument, what)
	assert.False(t, errors.MayHaveRun(err), what)
	assert.False(t, errors.Retryable(err), what)
}

func TestNilContextsAndArgumentsAreErrors(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	req, err := minimal().Build()
	require.NoError(t, err)
	inv := begin(t, client, minimal())
	sent := len(srv.Calls("RunCommand"))
	var none context.Context

	_, err = client.Run(none, req)
	assertInvalid(t, "Run", err)
	_, err = client.RunAndWait(none, req)
	assertInvalid(t, "RunAndWait", err)
	_, err = client.AgentStatus(none)
	assertInvalid(t, "AgentStatus", err)
	for _, err := range client.Invocations(none, runcommand.Filter{}) {
		assertInvalid(t, "Invocations", err)
	}
	_, err = inv.Wait(none)
	assert.ErrorIs(t, err, errors.ErrInvalidArgument, "Wait")
	_, err = inv.Describe(none)
	assertInvalid(t, "Describe", err)
	assertInvalid(t, "Stop", inv.Stop(none))
	for _, err := range inv.Results(none) {
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "Results")
	}
	for _, err := range inv.History(none) {
		assertInvalid(t, "History", err)
	}

	ctx := t.Context()
	for name, option := range map[string]runcommand.WaitOption{
		"nil": nil, "no function": runcommand.OnProgress(nil), "negative grace": runcommand.StopOnCancel(-1), "negative bound": runcommand.MaxWait(-1),
	} {
		_, err := inv.Wait(ctx, option)
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, name)
		_, err = client.RunAndWait(ctx, req, option)
		assertInvalid(t, name, err)
	}
	_, err = client.Run(ctx, nil)
	assert.ErrorIs(t, err, errors.ErrMissingArgument)
	_, err = client.Run(ctx, &runcommand.Request{})
	assert.ErrorIs(t, err, errors.ErrMissingArgument)
	_, err = client.AgentStatus(ctx, "")
	assertInvalid(t, "AgentStatus", err)
	assert.Len(t, srv.Calls("RunCommand"), sent, "nothing was sent")
}

// TestNilAndZeroValuesDoNotPanic calls every method of the types of this package on the
// nil value or the zero value of the type.
func TestNilAndZeroValuesDoNotPanic(t *testing.T) {
	t.Parallel()
	_, err := runcommand.CredentialFunc(nil).Credential(t.Context())
	assertInvalid(t, "CredentialFunc", err)
	assertInvalid(t, "UnmarshalJSON", (*runcommand.Request)(nil).UnmarshalJSON([]byte("{}")))
	for _, v := range []any{
		(*runcommand.Request)(nil), (*runcommand.Client)(nil), (*runcommand.Invocation)(nil), (*runcommand.Report)(nil), (*runcommand.Summary)(nil),
		(*runcommand.Builder)(nil), (*runcommand.Filter)(nil), (*runcommand.Credential)(nil), (*runcommand.Result)(nil),
		runcommand.Request{}, &runcommand.Request{}, runcommand.Builder{}, runcommand.Credential{}, runcommand.Client{}, runcommand.Invocation{},
		runcommand.Report{}, runcommand.Result{}, runcommand.Summary{}, runcommand.Filter{}, runcommand.Progress{}, runcommand.Attempt{},
		runcommand.AgentStatus{}, runcommand.Observer{}, runcommand.OSSOutput{}, runcommand.Tag{}, runcommand.Status(""),
	} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			t.Parallel()
			assert.NotPanics(t, func() {
				printEveryWay(t, v)
				_, _ = json.Marshal(v)
				callAll(v)
			})
		})
	}
	assert.NotPanics(t, func() {
		_, _ = minimal().Parameters(nil).Instances().OnlyInstances().Frequency(frequency.Schedule{}).At(time.Time{}).Every(0).Cron("").
			RepeatMode("").Limits(validate.Limits{}).Build()
	})
}

// callAll calls every method of v that needs no argument. On a nil pointer it leaves out
// the methods with value receivers, because Go itself panics at such a call.
func callAll(v any) {
	r := reflect.ValueOf(v)
	isNil := r.Kind() == reflect.Pointer && r.IsNil()
	for i := range r.NumMethod() {
		m := r.Type().Method(i)
		if r.Method(i).Type().NumIn() != 0 {
			continue
		}
		if isNil {
			if _, ofValue := r.Type().Elem().MethodByName(m.Name); ofValue {
				continue
			}
		}
		r.Method(i).Call(nil)
	}
}
