package main

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// A parameter is a parameter of RunCommand with its rules.
type parameter struct {
	field  string // the wire name
	source string // the documents that state the rules
	rules  []rule
}

// A rule has a command that breaks it and no other rule.
type rule struct {
	text  string                               // the rule; %v is replaced by the limit
	limit string                               // the field of validate.Limits; empty for a rule without such a limit
	do    func(c *validate.Command, limit int) // breaks the rule; nil for a command that is nil
	with  validate.Limits                      // limits with which the command breaks no other rule; zero: the defaults
}

// statement returns the rule with its limit.
func (r rule) statement() string {
	if r.limit == "" {
		return r.text
	}
	limit := reflect.ValueOf(validate.Limits{}.WithDefaults()).FieldByName(r.limit).Interface()
	switch d, ok := limit.(time.Duration); {
	case ok && d%(24*time.Hour) == 0:
		limit = fmt.Sprint(int(d/(24*time.Hour)), " days")
	case ok:
		limit = fmt.Sprint(int(d/time.Second), " seconds")
	}
	return fmt.Sprintf(r.text, limit) + " ([Limits." + r.limit + "])"
}

// value returns the limit as a number; a duration is in nanoseconds.
func (r rule) value() int {
	if r.limit == "" {
		return 0
	}
	return int(reflect.ValueOf(validate.Limits{}.WithDefaults()).FieldByName(r.limit).Int())
}

// goodCommand returns a command that breaks no rule and gets no warning.
func goodCommand() *validate.Command {
	return &validate.Command{
		Type:        "RunShellScript",
		Content:     []byte("uptime\n"),
		InstanceIDs: []string{"i-bp185dy2o3o6neg0001"},
	}
}

const (
	api  = "ECS API reference, RunCommand"
	none = "none; the service documents no such rule"
)

// mostInstances is the largest number of instances that any limit allows.
var mostInstances = validate.Limits{Instances: math.MaxInt}.WithDefaults().Instances

