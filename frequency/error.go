package frequency

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseError says what is wrong with an expression and where.
//
// Its text names the field and the reason and draws a caret under the offending
// character of the expression. A long expression is shown in part:
//
//	frequency: minute: 61 is above 59
//		0 61 * * * ?
//		  ^
//
// ParseError is the only error type of this package, so [errors.As] always finds it.
// Programs use Field and Offset, for instance to mark a place in a form. Reason is for
// people; its wording may change in a later version.
type ParseError struct {
	// Expr is the whole expression, unchanged. It can have any length and content.
	Expr string
	// Field is "rate", "at", "second", "minute", "hour", "day of month", "month",
	// "day of week", "year" or "zone", and "" for the expression as a whole.
	Field string
	// Reason says what is wrong, and often what to write instead. It is one line
	// without control characters.
	Reason string
	// Offset is the position of the offending byte in Expr, counted from 0. It is
	// len(Expr) when something is missing at the end.
	Offset int

	reason message // Reason in both languages; not used when a program has set another Reason
}

// MessageIn returns the field and the reason on one line in the given language, "en" or "zh", also
// with a region as in "zh-CN". Any other language gives English, and so does a Reason that a program
// has set. The line is as safe to print as Reason. It does not show the expression: use Offset to
// mark the place, or Error for the English text with a caret.
//
//	minute: 61 is above 59
//	分钟字段：61 大于最大值 59
func (e *ParseError) MessageIn(lang string) string {
	switch {
	case e == nil:
		return "<nil>"
	case isChinese(lang) && e.reason.zh != "" && e.reason.en == e.Reason:
		if field := chineseFields[e.Field]; field != "" {
			return field + "：" + e.reason.zh
		}
		return e.reason.zh
	case e.Field != "":
		return e.Field + ": " + e.Reason
	}
	return e.Reason
}

// Error returns up to three lines that are safe to print and to log. They are short for
// an expression of any length, and contain neither control characters nor invalid UTF-8.
// When a program has set Offset to a position outside the expression, Error uses the
// nearer end of the expression instead.
func (e *ParseError) Error() string {
	if e == nil {
		return "<nil>"
	}
	const around = 36 // bytes shown on either side of the caret

	var b strings.Builder
	b.WriteString("frequency: " + e.MessageIn("en"))
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

// printable replaces every character that is not visible on its own, such as a control
// character or a combining accent.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// quote returns a piece of an expression in quotes, shortened for use in a Reason.
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
