package runcommand

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// checkJSON returns an error for JSON that encoding/json would decode to a different
// request without an error. One case is text that is not valid Unicode: encoding/json
// would change it to U+FFFD. The other case is a name that comes twice: encoding/json
// would keep the last value, or mix both values.
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

// escapes finds the escapes in JSON strings. It finds the two escapes of a surrogate pair
// as one match.
var escapes = regexp.MustCompile(`\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}|\\u[[:xdigit:]]{4}|\\.`)

// hasLoneSurrogate reports whether the text has an escape that is only one half of a
// surrogate pair.
func hasLoneSurrogate(data []byte) bool {
	const one = len(`\ud800`)
	for _, e := range escapes.FindAll(data, -1) {
		if len(e) == one && (e[2] == 'd' || e[2] == 'D') && e[3] > '7' {
			return true
		}
	}
	return false
}

// duplicateName returns a name that comes twice in an object: a field, a member of a tag,
// or an entry of Parameters. Two field names that differ only in letter case are the same
// name, because encoding/json reads both into one field. Names of parameters that differ
// in letter case are different names, because they are keys of a map.
func duplicateName(data []byte) (string, bool) {
	r := &duplicateSearch{dec: json.NewDecoder(bytes.NewReader(data))}
	twice := r.value("", 0)
	return r.found, twice
}

// A duplicateSearch looks for a name that comes twice in an object.
type duplicateSearch struct {
	dec   *json.Decoder
	found string
}

// maxRequestDepth is larger than the depth of any request. The search stops at this
// depth. The JSON decoder runs after the search. It refuses deeper JSON, and text that is
// not JSON.
const maxRequestDepth = 8

// value reads one value and reports whether an object in the value has a name twice. The
// parameter field is the name of the field that the value belongs to.
func (r *duplicateSearch) value(field string, depth int) bool {
	opening, err := r.dec.Token()
	if delim, ok := opening.(json.Delim); err != nil || !ok || depth == maxRequestDepth || delim != '{' && delim != '[' {
		return false
	}
	names := make(map[string]string) // how each name was spelled first
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
	// This reads the closing bracket. The error is ignored, because the JSON decoder reports it later.
	_, _ = r.dec.Token()
	return false
}
