package wire

import (
	"encoding/base64"
	"strings"
	"time"
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

// Time reads a moment of a reply, such as "2026-01-02T03:04:05Z". Empty and
// unreadable text is the zero time: a moment that has not come yet is sent as
// empty text.
func Time(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
