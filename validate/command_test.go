package validate_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// bases make valid commands of different sorts. Each call returns a new command, so that a test may
// change it.
var bases = map[string]func() *validate.Command{
	"by id":            byID,
	"by resource tags": byResourceTags,
	"windows":          windows,
	"scheduled":        scheduled,
}

// byID returns a shell command for three instances, with parameters and six tags.
func byID() *validate.Command {
	return &validate.Command{
		RegionID:        "cn-hangzhou",
		Type:            "RunShellScript",
		Content:         []byte("echo {{ name }} {{NAME}} {{ACS::InstanceId}}\n"),
		Name:            "greeting",
		Timeout:         30 * time.Second,
		EnableParameter: true,
		Parameters:      map[string]string{"name": "world"},
		InstanceIDs:     []string{"i-1", "i-2", "i-3"},
		Tags:            sixTags(),
	}
}

func byResourceTags() *validate.Command {
	c := byID()
	c.InstanceIDs, c.ResourceTags = nil, sixTags()
	return c
}

func windows() *validate.Command {
	c := byID()
	c.Type, c.Username = "RunPowerShellScript", "system"
	return c
}

func scheduled() *validate.Command {
	c := byID()
	c.RepeatMode, c.Frequency = "Period", frequency.MustParse("rate(10m)")
	return c
}

func sixTags() []validate.Tag {
	return []validate.Tag{{"one", "1"}, {"two", ""}, {"three", "3"}, {"four", "4"}, {"five", "5"}, {"six", "6"}}
}

// found lists violations as "Field Code".
func found(violations []errors.Violation) []string {
	list := []string{}
	for _, v := range violations {
		list = append(list, v.Field+" "+string(v.Code))
	}
	return list
}

// numbered returns n different texts, with the numbers 1 to n.
func numbered(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i+1)
	}
	return list
}

// placeholders returns a script with the placeholders of n different parameters.
func placeholders(n int) string {
	return strings.Join(numbered("{{p%d}}", n), " ")
}

// pairs returns values for the parameters of placeholders(n).
func pairs(n int) map[string]string {
	m := make(map[string]string, n)
	for _, k := range numbered("p%d", n) {
		m[k] = "v"
	}
	return m
}
