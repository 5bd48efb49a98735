package errors

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
)

// An APIError is an answer of the service that says no. Its Code is in the
// error's tree, so compare with [Is] rather than reading the field:
//
//	errors.Is(err, errors.InvalidInstanceNotFound)
//	errors.Is(err, errors.ErrThrottled)
//
// Printed in any way it shows action, code, status and request id, and of Message
// at most the first 200 bytes: the service may repeat parameters in it. Where the
// caller could not be authenticated it shows the documented meaning instead,
// since that Message can hold the text that was signed.
type APIError struct {
	Action     string // the operation, such as "RunCommand"
	RequestID  string // as the body says; quote it when asking for support
	HostID     string // the host that answered
	Message    string // the service's words, which are no part of its contract
	Recommend  string // address of a troubleshooting page
	Code       Code   // empty when the answer held none
	HTTPStatus int    // as it came; it is 200 where only the body says no
	// RetryAfter is how long the service asked to wait, at most an hour, and 0 when
	// it did not say: the longest of the header Retry-After and, when throttled, of
	// TimeLeft in the x-ratelimit headers.
	RetryAfter time.Duration
	// AccessDenied says which permission is missing; nil unless the service told.
	AccessDenied *AccessDenied
}

// signedText begins the part of a message that repeats what was signed.
var signedText = regexp.MustCompile(`(?i)string[ _-]?to[ _-]?sign`)

// Kind returns the kind of the code, documented or by pattern; where the code
// tells nothing, the kind of the HTTP status.
func (e *APIError) Kind() Kind {
	if e == nil {
		return 0
	}
	if k := e.Code.Kind(); k != 0 {
		return k
	}
	return kindOfStatus(e.HTTPStatus)
}

// Is reports whether target is the kind of e.
func (e *APIError) Is(target error) bool { return e.Kind().covers(target) }

// Unwrap returns the code, or nil when the answer held none.
func (e *APIError) Unwrap() error {
	if e == nil || e.Code == "" {
		return nil
	}
	return e.Code
}

// Error names action, code, status and request id, then what the service said.
func (e *APIError) Error() string {
	if e == nil {
		return nilText
	}
	var b strings.Builder
	if e.Action != "" {
		b.WriteString(e.Action + ": ")
	}
	if e.Code != "" {
		b.WriteString(clip(string(e.Code)))
	} else {
		b.WriteString(e.Kind().Error())
	}
	fmt.Fprintf(&b, " (HTTP %d", e.HTTPStatus)
	if e.RequestID != "" {
		b.WriteString(", request " + clip(e.RequestID))
	}
	b.WriteByte(')')
	if m := e.safeMessage(); m != "" {
		b.WriteString(": " + m)
	}
	if needed := e.AccessDenied.action(); needed != "" {
		b.WriteString(" (needs " + needed + ")")
	}
	return b.String()
}

func (e *APIError) safeMessage() string {
	if e.Kind() == ErrAuth {
		return e.Code.Meaning()
	}
	m := e.Message
	if at := signedText.FindStringIndex(m); at != nil {
		m = m[:at[0]]
	}
	return clip(m)
}

func (e *APIError) retryable() bool {
	if e.Code.Kind() != 0 {
		return e.Code.Retryable()
	}
	return e.Kind().transient()
}

func (e *APIError) attrs() []slog.Attr {
	list := []slog.Attr{
		slog.String("action", e.Action),
		slog.String("code", clip(string(e.Code))),
		slog.Int("status", e.HTTPStatus),
		slog.String("request_id", clip(e.RequestID)),
	}
	if e.RetryAfter > 0 {
		list = append(list, slog.Duration("retry_after", e.RetryAfter))
	}
	return append(list, e.AccessDenied.attrs()...)
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e APIError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e APIError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler] with what LogValue shows.
func (e APIError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
