package runcommand

import (
	"maps"
	"slices"
	"strings"
)

// powerShellQuotes are the characters that PowerShell takes for a single quote.
const powerShellQuotes = "'‘’‚‛"

// quoteWord returns the value as one word of the language of a command type: the word is the value,
// whatever characters the value has. It returns the value itself for a Bat script, since cmd has no
// such quotes; validate refuses that.
func quoteWord(t CommandType, value string) string {
	switch t {
	case RunBatScript:
		return value
	case RunPowerShellScript:
		for _, quote := range powerShellQuotes {
			value = strings.ReplaceAll(value, string(quote), string([]rune{quote, quote})) // two quotes are one
		}
		return "'" + value + "'"
	default:
		return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
	}
}

// unquoteWord undoes quoteWord: it returns the value that the word stands for. The result ok is false
// when quoteWord cannot have made the word.
func unquoteWord(t CommandType, word string) (value string, ok bool) {
	inside, begins := strings.CutPrefix(word, "'")
	inside, ends := strings.CutSuffix(inside, "'")
	if !begins || !ends || t == RunBatScript {
		return "", false
	}
	if t == RunPowerShellScript {
		for _, quote := range powerShellQuotes {
			inside = strings.ReplaceAll(inside, string([]rune{quote, quote}), string(quote))
		}
	} else {
		inside = strings.ReplaceAll(inside, `'\''`, "'")
	}
	return inside, quoteWord(t, inside) == word
}

// quotedNames returns the names of the parameters that QuotedParameter set, and that still have its
// value.
func (r *Request) quotedNames() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.quoted)) {
		if value, given := r.Parameters[name]; given && value == r.quoted[name] {
			names = append(names, name)
		}
	}
	return names
}

// unquotedValues returns the values of parameters that are quoted words, without their quotes. A reply
// may repeat a value in both forms, and both must be masked.
func (r *Request) unquotedValues() []string {
	var values []string
	for _, value := range r.Parameters {
		if plain, ok := unquoteWord(r.Type, value); ok {
			values = append(values, plain)
		}
	}
	return values
}
