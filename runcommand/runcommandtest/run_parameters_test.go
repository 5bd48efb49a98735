package runcommandtest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// sampleBuiltins has the built-in parameters of one instance.
func sampleBuiltins(name string) (string, bool) {
	value, ok := map[string]string{
		"InstanceId":   "i-1",
		"RegionId":     "cn-hangzhou",
		"InstanceName": "{{user}}",
	}[name]
	return value, ok
}

func TestSubstitute(t *testing.T) {
	t.Parallel()
	params := map[string]string{
		"user":  "Jack",
		"a-b_9": "dash",
		"Upper": "upper",
		"empty": "",
		"nest":  "{{user}}",
		"half":  "{{us",
		"bytes": "\xff\x00",
	}
	for _, tt := range []struct{ name, script, want string }{
		{"text without placeholders stays", "echo hi\n", "echo hi\n"},
		{"an empty script stays empty", "", ""},
		{"a name becomes its value", "hi {{user}}!", "hi Jack!"},
		{"several names in one line", "{{user}}{{user}} {{a-b_9}}", "JackJack dash"},
		{"blanks inside the braces do not count", "{{ \tuser  }}", "Jack"},
		{"line breaks inside the braces do not count", "{{\r\nuser\n}}", "Jack"},
		{"names are compared without case in the script", "{{USER}}, {{uSeR}}", "Jack, Jack"},
		{"names are compared without case in the parameters", "{{upper}}", "upper"},
		{"a name without a value becomes nothing", "[{{missing}}]", "[]"},
		{"an empty value is inserted", "[{{empty}}]", "[]"},
		{"a value is not searched again", "{{nest}}", "{{user}}"},
		{"half a placeholder in a value joins nothing", "{{half}}er}}", "{{user}}"},
		{"any bytes are allowed in a value", "{{bytes}}", "\xff\x00"},
		{"any bytes are allowed around a placeholder", "\xff{{user}}\xfe", "\xffJack\xfe"},
		{"a third brace stays outside", "${{{user}}}", "${Jack}"},
		{"a lone opening stays", "{{user", "{{user"},
		{"a lone closing stays", "user}}", "user}}"},
		{"a template of another language stays", "{{ .Field }} {{- x }} {% y %}", "{{ .Field }} {{- x }} {% y %}"},
		{"blanks within a name are no name", "{{us er}}", "{{us er}}"},
		{"empty braces stay", "{{}} {{ }}", "{{}} {{ }}"},
		{"look-alikes of ASCII letters are no letters", "{{u\u017fer}} {{AC\u017f::InstanceId}}", "{{u\u017fer}} {{AC\u017f::InstanceId}}"},
		{"a built-in becomes its value", "{{ACS::InstanceId}}", "i-1"},
		{"blanks are allowed all over a built-in", "{{ ACS :: InstanceId }}", "i-1"},
		{"a line break is a blank of a built-in", "{{\nACS::\nRegionId\n}}", "cn-hangzhou"},
		{"the prefix of a built-in has no case", "{{acs::InstanceId}}", "i-1"},
		{"the value of a built-in is not searched again", "{{ACS::InstanceName}}", "{{user}}"},
		{"a name that begins with ACS is a name", "[{{ACSInstanceId}}]", "[]"},
		{"a single colon makes no built-in", "{{ACS:InstanceId}}", "{{ACS:InstanceId}}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			script := []byte(tt.script)
			got, err := substitute(script, params, sampleBuiltins)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
			assert.Equal(t, tt.script, string(script), "the script given must not change")
		})
	}
}

func TestSubstituteRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		want         errors.Code
	}{
		{"an unknown built-in", "{{ACS::Nothing}}", errors.InvalidSystemBuiltInParameter},
		{"an unknown built-in after good ones", "{{user}}{{ACS::InstanceId}}{{ACS::Nothing}}", errors.InvalidSystemBuiltInParameter},
		{"a built-in without a name", "{{ACS::}}", errors.InvalidSystemBuiltInParameter},
		{"a built-in whose name is no word", "{{ACS::Instance Id}}", errors.InvalidSystemBuiltInParameter},
		{"a script file name outside a launcher", `{{ACS::ScriptFileName|Ext(".py")}}`, errors.InvalidSystemBuiltInParameter},
		{"an entry of the parameter store", "{{oos:name}}", errors.QueryParameterStoreFailed},
		{"a secret of the parameter store", "{{ OOS-secret : name }}", errors.QueryParameterStoreFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := substitute([]byte(tt.script), nil, sampleBuiltins)
			require.ErrorIs(t, err, tt.want)
			assert.Nil(t, got)
		})
	}
}

func TestSubstituteTakesTheFirstOfKeysThatDifferInCase(t *testing.T) {
	t.Parallel()
	params := map[string]string{"name": "lower", "NAME": "upper", "Name": "title"}
	for range 50 { // repeated, because the order of a map is random
		got, err := substitute([]byte("{{name}}"), params, sampleBuiltins)
		require.NoError(t, err)
		require.Equal(t, "upper", string(got))
	}
}

func TestACallAcceptsThePlaceholdersThatAreReplaced(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	enabled := echo("i-1").with("EnableParameter", "true")
	for content, want := range map[string]string{
		"${{{user}}}":               "${}",
		"[{{\vuser\f}}]":            "[]",
		"{{ ACS\n::\vInstanceId }}": "i-1",
	} {
		assert.Empty(t, c.call("RunCommand", enabled.with("CommandContent", content)).code(), content)
		runs := s.Executed("i-1")
		require.NotEmpty(t, runs)
		assert.Equal(t, want, string(runs[len(runs)-1].Script))
	}
	for content, want := range map[string]errors.Code{
		"{{}}":            errors.CmdParamEmptyKey,
		"{{ {user} }}":    errors.CmdParamInvalidParamName,
		"{{user}\n}}":     errors.CmdParamInvalidParamName,
		"{{\u00a0user}}":  errors.CmdParamInvalidParamName,
		"{{{us er}}}":     errors.CmdParamInvalidParamName,
		"{{ACS::{x}}}":    errors.CmdParamInvalidParamName,
		"{{A CS::x}}":     errors.CmdParamInvalidParamName,
		"{{}} {{a}} \n}}": errors.CmdParamEmptyKey,
	} {
		assert.Equal(t, want, c.call("RunCommand", enabled.with("CommandContent", content)).code(), content)
	}
}

func TestSubstituteKeepsErrorsShort(t *testing.T) {
	t.Parallel()
	_, err := substitute([]byte("{{ACS::"+strings.Repeat("x", 10_000)+"}}"), nil, sampleBuiltins)
	require.ErrorIs(t, err, errors.InvalidSystemBuiltInParameter)
	assert.Less(t, len(err.Error()), 200)
}

func FuzzSubstitute(f *testing.F) {
	f.Add([]byte("{{a}} {{ACS::InstanceId}}"), "a", "{{a}}")
	f.Add([]byte("{{{a}}} {{\n A\t}} {{oos:x}}"), "A", "")
	f.Add([]byte("{{ACS::}}{{}}\xff{{a"), "-_", "\x00")
	f.Fuzz(func(t *testing.T, script []byte, name, value string) {
		before := bytes.Clone(script)
		got, err := substitute(script, map[string]string{name: value}, sampleBuiltins)
		if !bytes.Equal(before, script) {
			t.Fatal("the script was changed")
		}
		if err != nil {
			if got != nil || (!errors.Is(err, errors.InvalidSystemBuiltInParameter) && !errors.Is(err, errors.QueryParameterStoreFailed)) {
				t.Fatalf("got %q, %v", got, err)
			}
			return
		}
		if !bytes.Contains(script, []byte("{{")) && !bytes.Equal(got, script) {
			t.Fatalf("%q without placeholders became %q", script, got)
		}
		quiet, err := substitute(script, nil, func(string) (string, bool) { return "", true })
		if err == nil && len(quiet) > len(script) {
			t.Fatalf("%q grew to %q without any value", script, quiet)
		}
	})
}
