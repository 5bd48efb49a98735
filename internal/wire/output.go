package wire

import (
	"encoding/base64"
	"strings"
)

// Bytes decodes what a reply says in Base64: output and content. Line breaks,
// blanks and missing padding do not matter, and either alphabet will do. When
// s is not Base64 after all, it is returned as it stands together with the
// reason, since output that was readable is better kept than lost.
func Bytes(s string) ([]byte, error) {
	compact := strings.TrimRight(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, s), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(compact)
	if err != nil {
		return []byte(s), err
	}
	return decoded, nil
}
