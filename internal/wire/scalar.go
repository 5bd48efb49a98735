package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// An Int is a whole number that may come as a number or as text. Anything that
// is not a whole number is 0.
type Int int64

// UnmarshalJSON never fails.
func (n *Int) UnmarshalJSON(data []byte) error {
	*n = parseInt(string(unquote(data)))
	return nil
}

func parseInt(s string) Int {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(i)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0
	}
	return Int(f)
}

// A Bool may come as true, as "true" in any case, or as 1. Anything else is
// false.
type Bool bool

// UnmarshalJSON never fails.
func (b *Bool) UnmarshalJSON(data []byte) error {
	s := unquote(data)
	*b = Bool(bytes.EqualFold(s, []byte("true")) || string(s) == "1")
	return nil
}

// unquote returns what a JSON text says, without blanks around it, and any other
// JSON value as it is spelled.
func unquote(data []byte) []byte {
	text, ok := unescapedText(data)
	if !ok && isText(data) {
		var s string
		_ = json.Unmarshal(data, &s) // it is part of a whole that is known to be JSON
		text = []byte(s)
	}
	return bytes.TrimSpace(text)
}

// isText reports whether a JSON value is a text.
func isText(data []byte) bool { return len(data) > 1 && data[0] == '"' }

// plain returns the inside of a JSON text without escapes, which is what it says. Of
// anything else it returns the JSON as it is spelled, and false.
func unescapedText(data []byte) (text []byte, ok bool) {
	if !isText(data) || bytes.IndexByte(data, '\\') >= 0 || !utf8.Valid(data) {
		return data, false
	}
	return data[1 : len(data)-1], true
}
