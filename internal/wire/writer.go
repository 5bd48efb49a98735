package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
)

// A Writer encodes the parameters of one request. Its methods write nothing for a zero value,
// since the service treats an empty parameter differently from an absent one. The Writer does
// not escape names: they consist of letters, digits and dots.
type Writer struct{ params Params }

// NewWriter returns a Writer for the parameters of one request to the action.
func NewWriter(action string) *Writer { return &Writer{Params{Action: action}} }

// Params returns the parameters. Do not use the writer afterwards.
func (w *Writer) Params() Params { return w.params }

// Text writes a parameter whose value is a text.
func (w *Writer) Text(name, value string) {
	if value != "" {
		w.name(name)
		w.params.form = appendEscaped(w.params.form, value)
	}
}

// Secret writes a parameter whose value must never be printed.
func (w *Writer) Secret(name, value string) {
	w.Text(name, value)
	w.params.secrets = append(w.params.secrets, value)
}

// Hide writes nothing. It adds secrets that a reply may repeat although the request does not have them
// in this form.
func (w *Writer) Hide(secrets ...string) {
	w.params.secrets = append(w.params.secrets, secrets...)
}

// Number writes a parameter whose value is a whole number. It writes nothing for 0.
func (w *Writer) Number(name string, value int64) {
	if value != 0 {
		w.name(name)
		w.params.form = strconv.AppendInt(w.params.form, value, 10)
	}
}

// Flag writes name=true when value is true, and nothing when it is false.
func (w *Writer) Flag(name string, value bool) {
	if value {
		w.Text(name, "true")
	}
}

// List writes the elements of a list, numbered from 1.
func (w *Writer) List(name string, values []string) {
	for i, v := range values {
		w.numbered(name, i+1, "")
		w.params.form = appendEscaped(w.params.form, v)
	}
}

// Tags writes tags, numbered from 1. Unlike other methods it also writes an empty value, since the
// service accepts a tag with an empty value.
func Tags[T ~struct{ Key, Value string }](w *Writer, name string, tags []T) {
	for i, tag := range tags {
		t := struct{ Key, Value string }(tag)
		w.numbered(name, i+1, ".Key")
		w.params.form = appendEscaped(w.params.form, t.Key)
		w.numbered(name, i+1, ".Value")
		w.params.form = appendEscaped(w.params.form, t.Value)
	}
}

// Script writes the script as Base64, which keeps all bytes. The script is a secret.
func (w *Writer) Script(name string, content []byte) {
	if len(content) == 0 {
		return
	}
	w.name(name)
	begin := len(w.params.form)
	// The script is encoded in pieces, because a copy of the whole script in Base64 would cost
	// memory. Grow makes enough space for the script and for the other parameters.
	const piece = 768
	var encoded [piece / 3 * 4]byte
	form := slices.Grow(w.params.form, base64.StdEncoding.EncodedLen(len(content))*4/3)
	for part := range slices.Chunk(content, piece) {
		form = appendEscaped(form, base64.StdEncoding.AppendEncode(encoded[:0], part))
	}
	w.params.form = form
	w.params.script = span{begin, len(form)}
}

// Object writes a map as one JSON object with sorted keys. The values of the map are secrets.
// The caller has checked that keys and values are valid UTF-8.
func (w *Writer) Object(name string, values map[string]string) {
	if len(values) == 0 {
		return
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(values) // the error is always nil: a map of strings can be encoded
	w.Secret(name, string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
	for _, value := range values {
		w.params.secrets = append(w.params.secrets, value)
	}
}

// Page writes the paging parameters: the number of rows and the token of the page. 0 rows mean
// the default of the service. The token "" means the first page.
func (w *Writer) Page(maxResults int, nextToken string) {
	w.Number("MaxResults", int64(maxResults))
	w.Text("NextToken", nextToken)
}

func (w *Writer) name(name string) {
	if len(w.params.form) > 0 {
		w.params.form = append(w.params.form, '&')
	}
	w.params.form = append(append(w.params.form, name...), '=')
}

func (w *Writer) numbered(name string, number int, rest string) {
	if len(w.params.form) > 0 {
		w.params.form = append(w.params.form, '&')
	}
	form := append(append(w.params.form, name...), '.')
	form = strconv.AppendInt(form, int64(number), 10)
	w.params.form = append(append(form, rest...), '=')
}
