package runcommand

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// The messages of encoding/json name types of this package and often no field. The functions
// of this file say instead which field of a file is wrong, and which form it needs.

// wrongField returns the error for the first wrong field of a request, in the order of the names.
func wrongField(data []byte) error {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return fmt.Errorf("is %s, a request is an object: {\"Type\": \"RunShellScript\", ...}", formOf(data))
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field, known := requestForm(name)
		if !known {
			return fmt.Errorf("unknown field %.64q%s", name, suggestion(name))
		}
		if decodeStrictly(fields[name], reflect.New(field.Type).Interface()) != nil {
			return fmt.Errorf("%s: %s", name, wrongForm(name, field.Type, fields[name]))
		}
	}
	return errors.New("cannot be read")
}

// requestForm returns the field of requestFile with this name in JSON. As for encoding/json, case
// does not matter.
func requestForm(name string) (reflect.StructField, bool) {
	for _, field := range formFields() {
		if strings.EqualFold(jsonName(field), name) {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// formFields returns the fields that a file may have, without those that another one of the same
// name hides.
func formFields() []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(reflect.TypeFor[requestFile]()), func(field reflect.StructField) bool {
		return field.Anonymous || !field.IsExported()
	})
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" {
		return field.Name
	}
	return name
}

// forms are the forms of the values, by their types.
var forms = map[reflect.Type]string{
	reflect.TypeFor[json.Number]():       `a number of seconds, such as 30`,
	reflect.TypeFor[bool]():              `true or false, without quotes`,
	reflect.TypeFor[[]string]():          `a list of texts, such as ["i-bp185dy2o3o6neg0001"]`,
	reflect.TypeFor[[]Tag]():             `a list of keys and values, such as [{"Key": "team", "Value": "web"}]`,
	reflect.TypeFor[map[string]string](): `an object whose values are texts, such as {"dir": "/var", "days": "7"}`,
	reflect.TypeFor[*string]():           `the script as one text, with "ContentEncoding": "PlainText", or in Base64`,
}

// wrongForm says what a value is and what it has to be.
func wrongForm(name string, t reflect.Type, value json.RawMessage) string {
	form, special := forms[t]
	if !special {
		form = "a text in quotes"
		if strings.EqualFold(name, "Frequency") {
			form = `a text, such as "rate(5m)" or "0 0 3 * * ?"`
		}
	}
	is, inside := formOf(value), ""
	switch {
	case t == reflect.TypeFor[json.Number]() && is == "text":
		form = secondsOf(value, form)
	case t.Kind() == reflect.Slice && is == "an array", t.Kind() == reflect.Map && is == "an object":
		inside = " with a part of another kind"
	}
	return "is " + is + inside + "; write " + form
}

// secondsOf returns the form of a duration, with the number of seconds if the text is a duration.
func secondsOf(value json.RawMessage, form string) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return form
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil || d <= 0 || d%time.Second != 0 {
		return form
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + ", a number of seconds without quotes"
}

// formOf says what a JSON value is.
func formOf(value json.RawMessage) string {
	switch strings.TrimLeft(string(value), " \t\r\n")[0] {
	case '"':
		return "text"
	case '[':
		return "an array"
	case '{':
		return "an object"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// suggestion names the field that was probably meant: that of the Go field with this name, or one whose
// name differs in at most two letters.
func suggestion(name string) string {
	const longest = 64 // no field has a longer name
	if len(name) > longest {
		return ""
	}
	for _, field := range formFields() {
		wire := jsonName(field)
		if strings.EqualFold(field.Name, name) || differences(strings.ToLower(wire), strings.ToLower(name)) <= 2 {
			return "; write " + strconv.Quote(wire)
		}
	}
	return ""
}

// differences returns how many bytes have to be added, removed or replaced to turn a into b.
func differences(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
