package validate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestScriptHasItsParametersFilledIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script, want string
		values             map[string]string
	}{
		{"a value", "ls {{dir}} {{ dir }} {{DIR}}", "ls /var /var /var", map[string]string{"dir": "/var"}},
		{"a name in other letters", "ls {{dir}}", "ls /var", map[string]string{"Dir": "/var"}},
		{"no value", "rm -rf {{dir}}/*", "rm -rf /*", nil},
		{"line breaks inside the braces", "a{{\n x \n}}b", "a1b", map[string]string{"x": "1"}},
		{"a value with a placeholder in it", "{{a}}{{b}}", "{{b}}1", map[string]string{"a": "{{b}}", "b": "1"}},
		{"the way out for braces", "docker ps --format '{{fmt}}'", "docker ps --format '{{.Names}}'", map[string]string{"fmt": "{{.Names}}"}},
		{"built-in and stored ones", "{{ACS::InstanceId}} {{oos:a}} {{oos-secret:b}} {{x}}", "{{ACS::InstanceId}} {{oos:a}} {{oos-secret:b}} 1", map[string]string{"x": "1"}},
		{"names that are refused", "{{.Names}} {{}} {{a b}}", "{{.Names}} {{}} {{a b}}", nil},
		{"names that differ by case, the first in byte order", "{{x}}", "1", map[string]string{"x": "2", "X": "1"}},
		{"bytes that are no text", "\xff{{x}}\x00", "\xff\xfe\x00", map[string]string{"x": "\xfe"}},
		{"none", "date", "date", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &validate.Command{Content: []byte(tt.script), EnableParameter: true, Parameters: tt.values}
			got := c.Script()
			assert.Equal(t, tt.want, string(got))
			for i := range got {
				got[i] = 'X'
			}
			assert.Equal(t, tt.script, string(c.Content), "the result is a copy")
			c.EnableParameter = false
			assert.Equal(t, tt.script, string(c.Script()), "while parameters are off")
		})
	}
	assert.Nil(t, (*validate.Command)(nil).Script())
	assert.Empty(t, (&validate.Command{EnableParameter: true}).Script())
}

// A name is no secret, and a violation about it is of no use without it.
func TestViolationsNameTheParameter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		values       map[string]string
		code         errors.Code
		want         []string
	}{
		{"a misspelt name", "ls {{dir}}", map[string]string{"dri": "/"}, errors.ParameterNotMatched, []string{`1 entry among 1`, `"dri"; the script uses "dir"`}},
		{"a misspelt one of two", "ls {{a}} {{dir}}", map[string]string{"a": "", "dri": "/"}, errors.ParameterNotMatched, []string{`"dri"; the script uses "dir"`}},
		{"a name with braces", "ls {{dir}}", map[string]string{"{{dir}}": "/"}, errors.ParameterNotMatched, []string{`"{{dir}}"; the script uses "dir"`}},
		{"a name with a sign before it", "ls {{dir}}", map[string]string{"$dir": "/"}, errors.ParameterNotMatched, []string{`"$dir"; the script uses "dir"`}},
		{"a name too many", "ls {{dir}}", map[string]string{"dir": "/", "x": ""}, errors.ParameterNotMatched, []string{`"x"; the script uses only "dir"`}},
		{"no placeholder", "ls $dir", map[string]string{"dir": "/"}, errors.ParameterNotMatched, []string{`"dir"; the script uses no parameter`}},
		{"many", "ls", map[string]string{"a": "", "b": "", "c": "", "d": "", "e": ""}, errors.ParameterNotMatched, []string{`"a", "b", "c" and 2 more`}},
		{"names that differ by case", "ls {{dir}}", map[string]string{"dir": "/", "DIR": ""}, errors.ParameterKeyDuplicate, []string{`"dir"`}},
		{"braces of another program", "docker ps \\\n  --format '{{.Names}}'", nil, errors.CmdParamInvalidParamName,
			[]string{`"{{.Names}}" in line 2`, `EnableParameter off`, `Parameter("fmt", "{{.Names}}")`}},
		{"two of them", "{{json .}}\n{{end}} {{.Name}}", nil, errors.CmdParamInvalidParamName, []string{"2 parameter names", `the first is "{{json .}}" in line 1`}},
		{"long braces", "{{" + strings.Repeat("a.", 25) + "}}", nil, errors.CmdParamInvalidParamName, []string{`"{{a.a.a.a.a.a.a.a.a.a.a.a....}}"`, `Parameter("fmt", "{{.Names}}")`}},
		{"a blank in a name", "ls {{my dir}}", nil, errors.CmdParamInvalidParamName, []string{`"{{my dir}}" in line 1`}},
		{"no name", "a\nb\n{{}}", nil, errors.CmdParamEmptyKey, []string{`"{{}}" in line 3`, `Parameter("braces", "{{}}")`}},
		{"an unknown built-in", "{{ACS::Weather}}", nil, errors.CmdParamInvalidParamName, []string{`"{{ACS::Weather}}" in line 1`, "InstanceName"}},
		{"a long name", "\n{{" + strings.Repeat("n", 65) + "}}", nil, errors.CmdParamNameExceedLimit, []string{`"{{nnnnnnnnnnnnnnnnnnnnnnnn...}}" in line 2`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			violations := validate.Limits{}.Check(&validate.Command{
				Type: "RunShellScript", Content: []byte(tt.script), InstanceIDs: []string{"i-1"}, EnableParameter: true, Parameters: tt.values,
			})
			require.Len(t, violations, 1)
			assert.Equal(t, tt.code, violations[0].Code)
			for _, want := range tt.want {
				assert.Contains(t, violations[0].Message, want)
			}
		})
	}
}
