package wire

import (
	"encoding/base64"
	"iter"
	"net/url"
	"strings"
)

// Params are the encoded parameters of one request to one action. A [Writer] makes them. They
// do not change afterwards, so every attempt of a call sends the same bytes. Goroutines may
// share them.
type Params struct {
	Action string

	form    []byte
	secrets []string
	script  span    // the bytes of form that hold the script, in Base64 and escaped
	earlier *Params // parameters of an earlier request; the reply may repeat their secrets, too
}

// A span is a range of bytes in a form.
type span struct{ begin, end int }

// Form returns the parameters as one line, in the order in which they were written, with
// names and values escaped by RFC 3986. The line can be sent as a form body or as a query
// string. The caller must not change it.
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

// Has reports whether the request has the parameter. For a list, give the name without a
// number: Has("InstanceId") is true when the request has "InstanceId.1".
func (p Params) Has(name string) bool {
	for sent := range p.All() {
		if rest, ok := strings.CutPrefix(sent, name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}

// WithSecretsOf returns the same parameters, with the secrets of an earlier request added. The
// reply may repeat these secrets, too.
func (p Params) WithSecretsOf(earlier *Params) Params {
	p.earlier = earlier
	return p
}

// Secrets lists the values that must not be printed: the script, plain and encoded, its
// parameters, the name of the stored password and the client token. When the parameter longest
// is above 0, Secrets leaves out values of more than longest bytes.
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
			script, _ := base64.StdEncoding.DecodeString(encoded) // the error is always nil: Writer.Script wrote valid Base64
			add(encoded)
			add(string(script))
		}
	}
	return list
}

// maxFormBytes is the largest number of bytes that one byte of a script takes in a form. Base64
// makes four bytes of three, and escaping makes up to three bytes of one. These are four bytes for
// each byte of the script. The rest is for padding, which matters for a short script.
const maxFormBytes = 8

func unescape(s string) string {
	plain, _ := url.PathUnescape(s) // the error is always nil: appendEscaped wrote valid escapes
	return plain
}
