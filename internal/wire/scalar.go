package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// An Int is a whole number that may come as a number or as text. Anything that
// is not a whole number is 0.
type Int int64

// UnmarshalJSON never fails.
func (n *Int) UnmarshalJSON(data []byte) error {
	*n = parseInt(unquote(data))
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
	*b = Bool(strings.EqualFold(s, "true") || s == "1")
	return nil
}

// An Object is a flat JSON object that may come as itself or as text that
// holds it. Values that are not text keep their JSON spelling. Anything that
// is not an object is nil, and so is one with more than 16 KB or 100 values: a
// command has 20 parameters.
type Object map[string]string

// UnmarshalJSON never fails.
func (o *Object) UnmarshalJSON(data []byte) error {
	*o = nil
	if len(data) > maxObject {
		return nil
	}
	if data = bytes.TrimSpace(data); len(data) > 0 && data[0] == '"' {
		data = []byte(unquote(data))
	}
	*o = parseObject(data)
	return nil
}

const (
	maxObject  = 16 << 10 // bytes
	maxEntries = 100      // members; a map takes many times the bytes of the text
)

func parseObject(text []byte) Object {
	if bytes.Count(text, []byte(":")) > maxEntries {
		c := &census{}
		if c.count(text) != nil || c.members > maxEntries {
			return nil
		}
	}
	var raw map[string]spelled
	if err := json.Unmarshal(text, &raw); err != nil || len(raw) == 0 {
		return nil
	}
	o := make(Object, len(raw))
	for key, value := range raw {
		o[key] = string(value)
	}
	return o
}

// A spelled is text, or any other JSON value as it is spelled.
type spelled string

// UnmarshalJSON never fails.
func (s *spelled) UnmarshalJSON(data []byte) error {
	*s = spelled(unquote(data))
	return nil
}

// unquote returns what a JSON text says, and any other JSON value as it is
// spelled.
func unquote(data []byte) string {
	data = bytes.TrimSpace(data)
	var s string
	if len(data) > 0 && data[0] == '"' && json.Unmarshal(data, &s) == nil {
		return strings.TrimSpace(s)
	}
	return string(data)
}
