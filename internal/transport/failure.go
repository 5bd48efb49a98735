package transport

import (
	"context"
	stderrors "errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// failed is an attempt that brought no reply.
func (a *attempt) transportError(err error, sent bool) error {
	failed := &errors.TransportError{Action: a.params.Action, Sent: sent, Err: a.cause(err)}
	if refused, ok := asType[*proxyRefusal](err); ok && a.ctx.Err() == nil {
		failed.HTTPStatus, failed.RetryAfter = refused.status, refused.after
	}
	return failed
}

// failure turns the cause of a failed attempt into one that may be shown: the
// error of the caller's context when that ended, a timeout of our own when the
// attempt took too long, and otherwise a cause of the same kind as err, without
// the addresses and secrets it speaks of.
func (a *attempt) cause(err error) error {
	if ctxErr := a.caller.Err(); ctxErr != nil {
		return ctxErr
	}
	if a.ctx.Err() != nil {
		return newTimeout(fmt.Sprintf("no answer within %v", a.client.timeout))
	}
	if refused, ok := asType[*proxyRefusal](err); ok {
		return refused
	}
	return safeCause(err, a.secrets(), func(s string) string { return s })
}

// presentable is a cause with the masked text of err. The end of a context that
// err speaks of is not the end of the caller's and therefore not shown as such.
func safeCause(err error, list secrets, clean func(string) string) error {
	safe := func(s string) string { return list.mask(clean(maskAddresses(bounded(s, maxText)))) }
	text := safe(textOf(withoutURLErrors(err)))
	switch {
	case is(err, context.DeadlineExceeded):
		return newTimeout(text) // as the timeouts of net and net/http claim to be
	case is(err, context.Canceled):
		return stderrors.New(text)
	}
	return &cause{text, err, safe}
}

// innermost is what the last *url.Error in the tree of err says about its
// address, or err where there is none.
func withoutURLErrors(err error) error {
	for s := newSearch(); ; {
		u, ok := firstOf[*url.Error](s, err)
		if !ok || u.Err == nil {
			return err
		}
		err = u.Err
	}
}

// A timeoutError is a [net.Error] with a text that may be shown. It is never
// context.DeadlineExceeded, since the caller's context is well.
type timeoutError struct {
	text               string
	timeout, temporary bool
	deadline           bool // it is os.ErrDeadlineExceeded
}

// ranOut is the error for an attempt that ran out of time.
func newTimeout(text string) *timeoutError { return &timeoutError{text, true, true, true} }

func (e *timeoutError) Error() string                 { return e.text }
func (e *timeoutError) Timeout() bool                 { return e.timeout }
func (e *timeoutError) Temporary() bool               { return e.temporary }
func (e *timeoutError) Is(target error) bool          { return e.deadline && target == os.ErrDeadlineExceeded }
func (e *timeoutError) Format(s fmt.State, verb rune) { writeText(s, verb, e.text) }

// addressPattern finds a URL, its colon and slashes escaped or not, up to its
// closing quote, or else up to the next blank.
var addressPattern = regexp.MustCompile(`(?i)"[a-z][a-z0-9+.-]*:\\?/\\?/(\\.|[^"\\])*"|[a-z][a-z0-9+.-]*(:|%3a|\\u003a)(\\?/|%2f|\\u002f){2}[^\s"']*`)

// withoutAddresses takes URLs out of text: their queries hold parameters, and
// that of a proxy a password.
func maskAddresses(text string) string {
	if strings.Contains(text, "invalid proxy address") {
		return "the address of the proxy in the environment is not valid"
	}
	return addressPattern.ReplaceAllLiteralString(text, masked)
}
