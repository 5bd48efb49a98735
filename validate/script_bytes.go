package validate

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// mark is the byte-order mark in UTF-8, EF BB BF. Editors of Windows write it at the beginning of
// files.
var mark = []byte("\ufeff")

// warnBytes warns of bytes that no interpreter reads as the author of the script means them. It
// reports whether the script is text in the encoding that the other warnings expect.
func (c *Command) warnBytes(warn warner) bool {
	const field = "CommandContent"
	switch script := c.Content; {
	case len(script) == 0:
		return false // a violation
	case isUTF16(script):
		warn(field, "is UTF-16, which no interpreter reads; save the script as UTF-8")
		return false
	case bytes.IndexByte(script, 0) >= 0:
		warn(field, "has a zero byte in line %d, where the interpreter loses a part of the script or stops; remove it", lineOf(script, bytes.IndexByte(script, 0)))
		return false
	case isBlank(script):
		warn(field, "has nothing but blanks, so the command does nothing and succeeds; give a script")
		return false
	}
	c.warnMark(warn)
	if c.Type == "RunShellScript" {
		c.warnFirstLine(warn)
		c.warnLineEnds(warn)
	}
	return true
}

// isUTF16 reports whether script is UTF-16: it begins with a mark, or many of its bytes are zero
// and all of these are at even offsets or all at odd ones.
func isUTF16(script []byte) bool {
	if bytes.HasPrefix(script, []byte{0xff, 0xfe}) || bytes.HasPrefix(script, []byte{0xfe, 0xff}) {
		return true
	}
	var zeros [2]int
	for i, b := range script {
		if b == 0 {
			zeros[i%2]++
		}
	}
	most, least := max(zeros[0], zeros[1]), min(zeros[0], zeros[1])
	return most >= 2 && most*4 >= len(script)/2 && least == 0
}

// isBlank reports whether script has only blanks, line ends and characters without width.
func isBlank(script []byte) bool {
	return utf8.Valid(script) && bytes.IndexFunc(script, func(r rune) bool {
		return !unicode.IsSpace(r) && r != '\ufeff' && r != '\u200b'
	}) < 0
}

// warnMark warns of a byte-order mark at the beginning of a line, where editors and joined files
// have it.
func (c *Command) warnMark(warn warner) {
	at := -1
	if bytes.HasPrefix(c.Content, mark) {
		at = 0
	} else if i := bytes.Index(c.Content, append([]byte{'\n'}, mark...)); i >= 0 {
		at = i + 1
	}
	if at < 0 {
		return
	}
	effect := "becomes a part of the first word, and hides a #! after it"
	if c.windows() {
		effect = "does not exist in the code page of Chinese systems, where an empty script runs and succeeds"
	}
	warn("CommandContent", "has a byte-order mark (EF BB BF) at the beginning of line %d, which %s; save the script as UTF-8 without it", lineOf(c.Content, at), effect)
}

// warnFirstLine warns of a line with #! that is not the first one. The system then runs sh.
func (c *Command) warnFirstLine(warn warner) {
	if c.Launcher != "" || c.inContainer() || bytes.HasPrefix(bytes.TrimPrefix(c.Content, mark), []byte("#!")) {
		return
	}
	var contexts []context
	for at, line := range linesWithOffset(c.Content) {
		trimmed := bytes.TrimLeft(line, " \t\u3000\u00a0")
		rest, ok := bytes.CutPrefix(trimmed, []byte("#!"))
		if !ok || !bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("/")) {
			continue
		}
		if contexts == nil {
			contexts = shellContexts(c.Content)
		}
		if contexts[at+len(line)-len(trimmed)] != inComment {
			continue // text of the script, such as a file that it writes
		}
		place, remedy := fmt.Sprintf("in line %d", lineOf(c.Content, at)), "remove what is before it"
		if at == 0 {
			place = "after a blank"
		}
		warn("CommandContent", "names its interpreter %s, where #! begins a comment, so sh runs the script; %s", place, remedy)
		return
	}
}

// warnLineEnds warns of CR LF in a script that a shell reads, and in the name of any interpreter.
func (c *Command) warnLineEnds(warn warner) {
	n, first := 0, 0
	for at, line := range linesWithOffset(c.Content) {
		if bytes.HasSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")) {
			if n++; n == 1 {
				first = at
			}
		}
	}
	const remedy = `write LF alone, as strings.ReplaceAll(script, "\r\n", "\n") does`
	_, named := interpreterLine(c.Content)
	switch {
	case n == 0:
		if bytes.IndexByte(c.Content, '\r') >= 0 && bytes.IndexByte(c.Content, '\n') < 0 {
			warn("CommandContent", "ends its lines with CR alone, so all of them are one line; write LF")
		}
	case named && first == 0 && c.Launcher == "" && !c.inContainer():
		warn("CommandContent", "ends its first line with CR LF, so the system looks for an interpreter with CR in its name; %s", remedy)
	case c.language() == shellLanguage:
		warn("CommandContent", "ends %s with CR LF, line %d is the first; a shell takes the CR for a part of the last word; %s",
			count(n, "line", "lines"), lineOf(c.Content, first), remedy)
	}
}

// linesWithOffset yields the offset and the text of each line of script. The text includes the
// line end.
func linesWithOffset(script []byte) func(yield func(int, []byte) bool) {
	return func(yield func(int, []byte) bool) {
		at := 0
		for line := range bytes.Lines(script) {
			if !yield(at, line) {
				return
			}
			at += len(line)
		}
	}
}

// A warner adds a warning about a field.
type warner func(field, format string, args ...any)
