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

// A cause is a foreign error with a masked text. [errors.Is] and [errors.As] find the same errors
// in a cause as in the foreign error, with the exceptions below. A cause has no Unwrap, because
// the texts of the foreign error may hold an address or a secret.
//
// For some types of the packages net and crypto/tls, As returns a copy with masked texts. It
// returns an error of a type of the program unchanged, since a program that asks for its own
// type knows what the error holds. It does not return errors of this module: a RoundTripper may
// use this module itself, and the errors of such a call do not describe this attempt.
type cause struct {
	text string
	err  error
	safe func(string) string // masks a text of err
}

func (c *cause) Error() string { return c.text }

// Format prints the masked text for every verb. Without Format, %#v would show the field err.
func (c *cause) Format(s fmt.State, verb rune) { writeText(s, verb, c.text) }

// LogValue returns the masked text.
func (c *cause) LogValue() slog.Value { return slog.StringValue(c.text) }

// writeText writes text for every verb. For %q and %#v it writes the text in quotes.
func writeText(s fmt.State, verb rune, text string) {
	if verb == 'q' || verb == 'v' && s.Flag('#') {
		text = strconv.Quote(text)
	}
	_, _ = io.WriteString(s, text)
}

// Is reports whether target is in the tree of the foreign error.
func (c *cause) Is(target error) bool {
	return target != nil && !declaredIn(target, modulePath) && is(c.err, target)
}

// As sets target to the first error of its type in the tree of the foreign error.
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
		return false // a url.Error is never returned, because it holds little more than an address
	}
	t := reflect.TypeOf(target).Elem()
	if t.Kind() == reflect.Interface || declaredIn(reflect.Zero(t).Interface(), modulePath) {
		return false
	}
	return as(c.err, target)
}

// modulePath is the import path of the package that declares the errors of this module.
var modulePath = reflect.TypeFor[errors.Code]().PkgPath()

// setTarget sets target to a copy of the first error of type E in the tree. The function safe
// makes the copy, with masked texts.
func setTarget[E error](c *cause, target *E, safe func(E) E) bool {
	e, ok := asType[E](c.err)
	if !ok {
		return false
	}
	*target = safe(e)
	return true
}

// causeOf returns the inner error for a copy of a net or TLS error. Its text is masked, so the copy
// prints masked text only.
func (c *cause) causeOf(err error) error {
	if err == nil {
		return nil
	}
	return &cause{c.safe(textOf(err)), err, c.safe}
}

func (c *cause) safeOpError(e *net.OpError) *net.OpError {
	inner := c.causeOf(e.Err)
	if inner == nil {
		inner = errors.New("no cause given") // OpError.Error would panic without an inner error
	}
	return &net.OpError{Op: c.safe(e.Op), Net: c.safe(e.Net), Source: plainAddr(e.Source), Addr: plainAddr(e.Addr), Err: inner}
}

// plainAddr returns a if its type is an address type of package net. For any other type it
// returns nil, since an address of that type may print anything.
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

// asTimeout finds the first foreign error that has a Timeout method. It calls the function set
// with a copy of that error. The copy has a masked text.
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
