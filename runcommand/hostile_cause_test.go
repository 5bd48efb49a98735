package runcommand_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// errorWithSecret is an error type of the calling program. Its text holds a secret.
type errorWithSecret struct{ Text string }

func (e *errorWithSecret) Error() string { return e.Text }

func (e *errorWithSecret) Secret() string { return e.Text }

// plainError is an error type that is not a pointer. When a struct that holds such an error
// is printed, the text of the error is printed too.
type plainError struct{ Text string }

func (e plainError) Error() string { return e.Text }

// TestCausesAnswerIsAndAsWithoutShowingSecrets lets transports fail with errors that hold
// the whole address and other secrets.
func TestCausesAnswerIsAndAsWithoutShowingSecrets(t *testing.T) {
	t.Parallel()
	address := func(r *http.Request) string {
		return "https://user:" + marker + "@host/" + r.URL.RawQuery + "&Content=" + url.QueryEscape(markedScript)
	}
	for name, c := range map[string]struct {
		fail func(*http.Request) error
		is   error
		as   any // the target for errors.As
	}{
		"an address": {func(r *http.Request) error { return &url.Error{Op: "Post", URL: address(r), Err: io.EOF} }, io.EOF, nil},
		"an address in words": {func(r *http.Request) error {
			return fmt.Errorf("mine: %w", &url.Error{Op: "Post", URL: address(r), Err: syscall.ECONNRESET})
		}, syscall.ECONNRESET, new(syscall.Errno)},
		"an address beside others": {func(r *http.Request) error {
			return errors.Join(io.ErrClosedPipe, &url.Error{Op: "Post", URL: address(r), Err: errors.New(address(r))}, errors.New(markedScript))
		}, io.ErrClosedPipe, nil},
		"an address that looks like none": {func(*http.Request) error { return &url.Error{Op: marker, URL: markedScript, Err: io.EOF} }, io.EOF, nil},
		"an operation": {func(r *http.Request) error {
			return &net.OpError{Op: markedValue, Net: markedToken, Addr: markerAddr{}, Err: fmt.Errorf("%s: %w", address(r), os.ErrDeadlineExceeded)}
		}, os.ErrDeadlineExceeded, nil},
		"an operation that was reset": {func(r *http.Request) error {
			return &net.OpError{Op: "read", Net: "tcp", Addr: markerAddr{}, Err: fmt.Errorf("%s: %w", address(r), syscall.ECONNRESET)}
		}, syscall.ECONNRESET, new(*net.OpError)},
		"a name": {func(*http.Request) error {
			return &net.DNSError{Err: markedScript, Name: markedToken + ".example", Server: markedValue, IsNotFound: true}
		}, nil, new(*net.DNSError)},
		"a certificate": {func(*http.Request) error {
			return &tls.CertificateVerificationError{Err: fmt.Errorf("%s: %w", markedScript, io.ErrUnexpectedEOF)}
		}, io.ErrUnexpectedEOF, new(*tls.CertificateVerificationError)},
		"an error of one's own":        {func(*http.Request) error { return &errorWithSecret{markedScript} }, nil, nil},
		"an error that is a value":     {func(*http.Request) error { return plainError{markedScript} }, nil, new(plainError)},
		"a panic with text":            {func(*http.Request) error { panic(markedScript) }, nil, nil},
		"a panic with an error":        {func(*http.Request) error { panic(&errorWithSecret{markedScript}) }, nil, nil},
		"an error of this module":      {func(*http.Request) error { return &errors.APIError{Code: errors.Throttling, Message: markedScript} }, nil, nil},
		"a proxy that is malformed":    {func(*http.Request) error { return fmt.Errorf("invalid proxy address %q: odd", "u:"+marker+" @proxy") }, nil, nil},
		"the end of another's context": {func(r *http.Request) error { return fmt.Errorf("%s: %w", address(r), context.Canceled) }, nil, nil},
	} {
		for placement, options := range map[string][]runcommand.Option{"form": nil, "query": {runcommand.WithQueryParameters()}} {
			t.Run(name+", "+placement, func(t *testing.T) {
				t.Parallel()
				told, err := runAndCollect(t, allSecrets, func(r *http.Request) (*http.Response, error) {
					_, _ = io.Copy(io.Discard, r.Body)
					return nil, c.fail(r)
				}, options...)
				assertNoFormOfMarker(t, told)
				assert.NotContains(t, told, "://")
				assert.True(t, errors.MayHaveRun(err))
				if c.is != nil {
					assert.ErrorIs(t, err, c.is)
				}
				if c.as != nil {
					assert.True(t, errors.As(err, reflect.New(reflect.TypeOf(c.as).Elem()).Interface()), "As finds the type")
				}
				assert.NotErrorIs(t, err, context.Canceled)
				assert.NotErrorIs(t, err, errors.Throttling, "what another service said")
				_, ok := errors.AsType[*errors.APIError](err)
				assert.False(t, ok, "what another service said")
				_, ok = errors.AsType[interface {
					error
					Secret() string
				}](err)
				assert.False(t, ok, "As an interface")
			})
		}
	}
}

type markerAddr struct{}

func (markerAddr) Network() string { return marker }

func (markerAddr) String() string { return marker }

// A program that calls errors.As with its own error type gets its error unchanged.
func TestAsHandsOutTheCallersOwnErrors(t *testing.T) {
	t.Parallel()
	own := &errorWithSecret{markedScript}
	told, err := runAndCollect(t, allSecrets, func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("x: %w", own) })
	assertNoFormOfMarker(t, told)
	assert.ErrorIs(t, err, own)
	got, ok := errors.AsType[*errorWithSecret](err)
	require.True(t, ok)
	assert.Same(t, own, got)
}
