package runcommand

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A byteOrder says how the units of a part of the output are stored.
type byteOrder uint8

const (
	oneByte      byteOrder = iota // not UTF-16
	littleEndian                  // UTF-16, the lower byte first
	bigEndian                     // UTF-16, the higher byte first
	orders
)

func (o byteOrder) unit(text []byte) rune {
	if o == bigEndian {
		return rune(binary.BigEndian.Uint16(text))
	}
	return rune(binary.LittleEndian.Uint16(text))
}

// An outputPart is a part of an output in one byte order.
type outputPart struct {
	text  []byte
	order byteOrder
}

// unitAt returns the unit at a position of a part in UTF-16.
func (p outputPart) unitAt(at int) rune { return p.order.unit(p.text[at:]) }

// The costs of an output with parts in UTF-16, see costASCII. A part in UTF-16 has a cost for
// its beginning: costMark, or costOfUTF16 and one of the three that are added to it.
const (
	costZero       = 90  // a zero byte or another control character, in text of single bytes
	costOfUTF16    = 250 // a part in UTF-16 that begins without a mark
	costWithinLine = 60  // added to costOfUTF16 when the part begins within a line
	costAfterUTF16 = 80  // other output after a part in UTF-16, within a line
	costAfterLine  = 25  // other output after a line in UTF-16
	costHalfBefore = 30  // added to costOfUTF16 when one byte comes before the part: it may be half a unit
	costZeroBefore = 10  // the same when that byte is zero, as the second half of an ASCII character is
	costHalfAfter  = 5   // one byte at the end of the output: it may be half a unit
	costWrongUnit  = 250 // a unit of UTF-16 that no text has
	costMark       = 20  // a byte-order mark
	never          = 1 << 30
)

// utf16Parts finds the parts of an output that are UTF-16. Every text in UTF-16 has zero
// bytes, those of its line ends or its ASCII characters, or it begins with a mark. The parts
// are those that cost least together. See costOfUnit for narrow.
func utf16Parts(output []byte, narrow bool) []outputPart {
	if !bytes.Contains(output, []byte{0}) && !bytes.Contains(output, []byte{0xff, 0xfe}) && !bytes.Contains(output, []byte{0xfe, 0xff}) {
		return []outputPart{{output, oneByte}}
	}
	// costs[at%3][o] is the cost from a position to the end, when the character there has the
	// order o. next says which order the character after it has.
	var costs [3][orders]int
	next := make([][orders]byteOrder, len(output)+1)
	for at := len(output) - 1; at >= 0; at-- {
		for o := range orders {
			cost, size := costOfSingle(output[at]), 1
			if o != oneByte {
				cost, size = costOfUnit(output[at:], o, narrow), 2
			}
			if cost >= never || at+size > len(output) {
				costs[at%3][o] = never
				continue
			}
			then, rest := oneByte, never
			for following := range orders {
				change := 0
				switch {
				case at+size == len(output) || following == o:
				case following == oneByte && o.unit(output[at:]) == '\n':
					change = costAfterLine
				case following == oneByte && at+size == len(output)-1:
					change = costHalfAfter
				case following == oneByte:
					change = costAfterUTF16
				default:
					change = costOfBeginning(output, at+size, following)
				}
				if c := costs[(at+size)%3][following] + change; c <= rest {
					then, rest = following, c
				}
			}
			costs[at%3][o], next[at][o] = min(never, cost+rest), then
		}
	}
	order, least := oneByte, costs[0][oneByte]
	for _, o := range []byteOrder{littleEndian, bigEndian} {
		if c := costs[0][o] + costOfBeginning(output, 0, o); c <= least {
			order, least = o, c
		}
	}
	return partsOf(output, order, next)
}

// partsOf follows the orders from the beginning of the output.
func partsOf(output []byte, order byteOrder, next [][orders]byteOrder) []outputPart {
	var parts []outputPart
	begin := 0
	for at := 0; at < len(output); {
		size, then := 1, next[at][order]
		if order != oneByte {
			size = 2
		}
		if at += size; at >= len(output) || then != order {
			parts = append(parts, outputPart{output[begin:at], order})
			begin, order = at, then
		}
	}
	return parts
}

