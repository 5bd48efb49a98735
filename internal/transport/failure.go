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

// transportError returns the error for an attempt without a reply.
func (a *attempt) transportError(err error, sent bool) error {
	failed := &errors.TransportError{Action: a.params.Action, Sent: sent, Err: a.cause(err)}
	if refused, ok := asType[*proxyRefusal](err); ok && a.ctx.Err() == nil {
		failed.HTTPStatus, failed.RetryAfter = refused.status, refused.after
	}
	return failed
}

// cause returns the cause of a failed attempt in a form that is safe to show. When the caller's
// context has ended, it returns the error of that context. When the attempt exceeded its time
// limit, it returns a timeout. Otherwise it returns err without addresses and secrets.
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
	return safeCause(err, a.secrets(), func(s string) string { return s }, advice(err))
}

// safeCause returns an error with the masked text of err. It is called only when the caller's
// context has not ended. So the result is never a context error, although err may be the error of
// another context.
//
// The text ends with the advice.
func safeCause(err error, list secrets, clean func(string) string, advice string) error {
	safe := func(s string) string { return list.mask(clean(maskAddresses(bounded(s, maxText)))) }
	text := safe(textOf(withoutURLErrors(err))) + advice
	switch {
	case is(err, context.DeadlineExceeded):
		return newTimeout(text) // errors.Is also finds context.DeadlineExceeded in timeouts of net and net/http
	case is(err, context.Canceled):
		return stderrors.New(text)
	}
	return &cause{text, err, safe}
}

// withoutURLErrors returns the error that the innermost *url.Error in the tree of err wraps. When
// the tree has no *url.Error, it returns err.
func withoutURLErrors(err error) error {
	for s := newSearch(); ; {
		u, ok := firstOf[*url.Error](s, err)
		if !ok || u.Err == nil {
			return err
		}
		err = u.Err
	}
}

// A timeoutError is a [net.Error] with a masked text. It is never context.DeadlineExceeded, since
// it is made only when the caller's context has not ended.
type timeoutError struct {
	text               string
	timeout, temporary bool
	deadline           bool // errors.Is finds os.ErrDeadlineExceeded in this error
}

// newTimeout returns the error for an attempt that exceeded its time limit.
func newTimeout(text string) *timeoutError { return &timeoutError{text, true, true, true} }

func (e *timeoutError) Error() string                 { return e.text }
func (e *timeoutError) Timeout() bool                 { return e.timeout }
func (e *timeoutError) Temporary() bool               { return e.temporary }
func (e *timeoutError) Is(target error) bool          { return e.deadline && target == os.ErrDeadlineExceeded }
func (e *timeoutError) Format(s fmt.State, verb rune) { writeText(s, verb, e.text) }

// addressPattern finds a URL. A URL in quotes ends at the closing quote. Any other URL ends at the
// next blank or quote. The colon and the slashes of the URL may be escaped.
var addressPattern = regexp.MustCompile(`(?i)"[a-z][a-z0-9+.-]*:\\?/\\?/(\\.|[^"\\])*"|[a-z][a-z0-9+.-]*(:|%3a|\\u003a)(\\?/|%2f|\\u002f){2}[^\s"']*`)

// maskAddresses masks the URLs in text. Their queries hold parameters, and the URL of a proxy may
// hold a password.
func maskAddresses(text string) string {
	if strings.Contains(text, "invalid proxy address") {
		return "the address of the proxy in the environment is not valid"
	}
	return addressPattern.ReplaceAllLiteralString(text, masked)
}
