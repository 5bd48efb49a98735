package runcommand

import "unicode/utf8"

// A cost says how improbable bytes are in an encoding: the negative natural logarithm of
// the probability, times ten. A character that is one of n equally frequent ones, which
// make up a share s of a text, costs -10·ln(s/n). So the costs of two readings of the
// same bytes can be compared.
const (
	costASCII       = 35  // in every encoding
	costHanzi       = 70  // a common Chinese character
	costLevel1      = 103 // one of the 3,755 characters of the first level of GB2312
	costLevel2      = 126 // one of its second level
	costRare        = 158 // a character that only GBK has
	costFullMark    = 75  // Chinese punctuation and full-width letters
	costFrame       = 85  // a piece of a frame, as in the output of tree
	costSymbol      = 110 // other symbols
	costFourByte    = 130 // four bytes of GB18030
	costHangul      = 54  // a common Korean syllable
	costOtherHangul = 88
	costBroken      = 140 // a byte that is no part of a character
	costCut         = 40  // the rest of a character in UTF-8 at an end of the output
	costCutGBK      = 130 // the same in GBK, where any byte can be one
	costHighByte    = 48  // a byte of an unknown encoding: one of 128

	// headStartOfGBK makes Chinese the answer when little speaks for another encoding. The
	// instances of this cloud have Chinese systems more often than Korean or Japanese ones.
	headStartOfGBK = 20
)

// cuts says at which ends of a line the output begins and ends. There the line may have the
// rest of a character.
type cuts struct{ begin, end bool }

// costOfOthers returns the cost of the line in the encoding other than GBK that suits it
// best.
func costOfOthers(line []byte, ends cuts) int {
	cost := costOfUTF8(line, ends)
	for _, read := range foreignCharacters {
		cost = min(cost, costOfForeign(line, read))
	}
	return cost
}

// costOfUTF8 returns the cost of a line as UTF-8 that may have broken characters.
func costOfUTF8(line []byte, ends cuts) int {
	cost := 0
	if n := leadingRest(line); ends.begin && n > 0 {
		cost, line = costCut, line[n:]
	}
	if n := trailingBeginning(line); ends.end && n > 0 {
		cost, line = cost+costCut, line[:len(line)-n]
	}
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch {
		case r < utf8.RuneSelf:
			cost += costASCII
		case r == utf8.RuneError && size == 1:
			cost += costBroken
		case gbkTable().common[r]:
			cost += costHanzi
		case r > 0x250 && r < 0x370 || r > 0x52f && r < 0x800:
			cost += costRare // alphabets that outputs do not have; GBK often looks like them
		default:
			cost += costSymbol
		}
		line = line[size:]
	}
	return cost
}

// leadingRest returns how many bytes at the beginning of text are the end of one character
// in UTF-8.
func leadingRest(text []byte) int {
	n := 0
	for n < min(len(text), utf8.UTFMax-1) && text[n]&0xc0 == 0x80 {
		n++
	}
	return n
}

// trailingBeginning returns how many bytes at the end of text are the beginning of one
// character in UTF-8.
func trailingBeginning(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}

// costOfForeign returns the cost of a line in one encoding. The function read reads one
// character of that encoding.
func costOfForeign(line []byte, read func([]byte) (cost, size int)) int {
	total := 0
	for len(line) > 0 {
		cost, size := costASCII, 1
		if line[0] >= utf8.RuneSelf {
			cost, size = read(line)
		}
		total += cost
		line = line[size:]
	}
	return total
}

// foreignCharacters read one character that begins with a byte above 0x7f. They read the
// encodings that Text does not decode.
var foreignCharacters = []func([]byte) (cost, size int){unknownByte, koreanCharacter, shiftJISCharacter, eucJPCharacter, big5Character}

// unknownByte reads a byte of an encoding with one byte a character: Latin, Cyrillic, Thai.
func unknownByte([]byte) (cost, size int) { return costHighByte, 1 }

// koreanCharacter reads EUC-KR.
func koreanCharacter(b []byte) (cost, size int) {
	switch lead, trail := pairOf(b); {
	case trail < 0xa1 || trail == 0xff || lead < 0xa1 || lead == 0xff:
		return costBroken, 1
	case lead >= 0xb0 && lead <= 0xc8:
		if hangulTable().pairs[uint16(lead)<<8|uint16(trail)] {
			return costHangul, 2
		}
		return costOtherHangul, 2
	case lead >= 0xca:
		return 120, 2 // a Chinese character
	default:
		return costSymbol, 2
	}
}

// shiftJISCharacter reads Shift_JIS, the code page of Japanese Windows.
func shiftJISCharacter(b []byte) (cost, size int) {
	lead, trail := pairOf(b)
	switch {
	case lead >= 0xa1 && lead <= 0xdf:
		return 80, 1 // half-width katakana
	case trail < 0x40 || trail == 0x7f || trail > 0xfc || lead == 0x80 || lead == 0xa0 || lead > 0xfc:
		return costBroken, 1
	case lead == 0x82 && trail >= 0x9f && trail <= 0xf1:
		return 52, 2 // hiragana
	case lead == 0x83 && trail <= 0x96:
		return 61, 2 // katakana
	case lead == 0x81:
		return 73, 2 // punctuation
	case lead >= 0x88 && lead <= 0x9f:
		return 91, 2 // common Chinese characters
	default:
		return 127, 2
	}
}

// eucJPCharacter reads EUC-JP.
func eucJPCharacter(b []byte) (cost, size int) {
	switch lead, trail := pairOf(b); {
	case trail < 0xa1 || trail == 0xff || lead < 0xa1 || lead == 0xff:
		return costBroken, 1
	case lead == 0xa4:
		return 52, 2 // hiragana
	case lead == 0xa5:
		return 61, 2 // katakana
	case lead == 0xa1:
		return 73, 2 // punctuation
	case lead >= 0xb0 && lead <= 0xcf:
		return 91, 2 // common Chinese characters
	default:
		return 127, 2
	}
}

// big5Character reads Big5, the code page of Windows in Taiwan and Hong Kong.
func big5Character(b []byte) (cost, size int) {
	switch lead, trail := pairOf(b); {
	case trail < 0x40 || trail > 0x7e && trail < 0xa1 || trail == 0xff || lead < 0xa1 || lead > 0xf9:
		return costBroken, 1
	case lead >= 0xa4 && lead <= 0xc6:
		return 87, 2 // common characters
	case lead <= 0xa3:
		return 85, 2 // punctuation
	default:
		return 135, 2
	}
}

// pairOf returns the first two bytes of b. The second one is 0 when b has only one.
func pairOf(b []byte) (lead, trail byte) {
	if len(b) > 1 {
		trail = b[1]
	}
	return b[0], trail
}
