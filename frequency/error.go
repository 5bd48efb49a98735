package frequency

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseError says what is wrong with an expression and where.
//
// Its text names the field and the reason and draws a caret under the offending
// character of the expression, of which a long one is shown in part:
//
//	frequency: minute: 61 is above 59
//		0 61 * * * ?
//		  ^
type ParseError struct {
	Expr   string // the whole expression, as given
	Field  string // "rate", "at", "zone", a field such as "day of month", or "" for the expression as a whole
	Reason string // what is wrong, and often what to write instead
	Offset int    // the offending byte of Expr; len(Expr) when something is missing at the end
}

// Error returns up to three lines; they stay short however long the expression
// is, and hold neither control characters nor invalid UTF-8.
func (e *ParseError) Error() string {
	const around = 36 // bytes shown on either side of the caret

	var b strings.Builder
	b.WriteString("frequency: ")
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Reason)
	if e.Expr == "" {
		return b.String()
	}

	at := min(max(e.Offset, 0), len(e.Expr))
	from, to := max(at-around, 0), min(at+around, len(e.Expr))
	for from > 0 && from < at && !utf8.RuneStart(e.Expr[from]) {
		from++
	}
	for to < len(e.Expr) && to > at && !utf8.RuneStart(e.Expr[to]) {
		to--
	}
	left, right := printable(e.Expr[from:at]), printable(e.Expr[at:to])
	if from > 0 {
		left = "…" + left
	}
	if to < len(e.Expr) {
		right += "…"
	}
	b.WriteString("\n\t" + left + right)
	b.WriteString("\n\t" + strings.Repeat(" ", utf8.RuneCountInString(left)) + "^")
	return b.String()
}

// printable replaces every character that would not show as itself.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// quote shows a piece of an expression inside a reason.
func quote(s string) string {
	const enough = 24
	if len(s) > enough {
		cut := enough
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return "\"" + printable(s) + "\""
}
