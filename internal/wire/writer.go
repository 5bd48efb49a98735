package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
)

// A Writer encodes the parameters of one request, one after the other. Its methods
// leave out what is not set, as the service tells an absent parameter from an
// empty one. Names are not escaped: they are letters, digits and dots.
type Writer struct{ params Params }

// NewWriter begins the parameters of an action.
func NewWriter(action string) *Writer { return &Writer{Params{Action: action}} }

// Params returns what was written. The writer is of no use afterwards.
func (w *Writer) Params() Params { return w.params }

// Text writes a text.
func (w *Writer) Text(name, value string) {
	if value != "" {
		w.name(name)
		w.params.form = appendEscaped(w.params.form, value)
	}
}

// Secret writes a text that must never be printed.
func (w *Writer) Secret(name, value string) {
	w.Text(name, value)
	w.params.secrets = append(w.params.secrets, value)
}

// Number writes a whole number other than 0.
func (w *Writer) Number(name string, value int64) {
	if value != 0 {
		w.name(name)
		w.params.form = strconv.AppendInt(w.params.form, value, 10)
	}
}

// Flag writes name=true, and nothing for false.
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

// Tags writes tags, numbered from 1, and their values even when empty: a tag
// without a value is a tag.
func Tags[T ~struct{ Key, Value string }](w *Writer, name string, tags []T) {
	for i, tag := range tags {
		t := struct{ Key, Value string }(tag)
		w.numbered(name, i+1, ".Key")
		w.params.form = appendEscaped(w.params.form, t.Key)
		w.numbered(name, i+1, ".Value")
		w.params.form = appendEscaped(w.params.form, t.Value)
	}
}

// Script writes the script, which is a secret, as Base64: that carries any bytes
// unchanged.
func (w *Writer) Script(name string, content []byte) {
	if len(content) == 0 {
		return
	}
	w.name(name)
	begin := len(w.params.form)
	// A piece at a time, as the whole would be one more copy of the script; with room
	// for the other parameters of a long one.
	const piece = 768
	var encoded [piece / 3 * 4]byte
	form := slices.Grow(w.params.form, base64.StdEncoding.EncodedLen(len(content))*4/3)
	for part := range slices.Chunk(content, piece) {
		form = appendEscaped(form, base64.StdEncoding.AppendEncode(encoded[:0], part))
	}
	w.params.form = form
	w.params.script = span{begin, len(form)}
}

// Object writes texts by name, which are secrets, as one JSON object with sorted
// keys. They are valid UTF-8, which is checked before anything is sent.
func (w *Writer) Object(name string, values map[string]string) {
	if len(values) == 0 {
		return
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(values) // a map of strings always encodes
	w.Secret(name, string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
	for _, value := range values {
		w.params.secrets = append(w.params.secrets, value)
	}
}

// Page asks for a page of a list: of so many rows, or of the service's default
// size where maxResults is 0, and after the page that named the token.
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
