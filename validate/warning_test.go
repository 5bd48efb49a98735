package validate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/frequency"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name string
		do   func(c *validate.Command)
		want string // "Field word" with a word of the message; empty when no warning is expected
	}{
		{"nothing to say", func(*validate.Command) {}, ""},
		{"user in a container", func(c *validate.Command) { c.ContainerID, c.Username = fullID, "u" }, "Username container"},
		{"directory in a container", func(c *validate.Command) { c.ContainerName, c.WorkingDir = "web", "/" }, "WorkingDir container"},
		{"user and directory outside one", func(c *validate.Command) { c.Username, c.WorkingDir = "u", "/" }, ""},
		{"another interpreter in a container", func(c *validate.Command) {
			c.ContainerName = "web"
			c.Content = append([]byte("#!/usr/bin/env python3\n"), c.Content...)
		}, "CommandContent interpreter"},
		{"sh in a container", func(c *validate.Command) {
			c.ContainerName = "web"
			c.Content = append([]byte("#! /bin/sh -e\n"), c.Content...)
		}, ""},
		{"another interpreter outside one", func(c *validate.Command) { c.Content = append([]byte("#!/usr/bin/python3\n"), c.Content...) }, ""},
		{"nothing after the mark of an interpreter", func(c *validate.Command) { c.ContainerName = "web"; c.Content = []byte("#!\n{{name}}") }, ""},
		{"timeout of 9 s", func(c *validate.Command) { c.Timeout = 9 * time.Second }, "Timeout 10"},
		{"timeout of 10 s", func(c *validate.Command) { c.Timeout = 10 * time.Second }, ""},
		{"no timeout", func(c *validate.Command) { c.Timeout = 0 }, ""},
		{"password name for a shell script", func(c *validate.Command) { c.WindowsPasswordName = "pw" }, "WindowsPasswordName Linux"},
		{"password name for a bat script", func(c *validate.Command) {
			c.Type, c.Username, c.WindowsPasswordName = "RunBatScript", "bob", "pw"
		}, ""},
		{"placeholders while disabled", func(c *validate.Command) { c.EnableParameter, c.Parameters = false, nil }, "CommandContent disabled"},
		{"10 parameters", func(c *validate.Command) { addContent(placeholders(9))(c); addPairs(c, 9) }, ""},
		{"11 parameters", func(c *validate.Command) { addContent(placeholders(10))(c); addPairs(c, 10) }, "Parameters 11"},
		{"20 parameters", func(c *validate.Command) { addContent(placeholders(19))(c); addPairs(c, 19) }, "Parameters 20"},
		{"21 parameters are a violation", func(c *validate.Command) { addContent(placeholders(20))(c); addPairs(c, 20) }, ""},
		{"an instance given twice", func(c *validate.Command) { c.InstanceIDs = []string{"i-1", "i-2", "i-1", "i-1"} }, "InstanceId once"},
		{"Once with a schedule", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "Once" }, "RepeatMode schedule"},
		{"EveryReboot with a schedule", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "EveryReboot" }, "RepeatMode schedule"},
		{"Period with a schedule", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "Period" }, ""},
		{"DryRun with a schedule is a violation", func(c *validate.Command) { every("rate(5m)")(c); c.RepeatMode = "DryRun" }, ""},
		{"Once without a schedule", func(c *validate.Command) { c.RepeatMode = "Once" }, ""},
		{"a rate equal to the timeout", func(c *validate.Command) { every("rate(5m)")(c); c.Timeout = 5 * time.Minute }, "Frequency timeout"},
		{"a rate equal to the default timeout", func(c *validate.Command) { every("rate(1m)")(c); c.Timeout = 0 }, "Frequency timeout"},
		{"a clock equal to the timeout", func(c *validate.Command) { every("0 */5 * * * * UTC")(c); c.Timeout = 5 * time.Minute }, ""},
		{"a moment that has passed", every("at(2026-01-02 03:04:04 UTC)"), "Frequency passed"},
		{"a moment to come", every("at(2026-01-02 03:04:06 UTC)"), ""},
		{"a moment to come without a zone", every("at(2026-01-02 03:04:06)"), "Frequency UTC"},
		{"a schedule that did not parse", func(c *validate.Command) { _, c.FrequencyErr = frequency.Parse("x") }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := byID()
			tt.do(c)
			warnings := validate.Limits{}.Warnings(c, now)
			if tt.want == "" {
				assert.Empty(t, warnings)
				return
			}
			field, word, _ := strings.Cut(tt.want, " ")
			if assert.Len(t, warnings, 1) {
				assert.Equal(t, field, warnings[0].Field)
				assert.Contains(t, warnings[0].Message, word)
			}
			assert.Empty(t, validate.Limits{}.Check(c), "what is warned of may be sent")
		})
	}
}

func TestAWarningPrintsFieldAndMessage(t *testing.T) {
	t.Parallel()
	w := validate.Warning{Field: "Timeout", Message: "is short"}
	for _, verb := range []string{"%v", "%+v", "%s"} {
		assert.Equal(t, "Timeout: is short", fmt.Sprintf(verb, w))
		assert.Equal(t, "[Timeout: is short]", fmt.Sprintf(verb, []validate.Warning{w}))
	}
	assert.Equal(t, "request: may not do what it seems to do", validate.Warning{}.String())
	assert.Equal(t, "request: is odd", validate.Warning{Message: "is odd"}.String())
}

func addPairs(c *validate.Command, n int) {
	for k, v := range pairs(n) {
		c.Parameters[k] = v
	}
}
