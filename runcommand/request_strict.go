package runcommand

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// strict refuses JSON of which encoding/json would make another request without
// a word: text that it changes to U+FFFD, and names given twice, of which it
// keeps the last or a mixture.
func strict(data []byte) error {
	switch {
	case !utf8.Valid(data):
		return errors.New("is not UTF-8")
	case halfCharacter(data):
		return errors.New("has a \\u escape that is half of a character")
	}
	if name, twice := repeatedName(data); twice {
		return errors.New("gives " + name + " twice")
	}
	return nil
}

// escapes finds the escapes of JSON strings, both halves of a surrogate pair as
// one.
var escapes = regexp.MustCompile(`\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}|\\u[[:xdigit:]]{4}|\\.`)

// halfCharacter reports whether a surrogate stands alone.
func halfCharacter(data []byte) bool {
	const one = len(`\ud800`)
	for _, e := range escapes.FindAll(data, -1) {
		if len(e) == one && (e[2] == 'd' || e[2] == 'D') && e[3] > '7' {
			return true
		}
	}
	return false
}

// repeatedName returns the first name that is given more than once, of a field or
// of an entry of Parameters. The case of field names does not
// count, as it does not when they are read.
func repeatedName(data []byte) (string, bool) {
	var fields []string
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", false // told by the decoding itself
	}
	for dec.More() {
		name, value, ok := nextField(dec)
		if !ok {
			return "", false
		}
		for _, earlier := range fields {
			if strings.EqualFold(earlier, name) {
				return earlier, true
			}
		}
		fields = append(fields, name)
		if strings.EqualFold(name, "Parameters") && repeats(value) {
			return "an entry of " + name, true
		}
	}
	return "", false
}

// repeats reports whether an object has a name twice.
func repeats(object json.RawMessage) bool {
	dec := json.NewDecoder(bytes.NewReader(object))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	seen := make(map[string]bool)
	for dec.More() {
		name, _, ok := nextField(dec)
		if !ok || seen[name] {
			return ok
		}
		seen[name] = true
	}
	return false
}

// nextField reads a name and its value.
func nextField(dec *json.Decoder) (name string, value json.RawMessage, ok bool) {
	t, err := dec.Token()
	if err != nil {
		return "", nil, false
	}
	if name, ok = t.(string); ok {
		ok = dec.Decode(&value) == nil
	}
	return name, value, ok
}
