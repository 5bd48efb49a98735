package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// warnIDs warns of instance ids that are probably mistyped. The service documents no form, so these
// are no violations.
func warnIDs(ids []string, warn warner) {
	if n, first := countIDs(ids, hasSeparators); n > 0 {
		warn("InstanceId", "has %s with blanks, commas, quotes or line ends among %d, number %d is the first; give each id as an entry of its own, and nothing else in it",
			count(n, "id", "ids"), len(ids), first)
	}
	if n, first := countIDs(ids, func(id string) bool { return !hasSeparators(id) && !hasKnownForm(id) }); n > 0 {
		warn("InstanceId", "has %s among %d, number %d is the first; ids of instances are i- or mi-, then lower-case letters and digits, such as i-bp185dy2o3o6neg0001",
			count(n, "id of no known form", "ids of no known form"), len(ids), first)
	}
}

// hasSeparators reports whether id has a character that separates or encloses ids, such as a
// comma or a quote.
func hasSeparators(id string) bool {
	return strings.ContainsFunc(id, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(",;|\"'`“”‘’，；、[]()\u200b\ufeff", r)
	})
}

// hasKnownForm reports whether id is like the ids of today, of managed instances, or those of the
// first years, such as AY1307010203040506. An empty id and one that is not UTF-8 are violations.
func hasKnownForm(id string) bool {
	if id == "" || !utf8.ValidString(id) {
		return true
	}
	if rest, ok := cutAnyPrefix(id, "mi-", "i-"); ok {
		return rest != "" && consistsOf(rest, func(b byte) bool { return isLower(b) || isDigit(b) })
	}
	rest, ok := strings.CutPrefix(id, "AY")
	return ok && rest != "" && consistsOf(rest, func(b byte) bool { return isLower(b) || isDigit(b) || isUpper(b) })
}

// cutAnyPrefix removes the first of the prefixes that text has. The result ok is false when it has
// none.
func cutAnyPrefix(text string, prefixes ...string) (rest string, ok bool) {
	for _, prefix := range prefixes {
		if rest, ok = strings.CutPrefix(text, prefix); ok {
			return rest, true
		}
	}
	return text, false
}

// consistsOf reports whether all bytes of text are legal. It is true for an empty text.
func consistsOf(text string, legal func(byte) bool) bool {
	for i := range len(text) {
		if !legal(text[i]) {
			return false
		}
	}
	return true
}
