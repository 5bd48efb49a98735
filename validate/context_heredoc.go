package validate

import (
	"bytes"
	"strings"
)

// hereOperator reads "<<END", "<<-END" or "<<'END'".
func (s *shellScanner) hereOperator() {
	var h heredoc
	s.skip(2, inScript)
	if h.tabs = s.follows("-"); h.tabs {
		s.skip(1, inScript)
	}
	for s.follows(" ") || s.follows("\t") {
		s.skip(1, inScript)
	}
	var end strings.Builder
	for s.at < len(s.text) && !isOneOf(s.text[s.at], " \t\r\n;|&<>()") {
		if c := s.text[s.at]; isOneOf(c, `'"\`) {
			h.quoted = true
		} else {
			end.WriteByte(c)
		}
		s.skip(1, inScript)
	}
	if h.end = end.String(); h.end == "" {
		return // a shift, or no operator at all
	}
	line, _, _ := bytes.Cut(s.text[s.lineFrom:], []byte("\n"))
	h.script = readsScript(string(line))
	s.waiting = append(s.waiting, h)
}

// readsScript reports whether a command line gives its here-document to a shell, here or on another
// machine.
func readsScript(line string) bool {
	if languageOf(line) == shellLanguage {
		return true
	}
	for word := range strings.FieldsSeq(line) {
		if word == "ssh" || word == "su" {
			return true
		}
	}
	return false
}

// hereDocuments reads the texts of the here-documents of the line that has ended.
func (s *shellScanner) hereDocuments() {
	list := s.waiting
	s.waiting = nil
	for _, h := range list {
		length := h.length(s.text[s.at:])
		inner := &shellScanner{text: s.text[s.at : s.at+length], contexts: s.contexts[s.at : s.at+length], depth: s.depth + 1}
		switch {
		case h.script && inner.depth <= deepestRead:
			inner.whole()
		case !h.quoted:
			for inner.at < length {
				if inner.follows(`\`) {
					inner.skip(2, inHereText)
				} else if !inner.quoteOrExpression(0, inHereText) {
					inner.skip(1, inHereText)
				}
			}
		default:
			for i := range length {
				s.contexts[s.at+i] = inHereText
			}
		}
		s.at += length
		end, _, found := bytes.Cut(s.text[s.at:], []byte("\n"))
		s.skip(len(end), inScript)
		if found {
			s.skip(1, inScript)
		}
	}
}

// length returns the number of bytes of text before the line that ends the here-document.
func (h *heredoc) length(text []byte) int {
	for at, line := range linesWithOffset(text) {
		line = bytes.TrimRight(line, "\r\n")
		if h.tabs {
			line = bytes.TrimLeft(line, "\t")
		}
		if string(line) == h.end {
			return at
		}
	}
	return len(text)
}
