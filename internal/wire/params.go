package wire

import (
	"encoding/base64"
	"iter"
	"net/url"
	"strings"
)

// Params are the encoded parameters of one request to one action, made by a [Writer]. They do
// not change afterwards, so every attempt of a call sends the same bytes. Goroutines may
// share them.
type Params struct {
	Action string

	form    []byte
	secrets []string
	script  span    // part of form: the script in Base64, escaped
	earlier *Params // parameters of an earlier request, whose secrets the reply may repeat
}

// A span is a range of bytes in a form.
type span struct{ begin, end int }

// Form returns the parameters as one line, in the order in which they were written, with
// names and values escaped by RFC 3986. The line is a form body and also a query string. The
// caller must not change it.
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

// Has reports whether the request has the parameter. The name of a list works without a
// number: "InstanceId" when "InstanceId.1" is sent.
func (p Params) Has(name string) bool {
	for sent := range p.All() {
		if rest, ok := strings.CutPrefix(sent, name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// WithSecretsOf returns the same parameters, with the secrets of an earlier request added: the
// reply may repeat these, too.
func (p Params) WithSecretsOf(earlier *Params) Params {
	p.earlier = earlier
	return p
}

// Secrets lists the values that must not be printed: the script, plain and encoded, its
// parameters, the name of the stored password and the client token. With longest above 0 it
// leaves out values of more bytes.
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

// maxFormBytes is the most bytes of a form for one byte of a script: a factor of four thirds
// for Base64 times three for escaping, plus some for padding.
const maxFormBytes = 8

func unescape(s string) string {
	plain, _ := url.PathUnescape(s) // it was escaped here
	return plain
}
