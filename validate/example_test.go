package validate_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Check returns every broken rule at once, each with the field and the code of the service.
func ExampleLimits_Check() {
	c := &validate.Command{
		Type:        "RunShellScript",
		Content:     []byte("echo hello"),
		Name:        strings.Repeat("名", 129),
		InstanceIDs: []string{"i-1"},
		Tags:        []validate.Tag{{Key: "team", Value: "web"}, {Key: "acs:team"}},
		ContainerID: "4c01db0b339c",
	}
	for _, v := range (validate.Limits{}).Check(c) {
		fmt.Println(v.Field, v.Code)
	}
	// Output:
	// Name CmdName.ExceedLimit
	// ContainerId InvalidContainerId.Malformed
	// Tag.2.Key InvalidTagKey.Malformed
}

// This account has a raised quota, so one command may run on more than 100 instances.
func ExampleLimits() {
	c := &validate.Command{Type: "RunShellScript", Content: []byte("true")}
	for i := range 250 {
		c.InstanceIDs = append(c.InstanceIDs, fmt.Sprintf("i-%d", i))
	}
	for _, v := range (validate.Limits{}).Check(c) {
		fmt.Println(v)
	}
	fmt.Println(len(validate.Limits{Instances: 300}.Check(c)))
	// Output:
	// InstanceId: has 250 entries, the limit is 100 (InstanceIds.ExceedLimit)
	// 0
}

func ExampleLimits_WithDefaults() {
	l := validate.Limits{Instances: 300}.WithDefaults()
	fmt.Println(l.Instances, l.Name, l.RateMin)
	// Output: 300 128 1m0s
}

// Warnings lists the parts of a command that are legal but will probably not do what they seem to
// do.
func ExampleLimits_Warnings() {
	c := &validate.Command{
		Type:        "RunShellScript",
		Content:     []byte("echo {{name}}"),
		RepeatMode:  "Once",
		Frequency:   frequency.MustParse("rate(5m)"),
		InstanceIDs: []string{"i-1"},
	}
	for _, w := range (validate.Limits{}).Warnings(c, time.Now()) {
		fmt.Println(w)
	}
	// Output:
	// RepeatMode: is overridden by the schedule, the command runs as Period
	// CommandContent: contains "{{name}}" in line 1 while parameters are disabled, so the script runs with the braces in it; switch EnableParameter on, unless the braces are meant
}

// A warning has a text for people and a field name for programs.
func ExampleWarning_String() {
	w := validate.Warning{Field: "Username", Message: "is ignored in a container, whose own default user runs the script"}
	fmt.Println(w)
	fmt.Println(w.Field)
	// Output:
	// Username: is ignored in a container, whose own default user runs the script
	// Username
}
