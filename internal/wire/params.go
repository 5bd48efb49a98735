package wire

import (
	"encoding/base64"
	"iter"
	"net/url"
	"strings"
)

// Params are the parameters of one request to one action, encoded once by a
// [Writer]. They never change once made, so that every attempt of a call sends
// the same bytes, and may be shared between goroutines.
type Params struct {
	Action string

	form    []byte
	secrets []string
	script  span    // of the form: the script in Base64, escaped
	earlier *Params // of another request, whose secrets the reply may repeat
}

// A span is a part of a form.
type span struct{ begin, end int }

// Form returns the parameters as one line, in the order in which they were
// written, each name and value escaped as RFC 3986 demands: both a form body and
// a query string. The caller must not change it.
func (p Params) Form() []byte { return p.form }

// All yields every parameter by its wire name, such as "InstanceId.1".
func (p Params) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for pair := range strings.SplitSeq(string(p.form), "&") {
			name, value, _ := strings.Cut(pair, "=")
			if pair != "" && !yield(name, unescape(value)) {
				return
			}
		}
	}
}

// Has reports whether the request carries the parameter. A list is there under
// its bare name as well: "InstanceId" when "InstanceId.1" is sent.
func (p Params) Has(name string) bool {
	for sent := range p.All() {
		if rest, ok := strings.CutPrefix(sent, name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// WithSecretsOf returns the same parameters. The secrets of an earlier request are
// theirs too then, since the reply may repeat them.
func (p Params) WithSecretsOf(earlier *Params) Params {
	p.earlier = earlier
	return p
}

// Secrets lists the values that must never be printed: the script, plain and
// encoded, its parameters, the name of the stored password and the client token.
// A longest above 0 leaves out those of more bytes.
func (p Params) Secrets(longest int) []string {
	var list []string
	add := func(secret string) {
		if secret != "" && (longest == 0 || len(secret) <= longest) {
			list = append(list, secret)
		}
	}
	for of := &p; of != nil; of = of.earlier {
		for _, secret := range of.secrets {
			add(secret)
		}
		if escaped := of.form[of.script.begin:of.script.end]; longest == 0 || len(escaped) <= maxFormBytes*longest {
			encoded := unescape(string(escaped))
			script, _ := base64.StdEncoding.DecodeString(encoded) // it was encoded here
			add(encoded)
			add(string(script))
		}
	}
	return list
}

// maxSpelling is how many bytes of a form one byte of a script takes at most, with
// some to spare for padding: four thirds by Base64, three by escaping.
const maxFormBytes = 8

func unescape(s string) string {
	plain, _ := url.PathUnescape(s) // it was escaped here
	return plain
}
