package runcommand

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Text returns the output as valid UTF-8. It decides for each line by itself:
//
//   - A line in UTF-8 is not changed.
//   - A line in GBK or GB18030, the code page of Chinese Windows, is decoded.
//   - UTF-16 is decoded, in both byte orders, with or without a byte-order mark. Some
//     Windows programs write it, also in the middle of other output. Bytes that are also
//     valid ASCII or UTF-8 become Chinese characters only when the output has a line end
//     in UTF-16.
//   - Other bytes become U+FFFD, one for each run of them. These are bytes of an unknown
//     encoding, such as Shift_JIS or EUC-KR, and characters that were cut in two. So a cut
//     within a character is visible, and does not change the characters beside it. A cut
//     between two characters leaves no trace; see Dropped.
//
// The encodings have no mark. Text compares how probable the bytes of a line are in each
// of them. It may be wrong about a line with one or two characters in an old encoding.
// Output has the bytes.
func (r Result) Text() string {
	if utf8.Valid(r.Output) && bytes.IndexByte(r.Output, 0) < 0 {
		return string(r.Output)
	}
	ascii := isASCII(r.Output)
	narrow := !hasUTF16LineEnd(r.Output, ascii) && (ascii || utf8.Valid(withoutCutEnds(r.Output)))
	text := decoded(r.Output, narrow)
	if ascii && !narrow && len(text) > len(r.Output) {
		text = decoded(r.Output, true)
	}
	if ascii && len(text) > len(r.Output) {
		return string(r.Output)
	}
	return text
}

// decoded returns the text of an output. See costOfUnit for narrow.
func decoded(output []byte, narrow bool) string {
	lines := linesOf(utf16Parts(output, narrow))
	lean := 0
	for _, l := range lines {
		lean += l.lean()
	}
	var b strings.Builder
	b.Grow(len(output))
	for _, l := range lines {
		switch {
		case l.order != oneByte:
			writeUTF16(&b, l.text, l.order)
		case utf8.Valid(l.text):
			b.Write(l.text)
		case l.forGBK+limit(lean-l.lean(), mostFromOthers) > 0:
			writeGBK(&b, l.text, l.gbk)
		default:
			b.WriteString(strings.ToValidUTF8(string(l.text), replacement))
		}
	}
	return b.String()
}

const replacement = string(utf8.RuneError)

// The other lines of an output count for a short line: a line of two characters may be
// probable in several encodings.
const (
	mostOfOneLine  = 120 // how much one line counts for all others, at most
	mostFromOthers = 70  // how much all other lines count for one, at most
)

// An outputLine is one line of an output with its line end, or a part of it in UTF-16.
type outputLine struct {
	text  []byte
	order byteOrder
	// forGBK says how much more probable GBK is than each other encoding. It is negative
	// when another one is more probable. It is 0 for ASCII.
	forGBK int
	gbk    []token // the line read as GBK; nil for valid UTF-8
}

// lean returns what the line says about the encoding of other lines.
func (l *outputLine) lean() int { return limit(l.forGBK, mostOfOneLine) }

func limit(n, most int) int { return min(max(n, -most), most) }

// linesOf divides the parts that are not UTF-16 into lines, and compares the encodings
// that each of the lines may have.
func linesOf(parts []outputPart) []outputLine {
	var lines []outputLine
	for i, part := range parts {
		if part.order != oneByte || isHalfUnit(parts, i) {
			part.order = max(part.order, littleEndian) // writeUTF16 marks a lone byte
			lines = append(lines, outputLine{text: part.text, order: part.order})
			continue
		}
		for text := range bytes.Lines(part.text) {
			l := outputLine{text: text}
			if !isASCII(text) {
				// A cut is likely at both ends of the output, and at no other place.
				ends := cuts{
					begin: i == 0 && &text[0] == &part.text[0],
					end:   i == len(parts)-1 && &text[len(text)-1] == &part.text[len(part.text)-1],
				}
				cost, tokens := readGBK(text, ends)
				l.forGBK = costOfOthers(text, ends) - cost + headStartOfGBK
				if !utf8.Valid(text) {
					l.gbk = tokens
				}
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// isHalfUnit reports whether a part is a single byte between UTF-16 and an end of the output: a
// cut has left one half of a character. A byte of ASCII is a character by itself when it is a
// whole line, or when a mark after it says that UTF-16 begins there.
func isHalfUnit(parts []outputPart, i int) bool {
	text := parts[i].text
	switch {
	case len(parts) < 2 || len(text) != 1:
		return false
	case i == 0:
		return text[0] == 0 || text[0] >= utf8.RuneSelf || text[0] != '\n' && parts[1].unitAt(0) != 0xfeff
	case i == len(parts)-1:
		before := parts[i-1]
		return text[0] == 0 || text[0] >= utf8.RuneSelf || text[0] != '\n' && before.unitAt(len(before.text)-2) != '\n'
	default:
		return false
	}
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// writeGBK writes a line that is GBK, with U+FFFD for each run of bytes that are not.
func writeGBK(b *strings.Builder, line []byte, tokens []token) {
	decode := func(text []byte) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
		if err != nil { // no input of this decoder is an error
			decoded = bytes.ToValidUTF8(text, []byte(replacement))
		}
		b.Write(decoded)
	}
	begin, at, broken := 0, 0, false
	for _, t := range tokens {
		if t.broken() {
			decode(line[begin:at])
			if !broken {
				b.WriteString(replacement)
			}
			begin = at + t.size()
		}
		broken = t.broken()
		at += t.size()
	}
	decode(line[begin:])
}
