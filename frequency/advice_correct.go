package frequency

import "strings"

// Advice says what to write instead of an expression that Parse has refused. It is found step by
// step. Each step corrects one mistake that people make, and the steps go on until Parse accepts
// the text. So an expression with several mistakes gets advice too, and a suggestion is never one
// that Parse refuses. All of this happens after a refusal: a good expression costs nothing.
//
// An example, step by step:
//
//	cron: "30 9 * * 0 UTC+8"    the text of a person
//	"30 9 * * 0 UTC+8"          wrapping has removed the key
//	30 9 * * 0 UTC+8            wrapping has removed the quotes
//	0 30 9 * * 7 GMT+8:00       fieldCount has added the second, counted weekdays from 1 = Monday,
//	                            and corrected the zone; Parse accepts this text
//
// The reason of the error is about the first step, since it is the first thing to mend.

// correction is one such step. Its offsets are those of the text that the step corrects.
type correction struct {
	why   message // what is wrong; empty when the parser has said it
	hint  message // what to write in general, for when there is no whole expression to suggest
	text  string  // the whole text without the mistake; empty when it is not certain what is meant
	said  bool    // the reason already says what to write, so the suggestion is not added to it
	field string  // the field of the mistake; used with why
	at    int     // the offset of the mistake; used with why
}

// The bounds of the search. With them, a refused expression of any length costs little time.
const (
	adviceLength   = 512 // longer expressions get the reason of the parser only
	suggestLength  = 160 // the longest suggestion that a Reason repeats
	maxCorrections = 12  // the largest number of steps for one expression
	maxSteps       = 80  // the largest number of steps in all; the steps within calls of complete count, too
)

// adviser looks for the advice of one expression.
type adviser struct {
	steps int // the number of steps so far; the steps within calls of complete count, too
	depth int // the number of calls of complete that have not ended
}

// advise adds to the error of a refused expression what to write instead.
func (e *ParseError) advise() {
	if len(e.Expr) > adviceLength {
		return
	}
	text := strings.Trim(e.Expr, blanks)
	if text == "" {
		return
	}
	lead := strings.Index(e.Expr, text)
	var a adviser
	suggestion, first := a.correct(text)
	if first == nil {
		return
	}
	reason := e.reason
	if first.why != (message{}) {
		reason, e.Field, e.Offset = first.why, first.field, lead+first.at
	}
	switch {
	case suggestion == "" || len(suggestion) > suggestLength:
		reason = reason.plus(first.hint)
	case !first.said && !strings.Contains(reason.en, suggestion):
		last := strings.TrimRight(suggestion[strings.LastIndexByte(suggestion, ' ')+1:], ")")
		reason = reason.withoutEnd(instead(last)).plus(instead(suggestion)) // not "write UTC; write 0 0 9 * * ? UTC"
	}
	e.Suggestion = suggestion
	e.reason, e.Reason = reason, reason.en
}

// instead tells the reader to write a text.
func instead(text string) message { return format("; write %s", "；请写 %s", text) }

// blanks are the bytes that isSpace accepts.
const blanks = " \t\n\v\f\r"

// correct corrects the text until Parse accepts it. The result is empty when that does not succeed.
// The first correction is nil when no mistake was recognised.
func (a *adviser) correct(text string) (corrected string, first *correction) {
	for range maxCorrections {
		if a.steps++; a.steps > maxSteps {
			return "", first
		}
		err := a.refusal(text)
		if err == nil {
			return strings.Join(strings.Fields(text), " "), first
		}
		c, ok := a.next(text, err)
		if !ok {
			return "", first
		}
		if first == nil {
			first = &c
		}
		if text = strings.Trim(c.text, blanks); text == "" {
			return "", first
		}
	}
	return "", first
}

// next returns the first step that one of the correctors proposes.
func (a *adviser) next(text string, err *ParseError) (correction, bool) {
	for _, corrector := range correctors() {
		if c, ok := corrector(a, text, err); ok && c.text != text {
			return c, true
		}
	}
	return correction{}, false
}

// correctors lists the kinds of mistakes, those of the whole text before those of its parts.
func correctors() []func(*adviser, string, *ParseError) (correction, bool) {
	return []func(*adviser, string, *ParseError) (correction, bool){
		(*adviser).chinesePhrase,
		(*adviser).encoding,
		(*adviser).characters,
		(*adviser).wrapping,
		(*adviser).zonePrefix,
		(*adviser).shorthand,
		(*adviser).rateForm,
		(*adviser).atForm,
		(*adviser).cronForm,
		(*adviser).interval,
		(*adviser).moment,
		(*adviser).phrase,
		(*adviser).calendarEvent,
		(*adviser).jenkins,
		(*adviser).separators,
		(*adviser).eventBridge,
		(*adviser).fieldCount,
		(*adviser).misplaced,
		(*adviser).zoneField,
		(*adviser).item,
		(*adviser).words,
	}
}

// refusal returns the error of Parse without advice, or nil when Parse accepts the text.
func (a *adviser) refusal(text string) *ParseError {
	var s Schedule
	p := parser{expr: text}
	if p.parse(&s) {
		return nil
	}
	return p.err
}

// complete returns text when Parse accepts it, or else the text with all its mistakes corrected.
// The result is empty when the mistakes cannot be corrected.
func (a *adviser) complete(text string) string {
	if text == "" || a.depth > 2 || a.steps > maxSteps {
		return ""
	}
	a.depth++
	corrected, _ := a.correct(text)
	a.depth--
	return corrected
}
