package errors

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"
)

// An InvocationError says that a command ended and did not succeed on every instance.
// The failures are in the error's tree, so [Is] finds the kind and the code of each of
// them.
//
// However an InvocationError is printed, it has at most about 1 KiB: it names the first failures, 20
// or more of them when their exit code is the reason, and the number of the others. The field Failed
// has all of them.
type InvocationError struct {
	InvocationID string
	Status       string           // the status of the whole invocation, such as "PartialFailed"
	Failed       []*InstanceError // one for each instance that failed or has not finished
	Total        int              // number of instances of the invocation, 0 when unknown
}

// invocationLimit is the largest number of bytes that Error shows, without its last words "and 80
// more". Receivers of syslog may cut a line after 1 KiB (RFC 3164). Each instance takes about 45 bytes.
const invocationLimit = 1 << 10

// Unwrap returns the failures.
func (e *InvocationError) Unwrap() []error {
	if e == nil {
		return nil
	}
	errs := make([]error, 0, len(e.Failed))
	for _, f := range e.Failed {
		if f != nil {
			errs = append(errs, f)
		}
	}
	return errs
}

// Error returns the number of failed instances and of all instances. It names the first
// failed instances. It ends with what to do when that is the same for all of them.
func (e *InvocationError) Error() string {
	if e == nil {
		return nilText
	}
	var b strings.Builder
	b.WriteString(invocation(e.InvocationID))
	switch {
	case e.Total != 0:
		fmt.Fprintf(&b, ": %d of %s failed", len(e.Failed), count(e.Total, "instance"))
	case len(e.Failed) != 0:
		fmt.Fprintf(&b, ": %s failed", count(len(e.Failed), "instance"))
	default:
		b.WriteString(" failed, nothing known about its instances")
	}
	writeList(&b, invocationLimit, len(e.Failed), func(i int) string {
		f := e.Failed[i]
		if f == nil {
			return "an unknown instance"
		}
		return cmp.Or(clip(f.InstanceID), "an instance") + " " + f.reason()
	})
	b.WriteString(e.advice())
	return b.String()
}

// advice returns what to do about the failures, when it is the same for all of them.
func (e *InvocationError) advice() string {
	same := ""
	for i, f := range e.Failed {
		if f == nil {
			return ""
		}
		advice := adviceFor(f.Code, f.outcome())
		if i > 0 && advice != same {
			return ""
		}
		same = advice
	}
	return same
}

// invocation returns "invocation t-1", or "an invocation" for an empty id.
func invocation(id string) string {
	if id == "" {
		return "an invocation"
	}
	return "invocation " + clip(id)
}

func (e *InvocationError) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("invocation_id", clip(e.InvocationID)),
		slog.String("status", clip(e.Status)),
		slog.Int("failed", len(e.Failed)),
		slog.Int("total", e.Total),
	}
}

// Format implements [fmt.Formatter]; every verb prints the text of Error.
func (e InvocationError) Format(s fmt.State, verb rune) { formatError(s, verb, &e) }

// LogValue implements [slog.LogValuer].
func (e InvocationError) LogValue() slog.Value { return logError(&e) }

// MarshalJSON implements [encoding/json.Marshaler]. It writes the attributes that LogValue shows.
func (e InvocationError) MarshalJSON() ([]byte, error) { return marshalError(&e) }
