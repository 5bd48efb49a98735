package errors

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
)

// An APIError is an answer of the service that refuses the call. Its Code is in the
// error's tree, so use [Is] instead of reading the field:
//
//	errors.Is(err, errors.InvalidInstanceNotFound)
//	errors.Is(err, errors.ErrThrottled)
//
// However an APIError is printed, it shows action, code, status, request id and the
// first 200 bytes of Message. It shows no more of Message, since the service may repeat
// parameters there. When the service could not authenticate the caller, Message can
// contain the text that was signed. The documented meaning of the code is then shown
// instead of Message.
type APIError struct {
	Action     string // the operation, such as "RunCommand"
	RequestID  string // the request id in the body of the answer; quote it when asking for support
	HostID     string // the host that answered
	Message    string // the text of the service, which may change at any time
	Recommend  string // the address of a troubleshooting page
	Code       Code   // empty when the answer has none
	HTTPStatus int    // the status of the reply; 200 when only the body refuses the call
	// RetryAfter is how long the service asked to wait: at most an hour, and 0 when it
	// did not ask. A longer time counts as none, since rate limits are per minute.
	// The service asks with the header Retry-After. When the call was throttled, it can
	// also ask with TimeLeft in the x-ratelimit headers. RetryAfter is the longest of
	// these times.
	RetryAfter time.Duration
	// AccessDenied says which permission is missing. It is nil when the service did
	// not say.
	AccessDenied *AccessDenied
}

// signedText matches the words before the place where a message repeats the text that
// was signed.
var signedText = regexp.MustCompile(`(?i)string[ _-]?to[ _-]?sign`)

// Kind returns the kind of the code. When the code has no kind, Kind returns the kind of the HTTP status.
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

// Unwrap returns the code, or nil when the answer has none.
func (e *APIError) Unwrap() error {
	if e == nil || e.Code == "" {
		return nil
	}
	return e.Code
}

// Error names action, code, status and request id, then the text of the service. For many codes it
// ends with what to do.
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
	if needed := e.missingRight(); needed != "" {
		b.WriteString(" (needs " + needed + ")")
	}
	b.WriteString(adviceFor(e.Code, e.Kind()) + adviceByRefusal[e.Code])
	return b.String()
}

// missingRight returns the right that the caller lacks. When the service did not name it, it is that
// of the operation.
func (e *APIError) missingRight() string {
	needed := e.AccessDenied.action()
	if needed == "" && ofRights[e.Code] && e.Action != "" {
		return "ecs:" + e.Action
	}
	return needed
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

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e APIError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
