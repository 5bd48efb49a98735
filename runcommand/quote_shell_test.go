//go:build unix

package runcommand_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// runSh really runs a script with sh.
func runSh(tb testing.TB, script string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "sh")
	cmd.Stdin = strings.NewReader(script)
	output, err := cmd.CombinedOutput()
	require.NoError(tb, err, "%s: %s", script, output)
	return string(output)
}

func TestAQuotedValueIsOneWordOfAShell(t *testing.T) {
	t.Parallel()
	for _, value := range quotedValues {
		t.Run(fmt.Sprintf("%.40q", value), func(t *testing.T) {
			t.Parallel()
			for script, want := range map[string]string{
				"printf '%s' {{x}}": value,
				"set -- {{x}} b; printf '%s,%s,%s' $# \"$1\" \"$2\"":    "2," + value + ",b",
				"v={{x}}\nprintf '%s' \"$v\"":                           value,
				"printf '%s' --name={{x}}":                              "--name=" + value,
				"printf '%s' \"$(printf '%s.' {{x}})\"":                 value + ".",
				"case {{x}} in {{x}}) printf yes;; esac":                "yes",
				"[ {{x}} = {{ X }} ] && printf yes":                     "yes",
				"f() { printf '%s' \"$1\"; }; f {{x}} # it's a comment": value,
				"sh <<'E'\nprintf '%s' {{x}}\nE":                        value,
			} {
				if strings.Contains(script, "<<") && strings.Contains(value, "E\n") {
					continue // it ends the here-document
				}
				assert.Equal(t, want, runSh(t, quoteScript(t, runcommand.Shell(script), value)), script)
			}
		})
	}
}

func TestAQuotedValueArrivesThroughTheService(t *testing.T) {
	t.Parallel()
	_, client := setup(t, runcommandtest.WithShell())
	for _, value := range quotedValues {
		b := runcommand.Shell("printf '%s' {{x}}").QuotedParameter("x", value).Instances("i-1")
		req, err := b.Build()
		require.NoError(t, err)
		report, err := client.RunAndWait(t.Context(), req)
		require.NoError(t, err, "%q", value)
		assert.Equal(t, value, string(report.Results[0].Output))
	}
}

// FuzzQuotedParameter really runs sh, and reads PowerShell's string.
func FuzzQuotedParameter(f *testing.F) {
	for _, value := range quotedValues {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, script := range []runcommand.Builder{runcommand.Shell("printf '%s' {{x}}"), runcommand.PowerShell("{{x}}")} {
			req, err := script.QuotedParameter("x", value).Instances("i-1").Build()
			if !utf8.ValidString(value) || strings.Contains(value, "\x00") {
				assert.ErrorIs(t, err, errors.InvalidParameterCharsetParameters)
				continue
			}
			require.NoError(t, err)
			if req.Type == runcommand.RunShellScript {
				assert.Equal(t, value, runSh(t, string(req.Script())))
			} else {
				assert.Equal(t, value, powerShellString(t, string(req.Script())))
			}
		}
	})
}
