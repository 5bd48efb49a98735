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
//	frequency: hour: "，" (U+FF0C) is a full-width character; write 0 0 9,18 * * ?
//		0 0 9，18 * * ?
//		     ^
//
// ParseError is the only error type of this package, so [errors.As] always finds it:
//
//	var e *frequency.ParseError
//	if errors.As(err, &e) {
//		mark(e.Field, e.Offset, e.MessageIn("zh"))
//		if e.Suggestion != "" {
//			offer(e.Suggestion)
//		}
//	}
//
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
	// Suggestion is the expression to write instead, when it is likely what is meant, and
	// "" otherwise. [Parse] accepts it. Reason repeats a short suggestion, unless it
	// says in other words what to write.
	Suggestion string

	reason message // Reason in both languages; not used when a program has set another Reason
}

// MessageIn returns the field and the reason on one line in the given language, "en" or "zh", also
// with a region as in "zh-CN". Any other language gives English, and so does a Reason that a
// program has set. The line is as safe to print as Reason. It does not show the expression: use
// Offset to mark the place, or Error for the English text with a caret.
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
	left, right := echo(e.Expr[from:at]), echo(e.Expr[at:to])
	if from > 0 {
		left = "…" + left
	}
	if to < len(e.Expr) {
		right += "…"
	}
	b.WriteString("\n\t" + left + right)
	b.WriteString("\n\t" + strings.Repeat(" ", columns(left)) + "^")
	return b.String()
}

// columns returns the width of a printable text in a terminal. Chinese, Japanese and Korean
// characters and full-width forms take two columns.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if isWide(r) {
			n++
		}
	}
	return n
}

// isWide reports whether a character is wide or full-width by Unicode Standard Annex #11. It looks
// at whole blocks, since single narrow characters of these blocks do not occur in expressions.
func isWide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, r >= 0x2e80 && r <= 0x303e, r >= 0x3041 && r <= 0xa4cf, r >= 0xa960 && r <= 0xa97c, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6b, r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f900 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return true
	case r == 0x2753, r >= 0x2795 && r <= 0x2797, r == 0x2705, r == 0x274c, r == 0x231a, r == 0x23f0, r == 0x23f3:
		return true
	}
	return false
}

// echo returns a part of an expression as Error shows it. White space of ASCII, which separates
// fields, becomes a blank.
func echo(s string) string {
	return printable(strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && isSpace(byte(r)) {
			return ' '
		}
		return r
	}, s))
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
