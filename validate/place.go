package validate

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The functions of this file say where something is in a script. They repeat names of parameters,
// which are no secrets, and shorten them. They repeat no value.

// lineOf returns the number of the line that has the byte at offset, counted from 1.
func lineOf(script []byte, offset int) int {
	return bytes.Count(script[:offset], []byte("\n")) + 1
}

// firstPlace says where the first placeholder of a tally is: `, "{{.Names}}" in line 3`.
func firstPlace(script []byte, t tally) string {
	note := ", "
	if t.n > 1 {
		note = ", the first is "
	}
	return note + inBraces(t.first, "") + " in line " + strconv.Itoa(lineOf(script, t.first.begin))
}

// inBraces returns the placeholder in quotes. It is shortened when it is long, or replaced by other
// if that is given.
func inBraces(p placeholder, other string) string {
	const longest = 24
	if other != "" && len(p.name) > longest {
		return strconv.Quote(other)
	}
	return strconv.Quote("{{" + shortened(p.name, longest) + "}}")
}

// nameList returns names in quotes, at most three of them: `"a", "b", "c" and 2 more`.
func nameList(names []string) string {
	const most, longest = 3, 32
	shown := make([]string, min(len(names), most))
	for i := range shown {
		shown[i] = strconv.Quote(shortened(names[i], longest))
	}
	list := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		return list + " and " + strconv.Itoa(more) + " more"
	}
	return list
}

// shortened returns the beginning of a name of more than longest bytes, with dots after it.
func shortened(name string, longest int) string {
	if len(name) <= longest {
		return name
	}
	end := longest
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "..."
}
