package runcommand

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// requestJSON is a request in JSON: its fields under the parameter names of the service,
// with Timeout in seconds and Frequency as text.
type requestJSON struct {
	requestFields
	Timeout   json.Number `json:",omitempty"`
	Frequency string      `json:",omitempty"`
}

// requestFields is Request without its methods.
type requestFields Request

// MarshalJSON writes the whole request, the script and its parameters
// included, under the service's parameter names, with Timeout in seconds,
// Content as Base64 and Frequency as text.
func (r Request) MarshalJSON() ([]byte, error) {
	text := r.Frequency.String()
	if r.Frequency.IsZero() {
		text = r.schedule.text
	}
	return json.Marshal(requestJSON{requestFields(r), seconds(r.Timeout), text})
}

// UnmarshalJSON reads what MarshalJSON wrote. An unknown field name is an error, so that a
// misspelt name is found. A name that comes twice is an error, and so is text that is not
// UTF-8, since decoding would change it. UnmarshalJSON does not check limits, and a
// Frequency that does not parse is no error: [Request.Validate] reports both. It does not
// set EnableParameter; a file with Parameters needs that field.
func (r *Request) UnmarshalJSON(data []byte) error {
	if r == nil {
		return invalid("request in JSON: there is no Request to read into")
	}
	if string(data) == "null" {
		return nil // encoding/json says that null has no effect
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

// invalidField names the first field, in order of names, whose value has a wrong type. The
// errors of encoding/json do not always name it.
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
