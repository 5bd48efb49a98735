package transport_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// These are foreign errors whose methods panic, return wrong values or do not end.
type (
	panicsInMethod struct{ method string } // the method with this name panics, or all methods
	asReturnsTrue  struct{}                // its As method returns true and does not set the target
	asSetsNil      struct{}                // its As method sets a nil pointer
	wrapsItself    struct{ self error }
	wrapsCopy      struct{}
	wrapsMany      struct{ again []error }
	incomparable   struct{ detail any } // its type is comparable, but comparing its value panics
)

func (p panicsInMethod) panicIf(method string) {
	if p.method == method || p.method == "all methods" {
		panic(marker)
	}
}

func (p panicsInMethod) Error() string   { p.panicIf("Error"); return "words" }
func (p panicsInMethod) Is(error) bool   { p.panicIf("Is"); return false }
func (p panicsInMethod) As(any) bool     { p.panicIf("As"); return false }
func (p panicsInMethod) Unwrap() error   { p.panicIf("Unwrap"); return nil }
func (p panicsInMethod) Timeout() bool   { p.panicIf("Timeout"); return false }
func (p panicsInMethod) Temporary() bool { p.panicIf("Temporary"); return false }

func (asReturnsTrue) Error() string { return "says yes" }
func (asReturnsTrue) Is(error) bool { return false }
func (asReturnsTrue) As(any) bool   { return true }

func (asSetsNil) Error() string { return "sets nil" }
func (asSetsNil) As(target any) bool {
	place := reflect.ValueOf(target).Elem()
	if place.Kind() == reflect.Pointer {
		place.SetZero()
	}
	return place.Kind() == reflect.Pointer
}

func (e *wrapsItself) Error() string  { return "round: " + e.self.Error() }
func (e *wrapsItself) Unwrap() error  { return e.self }
func (wrapsCopy) Error() string       { return "wraps a copy" }
func (e wrapsCopy) Unwrap() error     { return e }
func (e *wrapsMany) Error() string    { return "wraps many" }
func (e *wrapsMany) Unwrap() []error  { return e.again }
func (e incomparable) Error() string  { return "incomparable" }
func (e incomparable) Is(error) bool  { return false }
func (e incomparable) Unwrap() error  { return nil }
func (e incomparable) Detail() string { return fmt.Sprint(e.detail) }

// foreignErrors returns errors that break a rule of the standard package errors, by description.
func foreignErrors() map[string]error {
	self := &wrapsItself{}
	self.self = self
	ring := &wrapsItself{self: &wrapsItself{}}
	ring.self.(*wrapsItself).self = ring
	address := &url.Error{Op: "Get", URL: "https://" + marker}
	address.Err = address
	branch := &url.Error{Op: "Get", URL: "https://" + marker}
	branch.Err = errors.Join(io.ErrClosedPipe, branch)
	doubled := io.ErrClosedPipe
	for range 60 {
		doubled = errors.Join(doubled, doubled)
	}
	many := &wrapsMany{make([]error, 10_000)}
	for i := range many.again {
		many.again[i] = many
	}
	list := map[string]error{
		"an As method that says yes":             asReturnsTrue{},
		"an As method that sets nil":             asSetsNil{},
		"an error around itself":                 self,
		"a ring of two":                          ring,
		"a value around an equal one":            wrapsCopy{},
		"an address around itself":               address,
		"an address around a list with itself":   branch,
		"2^60 ways to one error":                 doubled,
		"an error around itself 10,000 times":    many,
		"a nil pointer":                          (*url.Error)(nil),
		"an operation without a cause":           &net.OpError{Op: "dial", Net: "tcp"},
		"an operation with a nil pointer inside": &net.OpError{Op: "dial", Net: "tcp", Addr: (*net.TCPAddr)(nil), Err: (*url.Error)(nil)},
		"a value that == panics on":              incomparable{[]string{"a"}},
	}
	for _, method := range []string{"Error", "Is", "As", "Unwrap", "Timeout", "Temporary", "all methods"} {
		list[method+" panics"] = panicsInMethod{method}
	}
	return list
}

// inspectError does with err everything that a caller may do with an error.
func inspectError(t *testing.T, err error) {
	t.Helper()
	for _, target := range []error{context.Canceled, context.DeadlineExceeded, errors.ErrThrottled, incomparable{[]string{"a"}}} {
		assert.NotErrorIs(t, err, target)
	}
	_ = errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, os.ErrDeadlineExceeded)
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) {
		_ = timeout.Timeout()
	}
	if e, ok := errors.AsType[net.Error](err); ok {
		_ = fmt.Sprint(e.Error(), e.Timeout())
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		_ = fmt.Sprint(e.Error(), e.Timeout(), e.Temporary(), errors.Is(e, io.EOF))
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		_ = e.Error()
	}
	_, _ = errors.AsType[*panicsOnNothing](err)
	_, ok := errors.AsType[*url.Error](err)
	assert.False(t, ok)
	text := fmt.Sprintf("%v %+v %#v %q", err, err, err, errors.Unwrap(err))
	assert.NotContains(t, text, marker)
	assert.Less(t, len(text), 20_000)
}

// panicsOnNothing is an error type that the tested errors do not contain.
type panicsOnNothing struct{ panicsInMethod }

