package transport

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"strconv"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A cause is a foreign error with a text that may be shown. It answers
// [errors.Is] and [errors.As] as the foreign error does and has no Unwrap, so
// that no walk over the tree comes to a text with an address or a secret.
//
// What As hands out is safe to print where it is a type of the standard library:
// a copy with texts that are masked. A type of the caller's own comes as it is,
// since who asks for it by name knows what it holds. Errors of this module are
// not handed out: a RoundTripper may use this module itself, and what it was told
// by another service says nothing about this attempt.
type cause struct {
	text string
	err  error
	safe func(string) string // masks the texts within err
}

func (c *cause) Error() string { return c.text }

// Format prints the text, whatever the verb: %#v would show err.
func (c *cause) Format(s fmt.State, verb rune) { writeText(s, verb, c.text) }

// LogValue shows the text.
func (c *cause) LogValue() slog.Value { return slog.StringValue(c.text) }

// writeText writes text for any verb, in quotes for %q and %#v.
func writeText(s fmt.State, verb rune, text string) {
	if verb == 'q' || verb == 'v' && s.Flag('#') {
		text = strconv.Quote(text)
	}
	_, _ = io.WriteString(s, text)
}

// Is reports whether the foreign error is target.
func (c *cause) Is(target error) bool {
	return target != nil && !declaredIn(target, modulePath) && is(c.err, target)
}

// As finds the foreign error that target asks for.
func (c *cause) As(target any) bool {
	switch t := target.(type) {
	case *net.Error:
		return asTimeout(c, func(e *timeoutError) { *t = e })
	case *interface{ Timeout() bool }:
		return asTimeout(c, func(e *timeoutError) { *t = e })
	case **net.OpError:
		return setTarget(c, t, c.safeOpError)
	case **net.DNSError:
		return setTarget(c, t, c.safeDNSError)
	case **tls.CertificateVerificationError:
		return setTarget(c, t, c.safeCertificateError)
	case **url.Error:
		return false // it is an address and little more
	}
	t := reflect.TypeOf(target).Elem()
	if t.Kind() == reflect.Interface || declaredIn(reflect.Zero(t).Interface(), modulePath) {
		return false
	}
	return as(c.err, target)
}

// modulePath is the package of this module's errors.
var modulePath = reflect.TypeFor[errors.Code]().PkgPath()

// found hands out the first error of type E, made safe.
func setTarget[E error](c *cause, target *E, safe func(E) E) bool {
	e, ok := asType[E](c.err)
	if !ok {
		return false
	}
	*target = safe(e)
	return true
}

// within is the cause of an error that is handed out.
func (c *cause) causeOf(err error) error {
	if err == nil {
		return nil
	}
	return &cause{c.safe(textOf(err)), err, c.safe}
}

func (c *cause) safeOpError(e *net.OpError) *net.OpError {
	inner := c.causeOf(e.Err)
	if inner == nil {
		inner = errors.New("no cause given") // the text of an OpError asks its cause
	}
	return &net.OpError{Op: c.safe(e.Op), Net: c.safe(e.Net), Source: plainAddr(e.Source), Addr: plainAddr(e.Addr), Err: inner}
}

// plainAddr is an address of the network, and nil for an address of a type that
// may print anything.
func plainAddr(a net.Addr) net.Addr {
	switch a.(type) {
	case *net.TCPAddr, *net.UDPAddr, *net.IPAddr, *net.UnixAddr:
		return a
	}
	return nil
}

func (c *cause) safeDNSError(e *net.DNSError) *net.DNSError {
	own := *e
	own.Err, own.Name, own.Server = c.safe(e.Err), c.safe(e.Name), c.safe(e.Server)
	own.UnwrapErr = c.causeOf(e.UnwrapErr)
	return &own
}

func (c *cause) safeCertificateError(e *tls.CertificateVerificationError) *tls.CertificateVerificationError {
	return &tls.CertificateVerificationError{UnverifiedCertificates: e.UnverifiedCertificates, Err: c.causeOf(e.Err)}
}

// asTimeout sets what the first foreign error with a Timeout method says about time,
// with a text that may be shown.
func asTimeout(c *cause, set func(*timeoutError)) bool {
	e, ok := asType[interface {
		error
		Timeout() bool
	}](c.err)
	if !ok {
		return false
	}
	said := &timeoutError{text: c.text}
	if !isEndless(e) {
		said.timeout = callForeign(e.Timeout)
		if t, ok := e.(interface{ Temporary() bool }); ok {
			said.temporary = callForeign(t.Temporary)
		}
	}
	said.deadline = is(c.err, os.ErrDeadlineExceeded)
	set(said)
	return true
}
