package runcommand_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// quotedValues are values that do harm without quotes.
var quotedValues = []string{
	"plain", "", " ", "two words", "it's", "'", "''", "'''", `'\''`, `"`, `a "b" c`, `\`, `\\`, `a\`, `\'`, "$HOME", "$(reboot)", "`reboot`", "${x:-y}", "a; reboot", "a && b",
	"a | b > c < d", "& ", "*", "?", "[a-z]*", "~", "~root", "-n", "--", "-e \\n", "#no comment", "!history", "!!", "%s %d", "{{name}}", "{{.Names}}", "{a,b}", "(a)", "a\tb",
	"two\nlines", "\n", "ends with a line end\n", "\r\n", "a\r", "中文 和 空格", "‘typographic’ ‚quotes‛", "“double”", "\u00a0\u3000", "🎉", "\x01\x7f\x1b[31m", "END\nEOF", "a=b", "a;\nb'\nc",
	strings.Repeat("'", 200), strings.Repeat("long ", 500),
}

// quoteScript returns a script with the value quoted in place of {{x}}.
func quoteScript(tb testing.TB, script runcommand.Builder, value string) string {
	tb.Helper()
	req, err := script.QuotedParameter("x", value).Instances("i-bp185dy2o3o6neg0001").Build()
	require.NoError(tb, err, "%q", value)
	assert.Empty(tb, req.Warnings(time.Unix(0, 0)))
	return string(req.Script())
}

// TestScriptIsWhatRuns compares Script with what the local service runs. The service has its own code
// for parameters.
func TestScriptIsWhatRuns(t *testing.T) {
	t.Parallel()
	srv, client := setup(t)
	var ran string
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		ran = string(x.Script)
		return runcommandtest.Outcome{}
	})
	for _, b := range []runcommand.Builder{
		runcommand.Shell("date"), runcommand.Shell("echo {{ x }} {{X}}{{x}}").Parameter("x", "1"), runcommand.Shell("echo {{a}}{{b}}").Parameter("B", "{{a}}"),
		runcommand.Shell("docker ps --format '{{fmt}}'").Parameter("fmt", "{{.Names}}"), runcommand.Shell("docker ps --format '{{.Names}} {{x}}'"),
		runcommand.Shell("{ {{x}} } {{\n x\n}}").Parameter("x", "\r\n"), runcommand.Shell("ls {{x}}").QuotedParameter("x", "it's {{y}}"),
		runcommand.Shell("ls {{x}}").EnableParameter(true),
	} {
		req, err := b.Instances("i-1").Build()
		require.NoError(t, err)
		_, err = client.RunAndWait(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, ran, string(req.Script()))
	}
}

func TestAQuotedValueIsOneStringOfPowerShell(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"plain":             "'plain'",
		"":                  "''",
		"it's":              "'it''s'",
		"‘a’ ‚b‛":           "'‘‘a’’ ‚‚b‛‛'",
		"'‘":                "'''‘‘'",
		`"a" “b”`:           `'"a" “b”'`,
		"$env:PATH $(date)": "'$env:PATH $(date)'",
		"a`nb":              "'a`nb'",
		"two\r\nlines":      "'two\r\nlines'",
		"'@":                "'''@'",
		"中文":                "'中文'",
	} {
		req, err := runcommand.PowerShell("Write-Output {{x}}").QuotedParameter("x", value).Instances("i-1").Build()
		require.NoError(t, err)
		assert.Equal(t, "Write-Output "+want, string(req.Script()))
	}
	for _, value := range quotedValues {
		req, err := runcommand.PowerShell("{{x}}").QuotedParameter("x", value).Instances("i-1").Build()
		require.NoError(t, err)
		assert.Equal(t, value, powerShellString(t, string(req.Script())))
	}
}

// powerShellString reads a string with single quotes by PowerShell's rules: the first quote that no other
// quote follows ends it.
func powerShellString(tb testing.TB, text string) string {
	tb.Helper()
	const quotes = "'‘’‚‛"
	runes := []rune(text)
	require.True(tb, len(runes) > 1 && strings.ContainsRune(quotes, runes[0]), text)
	var b strings.Builder
	for i := 1; i < len(runes); i++ {
		if strings.ContainsRune(quotes, runes[i]) {
			if i == len(runes)-1 {
				return b.String()
			}
			i++
			require.True(tb, strings.ContainsRune(quotes, runes[i]), "%s ends early", text)
			b.WriteRune(runes[i-1])
			continue
		}
		b.WriteRune(runes[i])
	}
	assert.Fail(tb, "no end", text)
	return ""
}