// parameters lists the rules. The order is that of the violations, except that all rules of a
// parameter are together.
var parameters = []parameter{
	{"Request", none, []rule{
		{text: "the command must not be nil"},
	}},
	{"RegionId", none + ". An empty region is allowed, since the client then sends its own", []rule{
		{text: "only a-z, 0-9 and '-'", do: func(c *validate.Command, _ int) { c.RegionID = "CN-hangzhou" }},
	}},
	{"Type", api, []rule{
		{text: "must be given", do: func(c *validate.Command, _ int) { c.Type = "" }},
		{text: "one of three values, in this spelling", do: func(c *validate.Command, _ int) { c.Type = "runshellscript" }},
	}},
	{"CommandContent", api + ", and the Cloud Assistant guide to custom parameters for {{name}}", []rule{
		{text: "must not be empty", do: func(c *validate.Command, _ int) { c.Content = nil }},
		{text: "at most %v bytes of Base64", limit: "Content", do: func(c *validate.Command, n int) { c.Content = script(n/4*3 + 1) }},
		{text: "with KeepCommand at most %v bytes of Base64", limit: "KeptContent", do: func(c *validate.Command, n int) {
			c.KeepCommand, c.Content = true, script(n/4*3+1)
		}},
		{text: "a placeholder has a name, when EnableParameter is on", do: placeholder("{{ }}")},
		{text: "a name has only A-Z, a-z, 0-9, '-' and '_', when EnableParameter is on", do: placeholder("{{user.name}}")},
		{text: "a name that begins with ACS:: is one of six, when EnableParameter is on", do: placeholder("{{ACS::Weather}}")},
		{text: "a name has at most %v bytes, when EnableParameter is on", limit: "ParameterName", do: func(c *validate.Command, n int) {
			placeholder("{{"+strings.Repeat("n", n+1)+"}}")(c, 0)
		}},
		{text: "at most %v different names, when EnableParameter is on", limit: "ParameterNames", do: func(c *validate.Command, n int) {
			placeholder(names(n+1))(c, 0)
		}},
	}},
	{"InstanceId", api, []rule{
		{text: "instance ids or resource tags must be given", do: func(c *validate.Command, _ int) { c.InstanceIDs = nil }},
		{text: "no id is empty", do: func(c *validate.Command, _ int) { c.InstanceIDs = append(c.InstanceIDs, "") }},
		{text: fmt.Sprintf("at most %%v ids, or more with a raised quota, but never more than %d", mostInstances), limit: "Instances", do: func(c *validate.Command, n int) {
			c.InstanceIDs = nil
			for i := range n + 1 {
				c.InstanceIDs = append(c.InstanceIDs, fmt.Sprintf("i-%d", i))
			}
		}},
		{text: "each id is UTF-8", do: func(c *validate.Command, _ int) { c.InstanceIDs = append(c.InstanceIDs, "i-\xff") }},
	}},
	{"ResourceTag", api, append([]rule{
		{text: "not together with instance ids", do: func(c *validate.Command, _ int) { c.ResourceTags = []validate.Tag{{Key: "team"}} }},
	}, tagRules("ResourceTags", func(c *validate.Command, tags []validate.Tag) { c.InstanceIDs, c.ResourceTags = nil, tags })...)},
	{"Name", api, []rule{
		{text: "at most %v characters", limit: "Name", do: func(c *validate.Command, n int) { c.Name = long(n) }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.Name = "daily \xff" }},
	}},
	{"Description", api, []rule{
		{text: "at most %v characters", limit: "Description", do: func(c *validate.Command, n int) { c.Description = long(n) }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.Description = "daily \xff" }},
	}},
	{"WorkingDir", api, []rule{
		{text: "at most %v characters", limit: "WorkingDir", do: func(c *validate.Command, n int) { c.WorkingDir = long(n) }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.WorkingDir = "/srv/\xff" }},
	}},
	{"Username", api, []rule{
		{text: "at most %v characters", limit: "Username", do: func(c *validate.Command, n int) { c.Username = long(n) }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.Username = "app\xff" }},
	}},
	{"WindowsPasswordName", api, []rule{
		{text: "at most %v characters", limit: "WindowsPasswordName", do: func(c *validate.Command, n int) { c.WindowsPasswordName = long(n) }},
		{text: "must be given with a Username other than System and a Windows type", do: func(c *validate.Command, _ int) {
			c.Type, c.Username = "RunPowerShellScript", "app"
		}},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.WindowsPasswordName = "pw\xff" }},
	}},
	{"Launcher", api, []rule{
		{text: "at most %v characters", limit: "Launcher", do: func(c *validate.Command, n int) { c.Launcher = long(n) }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.Launcher = "python3 \xff" }},
	}},
	{"ResourceGroupId", none, []rule{
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.ResourceGroupID = "rg-\xff" }},
	}},
	{"OssOutputDelivery", "doc comments of the official Go SDK, for the form", []rule{
		{text: "begins with oss:// and a bucket", do: func(c *validate.Command, _ int) { c.OSSOutputDelivery = "bucket/prefix" }},
		{text: "UTF-8", do: func(c *validate.Command, _ int) { c.OSSOutputDelivery = "oss://bucket/\xff" }},
	}},
	{"ContainerId", api + ", and the Cloud Assistant guide to containers", []rule{
		{text: "64 hexadecimal digits, with or without docker://, containerd:// or cri-o:// in front", do: func(c *validate.Command, _ int) {
			c.ContainerID = "4c01db0b339c"
		}},
		{text: "not with a Windows type", do: func(c *validate.Command, _ int) {
			c.Type, c.ContainerID = "RunBatScript", strings.Repeat("4c01db0b", 8)
		}},
	}},
	{"ContainerName", api + ", and the Cloud Assistant guide to containers; the slash in front is from the agent", []rule{
		{text: "a letter or digit, then letters, digits, '.', '_' and '-', at most %v in all; one slash may be in front", limit: "ContainerName", do: func(c *validate.Command, n int) { c.ContainerName = long(n) }},
		{text: "not with a Windows type", do: func(c *validate.Command, _ int) { c.Type, c.ContainerName = "RunBatScript", "web" }},
	}},
	{"ClientToken", api, []rule{
		{text: "only ASCII", do: func(c *validate.Command, _ int) { c.ClientToken = "tökén" }},
		{text: "at most %v characters", limit: "ClientToken", do: func(c *validate.Command, n int) { c.ClientToken = long(n) }},
	}},
	{"TerminationMode", api, []rule{
		{text: "empty or one of two values, in this spelling", do: func(c *validate.Command, _ int) { c.TerminationMode = "Tree" }},
	}},
	{"Tag", api, tagRules("Tags", func(c *validate.Command, tags []validate.Tag) { c.Tags = tags })},
	{"Parameters", api + ", and the Cloud Assistant guide to custom parameters", parameterRules},
	{"RepeatMode", api + "; for DryRun the doc comments of the official Go SDK", []rule{
		{text: "empty or one of five values, in this spelling", do: func(c *validate.Command, _ int) { c.RepeatMode = "Twice" }},
	}},
	{"Frequency", api + ", and its guide to cron expressions", scheduleRules},
	{"Timeout", api + ", for the unit", []rule{
		{text: "not negative", do: func(c *validate.Command, _ int) { c.Timeout = -time.Second }},
		{text: "whole seconds", do: func(c *validate.Command, _ int) { c.Timeout = 1500 * time.Millisecond }},
	}},
}

