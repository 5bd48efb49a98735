package validate

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// FuzzScript checks what holds for every script and value.
func FuzzScript(f *testing.F) {
	for _, script := range []string{
		"echo {{x}}", "cat <<EOF\n$({{x}})\nEOF\n{{x}}", "bash <<'A'\nbash <<'A'\n{{x}}\nA\n", "echo \"$( \"$( '{{x}}", "a=`echo \\`{{x}}\\``", "case x in a) ;; esac",
		"@'\n{{x}}\n'@", "<# {{x}} #>", "\"$(“{{x}}”)\"", "\ufeff\n#!/bin/sh\r\n", "l\x00s\x00\n\x00", "((1<<2))", "$((((", "${a:-${b", "\x00{{x}}", strings.Repeat("$(", 99) + "{{x}}",
	} {
		f.Add([]byte(script), "it's")
	}
	f.Fuzz(func(t *testing.T, script []byte, value string) {
		before := string(script)
		for _, kind := range commandTypes {
			c := &Command{Type: kind, Content: script, InstanceIDs: []string{value}, EnableParameter: true, Parameters: map[string]string{"x": value}, QuotedParameters: []string{"x"}}
			Limits{}.Check(c)
			for _, w := range (Limits{}).Warnings(c, time.Time{}) {
				assert.Less(t, len(w.String()), 600)
			}
			filled := string(c.Script())
			if !strings.Contains(value, "{") && !strings.Contains(value, "}") && !strings.ContainsAny(before, "{}") {
				assert.Equal(t, before, filled)
			}
			c.EnableParameter = false
			assert.Equal(t, before, string(c.Script()))
		}
		assert.Equal(t, before, string(script), "the script is not changed")
		assert.Len(t, shellContexts(script), len(script))
		assert.Len(t, powerShellContexts(script), len(script))
	})
}

// TestContextsOfManyLevels takes forms that would need much time or stack, if each level was read.
func TestContextsOfManyLevels(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"$(", "bash <<A\n", "\"$(", "${a:-", "`", "$((", "(", "cat <<A\n$("} {
		script := []byte(strings.Repeat(part, longestRead/len(part)))
		assert.Len(t, shellContexts(script), len(script))
		assert.Len(t, powerShellContexts(script), len(script))
	}
}
