package transport

import (
	"bytes"
	"html"
	"unicode/utf16"
)

// A mappedText is a converted text. For each byte it holds the range of the original text from which the
// byte was converted.
type mappedText struct {
	text    []byte
	spans   []span // one span per byte of text; nil when the text is not converted
	noSpans bool   // spans are not recorded when the text is converted
}

type span struct{ from, to int32 }

func (v mappedText) from(at int) int { return int(v.span(at).from) }
func (v mappedText) to(at int) int   { return int(v.span(at).to) }

func (v mappedText) span(at int) span {
	if v.spans == nil {
		return span{int32(at), int32(at) + 1} //nolint:gosec // bounded by the text that is looked at
	}
	return v.spans[at]
}

// literal returns the text unchanged.
func literal(v mappedText) mappedText { return v }

// maxEscapeLayers is the largest number of layers of escapes that the function normalize decodes.
const maxEscapeLayers = 5

// normalize decodes the escapes of URLs, of HTML, and of strings in JSON, Go and similar languages, layer
// by layer. It then replaces + by a blank, a run of blanks and line breaks by one blank, and capital
// letters by small letters. Two texts that differ only in escapes, blanks and capitals become equal.
func normalize(v mappedText) mappedText {
	for range maxEscapeLayers {
		if !bytes.ContainsAny(v.text, `%\&`) {
			break
		}
		plain, changed := v.unescape()
		if !changed {
			break
		}
		v = plain
	}
	return v.fold()
}

// emptyCopy returns an empty mappedText that has space for as many bytes as v.
func (v mappedText) emptyCopy() mappedText {
	out := mappedText{text: make([]byte, 0, len(v.text)), noSpans: v.noSpans}
	if !v.noSpans {
		out.spans = make([]span, 0, len(v.text))
	}
	return out
}

func (v *mappedText) add(c byte, s span) {
	v.text = append(v.text, c)
	if !v.noSpans {
		v.spans = append(v.spans, s)
	}
}

func (v mappedText) unescape() (mappedText, bool) {
	out, changed := v.emptyCopy(), false
	for at := 0; at < len(v.text); {
		decoded, size := unescapeFirst(v.text[at:])
		if size == 0 {
			out.add(v.text[at], v.span(at))
			at++
			continue
		}
		changed = true
		whole := span{v.span(at).from, v.span(at + size - 1).to}
		for i := range len(decoded) {
			out.add(decoded[i], whole)
		}
		at += size
	}
	return out, changed
}

func (v mappedText) fold() mappedText {
	out := v.emptyCopy()
	for at := 0; at < len(v.text); at++ {
		c, s := v.text[at], v.span(at)
		switch {
		case c == '+', c <= ' ', c == 0x7f:
			c = ' '
		case c == 0xc2 && at+1 < len(v.text) && v.text[at+1] == 0xa0: // a no-break space
			at++
			c, s.to = ' ', v.span(at).to
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if last := len(out.text) - 1; c == ' ' && last >= 0 && out.text[last] == ' ' {
			if !v.noSpans {
				out.spans[last].to = s.to
			}
			continue
		}
		out.add(c, s)
	}
	return out
}

// maxEntity is the length in bytes of the longest HTML entity that is decoded.
const maxEntity = 12

// unescapeFirst decodes the escape at the beginning of text and returns its size. The size is 0 when
// there is no escape. When the text ends inside of an escape, the decoded text is "".
func unescapeFirst(text []byte) (decoded string, size int) {
	switch text[0] {
	case '%':
		return numericEscape(text, 1, 2, 16)
	case '\\':
		return backslashEscape(text)
	case '&':
		head := text[:min(len(text), maxEntity)]
		for i, c := range head[1:] {
			switch {
			case c == ';':
				entity := string(head[:i+2])
				if plain := html.UnescapeString(entity); plain != entity {
					return plain, len(entity)
				}
				return "", 0
			case c != '#' && (c < '0' || c > '9') && (c|' ' < 'a' || c|' ' > 'z'):
				return "", 0
			}
		}
		if len(head) == len(text) {
			return "", len(text)
		}
	}
	return "", 0
}

// simpleEscapes maps the character after a backslash to the decoded text.
var simpleEscapes = map[byte]string{
	'n': "\n", 'r': "\r", 't': "\t", 'b': "\b", 'f': "\f", 'v': "\v", 'a': "\a",
	'"': `"`, '\'': "'", '\\': `\`, '/': "/", '`': "`", '$': "$",
}

func backslashEscape(text []byte) (decoded string, size int) {
	if len(text) == 1 {
		return "", 1
	}
	switch c := text[1]; {
	case c == 'u':
		return unicodeEscape(text)
	case c == 'U':
		return numericEscape(text, 2, 8, 16)
	case c == 'x':
		return numericEscape(text, 2, 2, 16)
	case c >= '0' && c <= '3':
		return numericEscape(text, 1, 3, 8)
	default:
		plain, ok := simpleEscapes[c]
		if !ok {
			return "", 0
		}
		return plain, 2
	}
}

// numericEscape decodes the digits of an escape. Two or three digits are the value of a byte. More
// digits are the number of a Unicode character.
func numericEscape(text []byte, begin, digits, base int) (decoded string, size int) {
	n := 0
	for i := begin; i < begin+digits; i++ {
		if i == len(text) {
			return "", len(text)
		}
		d := digit(text[i])
		if d >= base {
			return "", 0
		}
		n = n*base + d
	}
	if digits > 3 {
		return string(rune(n)), begin + digits //nolint:gosec // an invalid number becomes U+FFFD
	}
	return string([]byte{byte(n)}), begin + digits //nolint:gosec // two hexadecimal or three small octal digits
}

// digit returns the value of a hexadecimal digit, or 16 for any other byte.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|' ' >= 'a' && c|' ' <= 'f':
		return int(c|' '-'a') + 10
	}
	return 16
}

// unicodeEscape decodes a \u escape of four digits, or two such escapes that are a surrogate pair.
func unicodeEscape(text []byte) (decoded string, size int) {
	decoded, size = numericEscape(text, 2, 4, 16)
	if size != 6 || len(text) < 12 || !bytes.HasPrefix(text[6:], []byte(`\u`)) {
		return decoded, size
	}
	var halves [2]rune
	for i := range 4 {
		halves[0] = halves[0]<<4 | rune(digit(text[2+i])) //nolint:gosec // at most 16
		halves[1] = halves[1]<<4 | rune(digit(text[8+i])) //nolint:gosec // at most 16
	}
	if whole := utf16.DecodeRune(halves[0], halves[1]); whole != '\ufffd' {
		return string(whole), 12
	}
	return decoded, size
}
