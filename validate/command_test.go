package validate_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// bases are valid commands of different sorts; every one is made afresh, so that
// a test may change it.
var bases = map[string]func() *validate.Command{
	"by id":            byID,
	"by resource tags": byResourceTags,
	"windows":          windows,
	"scheduled":        scheduled,
}

// byID is a shell command on three instances, with parameters and six tags.
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

// found lists what Check reports as "Field Code".
func found(violations []errors.Violation) []string {
	list := []string{}
	for _, v := range violations {
		list = append(list, v.Field+" "+string(v.Code))
	}
	return list
}

// numbered are n different texts.
func numbered(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// placeholders are n different parameters in a script.
func placeholders(n int) string {
	return strings.Join(numbered("{{p%d}}", n), " ")
}

// pairs are n parameters that placeholders(n) uses.
func pairs(n int) map[string]string {
	m := make(map[string]string, n)
	for _, k := range numbered("p%d", n) {
		m[k] = "v"
	}
	return m
}
