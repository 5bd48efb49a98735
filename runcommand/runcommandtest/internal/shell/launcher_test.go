package shell

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestLauncher(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		ext        string
		want       []string // the command line for a script that is saved as S
	}{
		{"the documented sample", `python3 -u {{ACS::ScriptFileName|Ext(".py")}}`, ".py", []string{"python3", "-u", "S"}},
		{"an extension without quotes", `pwsh {{ACS::ScriptFileName|Ext(.ps1)}}`, ".ps1", []string{"pwsh", "S"}},
		{"an extension in single quotes", `x {{ACS::ScriptFileName|Ext('.tar.gz')}}`, ".tar.gz", []string{"x", "S"}},
		{"a placeholder without an extension", `sh {{ACS::ScriptFileName}}`, "", []string{"sh", "S"}},
		{"the path comes last without a placeholder", `python3 -u`, "", []string{"python3", "-u", "S"}},
		{"a lone program", `python3`, "", []string{"python3", "S"}},
		{"arguments after the placeholder", `sh {{ACS::ScriptFileName}} --verbose`, "", []string{"sh", "S", "--verbose"}},
		{"the script itself as the program", `{{ACS::ScriptFileName}} a`, "", []string{"S", "a"}},
		{"a placeholder within a word", `node --file={{ACS::ScriptFileName|Ext(.js)}}.map`, ".js", []string{"node", "--file=S.map"}},
		{"a placeholder within quotes", `sh "{{ACS::ScriptFileName}}"`, "", []string{"sh", "S"}},
		{"no case in the placeholder", `sh {{acs::SCRIPTfilename|EXT(.Py)}}`, ".Py", []string{"sh", "S"}},
		{"blanks within the placeholder", `sh {{ ACS :: ScriptFileName | Ext ( ".py" ) }}`, ".py", []string{"sh", "S"}},
		{"double quotes keep blanks", `env "A=b c" sh`, "", []string{"env", "A=b c", "sh", "S"}},
		{"single quotes keep double ones", `sh '"x"'`, "", []string{"sh", `"x"`, "S"}},
		{"quotes may begin inside a word", `a"b c"d e`, "", []string{"ab cd", "e", "S"}},
		{"empty quotes are an empty argument", `sh "" ''`, "", []string{"sh", "", "", "S"}},
		{"a backslash is no escape", `sh a\ b`, "", []string{"sh", `a\`, "b", "S"}},
		{"blanks around and between", " \tsh \n\r -e  ", "", []string{"sh", "-e", "S"}},
		{"a doubled at sign is one", `@@tool x`, "", []string{"@tool", "x", "S"}},
		{"an at sign later is a letter", `sh @x`, "", []string{"sh", "@x", "S"}},
		{"any bytes in a word", "sh \xff", "", []string{"sh", "\xff", "S"}},
		{"an opening that never closes is text", `awk {{print`, "", []string{"awk", "{{print", "S"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, err := parseLauncher(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.ext, l.ext)
			assert.Equal(t, tt.want, l.command("S"))
		})
	}
}

func TestLauncherRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, because string }{
		{"nothing at all", ``, "no program"},
		{"blanks alone", " \t", "no program"},
		{"an empty program", `"" sh`, "no program"},
		{"a second placeholder", `{{ACS::ScriptFileName}} {{ACS::ScriptFileName}}`, "more than once"},
		{"another built-in", `sh {{ACS::InstanceId}}`, "is not {{ACS::ScriptFileName}}"},
		{"a custom parameter", `sh {{name}}`, "is not {{ACS::ScriptFileName}}"},
		{"a good and a bad placeholder", `sh {{ACS::ScriptFileName}} {{}}`, "is not {{ACS::ScriptFileName}}"},
		{"an extension without a dot", `sh {{ACS::ScriptFileName|Ext(py)}}`, "is not {{ACS::ScriptFileName}}"},
		{"an extension that leaves the directory", `sh {{ACS::ScriptFileName|Ext(./../x)}}`, "is not {{ACS::ScriptFileName}}"},
		{"an extension of unequal quotes", `sh {{ACS::ScriptFileName|Ext(".py')}}`, "is not {{ACS::ScriptFileName}}"},
		{"an extension that is too long", `sh {{ACS::ScriptFileName|Ext(.` + strings.Repeat("a", 40) + `)}}`, "is not {{ACS::ScriptFileName}}"},
		{"a quote that never closes", `sh "a b`, "quote is not closed"},
		{"a plugin", `@ACS-Plugin x`, `no plugin "ACS-Plugin"`},
		{"a NUL byte", "sh \x00", "NUL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseLauncher(tt.text)
			require.ErrorIs(t, err, errors.ExecutionException)
			assert.ErrorContains(t, err, tt.because)
		})
	}
}

func FuzzLauncher(f *testing.F) {
	for _, seed := range []string{
		`python3 -u {{ACS::ScriptFileName|Ext(".py")}}`, `a 'b c' "d`, `@@x {{`, "{{ACS::ScriptFileName}}\xff", `@p`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := parseLauncher(text)
		if err != nil {
			if !errors.Is(err, errors.ExecutionException) || len(err.Error()) > 1024 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if strings.ContainsAny(l.ext, `/\"' `) {
			t.Fatalf("%q: extension %q", text, l.ext)
		}
		const path = "/scratch dir/script"
		argv := l.command(path)
		if argv[0] == "" {
			t.Fatalf("%q: no program in %q", text, argv)
		}
		joined := strings.Join(argv, "\n")
		if strings.Contains(joined, "\x00") || strings.Count(joined, path) != 1+strings.Count(text, path) {
			t.Fatalf("%q: %q does not name the script once", text, argv)
		}
	})
}
