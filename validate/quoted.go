package validate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// quotedParameters checks the parameters whose values are quoted. cmd has no quoting that keeps
// every value, and no word holds a zero byte.
func (c *checker) quotedParameters() {
	if len(c.QuotedParameters) == 0 {
		return
	}
	if c.Type == "RunBatScript" {
		c.reportLocal("Parameters", errors.InvalidParameter,
			"has a quoted value for %s, but cmd has no quoting that keeps every value; use a PowerShell script, or Parameter for values that need no quotes",
			nameList(c.QuotedParameters))
	}
	zero := slices.DeleteFunc(slices.Clone(c.QuotedParameters), func(name string) bool {
		return strings.IndexByte(c.Parameters[name], 0) < 0
	})
	if len(zero) > 0 {
		c.reportLocal("Parameters", errors.InvalidParameterCharsetParameters,
			"has a zero byte in the quoted value of %s, and no word of a script can hold one", nameList(zero))
	}
}

// warnQuoted warns of quoted values in places where their quotes have no effect or a wrong one.
func (c *Command) warnQuoted(warn warner) {
	if len(c.QuotedParameters) == 0 || !c.EnableParameter {
		return
	}
	quoted := make(map[string]bool, len(c.QuotedParameters))
	for _, name := range c.QuotedParameters {
		quoted[strings.ToLower(name)] = true
	}
	var list []placeholder
	masked := bytes.Clone(c.Content) // without the placeholders, whose braces mean nothing to the interpreter
	for p := range placeholdersIn(c.Content) {
		copy(masked[p.begin:], bytes.Repeat([]byte("x"), p.end-p.begin))
		if quoted[strings.ToLower(p.name)] {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return
	}
	contexts := shellContexts
	switch wanted, got := c.quotesOf(), c.language(); {
	case wanted == otherLanguage:
		return // a violation
	case got != wanted:
		warn("CommandContent", "has %s in line %d, whose value is quoted for %s, but %s runs another interpreter, which reads quotes differently; give the value with Parameter, quoted for that interpreter",
			inBraces(list[0], ""), lineOf(c.Content, list[0].begin), languageNames[wanted], c.interpreterSource())
		return
	case wanted == powerShell:
		contexts = powerShellContexts
	}
	c.warnContexts(warn, list, contexts(masked))
}

// quotesOf returns the language that the values are quoted for.
func (c *Command) quotesOf() language {
	switch c.Type {
	case "RunShellScript":
		return shellLanguage
	case "RunPowerShellScript":
		return powerShell
	default:
		return otherLanguage
	}
}

// languageNames are the names in messages of the languages that values can be quoted for.
var languageNames = map[language]string{shellLanguage: "sh", powerShell: "PowerShell"}

// interpreterSource says which part of the command names the interpreter of the script.
func (c *Command) interpreterSource() string {
	if c.Launcher != "" {
		return "Launcher"
	}
	return "the first line"
}

// misplaced says what is wrong with a quoted value in a context.
var misplaced = map[context]string{
	inSingle:     "between quotes, which end at the first quote of its value",
	inDouble:     "between quotes, where the quotes of its value are ordinary characters and the rest may be expanded",
	inHereText:   "in a text, where the quotes of its value are ordinary characters",
	inArithmetic: "in an arithmetic expression, where the quotes of its value are an error",
	inComment:    "in a comment, which ends at the first line end of its value",
	afterEscape:  "after an escape character, which takes away the first quote of its value",
}

// warnContexts warns of the first of the placeholders in a wrong context.
func (c *Command) warnContexts(warn warner, list []placeholder, contexts []context) {
	wrong := slices.DeleteFunc(list, func(p placeholder) bool { return contexts[p.begin] == inScript })
	if len(wrong) == 0 {
		return
	}
	p, more := wrong[0], ""
	if len(wrong) > 1 {
		more = " (and " + count(len(wrong)-1, "more such place", "more such places") + ")"
	}
	variable := `v={{` + shortened(p.name, 24) + `}} on a line of its own and "$v" here`
	if c.quotesOf() == powerShell {
		variable = `$v = {{` + shortened(p.name, 24) + `}} on a line of its own and $v here`
	}
	warn("CommandContent", "has %s in line %d %s%s; write it alone, or %s",
		inBraces(p, ""), lineOf(c.Content, p.begin), misplaced[contexts[p.begin]], more, variable)
}
