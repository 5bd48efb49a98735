package errors

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
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

// causeText is the text of a cause without addresses, neither those of the
// *url.Error in its tree nor any in its words: addresses can carry parameters
// and tokens.
func causeText(err error) string {
	if u, ok := err.(*url.Error); ok && u != nil { //nolint:errorlint // one deeper stands amid the words of others
		return causeText(u.Err)
	}
	if isNil(err) {
		return "no cause given"
	}
	text := withoutURLs(err.Error(), err)
	return oneLine(address.ReplaceAllLiteralString(text, hidden))
}

const hidden = "(an address)"

// address finds a URL up to its closing quote, or else up to the next blank.
var address = regexp.MustCompile(`"[A-Za-z][A-Za-z0-9+.-]*://(\\.|[^"\\])*"|[A-Za-z][A-Za-z0-9+.-]*://[^\s"']+`)

// withoutURLs replaces the addresses that the tree of err tells, for they need
// not look like any.
func withoutURLs(text string, err error) string {
	if u, ok := err.(*url.Error); ok && u != nil && u.URL != "" { //nolint:errorlint // the walk goes node by node
		text = strings.ReplaceAll(text, strconv.Quote(u.URL), hidden)
		text = strings.ReplaceAll(text, u.URL, hidden)
	}
	for _, child := range children(err) {
		text = withoutURLs(text, child)
	}
	return text
}

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

// nilText is what a nil pointer to an error of this package says of itself.
const nilText = "<nil>"

// isNil reports whether err is nil or holds a nil pointer, on which methods of
// other packages may panic.
func isNil(err error) bool {
	if err == nil {
		return true
	}
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