var parameterRules = []rule{
	{text: "not without EnableParameter", do: func(c *validate.Command, _ int) { c.Parameters = map[string]string{"dir": "/srv"} }},
	{text: "at most %v entries", limit: "Parameters", do: func(c *validate.Command, n int) {
		placeholder(names(n+1))(c, 0)
		for i := range n + 1 {
			c.Parameters[fmt.Sprint("n", i)] = "v"
		}
	}, with: validate.Limits{ParameterNames: 1000}},
	{text: "no name is empty", do: func(c *validate.Command, _ int) { values(c, "dir", "/srv", "", "v") }},
	{text: "a name has at most %v characters", limit: "ParameterName", do: func(c *validate.Command, n int) { values(c, "dir", "/srv", long(n), "v") }},
	{text: "no two names differ only by case", do: func(c *validate.Command, _ int) { values(c, "dir", "/srv", "DIR", "/tmp") }},
	{text: "each name is in the script", do: func(c *validate.Command, _ int) { values(c, "dri", "/srv") }},
	{text: "names and values are UTF-8", do: func(c *validate.Command, _ int) { values(c, "dir", "\xff") }},
	{text: "no quoted value in a batch script", do: func(c *validate.Command, _ int) {
		values(c, "dir", `"C:\data"`)
		c.Type, c.QuotedParameters = "RunBatScript", []string{"dir"}
	}},
	{text: "no zero byte in a quoted value", do: func(c *validate.Command, _ int) {
		values(c, "dir", "'\x00'")
		c.QuotedParameters = []string{"dir"}
	}},
}

var scheduleRules = []rule{
	{text: "a schedule that package frequency can parse", do: func(c *validate.Command, _ int) { _, c.FrequencyErr = frequency.Parse("0 61 * * * ?") }},
	{text: "must be given when RepeatMode is Period", do: func(c *validate.Command, _ int) { c.RepeatMode = "Period" }},
	{text: "the interval of rate(...) is at least %v", limit: "RateMin", do: func(c *validate.Command, n int) { every(time.Duration(n)-time.Second, c) }},
	{text: "the interval of rate(...) is at most %v", limit: "RateMax", do: func(c *validate.Command, n int) { every(time.Duration(n)+time.Second, c) }},
	{text: "two firings of a clock schedule are at least %v apart", limit: "MinInterval", do: func(c *validate.Command, n int) {
		c.Frequency = frequency.MustParse(fmt.Sprintf("0/%d 0 * * * ? UTC", time.Duration(n)/time.Second-1))
		c.Timeout = time.Second
	}},
	{text: "two runs are at least the timeout apart, which is 60 seconds when Timeout is 0", do: func(c *validate.Command, _ int) {
		c.Frequency, c.Timeout = frequency.MustParse("0 0/5 * * * ? UTC"), 10*time.Minute
	}},
	{text: "not for a DryRun", do: func(c *validate.Command, _ int) {
		c.Frequency, c.RepeatMode = frequency.MustParse("rate(5m)"), "DryRun"
	}},
}

// every gives the command a rate and a short timeout.
func every(interval time.Duration, c *validate.Command) {
	s, err := frequency.Every(interval)
	c.Frequency, c.FrequencyErr, c.Timeout = s, err, time.Second
}

// values gives the command a script with the parameter dir, and names with values.
func values(c *validate.Command, pairs ...string) {
	placeholder("{{dir}}")(c, 0)
	for i := 0; i < len(pairs); i += 2 {
		c.Parameters[pairs[i]] = pairs[i+1]
	}
}

// placeholder returns a rule's function that writes a script with this text.
func placeholder(text string) func(*validate.Command, int) {
	return func(c *validate.Command, _ int) {
		c.EnableParameter, c.Content, c.Parameters = true, []byte("echo "+text+"\n"), map[string]string{}
	}
}

// names returns n placeholders: {{n0}} {{n1}} and so on.
func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{{n%d}} ", i)
	}
	return b.String()
}

// long returns a text of one character more than the limit.
func long(limit int) string { return strings.Repeat("a", limit+1) }

// script returns a script of n bytes.
func script(n int) []byte { return []byte(strings.Repeat("#", n)) }
