package transport

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	maxMasked = 64 << 10 // longest foreign text in bytes; the rest of a longer text is dropped
	maxText   = 2 << 10  // longest text of an error in bytes; the rest is dropped
	maxField  = 1 << 10  // longest name or address in a refusal in bytes; the rest is dropped
	maxHead   = 512      // how many bytes of an unusable reply an error keeps

	masked = "***"

	gramSize  = 8 // any 8 consecutive bytes of a secret are masked
	minSecret = 4 // shortest secret in bytes that is masked; a shorter secret appears in many texts by chance
)

// secrets holds texts that must not be shown: the credential, passwords of proxies, the script and
// its parameters.
type secrets []string

// secrets returns all secrets of the attempt.
func (a *attempt) secrets() secrets { return a.shortSecrets(0) }

// shortSecrets returns the credential, the passwords of proxies, and those secrets of the request that
// have at most longest bytes. When longest is 0, it returns all secrets of the request.
func (a *attempt) shortSecrets(longest int) secrets {
	return slices.Concat(a.credential.secrets(), a.client.proxies, a.params.Secrets(longest))
}

// mask replaces the secrets in s by ***. It finds any 8 bytes in a row of a secret. It finds a shorter
// secret, and a shorter line of a script, only as a whole. At the beginning and the end of s, and next
// to an ellipsis, a secret may be cut off. There mask finds a part of 4 bytes or more. It finds a secret
// that is plain, in Base64, in hexadecimal, or with the escapes that [normalize] decodes. It drops the
// part of s after maxMasked bytes.
//
// It reads s once and the secrets once.
func (list secrets) mask(s string) string {
	s = bounded(s, maxMasked)
	if len(s) < minSecret {
		return s
	}
	m := &mask{marked: make([]bool, len(s))}
	m.search(s, list, literal, nil)
	m.search(s, list, normalize, encodings)
	return m.apply(s)
}

// Mask masks the secrets of a request in a text of the service.
func Mask(text string, request wire.Params) string {
	if text == "" {
		return text
	}
	return secrets(request.Secrets(0)).mask(text)
}

// maskWord masks the secrets in a code or an id. It ignores secrets of less than gramSize bytes, since a
// part of an id may be equal to a short parameter by chance. Request ids of the service are UUIDs, and
// every reply has a request id. To save time, maskWord compares a UUID with few secrets: the credential
// and secrets of at most maxWord bytes. It skips each of these secrets that has no part which could be
// in a UUID.
func (a *attempt) maskWord(s string) string {
	if !uuid.MatchString(s) {
		return slices.DeleteFunc(a.secrets(), func(secret string) bool { return len(secret) < gramSize }).mask(s)
	}
	list := slices.DeleteFunc(a.shortSecrets(maxWord), func(secret string) bool { return !partOfUUID(secret) })
	if len(list) == 0 {
		return s
	}
	m := &mask{marked: make([]bool, len(s))}
	m.search(s, list, mappedText.fold, nil)
	return m.apply(s)
}

// partOfUUID reports whether s has gramSize bytes in a row that could be a part of a UUID.
func partOfUUID(s string) bool {
	run := 0
	for i := range len(s) {
		if c := s[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '-' {
			if run++; run == gramSize {
				return true
			}
		} else {
			run = 0
		}
	}
	return false
}

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

const maxWord = 128 // longest secret in bytes that maskWord looks for in a UUID

// bounded returns the beginning of s, at most limit bytes. It does not cut a character in two.
func bounded(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for cut := limit; cut > limit-utf8.UTFMax; cut-- {
		if utf8.RuneStart(s[cut]) {
			limit = cut
			break
		}
	}
	return strings.Clone(s[:limit]) // s is copied, because s[:limit] alone would keep all of s in memory
}

// A mask marks the bytes of a text that are part of a secret.
type mask struct{ marked []bool }

// search converts text and secrets with the function form, and marks the parts of text that match a
// secret. When the function encodings is not nil, search also looks for the encoded secrets.
func (m *mask) search(text string, list secrets, form func(mappedText) mappedText, encodings func(string) []string) {
	v := form(mappedText{text: []byte(text)})
	long, short := newGramIndex(v.text), newFragments()
	add := func(secret string) {
		bare := form(mappedText{text: []byte(secret), noSpans: true}).text
		long.search(bare, func(at int) { m.mark(v, at, gramSize) })
		short.add(bare)
	}
	for _, whole := range list {
		add(whole)
		for line := range strings.Lines(whole) {
			if line = strings.TrimSpace(line); len(line) >= minSecret && len(line) < len(whole) {
				short.add(form(mappedText{text: []byte(line), noSpans: true}).text)
			}
		}
		if encodings == nil || len(whole) < minSecret {
			continue
		}
		for _, encoded := range encodings(whole) {
			add(encoded)
		}
	}
	short.search(v.text, func(at, size int) { m.mark(v, at, size) })
}

func (m *mask) mark(v mappedText, at, size int) {
	for i := v.from(at); i < v.to(at+size-1); i++ {
		m.marked[i] = true
	}
}

// apply replaces every run of marked bytes by ***. It keeps the blanks at both ends of a run.
func (m *mask) apply(s string) string {
	var b strings.Builder
	shown := 0
	for at := 0; at < len(s); at++ {
		if !m.marked[at] {
			continue
		}
		end := at
		for end < len(s) && (m.marked[end] || !utf8.RuneStart(s[end])) {
			end++
		}
		for at > shown && !utf8.RuneStart(s[at]) {
			at--
		}
		run := s[at:end]
		if core := strings.TrimSpace(run); core != "" {
			b.WriteString(s[shown : at+strings.Index(run, core)])
			b.WriteString(masked)
			shown = at + strings.Index(run, core) + len(core)
		}
		at = end
	}
	if shown == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[shown:])
	return b.String()
}

// encodings returns the forms that a secret has inside of encoded text: in hexadecimal and in Base64.
// It returns these forms for the secret, and also for the secret with the escapes of a form body.
//
// Base64 has two alphabets. It encodes three bytes at a time, and the secret may begin at the first, the
// second or the third of them. The function encodings returns a form for each of these cases. It leaves
// out the Base64 characters at the ends, because they depend on the text before and after the secret.
func encodings(secret string) []string {
	forms := encoded(secret)
	if spelled := wire.Escape(secret); spelled != secret {
		forms = append(forms, encoded(spelled)...)
	}
	return forms
}

func encoded(secret string) []string {
	forms := []string{hex.EncodeToString([]byte(secret))}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			bits := 8 * before
			text := e.EncodeToString(append(make([]byte, before, before+len(secret)), secret...))
			end := len(text)
			if (before+len(secret))%3 != 0 {
				end--
			}
			if begin := (bits + 5) / 6; begin < end {
				forms = append(forms, text[begin:end])
			}
		}
	}
	return forms
}
