package runcommand

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// requestJSON is the JSON form of a request. The fields have the parameter names of the
// service. Timeout is in seconds, and Frequency is text.
type requestJSON struct {
	requestFields
	Timeout         json.Number `json:",omitempty"`
	Frequency       string      `json:",omitempty"`
	ContentEncoding string      `json:",omitempty"`
}

// requestFile is the form that is read: the script is in the encoding that ContentEncoding
// names. Here Content has precedence over the field of the same name in requestFields.
type requestFile struct {
	requestJSON
	Content *string `json:"CommandContent"`
}

// requestFields has the fields of Request and none of its methods. So encoding/json does
// not call MarshalJSON and UnmarshalJSON of Request again.
type requestFields Request

// MarshalJSON writes the whole request, the script and its parameters
// included. The fields have the parameter names of the service. Timeout is in
// seconds, Content is Base64, and Frequency is text. ContentEncoding is written only when
// Content is not UTF-8.
func (r Request) MarshalJSON() ([]byte, error) {
	f := requestJSON{requestFields: requestFields(r), Timeout: seconds(r.Timeout), Frequency: r.Frequency.String()}
	if r.Frequency.IsZero() {
		f.Frequency = r.schedule.text
	}
	if !utf8.Valid(r.Content) {
		f.ContentEncoding = inBase64
	}
	return json.Marshal(f)
}

// UnmarshalJSON reads what MarshalJSON wrote, and files that people write. With
// "ContentEncoding": "PlainText", CommandContent is the script as text, with \n for line
// ends. Without it, CommandContent is Base64 of a script in UTF-8; "Base64" allows all
// bytes.
//
// An unknown field name is an error, since it may be misspelt. A name that comes twice is
// an error. Text that is not UTF-8 is an error, since decoding would change it. An error
// names the field and the form that it needs. UnmarshalJSON does not check limits, and
// returns no error for a Frequency that does not parse: [Request.Validate] reports both.
// Parameters do not switch placeholders on: a file with Parameters needs EnableParameter.
func (r *Request) UnmarshalJSON(data []byte) error {
	if r == nil {
		return invalid("request in JSON: there is no Request to read into")
	}
	if string(data) == "null" {
		return nil // encoding/json asks for this: null leaves the value unchanged
	}
	read, err := readRequest(data)
	if err != nil {
		return fmt.Errorf("runcommand: request in JSON: %w", err)
	}
	*r = read
	return nil
}

// readRequest decodes a request.
func readRequest(data []byte) (r Request, err error) {
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return r, err // not one JSON value; the functions below need one
	}
	if err := checkJSON(data); err != nil {
		return r, err
	}
	var f requestFile
	if decodeStrictly(data, &f) != nil {
		return r, wrongField(data)
	}
	content, err := f.content()
	if err != nil {
		return r, err
	}
	timeout, err := parseSeconds(f.Timeout)
	if err != nil {
		return r, fmt.Errorf("Timeout: %w", err)
	}
	r = Request(f.requestFields)
	r.Timeout, r.Content = timeout, content
	if f.Frequency != "" {
		r.Frequency, r.schedule = parseSchedule(f.Frequency)
	}
	return r, nil
}

func decodeStrictly(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

const (
	inBase64  = "Base64"
	plainText = "PlainText"
)

// content returns the script of a file. As with the service, the case of ContentEncoding does
// not matter.
func (f *requestFile) content() ([]byte, error) {
	explicit := strings.EqualFold(f.ContentEncoding, inBase64)
	switch {
	case f.ContentEncoding != "" && !explicit && !strings.EqualFold(f.ContentEncoding, plainText):
		return nil, errors.New(`ContentEncoding: is neither "PlainText" nor "Base64"`)
	case f.Content == nil:
		return nil, nil
	case f.ContentEncoding != "" && !explicit:
		return []byte(*f.Content), nil
	}
	content, err := base64.StdEncoding.DecodeString(*f.Content)
	switch {
	case err != nil:
		return nil, errors.New(`CommandContent: is not Base64; for a script as text, add "ContentEncoding": "PlainText"`)
	case !explicit && !utf8.Valid(content):
		// Words such as "date" are Base64, too.
		return nil, errors.New(`CommandContent: is Base64 of bytes that are not UTF-8; for a script as text, add "ContentEncoding": "PlainText", for these bytes "Base64"`)
	}
	return content, nil
}