func TestValuesThatCannotBeQuotedAreViolations(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		command runcommand.Builder
		code    errors.Code
		want    string
	}{
		"any value for Bat":                 {runcommand.Bat("dir {{x}}").QuotedParameter("x", "a"), errors.InvalidParameter, `"x"`},
		"a zero byte in sh":                 {runcommand.Shell("ls {{x}}").QuotedParameter("x", "a\x00b"), errors.InvalidParameterCharsetParameters, "zero byte"},
		"a zero byte in PowerShell":         {runcommand.PowerShell("ls {{x}}").QuotedParameter("x", "\x00"), errors.InvalidParameterCharsetParameters, "zero byte"},
		"bytes that are not UTF-8":          {runcommand.Shell("ls {{x}}").QuotedParameter("x", "\xff"), errors.InvalidParameterCharsetParameters, "UTF-8"},
		"a name that the script lacks":      {runcommand.Shell("ls {{y}}").QuotedParameter("x", "a"), errors.ParameterNotMatched, `"x"; the script uses "y"`},
		"a quoted and an unquoted spelling": {runcommand.Shell("ls {{x}}").QuotedParameter("x", "a").Parameter("X", "b"), errors.ParameterKeyDuplicate, `"x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.command.Instances("i-1").Build()
			require.ErrorIs(t, err, tt.code)
			assert.ErrorContains(t, err, tt.want)
			e, ok := errors.AsType[*errors.ValidationError](err)
			require.True(t, ok)
			assert.Len(t, e.Violations, 1)
		})
	}
}

func TestWarningsKnowWhichValuesAreQuoted(t *testing.T) {
	t.Parallel()
	between := runcommand.Shell(`ls "{{x}}"`).Instances("i-1")
	for _, tt := range []struct {
		name    string
		command runcommand.Builder
		warns   bool
	}{
		{"quoted", between.QuotedParameter("x", "a"), true},
		{"not quoted", between.Parameter("x", "a"), false},
		{"quotes of the caller's own", between.Parameter("x", "'a'"), false},
		{"replaced by one that is not", between.QuotedParameter("x", "a").Parameter("x", "b"), false},
		{"replaced by one that is", between.Parameter("x", "b").QuotedParameter("x", "a"), true},
	} {
		for _, b := range []runcommand.Builder{tt.command, edited(t, tt.command)} {
			req, err := b.Build()
			require.NoError(t, err)
			assert.Equal(t, tt.warns, len(req.Warnings(time.Unix(0, 0))) == 1, tt.name)
		}
	}
	base := runcommand.Shell("ls {{x}} {{y}}").QuotedParameter("x", "a").Instances("i-1")
	first, second := base.QuotedParameter("y", "1"), base.QuotedParameter("y", "2")
	for b, want := range map[*runcommand.Builder]string{&first: "ls 'a' '1'", &second: "ls 'a' '2'"} {
		req, err := b.Build()
		require.NoError(t, err)
		assert.Equal(t, want, string(req.Script()), "builders share nothing")
	}
	assert.Nil(t, (*runcommand.Request)(nil).Script())
}

func edited(tb testing.TB, b runcommand.Builder) runcommand.Builder {
	tb.Helper()
	req, err := b.Build()
	require.NoError(tb, err)
	return req.Edit()
}

// TestBothFormsOfAQuotedValueAreMasked proves P9 of internal/DESIGN.md for quoted values. The quotes
// divide the marker, so masking one form does not cover the other.
func TestBothFormsOfAQuotedValueAreMasked(t *testing.T) {
	t.Parallel()
	half := len(marker) / 2
	value := marker[:half] + "'" + marker[half:]
	for name, build := range map[string]func(string) runcommand.Builder{
		"sh":         func(v string) runcommand.Builder { return runcommand.Shell("ls {{x}}").QuotedParameter("x", v) },
		"PowerShell": func(v string) runcommand.Builder { return runcommand.PowerShell("ls {{x}}").QuotedParameter("x", v) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := build(value).Instances("i-1").Build()
			require.NoError(t, err)
			quoted := req.Parameters["x"]
			require.NotContains(t, quoted, value)
			for _, said := range []string{value, quoted, string(req.Script())} {
				recorder := newClientRecorder()
				client, err := runcommand.NewClient("cn-hangzhou", append(recorder.options(), runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1),
					runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(replyWith(403, `{"RequestId":"R","Code":"Forbidden.RAM","Message":`+fmt.Sprintf("%q", "near "+said)+`}`))}))...)
				require.NoError(t, err)
				_, err = client.Run(t.Context(), req)
				require.ErrorIs(t, err, errors.ErrPermission)
				for _, printed := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprint(req), recorder.text.String(), recorder.data.String()} {
					assert.NotContains(t, printed, marker[:half])
					assert.NotContains(t, printed, marker[half:])
				}
			}
		})
	}
}

// TestBothFormsAreMaskedInTheReasonOfAFailure lets an instance repeat the value.
func TestBothFormsAreMaskedInTheReasonOfAFailure(t *testing.T) {
	t.Parallel()
	const value = marker + "'s value"
	srv, client := setup(t)
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		return runcommandtest.Outcome{Code: errors.ExecutionException, Info: "cannot run " + string(x.Script) + " or " + value}
	})
	report, err := begin(t, client, runcommand.Shell("ls {{x}}").QuotedParameter("x", value).Instances("i-1")).Wait(t.Context())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), marker)
	assert.NotContains(t, report.Results[0].ErrorInfo, marker)
	assert.NotContains(t, report.Results[0].ErrorInfo, "value")
}
