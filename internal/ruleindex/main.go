// Command ruleindex writes two lists of package validate that godoc shows: the list of rules in
// validate/check_rules.go and the list of warnings in validate/warning_list.go. It runs with go
// generate ./validate. A test of this package fails when a file is out of date.
//
// Each entry of a list has a command that breaks one rule or gives one warning. The program checks that
// command with package validate, and writes the code and the message that it gets.
package main

import (
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A list is one of the generated files.
type list struct {
	file  string
	write func() ([]byte, error)
}

var lists = []list{
	{"check_rules.go", checkRules},
	{"warning_list.go", warningList},
}

func main() {
	for _, l := range lists {
		text, err := l.write()
		if err == nil {
			err = os.WriteFile(l.file, text, 0o644) //nolint:gosec // a source file of the repository
		}
		if err != nil {
			log.Fatal("ruleindex: ", err)
		}
	}
}

// checkRules returns the file with Limits.Check and its list of rules.
func checkRules() ([]byte, error) {
	var b strings.Builder
	b.WriteString(checkHead)
	for _, p := range parameters {
		b.WriteString("//\n// # " + p.field + "\n//\n")
		for _, r := range p.rules {
			v, err := violation(p.field, r)
			if err != nil {
				return nil, err
			}
			item := "[errors." + strings.ReplaceAll(string(v.Code), ".", "") + "]: " + r.statement() + "."
			writeItem(&b, item, strings.TrimPrefix(v.Field+": ", p.field+": ")+v.Message)
		}
		b.WriteString("//\n")
		writeText(&b, "Source: "+p.source+".", "// ", "// ")
	}
	b.WriteString(checkTail)
	return format.Source([]byte(b.String()))
}

// violation returns the violation of the command that breaks a rule. There must be only one.
func violation(field string, r rule) (errors.Violation, error) {
	c := goodCommand()
	if r.do == nil {
		c = nil // this rule is about a nil command
	} else {
		r.do(c, r.value())
	}
	found := r.with.Check(c)
	if len(found) != 1 || found[0].Field != field && !strings.HasPrefix(found[0].Field, field+".") {
		return errors.Violation{}, fmt.Errorf("%s: the rule %q gives %v", field, r.text, found)
	}
	return found[0], nil
}

// warningList returns the file with Limits.Warnings and its list of warnings.
func warningList() ([]byte, error) {
	var b strings.Builder
	b.WriteString(warningHead)
	for _, p := range warned {
		b.WriteString("//\n// # " + p.field + "\n//\n")
		for _, k := range p.cases {
			w, err := warning(p.field, k)
			if err != nil {
				return nil, err
			}
			writeItem(&b, k.when+":", w.Message)
		}
	}
	b.WriteString(warningTail)
	return format.Source([]byte(b.String()))
}

// warning returns the warning about the command of a case. There must be only one.
func warning(field string, k warningCase) (validate.Warning, error) {
	c := goodCommand()
	k.do(c)
	if broken := (validate.Limits{}).Check(c); len(broken) > 0 {
		return validate.Warning{}, fmt.Errorf("%s: the case %q breaks rules: %v", field, k.when, broken)
	}
	found := validate.Limits{}.Warnings(c, moment)
	if len(found) != 1 || found[0].Field != field {
		return validate.Warning{}, fmt.Errorf("%s: the case %q gives %v", field, k.when, found)
	}
	return found[0], nil
}

// writeItem writes an item of a list: its text, and the message in a line of its own.
func writeItem(b *strings.Builder, text, message string) {
	writeText(b, text, "//   - ", "//     ")
	writeText(b, "“"+message+"”", "//     ", "//     ")
}

// writeText writes a text in lines of at most 100 bytes. The first line begins with the parameter
// first, and the other lines begin with the parameter next.
func writeText(b *strings.Builder, text, first, next string) {
	const width = 100
	line := first
	for i, word := range strings.Split(text, " ") {
		if i > 0 && len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = next + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
