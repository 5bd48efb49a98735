package errors

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is what an error of this package allows to be shown of itself: its
// text and a list of attributes. Whatever is not among them (script output, the
// body of a foreign reply, a client token) is reachable in the struct's fields
// alone. The types implement fmt, slog and JSON by the three functions below,
// with value receivers, so that values and pointers print alike.
type printable interface {
	error
	attrs() []slog.Attr
}

// formatError implements fmt.Formatter: every verb prints the text of Error.
func formatError(s fmt.State, verb rune, e printable) {
	if verb == 'v' && s.Flag('#') {
		_, _ = fmt.Fprintf(s, "%T(%q)", e, e.Error())
		return
	}
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
}

// logError implements slog.LogValuer.
func logError(e printable) slog.Value {
	return slog.GroupValue(append([]slog.Attr{slog.String("msg", e.Error())}, e.attrs()...)...)
}

// marshalError implements json.Marshaler with the attributes of logError.
func marshalError(e printable) ([]byte, error) {
	object := map[string]any{"msg": e.Error()}
	for _, a := range e.attrs() {
		object[a.Key] = a.Value.Any()
	}
	return json.Marshal(object)
}

// causeText is the text of a cause without addresses, neither the one that
// *url.Error puts before it nor any in its words: addresses can carry parameters
// and tokens. The errors of this package have done so themselves.
func causeText(err error) string {
	for err != nil {
		u, ok := AsType[*url.Error](err)
		if _, safe := AsType[printable](err); safe || !ok {
			return address.ReplaceAllLiteralString(oneLine(err.Error()), "(an address)")
		}
		err = u.Err
	}
	return "no cause given"
}

var address = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"']+`)

// messageLimit is how much is printed of a sentence of the service, in bytes.
const messageLimit = 200

// clip makes a sentence of the service fit to be printed.
func clip(s string) string {
	if len(s) > messageLimit {
		cut := messageLimit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return strings.TrimSpace(oneLine(s))
}

// oneLine replaces control characters, so that foreign text cannot forge log lines.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
