package program

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes characters visible that would change a terminal or the direction of the
// text. Control characters appear in caret notation, such as ^[ for an escape. Line ends
// and tabs stay; a line end of Windows becomes one of Unix. Bytes that are not UTF-8 become
// U+FFFD.
func Printable(s string) string {
	if !strings.ContainsFunc(s, changed) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteRune('^')
			b.WriteRune(r ^ 0x40)
		case unicode.In(r, unicode.Cc, unicode.Bidi_Control):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r) // the range loop has already replaced bytes that are not UTF-8 by U+FFFD
		}
	}
	return b.String()
}

// changed reports whether the function Printable perhaps replaces the character.
func changed(r rune) bool {
	if r < 0x7f {
		return r < ' ' && r != '\n' && r != '\t'
	}
	return unicode.In(r, unicode.Cc, unicode.Bidi_Control)
}

// PrintOutput prints the lines of an output of an instance, each behind a bar.
func PrintOutput(w io.Writer, text string) {
	for line := range strings.Lines(Printable(text)) {
		fmt.Fprintf(w, "  | %s\n", strings.TrimSuffix(line, "\n"))
	}
}
