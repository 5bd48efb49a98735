package wire

import (
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Params are the flattened parameters of one request, in the order in which
// the request lists them. They never change once made, so that every attempt
// of a call sends the same bytes, and may be shared between goroutines.
type Params struct {
	pairs   []param
	secrets []string
}

type param struct{ name, value string }

// All yields every parameter by its wire name, such as "InstanceId.1".
func (p Params) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, kv := range p.pairs {
			if !yield(kv.name, kv.value) {
				return
			}
		}
	}
}

// Has reports whether the request carries the parameter. A list is there under
// its bare name as well: "InstanceId" when "InstanceId.1" is sent.
func (p Params) Has(name string) bool {
	return slices.ContainsFunc(p.pairs, func(kv param) bool {
		rest, ok := strings.CutPrefix(kv.name, name)
		return ok && (rest == "" || rest[0] == '.')
	})
}

// Secrets yields the values that must never be printed: the script, plain and
// encoded, its parameters, the name of the stored password and the client token.
func (p Params) Secrets() iter.Seq[string] { return slices.Values(p.secrets) }

// WithSecrets returns the same parameters with more values that must never be
// printed: a reply may repeat what an earlier request held.
func (p Params) WithSecrets(secrets []string) Params {
	p.secrets = slices.Concat(p.secrets, secrets)
	return p
}

// Encode returns the parameters as one line, each name and value escaped as
// RFC 3986 demands: a blank is %20 and only letters, digits, '-', '_', '.' and
// '~' stand for themselves. The same parameters always give the same text,
// which is both a form body and a query string.
func (p Params) Encode() string {
	size := 0
	for _, kv := range p.pairs {
		size += escapedLen(kv.name) + escapedLen(kv.value) + len("=&")
	}
	var b strings.Builder
	b.Grow(size)
	for i, kv := range p.pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		escape(&b, kv.name)
		b.WriteByte('=')
		escape(&b, kv.value)
	}
	return b.String()
}

// Escape writes s as RFC 3986 demands, byte by byte.
func Escape(s string) string {
	var b strings.Builder
	b.Grow(escapedLen(s))
	escape(&b, s)
	return b.String()
}

func escape(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
}

func escapedLen(s string) int {
	n := len(s)
	for i := range len(s) {
		if !unreserved(s[i]) {
			n += 2
		}
	}
	return n
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == '~'
}

// A paramWriter collects parameters. Its setters leave out what is not set, as
// the service tells an absent parameter from an empty one.
type paramWriter struct{ Params }

func (w *paramWriter) add(name, value string) {
	w.pairs = append(w.pairs, param{name, value})
}

func (w *paramWriter) text(name, value string) {
	if value != "" {
		w.add(name, value)
	}
}

func (w *paramWriter) number(name string, value int64) {
	if value != 0 {
		w.add(name, strconv.FormatInt(value, 10))
	}
}

func (w *paramWriter) flag(name string, value bool) {
	if value {
		w.add(name, "true")
	}
}

func (w *paramWriter) list(name string, values []string) {
	for i, v := range values {
		w.add(name+"."+strconv.Itoa(i+1), v)
	}
}

// tags writes the values even when empty: a tag without a value is a tag.
func (w *paramWriter) tags(name string, tags []Tag) {
	for i, t := range tags {
		prefix := name + "." + strconv.Itoa(i+1)
		w.add(prefix+".Key", t.Key)
		w.add(prefix+".Value", t.Value)
	}
}

func (w *paramWriter) page(maxResults int, nextToken string) {
	w.number("MaxResults", int64(maxResults))
	w.text("NextToken", nextToken)
}

func (w *paramWriter) secret(values ...string) {
	for _, v := range values {
		if v != "" {
			w.secrets = append(w.secrets, v)
		}
	}
}
