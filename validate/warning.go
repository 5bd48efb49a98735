package validate

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

// A Warning says that a field is legal but will probably not do what it seems to do.
// The command may be sent as it is. The comment of [Limits.Warnings] lists all of them.
//
// Programs use Field, for example to show the warning beside a field of a form. Message is English
// text for people; a later version may use other words. A command can have several warnings
// with the same Field. Warnings can be compared with ==.
type Warning struct {
	Field   string // wire name of the field: "RepeatMode", "CommandContent"
	Message string // what happens to the field, such as "is ignored in a container"; the message repeats no value
}

// String returns "Field: message". The text of an [errors.Violation] begins in the same way. The
// zero Warning has a text, too.
func (w Warning) String() string {
	return cmp.Or(w.Field, "request") + ": " + cmp.Or(w.Message, "may not do what it seems to do")
}

// advice lists the warnings with a fixed message, in the order in which they are given. The
// function when reports whether a command gets the warning.
var advice = []struct {
	field, message string
	when           func(*Command) bool
}{
	{"Username", "is ignored in a container, whose own default user runs the script",
		func(c *Command) bool { return c.inContainer() && c.Username != "" }},
	{"WorkingDir", "is ignored in a container, whose own default directory applies",
		func(c *Command) bool { return c.inContainer() && c.WorkingDir != "" }},
	{"CommandContent", "names an interpreter in its first line, but in a container /bin/sh runs the script",
		func(c *Command) bool { return c.inContainer() && foreignInterpreter(c.Content) }},
	{"WindowsPasswordName", "has no effect on a shell script, which runs on Linux",
		func(c *Command) bool { return c.Type == "RunShellScript" && c.WindowsPasswordName != "" }},
	{"WindowsPasswordName", "has no effect without Username; give the user whose password it is",
		func(c *Command) bool { return c.windows() && c.WindowsPasswordName != "" && c.Username == "" }},
	{"RepeatMode", "is overridden by the schedule, the command runs as Period",
		func(c *Command) bool {
			return c.scheduled() && c.RepeatMode != "" && c.RepeatMode != "Period" && c.RepeatMode != "DryRun"
		}},
	{"Frequency", "has an interval equal to the timeout, the documents ask for a longer one",
		func(c *Command) bool {
			return c.Frequency.Kind() == frequency.KindRate && c.Frequency.MinInterval() == c.effectiveTimeout()
		}},
	{"Timeout", "is under 10 s, the least that the documents of InvokeCommand allow: a slow start may use it up",
		func(c *Command) bool { return 0 < c.Timeout && c.Timeout < 10*time.Second }},
}

// documentedParameters is the number of parameters that the stricter of two documents allows; the
// other document allows 20.
const documentedParameters = 10

// warnings is Warnings, whose comment is generated with the list of warnings.
func (l Limits) warnings(c *Command, now time.Time) []Warning {
	if c == nil {
		return nil
	}
	l = l.WithDefaults()
	var warnings []Warning
	warn := func(field, format string, args ...any) {
		warnings = append(warnings, Warning{field, fmt.Sprintf(format, args...)})
	}
	for _, a := range advice {
		if a.when(c) {
			warn(a.field, "%s", a.message)
		}
	}
	if c.encodedSize() <= max(inspectedBytes, l.Content) {
		c.warnPlaceholders(l.ParameterName, warn)
		if c.warnBytes(warn) {
			c.warnCodePage(warn)
			c.warnQuoted(warn)
		}
	}
	if n := len(c.Parameters); n > documentedParameters && n <= l.Parameters {
		warn("Parameters", "has %s, some documents allow no more than %d", count(n, "entry", "entries"), documentedParameters)
	}
	warnIDs(c.InstanceIDs[:min(len(c.InstanceIDs), l.Instances)], warn)
	if n := repeatedIDs(c.InstanceIDs, l.Instances); n > 0 {
		warn("InstanceId", "names %s more than once", count(n, "instance", "instances"))
	}
	for _, w := range c.Frequency.Warnings(now) {
		warn("Frequency", "%s", w.Message)
	}
	return warnings
}

// foreignInterpreter reports whether the first line of the script names an interpreter other than
// sh.
func foreignInterpreter(script []byte) bool {
	line, ok := interpreterLine(script)
	words := strings.Fields(line)
	return ok && len(words) > 0 && !strings.HasSuffix(words[0], "/sh")
}

// repeatedIDs returns how many ids occur more than once among the first limit ids.
func repeatedIDs(ids []string, limit int) int {
	seen := make(map[string]int, min(len(ids), limit))
	repeated := 0
	for _, id := range ids[:min(len(ids), limit)] {
		if seen[id]++; seen[id] == 2 && id != "" {
			repeated++
		}
	}
	return repeated
}
