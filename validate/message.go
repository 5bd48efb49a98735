package validate

import (
	"strconv"
	"unicode/utf8"
)

// localNote ends the message of a rule that the service does not document.
const localNote = " (the client's own check)"

// lengthMessage returns a message with the length of a text and its limit, both in characters.
func lengthMessage(text string, limit int) string {
	return "has " + count(utf8.RuneCountInString(text), "character", "characters") + ", the limit is " + strconv.Itoa(limit)
}

// count returns a number with its noun: "1 tag", "2 tags".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
