package runcommand_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

func TestNumbersInTextsOfTheClientAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	ids := []string{"i-1", "i-2"}
	tags := []runcommand.Tag{{Key: "a"}, {Key: "b"}}
	for _, tt := range []struct {
		of       string
		text     func(n int) any
		one, two string
	}{
		{"bytes of a script", func(n int) any { return runcommand.Request{Content: make([]byte, n)} }, "Content:1 byte}", "Content:2 bytes}"},
		{"parameters", func(n int) any {
			return runcommand.Request{Parameters: []map[string]string{1: {"a": ""}, 2: {"a": "", "b": ""}}[n]}
		}, "Parameters:1 value}", "Parameters:2 values}"},
		{"instances of a request", func(n int) any { return runcommand.Request{InstanceIDs: ids[:n]} }, "Instances:1 id}", "Instances:2 ids}"},
		{"tags", func(n int) any { return runcommand.Request{Tags: tags[:n]} }, "Tags:1 tag}", "Tags:2 tags}"},
		{"resource tags", func(n int) any { return runcommand.Request{ResourceTags: tags[:n]} }, "ResourceTags:1 tag}", "ResourceTags:2 tags}"},
		{"instances of a summary", func(n int) any { return runcommand.Summary{Instances: make([]runcommand.Result, n)} }, "Instances:1 instance}", "Instances:2 instances}"},
		{"output of a result", func(n int) any { return runcommand.Result{Output: make([]byte, n)} }, "Output:1 byte}", "Output:2 bytes}"},
		{"output that a result lost", func(n int) any { return runcommand.Group{Dropped: n} }, "Dropped:1 byte}", "Dropped:2 bytes}"},
		{"bytes of a region", func(n int) any {
			_, err := runcommand.NewClient(strings.Repeat("_", n))
			return err
		}, "region of 1 byte:", "region of 2 bytes:"},
		{"attempts", func(n int) any {
			_, err := runcommand.NewClient("cn-hangzhou", runcommand.WithRetry(poll.Policy{}, -n))
			return err
		}, "WithRetry: -1 attempts;", "WithRetry: -2 attempts;"},
	} {
		t.Run(tt.of, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, fmt.Sprint(tt.text(1)), tt.one)
			assert.Contains(t, fmt.Sprint(tt.text(2)), tt.two)
		})
	}
}
