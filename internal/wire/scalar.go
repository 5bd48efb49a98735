package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// An Int is a whole number, decoded from a number or from text. Any other value decodes to 0.
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

// A Bool is a boolean. The values true and 1 decode to true, and so does "true" in any letter
// case. Any other value decodes to false.
type Bool bool

// UnmarshalJSON never fails.
func (b *Bool) UnmarshalJSON(data []byte) error {
	s := unquote(data)
	*b = Bool(bytes.EqualFold(s, []byte("true")) || string(s) == "1")
	return nil
}

// unquote returns the content of a JSON string without blanks around it. It returns any other
// JSON value unchanged.
func unquote(data []byte) []byte {
	text, ok := unescapedText(data)
	if !ok && isText(data) {
		var s string
		_ = json.Unmarshal(data, &s) // the error is always nil: data is a valid JSON string, checked by the caller json.Unmarshal
		text = []byte(s)
	}
	return bytes.TrimSpace(text)
}

// isText reports whether a JSON value is a string.
func isText(data []byte) bool { return len(data) > 1 && data[0] == '"' }

// unescapedText returns the content of a JSON string that has no escapes. For any other value
// it returns data unchanged, and false.
func unescapedText(data []byte) (text []byte, ok bool) {
	if !isText(data) || bytes.IndexByte(data, '\\') >= 0 || !utf8.Valid(data) {
		return data, false
	}
	return data[1 : len(data)-1], true
}
