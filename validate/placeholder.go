package validate

import (
	"bytes"
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

// A nameClass says what the name in a placeholder refers to.
type nameClass uint8

const (
	customName     nameClass = iota // a parameter of the command
	builtIn                         // {{ACS::InstanceId}}: the service inserts the value
	unknownBuiltIn                  // begins with the reserved prefix ACS::, but is not a documented name
	storedValue                     // {{oos:name}}: the value is read from Parameter Store when the script runs
)

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

// usage says how a script uses placeholders. The fields illegal and long are numbers of
// different names. The fields empty and undefined are numbers of placeholders.
type usage struct {
	names                           map[string]bool // custom names in lower case, valid or not
	empty, illegal, long, undefined int
}

// usageOf reads all placeholders of script. A name of more than limit bytes is too long.
func usageOf(script []byte, limit int) usage {
	u := usage{names: make(map[string]bool)}
	for name, rest, ok := nextPlaceholder(script); ok; name, rest, ok = nextPlaceholder(rest) {
		switch classOf(name) {
		case unknownBuiltIn:
			u.undefined++
		case customName:
			u.addCustomName(name, limit)
		}
	}
	return u
}

func (u *usage) addCustomName(name string, limit int) {
	folded := strings.ToLower(name)
	switch {
	case name == "":
		u.empty++
		return
	case u.names[folded]:
		return
	}
	u.names[folded] = true
	if !validName(name) {
		u.illegal++
	}
	if len(name) > limit {
		u.long++
	}
}
