package runcommand

import (
	"bytes"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A token is a piece of a line that is read as GBK.
type token byte

const (
	tokenBroken token = iota // a byte that is no part of a character
	tokenOne                 // a character of one byte, of two, of four
	tokenTwo
	tokenFour
)

func (t token) broken() bool { return t == tokenBroken }

func (t token) size() int { return [...]int{1, 1, 2, 4}[t] }

// readGBK divides a line into the tokens that cost least together. So a lost byte does not
// move the borders of all the characters after it.
func readGBK(line []byte, ends cuts) (cost int, tokens []token) {
	costs := make([]int, len(line)+1) // from a position to the end
	best := make([]token, len(line))
	for at := len(line) - 1; at >= 0; at-- {
		rest := line[at:]
		costs[at], best[at] = costs[at+1]+costOfByte(rest[0], ends.begin && at == 0 || ends.end && len(rest) == 1), tokenBroken
		if rest[0] < utf8.RuneSelf || rest[0] == euro {
			best[at] = tokenOne
		}
		if c := gbkTable().cost(rest); c > 0 && c+costs[at+2] < costs[at] {
			costs[at], best[at] = c+costs[at+2], tokenTwo
		}
		if isFourByte(rest) && costFourByte+costs[at+4] < costs[at] {
			costs[at], best[at] = costFourByte+costs[at+4], tokenFour
		}
	}
	for at := 0; at < len(line); at += best[at].size() {
		tokens = append(tokens, best[at])
	}
	return costs[0], tokens
}

// euro is the one character above 0x7f that has one byte.
const euro = 0x80

func costOfByte(c byte, atEnd bool) int {
	switch {
	case c < utf8.RuneSelf:
		return costASCII
	case c == euro:
		return costSymbol
	case atEnd:
		return costCutGBK
	default:
		return costBroken
	}
}

// isFourByte reports whether text begins with a character of GB18030 with four bytes.
func isFourByte(text []byte) bool {
	if len(text) < 4 || text[0] < 0x81 || text[0] == 0xff || text[1] < '0' || text[1] > '9' || text[2] < 0x81 || text[2] == 0xff {
		return false
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text[:4])
	return err == nil && utf8.RuneCount(decoded) == 1 && !bytes.Equal(decoded, []byte(replacement))
}

// gbkCosts has the costs of the characters with two bytes.
type gbkCosts struct {
	pairs  [126 << 8]uint8 // by the lead byte from 0x81, then the trail byte; 0 for no character
	common map[rune]bool
}

func (g *gbkCosts) cost(text []byte) int {
	if lead, trail := pairOf(text); lead >= 0x81 && lead != 0xff {
		return int(g.pairs[int(lead-0x81)<<8|int(trail)])
	}
	return 0
}

// gbkTable makes the table once.
var gbkTable = sync.OnceValue(func() *gbkCosts {
	g := &gbkCosts{common: make(map[rune]bool)}
	for _, r := range commonHanzi {
		g.common[r] = true
	}
	var pairs []byte // every pair on a line of its own
	for lead := 0x81; lead <= 0xfe; lead++ {
		for trail := 0x40; trail <= 0xfe; trail++ {
			pairs = append(pairs, byte(lead), byte(trail), '\n')
		}
	}
	decoded, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(pairs) // no input is an error
	at := 0
	for line := range bytes.Lines(decoded) {
		r, size := utf8.DecodeRune(line)
		lead, trail := pairs[at], pairs[at+1]
		at += 3
		private := r >= 0xe000 && r <= 0xf8ff
		if size == len(line)-1 && r != utf8.RuneError && !private {
			g.pairs[int(lead-0x81)<<8|int(trail)] = g.costOfRune(r, lead, trail)
		}
	}
	return g
})

func (g *gbkCosts) costOfRune(r rune, lead, trail byte) uint8 {
	switch {
	case g.common[r]:
		return costHanzi
	case lead == 0xa1 || lead == 0xa3:
		return costFullMark
	case lead == 0xa4 || lead == 0xa5:
		return 127 // kana
	case lead == 0xa9:
		return costFrame
	case lead >= 0xa1 && lead <= 0xa9:
		return costSymbol
	case trail >= 0xa1 && lead >= 0xb0 && lead <= 0xd7:
		return costLevel1
	case trail >= 0xa1 && lead >= 0xd8 && lead <= 0xf7:
		return costLevel2
	default:
		return costRare
	}
}

// hangul has the common Korean syllables, and their two bytes in EUC-KR.
type hangul struct {
	runes map[rune]bool
	pairs map[uint16]bool
}

// hangulTable makes the table once.
var hangulTable = sync.OnceValue(func() *hangul {
	h := &hangul{make(map[rune]bool), make(map[uint16]bool)}
	for _, r := range commonHangul {
		h.runes[r] = true
		if pair, err := korean.EUCKR.NewEncoder().Bytes([]byte(string(r))); err == nil && len(pair) == 2 {
			h.pairs[uint16(pair[0])<<8|uint16(pair[1])] = true
		}
	}
	return h
})
