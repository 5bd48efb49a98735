package transport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// failure turns the cause of a failed attempt into one that may be shown: the
// error of the caller's context when that ended, a timeout of our own when the
// attempt took too long, and otherwise err without the address it speaks of.
func (x *exchange) failure(err error) error {
	if ctxErr := x.caller.Err(); ctxErr != nil {
		return ctxErr
	}
	if err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &timeoutError{x.client.timeout}
	}
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok || u.Err == nil {
			break
		}
		err = u.Err
	}
	return &cause{text: x.mask(err.Error()), err: err}
}

// A cause is an error whose text has been masked.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// A timeoutError says that an attempt ran out of its own time, while the
// caller's context was well. It is therefore not context.DeadlineExceeded.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string        { return fmt.Sprintf("no answer in time (limit %v)", e.limit) }
func (e *timeoutError) Timeout() bool        { return true }
func (e *timeoutError) Temporary() bool      { return true }
func (e *timeoutError) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// mask replaces the secrets of the request and of the credential wherever they
// stand in s, as they are and as they are escaped. Text of less than four
// bytes is no secret, and would be found everywhere.
func (x *exchange) mask(s string) string {
	hide := func(secret string) {
		if len(secret) >= 4 && s != "" {
			s = strings.ReplaceAll(s, secret, "***")
			s = strings.ReplaceAll(s, wire.Escape(secret), "***")
		}
	}
	for secret := range x.params.Secrets() {
		hide(secret)
	}
	for _, secret := range x.credential.secrets() {
		hide(secret)
	}
	return s
}