func TestAForeignErrorNeitherPanicsNorHangs(t *testing.T) {
	t.Parallel()
	for name, foreign := range foreignErrors() {
		for around, err := range map[string]error{"": foreign, ", joined": errors.Join(foreign, foreign), ", in an operation": &net.OpError{Op: "read", Err: foreign}} {
			for way, tc := range map[string]struct {
				rt   http.RoundTripper
				sent bool
			}{
				"the body is left alone":   {returnError(err), false},
				"the body is read":         {readBodyAndReturn(nil, err), true},
				"the reply breaks off":     {replyWithBody(readerFunc(func([]byte) (int, error) { return 0, err })), true},
				"the RoundTripper panics":  {panicWith(err), false},
				"a dialer of the caller's": {transportDialing(func(context.Context) (net.Conn, error) { return nil, err }), false},
			} {
				t.Run(name+around+", "+way, func(t *testing.T) {
					t.Parallel()
					_, _, err := run(t.Context(), setup(t, tc.rt))
					got, ok := errors.AsType[*errors.TransportError](err)
					require.True(t, ok, "%T", err)
					assert.Equal(t, tc.sent, got.Sent)
					assert.True(t, errors.Retryable(err))
					inspectError(t, err)
				})
			}
		}
		t.Run(name+", a provider's", func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, replyAlways(200, accepted), func(cfg *transport.Config) {
				cfg.Credential = func(context.Context) (transport.Credential, error) { return transport.Credential{}, foreign }
			}))
			_, ok := errors.AsType[*errors.CredentialError](err)
			require.True(t, ok, "%T", err)
			inspectError(t, err)
		})
	}
}

// When errors are joined and one of them breaks a rule, the other errors are still found.
func TestForeignErrorsAreFoundBesideOthers(t *testing.T) {
	t.Parallel()
	own := &ownError{"mine"}
	for name, foreign := range foreignErrors() {
		if name == "2^60 ways to one error" || name == "an error around itself 10,000 times" || name == "an As method that says yes" {
			continue // with these errors the other error is not found: they exceed the limit, or match every target
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, readBodyAndReturn(nil, errors.Join(io.ErrNoProgress, fmt.Errorf("x: %w", own), foreign))))
			assert.ErrorIs(t, err, io.ErrNoProgress)
			got, ok := errors.AsType[*ownError](err)
			require.True(t, ok)
			assert.Same(t, own, got)
		})
	}
}

type ownError struct{ text string }

func (e *ownError) Error() string { return e.text }

// A readsBodyError reads the body of its request when one of its methods is called.
type readsBodyError struct {
	req  *http.Request
	read int
}

func (e *readsBodyError) Error() string { e.Unwrap(); return "asking" }
func (e *readsBodyError) Is(error) bool { e.Unwrap(); return false }
func (e *readsBodyError) Unwrap() error {
	read, _ := io.ReadAll(e.req.Body)
	e.read += len(read)
	return nil
}

func TestABodyIsClosedBeforeAnErrorIsAsked(t *testing.T) {
	t.Parallel()
	failed := &readsBodyError{}
	_, _, err := run(t.Context(), setup(t, roundTripper(func(req *http.Request) (*http.Response, error) {
		failed.req = req
		return nil, failed
	})))
	got, ok := errors.AsType[*errors.TransportError](err)
	require.True(t, ok, "%v", err)
	assert.False(t, got.Sent)
	assert.Zero(t, failed.read)
}

func TestOnlyEOFItselfEndsABody(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		end  error
		fail bool
	}{"EOF": {io.EOF, false}, "EOF in words": {fmt.Errorf("the tunnel broke: %w", io.EOF), true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, replyWithBody(readerFunc(func(p []byte) (int, error) { return copy(p, accepted), tc.end }))))
			if !tc.fail {
				require.NoError(t, err)
				return
			}
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.True(t, got.Sent)
			assert.ErrorContains(t, err, "the tunnel broke")
		})
	}
}

// timeoutLikeError is an error type of the program with the methods of net.Error.
type timeoutLikeError struct{ timeout, temporary bool }

func (timeoutLikeError) Error() string     { return "slow " + marker }
func (e timeoutLikeError) Timeout() bool   { return e.timeout }
func (e timeoutLikeError) Temporary() bool { return e.temporary }

func TestATimeoutOfOthersKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err                          error
		timeout, temporary, deadline bool
	}{
		"a timeout":                  {timeoutLikeError{timeout: true}, true, false, false},
		"a passing fault":            {timeoutLikeError{temporary: true}, false, true, false},
		"neither":                    {timeoutLikeError{}, false, false, false},
		"the deadline of connection": {&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, readBodyAndReturn(nil, &url.Error{Op: "Post", URL: "https://" + marker, Err: tc.err}), func(cfg *transport.Config) {
				cfg.Credential = static(markedCredential)
			}))
			got, ok := errors.AsType[net.Error](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tc.timeout, got.Timeout())
			assert.Equal(t, tc.temporary, got.(interface{ Temporary() bool }).Temporary())
			assert.Equal(t, tc.deadline, errors.Is(got, os.ErrDeadlineExceeded))
			assert.Equal(t, tc.deadline, errors.Is(err, os.ErrDeadlineExceeded))
			assert.Equal(t, fmt.Sprintf("%q", got.Error()), fmt.Sprintf("%#v", got))
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", got, got, got), "https")
		})
	}
}
