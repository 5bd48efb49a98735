package main

import (
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A warnedField is a field with the warnings about it.
type warnedField struct {
	field string // the wire name
	cases []warningCase
}

// A warningCase has a command that gets one warning and no other.
type warningCase struct {
	when string // what the command does
	do   func(c *validate.Command)
}

// moment is the current time for the warnings.
var moment = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// warned lists the warnings by their field.
var warned = []warnedField{
	{"CommandContent", scriptCases},
	{"Parameters", []warningCase{
		{"more entries than the stricter of two documents allows", func(c *validate.Command) {
			placeholder(names(11))(c, 0)
			for _, name := range strings.Fields(names(11)) {
				c.Parameters[strings.Trim(name, "{}")] = "v"
			}
		}},
		{"a value for a Windows script that Chinese systems lose", func(c *validate.Command) {
			c.Type, c.EnableParameter, c.Content = "RunPowerShellScript", true, []byte("Write-Output {{text}}\n")
			c.Parameters = map[string]string{"text": "🎉"}
		}},
	}},
	{"InstanceId", []warningCase{
		{"several ids in one entry", func(c *validate.Command) { c.InstanceIDs = []string{"i-bp1a, i-bp1b"} }},
		{"an id of no known form", func(c *validate.Command) { c.InstanceIDs = []string{"web-1"} }},
		{"an id that is given twice", func(c *validate.Command) { c.InstanceIDs = []string{"i-bp1a", "i-bp1a"} }},
	}},
	{"Timeout", []warningCase{
		{"under 10 seconds", func(c *validate.Command) { c.Timeout = 5 * time.Second }},
	}},
	{"RepeatMode", []warningCase{
		{"a schedule beside a mode other than Period and DryRun", func(c *validate.Command) {
			c.RepeatMode, c.Frequency = "Once", frequency.MustParse("rate(5m)")
		}},
	}},
	{"Username", []warningCase{
		{"given in a container", func(c *validate.Command) { c.ContainerName, c.Username = "web", "app" }},
	}},
	{"WorkingDir", []warningCase{
		{"given in a container", func(c *validate.Command) { c.ContainerName, c.WorkingDir = "web", "/srv" }},
	}},
	{"WindowsPasswordName", []warningCase{
		{"given for a shell script", func(c *validate.Command) { c.WindowsPasswordName = "pw" }},
		{"given for a Windows script without Username", func(c *validate.Command) {
			c.Type, c.Content, c.WindowsPasswordName = "RunPowerShellScript", []byte("Get-Date\n"), "pw"
		}},
	}},
	{"Frequency", []warningCase{
		{"a rate equal to the timeout, which is 60 seconds when Timeout is 0", func(c *validate.Command) { c.Frequency = frequency.MustParse("rate(60s)") }},
	}},
}

// scriptCases are the warnings about the script.
var scriptCases = []warningCase{
	{"an interpreter other than sh in a container", func(c *validate.Command) {
		c.ContainerName, c.Content = "web", []byte("#!/usr/bin/python3\nprint(1)\n")
	}},
	{"a placeholder while EnableParameter is off, when all {{...}} of the script are names of parameters", content("echo {{name}}\n")},
	{"a placeholder without a value", func(c *validate.Command) { placeholder("{{dir}}")(c, 0) }},
	{"a script in UTF-16", content("\xff\xfed\x00a\x00t\x00e\x00")},
	{"a zero byte in the script", content("date\x00\n")},
	{"a script of blanks", content(" \n")},
	{"a byte-order mark in a shell script", content("\ufeff#!/bin/bash\ndate\n")},
	{"a byte-order mark in a Windows script", windows("\ufeffGet-Date\r\n")},
	{"#! after the first line, or after a blank", content("# daily\n#!/bin/bash\ndate\n")},
	{"CR alone at the ends of lines", content("date\ruptime")},
	{"CR LF at the end of the first line, with #!", content("#!/bin/bash\r\ndate\r\n")},
	{"CR LF in a shell script", content("date\r\nuptime\r\n")},
	{"a character in a Windows script that GBK, the code page of Chinese systems, lacks", windows("Write-Output '🎉'\n")},
	{"a Windows script that is not UTF-8", windows("Write-Output '\xa3\xac'\n")},
	{"a quoted value in a script of another interpreter", quoted("#!/usr/bin/python3\nprint({{text}})\n")},
	{"a quoted value between single quotes", quoted("echo '{{text}}'\n")},
	{"a quoted value between double quotes", quoted("echo \"{{text}}\"\n")},
	{"a quoted value in a here-document", quoted("cat <<END\n{{text}}\nEND\n")},
	{"a quoted value in an expression", quoted("echo $(( {{text}} + 1 ))\n")},
	{"a quoted value in a comment", quoted("date # {{text}}\n")},
	{"a quoted value after a backslash", quoted("echo \\{{text}}\n")},
}

// content returns a case's function that sets the script.
func content(script string) func(*validate.Command) {
	return func(c *validate.Command) { c.Content = []byte(script) }
}

// windows returns a case's function that sets a PowerShell script.
func windows(script string) func(*validate.Command) {
	return func(c *validate.Command) { c.Type, c.Content = "RunPowerShellScript", []byte(script) }
}

// quoted returns a case's function that sets a script with a quoted value.
func quoted(script string) func(*validate.Command) {
	return func(c *validate.Command) {
		c.EnableParameter, c.Content = true, []byte(script)
		c.Parameters, c.QuotedParameters = map[string]string{"text": "'it'"}, []string{"text"}
	}
}
