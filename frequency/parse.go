package frequency

import "strings"

// MaxLength is the largest length of an expression in bytes, including the white space
// around it. A longer expression is refused without being read. The limit comes from
// this package, not from the service. With it, bad input costs little time. The
// text that [Schedule.String] writes is never longer.
const MaxLength = 2048

// Parse reads a schedule in any of its forms: rate(...), at(...) or a clock
// schedule; see the package documentation for the language. White space around
// the expression is ignored, and more than [MaxLength] bytes are refused. The
// error is a [*ParseError].
//
// A nil error means that the expression is correct. It may still not do what it seems
// to do; [Schedule.Warnings] lists such cases.
//
// Parse does not read the clock: an expression whose time has passed is a valid
// schedule without firings. Parse does not apply the bounds of the service, such as
// the shortest interval.
//
// The language is that of the ECS API reference, RunCommand, and of its guide to cron expressions.
// Any number of goroutines may call Parse, on input of any length and content. The text of an error
// repeats a part of the expression; it has no control characters.
func Parse(expr string) (s Schedule, err error) {
	p := parser{expr: expr}
	if !p.parse(&s) {
		p.err.advise()
		return Schedule{}, p.err
	}
	return s, nil
}

// MustParse is Parse for expressions that are known to be correct, such as constants. It panics
// with the [*ParseError] when they are not. Never call it on input from outside the program.
func MustParse(expr string) Schedule {
	s, err := Parse(expr)
	if err != nil {
		panic(err)
	}
	return s
}

// parser reads an expression in one pass over its bytes. A method that fails sets err and returns
// false. No memory is allocated before a failure. The field names the part that is being read, as
// in ParseError.Field.
type parser struct {
	expr     string
	pos, end int // the part that is still to be read
	field    string
	notes    notes
	err      *ParseError
}

// parse recognises which of the three forms the expression has. Most expressions are clock
// schedules. Their first byte shows this, since it is not a letter.
func (p *parser) parse(s *Schedule) bool {
	switch {
	case !p.trim():
		return false
	case !isLetter(p.expr[p.pos]):
		return p.cron(s)
	case p.opens("rate"):
		return p.rate(s)
	case p.opens("at"):
		return p.at(s)
	}
	return p.cron(s)
}

// trim removes the white space around the expression. It refuses an expression that is empty or too
// long.
func (p *parser) trim() bool {
	if len(p.expr) > MaxLength {
		return p.fail(MaxLength, format("an expression has at most %d bytes", "表达式最长 %d 字节", MaxLength))
	}
	p.end = len(p.expr)
	for p.pos < p.end && isSpace(p.expr[p.pos]) {
		p.pos++
	}
	for p.end > p.pos && isSpace(p.expr[p.end-1]) {
		p.end--
	}
	return p.pos < p.end || p.fail(p.pos, message{"the expression is empty", "表达式为空"})
}

// opens reports whether a form with the given name begins at pos: the name in upper or lower case,
// then optional blanks, then a parenthesis. It does not change pos.
func (p *parser) opens(name string) bool {
	if p.expr[p.pos]|0x20 != name[0] || p.end-p.pos <= len(name) {
		return false
	}
	i := p.pos + len(name)
	if !strings.EqualFold(p.expr[p.pos:i], name) {
		return false
	}
	for i < p.end && isSpace(p.expr[i]) {
		i++
	}
	return i < p.end && p.expr[i] == '('
}

// fail records an error at byte at of the expression, and returns false.
func (p *parser) fail(at int, reason message) bool {
	p.err = &ParseError{Expr: p.expr, Field: p.field, Reason: reason.en, Offset: at, reason: reason}
	return false
}

// peek returns the byte at pos, or 0 at the end. A zero byte can also be in the expression: pos
// shows whether the end is reached.
func (p *parser) peek() byte {
	if text := p.expr[:p.end]; uint(p.pos) < uint(len(text)) {
		return text[p.pos]
	}
	return 0
}

// skipSpace moves past white space.
func (p *parser) skipSpace() {
	for isSpace(p.peek()) {
		p.pos++
	}
}

// word returns the text between pos and the next white space, without moving.
func (p *parser) word() string {
	i := p.pos
	for i < p.end && !isSpace(p.expr[i]) {
		i++
	}
	return p.expr[p.pos:i]
}

// isSpace reports whether c is a blank or one of \t, \n, \v, \f and \r.
func isSpace(c byte) bool {
	return c == ' ' || c-'\t' <= '\r'-'\t'
}

// isDigit reports whether c is one of 0 to 9. The subtraction wraps around below '0'.
func isDigit(c byte) bool { return c-'0' <= 9 }

// isLetter reports whether c is a letter of ASCII, in either case.
func isLetter(c byte) bool { return (c|0x20)-'a' <= 'z'-'a' }

// allDigits reports whether s consists of one or more digits.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// atoi returns the value of a short sequence of digits.
func atoi(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
