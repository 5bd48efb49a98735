package runcommand_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// brokenErrors returns errors whose methods panic, and errors that wrap each other without
// end.
func brokenErrors() map[string]error {
	self := &url.Error{Op: "Post", URL: "https://" + marker}
	self.Err = self
	list := &url.Error{Op: "Post", URL: "https://" + marker}
	list.Err = errors.Join(errDial, list)
	broken := map[string]error{"wraps itself": self, "is in its own list": list, "wraps itself anew": endlessError{}, "is a nil pointer": (*url.Error)(nil)}
	for _, method := range []string{"Error", "Is", "As", "Unwrap", "Timeout", "Temporary"} {
		broken["panics in "+method] = &panickyError{method}
	}
	return broken
}

// endlessError is an error whose Unwrap returns an equal error, again and again.
type endlessError struct{}

func (endlessError) Error() string { return "anew" }

func (e endlessError) Unwrap() error { return e }

// panickyError is an error with one method that panics.
type panickyError struct{ method string }

func (e *panickyError) call(method string) {
	if e.method == method {
		panic(marker)
	}
}

func (e *panickyError) Error() string { e.call("Error"); return "words" }

func (e *panickyError) Is(error) bool { e.call("Is"); return false }

func (e *panickyError) As(any) bool { e.call("As"); return false }

func (e *panickyError) Unwrap() error { e.call("Unwrap"); return nil }

func (e *panickyError) Timeout() bool { e.call("Timeout"); return false }

func (e *panickyError) Temporary() bool { e.call("Temporary"); return false }

// TestErrorsWhoseMethodsPanicOrHangAreHandledLikeOthers lets RoundTrippers fail with each
// of the brokenErrors.
func TestErrorsWhoseMethodsPanicOrHangAreHandledLikeOthers(t *testing.T) {
	t.Parallel()
	for name, broken := range brokenErrors() {
		for way, c := range map[string]struct {
			between middleware
			sent    bool
		}{
			"unsent": {func(http.RoundTripper, *http.Request) (*http.Response, error) { return nil, broken }, false},
			"sent": {func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
				deliver(service, r)
				return nil, broken
			}, true},
			"while the reply is read": {func(service http.RoundTripper, r *http.Request) (*http.Response, error) {
				deliver(service, r)
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(iotest.ErrReader(broken)), Request: r}, nil
			}, true},
		} {
			t.Run(way+", one that "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv, _ := setup(t)
					err := tryRun(t, clientThrough(srv, c.between, retryQuickly(2)), minimal().ClientToken("token"))
					run, ok := errors.AsType[*errors.RunError](err)
					require.True(t, ok, "%T", err)
					assert.Equal(t, 2, run.Attempts)
					assert.Equal(t, c.sent, errors.MayHaveRun(err))
					assert.Equal(t, !c.sent, errors.Retryable(err))
					_, ok = errors.AsType[*errors.TransportError](err)
					assert.True(t, ok)
					if timeout, ok := errors.AsType[net.Error](err); ok {
						assert.False(t, timeout.Timeout())
					}
					assert.NotErrorIs(t, err, io.EOF)
					assert.NotContains(t, err.Error(), marker)
				})
			})
		}
	}
}
