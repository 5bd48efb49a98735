package validate

import (
	"bytes"
	"iter"
	"strings"
)

// blanks are the characters that may come between the braces and the name of a placeholder.
const blanks = " \t\r\n\v\f"

// nextPlaceholder finds the first {{name}} in script. It returns the name without the blanks around
// it, and the rest of the script after the closing braces. The name contains no braces: in "{{{a}}"
// the placeholder begins with the two braces directly before the letter a.
func nextPlaceholder(script []byte) (name string, rest []byte, ok bool) {
	for {
		open := bytes.Index(script, []byte("{{"))
		if open < 0 {
			return "", nil, false
		}
		inside := script[open+2:]
		end := bytes.IndexAny(inside, "{}")
		if end < 0 {
			return "", nil, false
		}
		if bytes.HasPrefix(inside[end:], []byte("}}")) {
			return string(bytes.Trim(inside[:end], blanks)), inside[end+2:], true
		}
		script = script[open+1:]
	}
}

// A placeholder is one {{name}} in a script.
type placeholder struct {
	name       string // without the blanks around it
	begin, end int    // offsets in the script: of the first brace, and after the last brace
}

// placeholdersIn yields every placeholder of script, in order.
func placeholdersIn(script []byte) iter.Seq[placeholder] {
	return func(yield func(placeholder) bool) {
		for name, rest, ok := nextPlaceholder(script); ok; name, rest, ok = nextPlaceholder(rest) {
			end := len(script) - len(rest)
			if !yield(placeholder{name, bytes.LastIndex(script[:end], []byte("{{")), end}) {
				return
			}
		}
	}
}

// A nameClass says what the name in a placeholder refers to.
type nameClass uint8

// The classes of names. Only a custom name gets its value from Parameters.
const (
	customName     nameClass = iota // a parameter of the command
	builtIn                         // {{ACS::InstanceId}}: the service inserts the value
	unknownBuiltIn                  // begins with the reserved prefix ACS::, but is not a documented name
	storedValue                     // {{oos:name}}: the value is read from Parameter Store when the script runs
)

// builtIns are the documented built-in parameters, without ACS:: (Cloud Assistant guide to custom
// parameters). Their values come from the service.
var builtIns = []string{"RegionId", "AccountId", "InstanceId", "InstanceName", "InvokeId", "CommandId"}

// classOf returns what name refers to. In a built-in name it ignores case and the blanks around its
// parts.
func classOf(name string) nameClass {
	if space, member, ok := strings.Cut(name, "::"); ok && strings.EqualFold(strings.Trim(space, blanks), "ACS") {
		member = strings.Trim(member, blanks)
		for _, b := range builtIns {
			if strings.EqualFold(b, member) {
				return builtIn
			}
		}
		return unknownBuiltIn
	}
	if store, _, ok := strings.Cut(name, ":"); ok && (strings.EqualFold(store, "oos") || strings.EqualFold(store, "oos-secret")) {
		return storedValue
	}
	return customName
}

// validName reports whether name has only the characters that are allowed in the name of a custom
// parameter.
func validName(name string) bool {
	for i := range len(name) {
		if b := name[i]; !isLetter(b) && !isDigit(b) && b != '-' && b != '_' {
			return false
		}
	}
	return true
}

// usage says how a script uses placeholders.
type usage struct {
	names map[string]placeholder // custom names in lower case, valid or not, each with its first placeholder
	// The fields illegal and long count different names. The fields empty and undefined count
	// placeholders.
	empty, illegal, long, undefined tally
}

// A tally counts placeholders of one kind and keeps the first.
type tally struct {
	n     int
	first placeholder
}

// add counts a placeholder.
func (t *tally) add(p placeholder) {
	if t.n++; t.n == 1 {
		t.first = p
	}
}

// usageOf reads all placeholders of script. A name of more than limit bytes is too long.
func usageOf(script []byte, limit int) usage {
	u := usage{names: make(map[string]placeholder)}
	for p := range placeholdersIn(script) {
		switch classOf(p.name) {
		case unknownBuiltIn:
			u.undefined.add(p)
		case customName:
			u.addCustomName(p, limit)
		}
	}
	return u
}

// addCustomName counts a placeholder with a custom name. A name that was counted before, in any
// case of its letters, does not count again.
func (u *usage) addCustomName(p placeholder, limit int) {
	folded := strings.ToLower(p.name)
	if p.name == "" {
		u.empty.add(p)
		return
	}
	if _, known := u.names[folded]; known {
		return
	}
	u.names[folded] = p
	if !validName(p.name) {
		u.illegal.add(p)
	}
	if len(p.name) > limit {
		u.long.add(p)
	}
}
