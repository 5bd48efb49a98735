package validate

import (
	"bytes"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Beyond these sizes only the number is reported: such a command is refused for
// it, and looking at every part of it would take long.
const (
	inspectedPairs = 1000
	inspectedBytes = 1 << 20
)

// placeholders checks the names that the script uses, then the values given for
// them.
func (c *checker) placeholders() {
	if len(c.Parameters) > 0 && !c.EnableParameter {
		c.report("Parameters", errors.ParameterDisabled, "has %d entries while EnableParameter is false", len(c.Parameters))
	}
	if !c.EnableParameter || c.encodedSize() > max(inspectedBytes, c.limits.Content) {
		c.pairs(nil)
		return
	}
	used := usageOf(c.parameterized(), c.limits.ParameterName)
	c.names(&used)
	c.pairs(&used.names)
}

// parameterized is the part of the script that can hold placeholders.
func (c *checker) parameterized() string {
	if from := bytes.Index(c.Content, []byte("{{")); from >= 0 {
		return string(c.Content[from:])
	}
	return ""
}

// names reports the rules that the names in the script break.
func (c *checker) names(u *usage) {
	const field = "CommandContent"
	if u.empty > 0 {
		c.report(field, errors.CmdParamEmptyKey, "has %d parameters without a name, {{}}", u.empty)
	}
	if u.illegal > 0 {
		c.report(field, errors.CmdParamInvalidParamName,
			"has %d parameter names with characters other than A-Z, a-z, 0-9, '-' and '_'; a script that uses {{ }} for itself needs EnableParameter off", u.illegal)
	}
	if u.undefined > 0 {
		c.report(field, errors.CmdParamInvalidParamName, "has %d parameters in the reserved name space ACS:: that are not built in", u.undefined)
	}
	if u.long > 0 {
		c.report(field, errors.CmdParamNameExceedLimit, "has %d parameter names of over %d bytes", u.long, c.limits.ParameterName)
	}
	if u.names.n > c.limits.ParameterNames {
		c.report(field, errors.CmdParamCountExceedLimit, "defines %d parameters, the limit is %d", u.names.n, c.limits.ParameterNames)
	}
}

// pairs checks the values given. Their keys are compared with the names that the
// script uses; nil: these are not known.
func (c *checker) pairs(used *keySet) {
	const field = "Parameters"
	n, limit := len(c.Parameters), c.limits.Parameters
	if n > limit {
		c.report(field, errors.ParameterCountExceedLimit, "has %d entries, the limit is %d", n, limit)
	}
	if n > max(limit, inspectedPairs) {
		return
	}
	seen := keySet{fold: true}
	var empty, long, longest, duplicate, unused, badText int
	for key, value := range c.Parameters {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			badText++
		}
		switch {
		case key == "":
			empty++
		case longer(key, c.limits.ParameterName):
			long++
			longest = max(longest, utf8.RuneCountInString(key))
		case !seen.add(key):
			duplicate++
		case used != nil && !used.has(key):
			unused++
		}
	}
	if empty > 0 {
		c.report(field, errors.CmdParamEmptyKey, "has an entry without a name")
	}
	if long > 0 {
		c.report(field, errors.ParameterKeyExceedLimit, "has %d names that are too long, the longest of %d characters; the limit is %d", long, longest, c.limits.ParameterName)
	}
	if duplicate > 0 {
		c.report(field, errors.ParameterKeyDuplicate, "has %d names that differ from others only by case", duplicate)
	}
	if unused > 0 {
		c.report(field, errors.ParameterNotMatched, "has %d entries of %d that the script does not use", unused, n)
	}
	if badText > 0 {
		c.reportLocal(field, errors.InvalidParameterCharsetParameters, "has %d entries that are not UTF-8 and would arrive changed", badText)
	}
}
