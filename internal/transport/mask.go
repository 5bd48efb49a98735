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
	maxMasked = 64 << 10 // bytes of a foreign text that are looked at; the rest is dropped
	maxText   = 2 << 10  // the same for the text of an error
	maxField  = 1 << 10  // the same for a name or an address in a refusal
	maxHead   = 512      // bytes of an unusable reply that are kept

	masked = "***"

	gramSize  = 8 // bytes of a secret that give it away
	minSecret = 4 // bytes; what is shorter is no secret, and would be found everywhere
)

// secrets are the texts that must not be shown: credential, passwords of proxies,
// script, parameters.
type secrets []string

// secrets of an attempt.
func (a *attempt) secrets() secrets { return a.shortSecrets(0) }

// shortSecrets are the credential, and those of the request that have at most so many
// bytes; all where longest is 0.
func (a *attempt) shortSecrets(longest int) secrets {
	return slices.Concat(a.credential.secrets(), a.client.proxies, a.params.Secrets(longest))
}

// mask replaces the secrets in s by ***, whole or in part: any 8 bytes of one,
// the shorter ones and the shorter lines of a script whole, and at the beginning
// and the end of s, and beside an ellipsis, 4 bytes of what was cut off there.
// They are found as they are, in Base64 and hexadecimal, and escaped in any way
// that [normal] undoes. What follows the first maxMasked bytes of s is dropped.
//
// The work is one pass over s and one over the secrets.
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

// Mask is what may be shown of a text of the service that may repeat the secrets
// of a request.
func Mask(text string, request wire.Params) string {
	if text == "" {
		return text
	}
	return secrets(request.Secrets(0)).mask(text)
}

// maskWord is mask for a code or an id, which is shown unless a secret of some
// length stands in it: parts of an id happen to be someone's parameter now and
// then. The service's own request ids have the form of a UUID, and one comes with
// every reply: they are only compared with what is short enough to be an id and
// looks like a part of one, as it is.
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

// partOfUUID reports whether some gramSize bytes of s could stand in a UUID.
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

const maxWord = 128 // bytes

// bounded is the beginning of s, without a part of a character at its end.
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
	return strings.Clone(s[:limit]) // or the error would keep all of s
}

// A mask collects which bytes of a text give something away.
type mask struct{ marked []bool }

// search marks what is found of the secrets when text and secrets have the form.
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

// apply writes *** for every run of marked bytes, except for the blanks around it.
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

// encodings are the forms of a secret within encoded text, as it is and as the
// body of the request spells it: Base64 in both alphabets, at each of its three
// alignments and without the characters that it shares with its neighbours, and
// hexadecimal.
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
