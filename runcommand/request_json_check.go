package runcommand

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// strict refuses JSON that encoding/json would silently read as another request:
// text that it changes to U+FFFD, and names given twice, of which it keeps the
// last or a mixture.
func checkJSON(data []byte) error {
	switch {
	case !utf8.Valid(data):
		return errors.New("is not UTF-8")
	case hasLoneSurrogate(data):
		return errors.New("has a \\u escape that is half of a character")
	}
	if name, twice := duplicateName(data); twice {
		return errors.New("gives " + name + " twice")
	}
	return nil
}

// escapes finds the escapes of JSON strings, both halves of a surrogate pair as
// one.
var escapes = regexp.MustCompile(`\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}|\\u[[:xdigit:]]{4}|\\.`)

// halfCharacter reports whether a surrogate stands alone.
func hasLoneSurrogate(data []byte) bool {
	const one = len(`\ud800`)
	for _, e := range escapes.FindAll(data, -1) {
		if len(e) == one && (e[2] == 'd' || e[2] == 'D') && e[3] > '7' {
			return true
		}
	}
	return false
}

// repeatedName returns what is given more than once in an object: a field, a part
// of a tag, an entry of Parameters. The case of field names does not count, as it
// does not when they are read; that of parameters does.
func duplicateName(data []byte) (string, bool) {
	r := &duplicateSearch{dec: json.NewDecoder(bytes.NewReader(data))}
	twice := r.value("", 0)
	return r.found, twice
}

// A repetition is the search for a name that an object gives twice.
type duplicateSearch struct {
	dec   *json.Decoder
	found string
}

// deepest is more than the depth of any request. What lies deeper, and what is not
// JSON, is refused by the decoding itself.
const maxRequestDepth = 8

// value reads one value, that of the named field or part of it, and reports whether
// an object in it has a name twice.
func (r *duplicateSearch) value(field string, depth int) bool {
	opening, err := r.dec.Token()
	if delim, ok := opening.(json.Delim); err != nil || !ok || depth == maxRequestDepth || delim != '{' && delim != '[' {
		return false
	}
	names := make(map[string]string) // the first spelling of each
	for r.dec.More() {
		inner := field
		if opening == json.Delim('{') {
			token, err := r.dec.Token()
			name, ok := token.(string)
			if err != nil || !ok {
				return false
			}
			key := name
			if !strings.EqualFold(field, "Parameters") {
				key = strings.ToLower(name)
			}
			if earlier, twice := names[key]; twice {
				if r.found = earlier; depth > 0 {
					r.found = "an entry of " + field
				}
				return true
			}
			names[key] = name
			if depth == 0 {
				inner = name
			}
		}
		if r.value(inner, depth+1) {
			return true
		}
	}
	_, _ = r.dec.Token() // the closing one; what is wrong with it the decoding tells
	return false
}
