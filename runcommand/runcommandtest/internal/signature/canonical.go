package signature

import (
	"maps"
	"slices"
	"strings"
)

// Canonical returns parameters sorted and encoded as signatures need them.
func Canonical(parameters map[string]string) string {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(parameters)) {
		if i > 0 {
			b.WriteByte('&')
		}
		writeEscaped(&b, name)
		b.WriteByte('=')
		writeEscaped(&b, parameters[name])
	}
	return b.String()
}

// writeEscaped writes s by RFC 3986, with upper-case digits.
func writeEscaped(b *strings.Builder, s string) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}
