package runcommand

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// requestJSON is the JSON form of a request. The fields have the parameter names of the
// service. Timeout is in seconds, and Frequency is text.
type requestJSON struct {
	requestFields
	Timeout   json.Number `json:",omitempty"`
	Frequency string      `json:",omitempty"`
}

// requestFields has the fields of Request and none of its methods. So encoding/json does
// not call MarshalJSON and UnmarshalJSON of Request again.
type requestFields Request

// MarshalJSON writes the whole request, the script and its parameters
// included. The fields have the parameter names of the service. Timeout is in
// seconds, Content is Base64, and Frequency is text.
func (r Request) MarshalJSON() ([]byte, error) {
	text := r.Frequency.String()
	if r.Frequency.IsZero() {
		text = r.schedule.text
	}
	return json.Marshal(requestJSON{requestFields(r), seconds(r.Timeout), text})
}

// UnmarshalJSON reads what MarshalJSON wrote. An unknown field name is an error, since it
// may be misspelt. A name that comes twice is an error. Text that is not UTF-8 is an
// error, since decoding would change it. UnmarshalJSON does not check limits, and returns
// no error for a Frequency that does not parse: [Request.Validate] reports both.
// Parameters do not switch placeholders on: a file with Parameters needs EnableParameter.
func (r *Request) UnmarshalJSON(data []byte) error {
	if r == nil {
		return invalid("request in JSON: there is no Request to read into")
	}
	if string(data) == "null" {
		return nil // encoding/json asks for this: null leaves the value unchanged
	}
	if err := checkJSON(data); err != nil {
		return fmt.Errorf("runcommand: request in JSON: %w", err)
	}
	var f requestJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return fmt.Errorf("runcommand: request in JSON: %s%w", invalidField(data), err)
	}
	timeout, err := parseSeconds(f.Timeout)
	if err != nil {
		return fmt.Errorf("runcommand: request in JSON: Timeout %w", err)
	}
	*r = Request(f.requestFields)
	r.Timeout = timeout
	if f.Frequency != "" {
		r.Frequency, r.schedule = parseSchedule(f.Frequency)
	}
	return nil
}

// invalidField returns the name of a field whose value has a wrong type. With several
// such fields, it returns the name that is first in the alphabet. It is needed because
// errors of encoding/json do not always name the field.
func invalidField(data []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		one, err := json.Marshal(map[string]json.RawMessage{name: fields[name]})
		if err == nil && json.Unmarshal(one, new(requestJSON)) != nil {
			return name + ": "
		}
	}
	return ""
}
