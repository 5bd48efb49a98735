package errors

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// A TransportError says that no usable answer arrived: the network failed, or the reply
// was cut short or did not come from the service. A reply that refuses the call is
// considered an answer of the service only when its body has both a code and a request
// id. Every refusal in the ECS API reference has both. A page or JSON of a proxy is
// never considered an answer of the service, even when it contains a code: a proxy may
// send its refusal after the service has accepted the call.
//
// The kind of a TransportError is [ErrThrottled] when the reply had status 429, and
// [ErrUnavailable] otherwise.
//
// No way of printing a TransportError shows a URL or the field Head.
type TransportError struct {
	Action     string // the operation, such as "RunCommand"
	Sent       bool   // true: a part of the request may have been sent; false: the service cannot have acted on it
	HTTPStatus int    // status of the unusable reply, or of a proxy's refusal to connect (then Sent is false); 0 when there is none
	Head       []byte // the beginning of the body of that reply, at most 512 bytes
	Err        error  // the cause
	// RetryAfter is how long the reply asked the caller to wait: at most an hour, and 0
	// when it did not ask. A longer time counts as none. The reply can come from a proxy in front of the service.
	RetryAfter time.Duration
}

// Is reports whether target is the kind of e.
func (e *TransportError) Is(target error) bool { return e.kind().covers(target) }

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error names action, status and cause, without any URL.
func (e *TransportError) Error() string {
	if e == nil {
		return nilText
	}
	text := e.Action
	if text == "" {
		text = "request"
	}
	switch {
	case e.HTTPStatus != 0 && e.Sent:
		text += fmt.Sprintf(": unusable reply (HTTP %d, %s of body kept)", e.HTTPStatus, count(len(e.Head), "byte"))
	case e.HTTPStatus != 0 && !e.Sent && len(e.Head) > 0: // an empty Head means that a proxy refused to connect; the cause then names the status
		text += fmt.Sprintf(": answered before the request was read, HTTP %d", e.HTTPStatus)
	case e.Sent:
		text += ": no reply"
	default:
		text += ": nothing was sent"
	}
	return text + ": " + causeText(e.Err)
}

func (e *TransportError) kind() Kind {
	if e == nil {
		return 0
	}
	if e.HTTPStatus == http.StatusTooManyRequests {
		return ErrThrottled
	}
	return ErrUnavailable
}

// retryable is true for a failure that may pass by itself. It is false for a redirect and
// for most refusals by a proxy (3xx, 4xx), because the next call would get the same
// answer.
func (e *TransportError) retryable() bool {
	switch s := e.HTTPStatus; s {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	default:
		return s < 300 || s >= 500
	}
}

func (e *TransportError) attrs() []slog.Attr {
	list := []slog.Attr{
		slog.String("action", e.Action),
		slog.Bool("sent", e.Sent),
		slog.Int("status", e.HTTPStatus),
	}
	if e.RetryAfter > 0 {
		list = append(list, slog.Duration("retry_after", e.RetryAfter))
	}
	return list
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e TransportError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e TransportError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e TransportError) MarshalJSON() ([]byte, error) { return marshalError(&e) }

// A CredentialError says that the look-up of the credential failed. Nothing was sent. The
// kind of a CredentialError is [ErrAuth]. It is never retryable, since the look-up has its
// own retries.
type CredentialError struct {
	Err error // the cause
}

// Is reports whether target is [ErrAuth].
func (e *CredentialError) Is(target error) bool { return e != nil && target == ErrAuth }

// Unwrap returns the cause.
func (e *CredentialError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Error names the cause in one line and without any URL. It shows at most 200 bytes of the
// cause, since the cause may come from a provider that this module does not know. It shows
// up to 16 KiB when the cause has a method OwnWords() bool that returns true. The errors
// of the default chain have this method.
func (e *CredentialError) Error() string {
	if e == nil {
		return nilText
	}
	text := causeText(e.Err)
	if !hasOwnWords(e.Err) {
		text = clip(text)
	}
	return "no credential: " + text
}

// hasOwnWords reports whether err declares that its text repeats nothing that was sent
// or received.
func hasOwnWords(err error) bool {
	defer ignorePanic()
	own, ok := err.(interface{ OwnWords() bool })
	return ok && own.OwnWords()
}

func (e *CredentialError) attrs() []slog.Attr { return nil }

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e CredentialError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e CredentialError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e CredentialError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
