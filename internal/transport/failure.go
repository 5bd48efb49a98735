package transport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// failure turns the cause of a failed attempt into one that may be shown: the
// error of the caller's context when that ended, a timeout of our own when the
// attempt took too long, and otherwise err without the addresses it speaks of.
func (x *exchange) failure(err error) error {
	if ctxErr := x.caller.Err(); ctxErr != nil {
		return ctxErr
	}
	if x.attempt.Err() != nil {
		return &timeoutError{fmt.Sprintf("no answer within %v", x.client.timeout)}
	}
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok || u.Err == nil {
			break
		}
		err = u.Err
	}
	text := x.mask(withoutAddresses(err.Error()))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &timeoutError{text} // as the timeouts of net and net/http claim to be
	case errors.Is(err, context.Canceled):
		return errors.New(text)
	}
	return &cause{text: text, err: err}
}

// A cause is an error whose text has been masked.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// A timeoutError says that an attempt ran out of time while the caller's
// context was well. It is therefore not context.DeadlineExceeded.
type timeoutError struct{ text string }

func (e *timeoutError) Error() string        { return e.text }
func (e *timeoutError) Timeout() bool        { return true }
func (e *timeoutError) Temporary() bool      { return true } // net.Error asks for it
func (e *timeoutError) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// mask replaces the secrets of the request and of the credential, and every
// line of them, wherever they stand in s, as they are and as they are escaped,
// the longest first since one may be part of another. Text of less than four
// bytes is no secret, and would be found everywhere. What follows the first
// maxMasked bytes of s is dropped, which bounds the work.
func (x *exchange) mask(s string) string {
	var secrets []string
	for _, whole := range slices.AppendSeq(x.credential.secrets(), x.params.Secrets()) {
		secrets = append(secrets, whole)
		for line := range strings.Lines(whole) {
			secrets = append(secrets, strings.TrimSpace(line))
		}
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var replacements []string
	for _, secret := range secrets {
		if len(secret) >= 4 {
			replacements = append(replacements, secret, masked, wire.Escape(secret), masked)
		}
	}
	return strings.NewReplacer(replacements...).Replace(s[:min(len(s), maxMasked)])
}

const maxMasked = 64 << 10

const masked = "***"

var addressPattern = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"']+`)

// withoutAddresses takes URLs out of text: their queries hold parameters, and
// that of a proxy a password.
func withoutAddresses(text string) string {
	if strings.Contains(text, "invalid proxy address") {
		return "the address of the proxy in the environment is not valid"
	}
	return addressPattern.ReplaceAllLiteralString(text, masked)
}
