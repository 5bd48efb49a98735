package errors

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is an error of this package. Only its text and its attributes may be printed.
// Everything else (script output, the body of a foreign reply, a client token) is only in
// the struct's fields. The error types implement the interfaces of fmt, slog and JSON
// with the three functions below. The methods have value receivers, so that a value and a
// pointer print the same.
type printable interface {
	error
	attrs() []slog.Attr
}

// formatError implements fmt.Formatter: every verb prints the text of Error.
func formatError(s fmt.State, verb rune, e printable) { formatText(s, verb, e, e.Error()) }

// formatText prints text instead of the fields of value. For %#v it also prints the
// type of value.
func formatText(s fmt.State, verb rune, value any, text string) {
	if verb == 'v' && s.Flag('#') {
		_, _ = fmt.Fprintf(s, "%T(%q)", value, text)
		return
	}
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), text)
}

// logError implements slog.LogValuer.
func logError(e printable) slog.Value {
	return slog.GroupValue(append([]slog.Attr{slog.String("msg", e.Error())}, e.attrs()...)...)
}

// marshalError implements json.Marshaler with the attributes of logError.
func marshalError(e printable) ([]byte, error) {
	return marshalAttrs(append(e.attrs(), slog.String("msg", e.Error())))
}

func marshalAttrs(attrs []slog.Attr) ([]byte, error) {
	object := make(map[string]any, len(attrs))
	for _, a := range attrs {
		object[a.Key] = a.Value.Any()
	}
	return json.Marshal(object)
}

// causeText returns the text of a cause without addresses (URLs), since an address can contain
// parameters and tokens. It removes the address of each *url.Error in the tree, and each address
// that it finds in the text. The result has at most causeLimit bytes.
func causeText(err error) string {
	if cannotPrint(err) {
		return "the cause is not shown: it wraps itself or too many errors"
	}
	for u, ok := err.(*url.Error); ok && u != nil; u, ok = err.(*url.Error) { //nolint:errorlint // a *url.Error further down is part of a larger text
		err = u.Err
	}
	if isNil(err) {
		return noCause
	}
	return withoutAddresses(ownText(err), err)
}

const noCause = "no cause given"

// ownText returns the text of err, or noCause when the method Error panics.
func ownText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = noCause
		}
	}()
	return err.Error()
}

const hidden = "(an address)"

// address matches a URL. The colon and the slashes of the URL may be escaped. A URL in quotes ends
// at the closing quote. Any other URL ends before the next blank or quote. Package transport has
// the same pattern.
var address = regexp.MustCompile(`(?i)"[a-z][a-z0-9+.-]*:\\?/\\?/(\\.|[^"\\])*"|[a-z][a-z0-9+.-]*(:|%3a|\\u003a)(\\?/|%2f|\\u002f){2}[^\s"']*`)

// causeLimit is the largest number of bytes of the text of a cause that are printed.
const causeLimit = 16 << 10

// withoutAddresses replaces the addresses in the first part of text and drops the rest of
// text. It also replaces the addresses of the *url.Errors in the tree of err, since the
// pattern may not recognize such an address. When text is cut, the cut may be inside an
// address. Then the function also drops the end of the text: as many bytes as the longest
// address has.
func withoutAddresses(text string, err error) string {
	const inspected = 4 * causeLimit
	cut := len(text) > inspected
	text = text[:min(len(text), inspected)]
	found, longest, ok := addressesIn(err, text)
	if !ok {
		return "the cause is not shown: it wraps too many errors"
	}
	text = replaceAll(text, found)
	text = address.ReplaceAllLiteralString(text, hidden)
	if cut {
		text = text[:max(0, len(text)-longest)] + "..."
	}
	return clipTo(text, causeLimit)
}

// mostAddresses is the largest number of different addresses in a tree whose text is printed.
// The limit bounds the time of the search.
const mostAddresses = 1000

// addressesIn returns the addresses of the tree of err that text contains, in plain form and in
// quotes. The result longest is the length of the longest address of the tree, with quotes. The
// result ok is false when the tree is too large to check.
func addressesIn(err error, text string) (found []string, longest int, ok bool) {
	seen := make(map[string]bool)
	whole := walk(err, func(e error) bool {
		u, ok := e.(*url.Error) //nolint:errorlint // the walk goes node by node
		if !ok || u.URL == "" || seen[u.URL] || len(seen) > mostAddresses {
			return len(seen) <= mostAddresses
		}
		seen[u.URL] = true
		quoted := strconv.Quote(u.URL)
		longest = max(longest, len(quoted))
		for _, form := range []string{quoted, u.URL} {
			if strings.Contains(text, form) {
				found = append(found, form)
			}
		}
		return true
	})
	return found, longest, whole && len(seen) <= mostAddresses
}

// replaceAll replaces each of the addresses with hidden. When several match at one place, it replaces
// the longest. It does not search inside the replacements of this or an earlier call.
func replaceAll(text string, addresses []string) string {
	slices.SortFunc(addresses, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	pairs := []string{hidden, hidden}
	for _, a := range addresses {
		pairs = append(pairs, a, hidden)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// messageLimit is the largest number of bytes of a text of the service that are printed.
const messageLimit = 200

// clip shortens a text of the service to one line of at most messageLimit bytes.
func clip(s string) string { return strings.TrimSpace(clipTo(s, messageLimit)) }

// clipTo shortens a text to one line of at most limit bytes.
func clipTo(s string, limit int) string {
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return oneLine(s)
}

// oneLine replaces control characters and other invisible characters with blanks. Without this, a
// text from outside could forge log lines or change the direction of writing.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// nilText is the text that Error returns for a nil pointer.
const nilText = "<nil>"
