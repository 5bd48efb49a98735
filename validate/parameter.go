package validate

import (
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
	if u.empty > 0 {
		c.report(field, errors.CmdParamEmptyKey, "has %s without a name, {{}}", count(u.empty, "parameter", "parameters"))
	}
	if u.illegal > 0 {
		c.report(field, errors.CmdParamInvalidParamName,
			"has %s with characters other than A-Z, a-z, 0-9, '-' and '_'; a script that uses {{ }} for itself needs EnableParameter off",
			count(u.illegal, "parameter name", "parameter names"))
	}
	if u.undefined > 0 {
		c.report(field, errors.CmdParamInvalidParamName, "has %s in the reserved name space ACS:: that the service does not define", count(u.undefined, "parameter", "parameters"))
	}
	if u.long > 0 {
		c.report(field, errors.CmdParamNameExceedLimit, "has %s of over %d bytes", count(u.long, "parameter name", "parameter names"), c.limits.ParameterName)
	}
	if n := len(u.names); n > c.limits.ParameterNames {
		c.report(field, errors.CmdParamCountExceedLimit, "defines %d parameters, the limit is %d", n, c.limits.ParameterNames)
	}
}

// pairs checks the values and compares their names with the names in the script. The parameter used
// holds the names in the script; it is nil when they are unknown.
func (c *checker) pairs(used map[string]bool) {
	const field = "Parameters"
	n, limit := len(c.Parameters), c.limits.Parameters
	if n > limit {
		c.report(field, errors.ParameterCountExceedLimit, "has %d entries, the limit is %d", n, limit)
	}
	if n > max(limit, inspectedPairs) {
		return
	}
	seen := make(map[string]bool, n)
	var empty, long, longest, duplicate, unused, badText int
	for key, value := range c.Parameters {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
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
			duplicate++
		case used != nil && !used[name]:
			unused++
		}
		seen[name] = true
	}
	if empty > 0 {
		c.report(field, errors.CmdParamEmptyKey, "has an entry without a name")
	}
	if long > 0 {
		c.report(field, errors.ParameterKeyExceedLimit, "has %s too long, the longest of %d characters; the limit is %d", count(long, "name that is", "names that are"), longest, c.limits.ParameterName)
	}
	if duplicate > 0 {
		c.report(field, errors.ParameterKeyDuplicate, "has %s from another only by case", count(duplicate, "name that differs", "names that differ"))
	}
	if unused > 0 {
		c.report(field, errors.ParameterNotMatched, "has %s among %d that the script does not use", count(unused, "entry", "entries"), n)
	}
	if badText > 0 {
		c.reportLocal(field, errors.InvalidParameterCharsetParameters, "has %s not UTF-8 and would arrive changed", count(badText, "entry that is", "entries that are"))
	}
}
