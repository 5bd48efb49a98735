package validate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// For a command above one of these sizes only the violation of its size is reported. That violation
// is enough to refuse the command, and it would take long to look at every part of the command.
const (
	inspectedPairs = 1000
	inspectedBytes = 1 << 20
)

// placeholders checks the names in the placeholders of the script, then the values for these names.
func (c *checker) placeholders() {
	if len(c.Parameters) > 0 && !c.EnableParameter {
		c.report("Parameters", errors.ParameterDisabled, "has %s while EnableParameter is false", count(len(c.Parameters), "entry", "entries"))
	}
	if !c.EnableParameter || c.encodedSize() > max(inspectedBytes, c.limits.Content) {
		c.pairs(nil)
		return
	}
	used := usageOf(c.Content, c.limits.ParameterName)
	c.names(&used)
	c.pairs(used.names)
}

// names reports the rules that the names in the script break.
func (c *checker) names(u *usage) {
	const field = "CommandContent"
	first := func(t tally) string { return firstPlace(c.Content, t) }
	if u.empty.n > 0 {
		c.report(field, errors.CmdParamEmptyKey, `has %s without a name%s; write a name, or keep the braces: {{braces}} there and Parameter("braces", "{{}}")`,
			count(u.empty.n, "parameter", "parameters"), first(u.empty))
	}
	if u.illegal.n > 0 {
		c.report(field, errors.CmdParamInvalidParamName,
			`has %s with characters other than A-Z, a-z, 0-9, '-' and '_'%s; a script that uses {{ }} for itself needs EnableParameter off, or {{fmt}} there and Parameter("fmt", %s)`,
			count(u.illegal.n, "parameter name", "parameter names"), first(u.illegal), inBraces(u.illegal.first, "{{.Names}}"))
	}
	if u.undefined.n > 0 {
		c.report(field, errors.CmdParamInvalidParamName, "has %s in the reserved name space ACS:: that the service does not define%s; it defines %s",
			count(u.undefined.n, "parameter", "parameters"), first(u.undefined), strings.Join(builtIns, ", "))
	}
	if u.long.n > 0 {
		c.report(field, errors.CmdParamNameExceedLimit, "has %s of over %s%s",
			count(u.long.n, "parameter name", "parameter names"), count(c.limits.ParameterName, "byte", "bytes"), first(u.long))
	}
	if n := len(u.names); n > c.limits.ParameterNames {
		c.report(field, errors.CmdParamCountExceedLimit, "defines %s, the limit is %d", count(n, "parameter", "parameters"), c.limits.ParameterNames)
	}
}

// pairs checks the values and compares their names with the names in the script. The parameter used
// holds the names in the script; it is nil when they are unknown.
func (c *checker) pairs(used map[string]placeholder) {
	const field = "Parameters"
	n, limit := len(c.Parameters), c.limits.Parameters
	if n > limit {
		c.report(field, errors.ParameterCountExceedLimit, "has %s, the limit is %d", count(n, "entry", "entries"), limit)
	}
	if n > max(limit, inspectedPairs) {
		return
	}
	seen := make(map[string]bool, n)
	var empty, long, longest, badText int
	var duplicate, unused []string
	for _, key := range slices.Sorted(maps.Keys(c.Parameters)) {
		if !utf8.ValidString(key) || !utf8.ValidString(c.Parameters[key]) {
			badText++
		}
		switch {
		case key == "":
			empty++
			continue
		case longer(key, c.limits.ParameterName):
			long++
			longest = max(longest, utf8.RuneCountInString(key))
			continue
		}
		name := strings.ToLower(key) // names that differ only by case are the same
		switch {
		case seen[name]:
			duplicate = append(duplicate, key)
		case used != nil && !hasKey(used, name):
			unused = append(unused, key)
		}
		seen[name] = true
	}
	if empty > 0 {
		c.report(field, errors.CmdParamEmptyKey, "has an entry without a name")
	}
	if long > 0 {
		c.report(field, errors.ParameterKeyExceedLimit, "has %s too long, the longest of %s; the limit is %d",
			count(long, "name that is", "names that are"), count(longest, "character", "characters"), c.limits.ParameterName)
	}
	if len(duplicate) > 0 {
		c.report(field, errors.ParameterKeyDuplicate, "has %s from another only by case: %s",
			count(len(duplicate), "name that differs", "names that differ"), nameList(duplicate))
	}
	if len(unused) > 0 {
		c.report(field, errors.ParameterNotMatched, "has %s among %d that the script does not use: %s; %s",
			count(len(unused), "entry", "entries"), n, nameList(unused), c.usedNames(used))
	}
	if badText > 0 {
		c.reportLocal(field, errors.InvalidParameterCharsetParameters, "has %s not UTF-8 and would arrive changed", count(badText, "entry that is", "entries that are"))
	}
}

// usedNames says which names the script uses: those without a value, if there are such names,
// since one of them was probably meant.
func (c *checker) usedNames(used map[string]placeholder) string {
	given := make(map[string]bool, len(c.Parameters))
	for key := range c.Parameters {
		given[strings.ToLower(key)] = true
	}
	var all, free []placeholder
	for name, p := range used {
		all = append(all, p)
		if !given[name] {
			free = append(free, p)
		}
	}
	switch {
	case len(free) > 0:
		return "the script uses " + nameList(namesInOrder(free))
	case len(all) > 0:
		return "the script uses only " + nameList(namesInOrder(all))
	default:
		return "the script uses no parameter"
	}
}

// namesInOrder returns the names of placeholders in the order of the script.
func namesInOrder(list []placeholder) []string {
	slices.SortFunc(list, func(a, b placeholder) int { return cmp.Compare(a.begin, b.begin) })
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.name
	}
	return names
}
