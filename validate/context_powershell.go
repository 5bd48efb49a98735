package validate

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// PowerShell takes typographic quotes for quotes, too.
const (
	powerShellSingle = "'‘’‚‛"
	powerShellDouble = "\"“”„"
)

// powerShellContexts returns the context of every byte of a PowerShell script.
func powerShellContexts(script []byte) []context {
	p := &powerShellScanner{text: script, contexts: make([]context, len(script))}
	for p.at < len(script) && len(script) <= longestRead {
		p.script(0)
		p.skip(inScript) // a zero byte
	}
	return p.contexts
}

// A powerShellScanner reads a PowerShell script, and notes the context of each of its bytes.
type powerShellScanner struct {
	text     []byte
	contexts []context
	at       int
	depth    int // number of expressions around the present byte
}

// next returns the character that follows.
func (p *powerShellScanner) next() rune {
	r, _ := utf8.DecodeRune(p.text[p.at:])
	return r
}

// skip notes the context of the next character and goes on after it.
func (p *powerShellScanner) skip(c context) {
	if p.at >= len(p.text) {
		return
	}
	_, size := utf8.DecodeRune(p.text[p.at:])
	for range size {
		p.contexts[p.at] = c
		p.at++
	}
}

// follows reports whether the script at the present byte begins with a text.
func (p *powerShellScanner) follows(text string) bool {
	return bytes.HasPrefix(p.text[p.at:], []byte(text))
}

// script reads statements up to the character end, which it does not read, or up to the end of the
// text.
func (p *powerShellScanner) script(end rune) {
	open, word := 0, true // open parentheses, whether a word may begin
	for p.at < len(p.text) {
		r := p.next()
		begins := word
		word = false
		switch {
		case r == end && open == 0:
			return
		case r == '`':
			p.skip(inScript)
			p.skip(afterEscape)
		case p.follows("<#"):
			for p.at < len(p.text) && !p.follows("#>") {
				p.skip(inComment)
			}
			p.skip(inComment)
			p.skip(inComment)
		case r == '#' && begins:
			for p.at < len(p.text) && p.next() != '\n' {
				p.skip(inComment)
			}
		case r == '@' && p.hereString():
		case strings.ContainsRune(powerShellSingle, r):
			p.single()
		case strings.ContainsRune(powerShellDouble, r):
			p.double()
		default:
			switch r {
			case '(':
				open++
			case ')':
				open = max(0, open-1)
			}
			p.skip(inScript)
			word = strings.ContainsRune(" \t\r\n;|&(){}[],=<>", r)
		}
	}
}

// single reads a text between single quotes. Two quotes are one quote of the text.
func (p *powerShellScanner) single() {
	p.skip(inScript)
	for p.at < len(p.text) {
		if !strings.ContainsRune(powerShellSingle, p.next()) {
			p.skip(inSingle)
			continue
		}
		p.skip(inScript)
		if p.at == len(p.text) || !strings.ContainsRune(powerShellSingle, p.next()) {
			return
		}
		p.skip(inSingle)
	}
}

// double reads a text between double quotes.
func (p *powerShellScanner) double() {
	p.skip(inScript)
	for p.at < len(p.text) {
		switch {
		case p.next() == '`':
			p.skip(inDouble)
			p.skip(inDouble)
		case p.follows("$("):
			p.expression(inDouble)
		case strings.ContainsRune(powerShellDouble, p.next()):
			p.skip(inScript)
			if p.at == len(p.text) || !strings.ContainsRune(powerShellDouble, p.next()) {
				return
			}
			p.skip(inDouble)
		default:
			p.skip(inDouble)
		}
	}
}

// expression reads $( ) within a text.
func (p *powerShellScanner) expression(around context) {
	p.skip(around)
	p.skip(around)
	if p.depth++; p.depth <= deepestRead {
		p.script(')')
		p.skip(around)
	}
	p.depth--
}

// hereString reads @' or @" with the text from the next line up to '@ or "@, if one begins here.
func (p *powerShellScanner) hereString() bool {
	quote, size := utf8.DecodeRune(p.text[p.at+1:])
	quotes := powerShellSingle
	if strings.ContainsRune(powerShellDouble, quote) {
		quotes = powerShellDouble
	}
	if !strings.ContainsRune(quotes, quote) {
		return false
	}
	line, _, found := bytes.Cut(p.text[p.at+1+size:], []byte("\n"))
	if !found || len(bytes.TrimSpace(line)) > 0 {
		return false
	}
	for range 2 + utf8.RuneCount(line) {
		p.skip(inScript)
	}
	for p.at < len(p.text) {
		if p.next() == '\n' {
			p.skip(inHereText)
			if p.at == len(p.text) {
				return true
			}
			if r, n := utf8.DecodeRune(p.text[p.at:]); strings.ContainsRune(quotes, r) && bytes.HasPrefix(p.text[p.at+n:], []byte("@")) {
				p.skip(inScript)
				p.skip(inScript)
				return true
			}
			continue
		}
		if quotes == powerShellDouble && p.follows("$(") {
			p.expression(inHereText)
			continue
		}
		p.skip(inHereText)
	}
	return true
}
