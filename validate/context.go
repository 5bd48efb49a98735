package validate

// A context says how the interpreter of a script reads one byte of the script.
type context uint8

// The contexts. The value of a quoted parameter is safe only in inScript.
const (
	inScript     context = iota // as a command, or a word of one
	inSingle                    // between quotes that keep everything
	inDouble                    // between quotes that keep blanks
	inHereText                  // in a here-document or here-string
	inArithmetic                // in $(( )) or (( ))
	inComment
	afterEscape // directly after a backslash or backtick
)

// These limits bound the time of a scanner. A scanner does not read the contexts of a longer
// script, and reads no deeper nesting. The service accepts no script of that length.
const (
	longestRead = 64 << 10
	deepestRead = 64
)

// A shellScanner reads a shell script, and notes the context of each of its bytes. It knows
// quotes, comments, here-documents, and the expressions with a script in them, such as $( ). It
// does not know the commands. For a script that the shell refuses, the contexts have no meaning.
type shellScanner struct {
	text     []byte
	contexts []context
	at       int
	lineFrom int       // where the current line begins
	waiting  []heredoc // here-documents whose text begins with the next line
	depth    int       // number of expressions and here-documents around the present byte
}

// A heredoc is a here-document whose operator has been read.
type heredoc struct {
	end    string // the line that ends it
	tabs   bool   // "<<-": tabs before the end do not count
	quoted bool   // nothing in it is expanded
	script bool   // a shell reads it
}

// shellContexts returns the context of every byte of script.
func shellContexts(script []byte) []context {
	s := &shellScanner{text: script, contexts: make([]context, len(script))}
	if len(script) <= longestRead {
		s.whole()
	}
	return s.contexts
}

// whole reads the whole text as a script.
func (s *shellScanner) whole() {
	for s.at < len(s.text) {
		s.script(0)
		s.skip(1, inScript) // a zero byte
	}
}

// skip notes the context of the next n bytes and goes on after them.
func (s *shellScanner) skip(n int, c context) {
	for end := min(s.at+n, len(s.text)); s.at < end; s.at++ {
		s.contexts[s.at] = c
	}
}

// follows reports whether the text at the present byte begins with a text.
func (s *shellScanner) follows(text string) bool {
	return s.at+len(text) <= len(s.text) && string(s.text[s.at:s.at+len(text)]) == text
}

// script reads commands up to the character end, which it does not read, or up to the end of the
// text. It counts parentheses and the words case and esac, so that the ) of a pattern does not end
// $( ).
func (s *shellScanner) script(end byte) {
	open, cases, word := 0, 0, true // open parentheses, case commands, whether a word may begin
	for s.at < len(s.text) {
		c := s.text[s.at]
		begins := word
		word = false
		switch {
		case c == end && open == 0 && cases == 0:
			return
		case c == '\n':
			s.skip(1, inScript)
			s.hereDocuments()
			s.lineFrom, word = s.at, true
		case c == '\\':
			s.skip(1, inScript)
			s.skip(1, afterEscape)
		case c == '#' && begins:
			for s.at < len(s.text) && s.text[s.at] != '\n' {
				s.skip(1, inComment)
			}
		case begins && s.follows("(("):
			s.arithmetic(2)
		case c == '(':
			open++
			s.skip(1, inScript)
			word = true
		case c == ')':
			open = max(0, open-1) // it is 0 already when the ) ends a pattern of case
			s.skip(1, inScript)
			word = true
		case s.follows("<<") && !s.follows("<<<"):
			s.hereOperator()
		case s.follows("<<<"):
			s.skip(3, inScript)
		case s.quoteOrExpression(end, inScript):
		default:
			if begins {
				switch s.word() {
				case "case":
					cases++
				case "esac":
					cases = max(0, cases-1)
				}
			}
			s.skip(1, inScript)
			word = isOneOf(c, " \t\r;|&<>")
		}
	}
}

// word returns the letters that follow.
func (s *shellScanner) word() string {
	end := s.at
	for end < len(s.text) && isLetter(s.text[end]) {
		end++
	}
	return string(s.text[s.at:end])
}

// quoteOrExpression reads a quoted text or an expression, if one begins here. The parameter
// around is the context of the text around it, and end is the character that ends that text.
func (s *shellScanner) quoteOrExpression(end byte, around context) bool {
	if s.depth++; s.depth > deepestRead {
		s.depth--
		return false
	}
	defer func() { s.depth-- }()
	inWord := around == inScript
	switch {
	case inWord && s.follows("'"):
		s.until("'", 1, false, inSingle)
	case inWord && s.follows("$'"):
		s.until("'", 2, true, inSingle)
	case inWord && (s.follows(`"`) || s.follows(`$"`)):
		s.double()
	case s.follows("$(("):
		s.arithmetic(3)
	case s.follows("$("):
		s.skip(2, around)
		s.script(')')
		s.skip(1, around)
	case s.follows("${"):
		s.braces(around)
	case s.follows("`") && end != '`':
		s.skip(1, around)
		s.script('`')
		s.skip(1, around)
	default:
		return false
	}
	return true
}

// until reads a text between an opening of n bytes and the character end.
func (s *shellScanner) until(end string, n int, escapes bool, c context) {
	s.skip(n, inScript)
	for s.at < len(s.text) && !s.follows(end) {
		if escapes && s.follows(`\`) {
			s.skip(1, c)
		}
		s.skip(1, c)
	}
	s.skip(1, inScript)
}

// double reads a text between double quotes.
func (s *shellScanner) double() {
	for !s.follows(`"`) {
		s.skip(1, inScript) // the $ of $"
	}
	s.skip(1, inScript)
	for s.at < len(s.text) && !s.follows(`"`) {
		switch {
		case s.follows(`\`):
			s.skip(2, inDouble)
		case s.quoteOrExpression(0, inDouble):
		default:
			s.skip(1, inDouble)
		}
	}
	s.skip(1, inScript)
}

// braces reads ${name:-word}.
func (s *shellScanner) braces(around context) {
	s.skip(2, around)
	for s.at < len(s.text) && !s.follows("}") {
		switch {
		case s.follows(`\`):
			s.skip(2, around)
		case s.quoteOrExpression(0, around):
		default:
			s.skip(1, around)
		}
	}
	s.skip(1, around)
}

// arithmetic reads an expression after an opening of n bytes.
func (s *shellScanner) arithmetic(n int) {
	s.skip(n, inArithmetic)
	for open := 0; s.at < len(s.text) && (open > 0 || !s.follows("))")); {
		switch c := s.text[s.at]; {
		case s.quoteOrExpression(0, inArithmetic):
			continue
		case c == '(':
			open++
		case c == ')':
			open = max(0, open-1)
		}
		s.skip(1, inArithmetic)
	}
	s.skip(2, inArithmetic)
}

// isOneOf reports whether a byte is in a list of bytes.
func isOneOf(c byte, list string) bool {
	for i := range len(list) {
		if list[i] == c {
			return true
		}
	}
	return false
}