func costOfBeginning(output []byte, at int, o byteOrder) int {
	switch text := output[at:]; {
	case len(text) > 1 && o.unit(text) == 0xfeff:
		return costMark
	case at == 0 || output[at-1] == '\n':
		return costOfUTF16
	case at == 1 && output[0] == 0 && o == littleEndian:
		return costOfUTF16 + costZeroBefore
	case at == 1:
		return costOfUTF16 + costHalfBefore
	default:
		return costOfUTF16 + costWithinLine
	}
}

func costOfSingle(c byte) int {
	switch {
	case c >= utf8.RuneSelf:
		return costHighByte
	case c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\x1b':
		return costZero
	default:
		return costASCII
	}
}

// withoutCutEnds returns output without the parts of characters in UTF-8 at its two ends.
func withoutCutEnds(output []byte) []byte {
	begin, end := 0, len(output)
	for begin < min(3, end) && !utf8.RuneStart(output[begin]) {
		begin++
	}
	for size := 1; size < utf8.UTFMax && size <= end-begin; size++ {
		if last := output[end-size:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				end -= size
			}
			break
		}
	}
	return output[begin:end]
}

// hasUTF16LineEnd reports whether an output has a line end in UTF-16. Names with a zero byte
// between them do not have one. A "\n" without "\r" counts only in an output in ASCII, which has
// the limit on its length too, and only beside a character of ASCII in UTF-16.
func hasUTF16LineEnd(output []byte, ascii bool) bool {
	return bytes.Contains(output, []byte("\r\x00\n")) || ascii && bytes.Contains(output, []byte("\x00\n\x00"))
}

// costOfUnit returns the cost of the unit that text begins with. A narrow output has no unit that
// needs three bytes in UTF-8. An output in ASCII or UTF-8 is narrow when it has no line ends in
// UTF-16: its zero bytes stand between names. An output in ASCII is also narrow when its text
// would otherwise be longer than its bytes.
func costOfUnit(text []byte, o byteOrder, narrow bool) int {
	if len(text) < 2 {
		return never
	}
	r := o.unit(text)
	switch {
	case r < utf8.RuneSelf && costOfSingle(byte(r)) == costASCII:
		return costASCII
	case narrow && r > 0x7ff:
		return never // it has three bytes in UTF-8
	case r == 0xfeff:
		return costMark
	case gbkTable().common[r]:
		return costHanzi
	case hangulTable().runes[r]:
		return costHangul
	case utf16.IsSurrogate(r):
		if r < 0xdc00 && len(text) > 3 && isLowSurrogate(o.unit(text[2:])) || r >= 0xdc00 {
			return costHanzi // a half of a pair; writeUTF16 marks a lone one
		}
		return costWrongUnit
	}
	for _, b := range unitBlocks {
		if r >= b.first && r <= b.last {
			return b.cost
		}
	}
	return costWrongUnit
}

func isLowSurrogate(r rune) bool { return r >= 0xdc00 && r <= 0xdfff }

// unitBlocks are the ranges of characters that outputs have.
var unitBlocks = []struct {
	first, last rune
	cost        int
}{
	{0x00a0, 0x024f, 90},              // Latin
	{0x0370, 0x04ff, 80},              // Greek, Cyrillic
	{0x2010, 0x2027, 85},              // punctuation
	{0x2500, 0x25ff, 90},              // frames
	{0x3000, 0x303f, 75},              // Chinese punctuation
	{0x3040, 0x30ff, 55},              // kana
	{0x4e00, 0x9fff, 110},             // Chinese
	{0xac00, 0xd7a3, costOtherHangul}, // Korean
	{0xff00, 0xffef, 80},              // full-width
	{0x2000, 0x26ff, 120},             // symbols
	{0x3400, 0x4dbf, 170},             // rare Chinese
	{0x0600, 0x06ff, 120},             // Arabic
	{0x0e00, 0x0e7f, 120},             // Thai
	{0x1e00, 0x1eff, 100},             // Vietnamese
}

// writeUTF16 decodes a part of the output, without marks. A lone half of a surrogate pair
// and a lone half of a unit become U+FFFD.
func writeUTF16(b *strings.Builder, text []byte, o byteOrder) {
	for len(text) > 1 {
		r, size := o.unit(text), 2
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(text) > 3 {
				pair = utf16.DecodeRune(r, o.unit(text[2:]))
			}
			if r = pair; r != utf8.RuneError {
				size = 4
			}
		}
		if r != 0xfeff {
			b.WriteRune(r)
		}
		text = text[size:]
	}
	if len(text) == 1 {
		b.WriteString(replacement)
	}
}
