package validate

import (
	"bytes"
	"strings"
)

// blanks may stand between the braces and the name of a placeholder.
const blanks = " \t\r\n\v\f"

// nextPlaceholder finds the first {{name}} in script and returns the name without
// the blanks around it, and what follows the closing braces. Between the braces
// there are no other braces: of "{{{a}}" the last two open.
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

// A nameClass is what the inside of a placeholder refers to.
type nameClass uint8

const (
	customName     nameClass = iota // a parameter of the command
	builtIn                         // {{ACS::InstanceId}}: the service supplies the value
	unknownBuiltIn                  // in the reserved name space, but not documented
	storedValue                     // {{oos:name}}: read from Parameter Store when the script runs
)

var builtIns = []string{"RegionId", "AccountId", "InstanceId", "InstanceName", "InvokeId", "CommandId"}

// classOf tells what name refers to. Case and blanks around the parts of a
// built-in name do not count.
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

// legalName reports whether name has only the characters that the name of a
// custom parameter may have.
func legalName(name string) bool {
	for i := range len(name) {
		if b := name[i]; !isLetter(b) && !isDigit(b) && b != '-' && b != '_' {
			return false
		}
	}
	return true
}

// usage is how a script uses placeholders. Counts are of distinct names.
type usage struct {
	names                           map[string]bool // custom names in lower case, legal or not
	empty, illegal, long, undefined int
}

// usageOf reads all placeholders of script; names of more than limit bytes are long.
func usageOf(script []byte, limit int) usage {
	u := usage{names: make(map[string]bool)}
	for name, rest, ok := nextPlaceholder(script); ok; name, rest, ok = nextPlaceholder(rest) {
		switch classOf(name) {
		case unknownBuiltIn:
			u.undefined++
		case customName:
			u.addCustom(name, limit)
		}
	}
	return u
}

func (u *usage) addCustom(name string, limit int) {
	folded := strings.ToLower(name)
	switch {
	case name == "":
		u.empty++
		return
	case u.names[folded]:
		return
	}
	u.names[folded] = true
	if !legalName(name) {
		u.illegal++
	}
	if len(name) > limit {
		u.long++
	}
}
