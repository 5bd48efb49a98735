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
func formatError(s fmt.State, verb rune, e printable) { formatText(s, verb, e, e.Error()) }

// formatText prints text in place of value.
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

// causeText is the text of a cause without addresses, neither those of the
// *url.Error in its tree nor any in its words: addresses can carry parameters
// and tokens. It is bounded by causeLimit.
func causeText(err error) string {
	if endless(err) {
		return "the cause wraps itself or too many others"
	}
	for u, ok := err.(*url.Error); ok && u != nil; u, ok = err.(*url.Error) { //nolint:errorlint // one deeper stands amid the words of others
		err = u.Err
	}
	if isNil(err) {
		return noCause
	}
	return withoutAddresses(ownText(err), err)
}

const noCause = "no cause given"

// ownText is what err says, and noCause where its method panics.
func ownText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = noCause
		}
	}()
	return err.Error()
}

const hidden = "(an address)"

// address finds a URL, its colon and slashes escaped or not, up to its closing
// quote, or else up to the next blank. Package transport has the same pattern.
var address = regexp.MustCompile(`(?i)"[a-z][a-z0-9+.-]*:\\?/\\?/(\\.|[^"\\])*"|[a-z][a-z0-9+.-]*(:|%3a|\\u003a)(\\?/|%2f|\\u002f){2}[^\s"']*`)

// causeLimit is how much is printed of a cause, in bytes.
const causeLimit = 16 << 10

// withoutAddresses replaces the addresses in the first part of text, those that
// the tree of err tells among them, for they need not look like any. What could be
// the beginning of an address that was cut off is left out.
func withoutAddresses(text string, err error) string {
	const inspected = 4 * causeLimit
	cut := len(text) > inspected
	text = text[:min(len(text), inspected)]
	told, longest, ok := addressesIn(err, text)
	if !ok {
		return "the cause wraps too many others"
	}
	text = replaceAll(text, told)
	text = address.ReplaceAllLiteralString(text, hidden)
	if cut {
		text = text[:max(0, len(text)-longest)] + "..."
	}
	return clipTo(text, causeLimit)
}

// mostAddresses is how many addresses are looked for in a text.
const mostAddresses = 1000

// addressesIn returns the addresses that the tree of err tells and text holds, as
// they are and in quotes, and the length of the longest one, in text or not. ok is
// false when the tree is too large to tell.
func addressesIn(err error, text string) (told []string, longest int, ok bool) {
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
				told = append(told, form)
			}
		}
		return true
	})
	return told, longest, whole && len(seen) <= mostAddresses
}

// replaceAll hides each of the addresses, the longest first where several fit. What
// was hidden before, or by this call, is not searched again.
func replaceAll(text string, addresses []string) string {
	slices.SortFunc(addresses, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	pairs := []string{hidden, hidden}
	for _, a := range addresses {
		pairs = append(pairs, a, hidden)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// messageLimit is how much is printed of a sentence of the service, in bytes.
const messageLimit = 200

// clip makes a sentence of the service fit to be printed.
func clip(s string) string { return strings.TrimSpace(clipTo(s, messageLimit)) }

// clipTo makes a text fit to be printed, in one line of limit bytes.
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

// oneLine replaces control characters and whatever else is not seen, so that
// foreign text can neither forge log lines nor turn the direction of reading.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// nilText is what Error returns for a nil pointer.
const nilText = "<nil>"
