package validate_test

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/validate"
)

// scriptTypes are the command types by the words of good-scripts.txt.
var scriptTypes = map[string]string{"shell": "RunShellScript", "powershell": "RunPowerShellScript", "bat": "RunBatScript"}

// scriptCommand returns a command with a script. The words are those of a line of good-scripts.txt.
func scriptCommand(script string, words ...string) *validate.Command {
	c := &validate.Command{
		Type: scriptTypes[words[0]], Content: []byte(script), InstanceIDs: []string{"i-bp185dy2o3o6neg0001"},
		EnableParameter: len(words) > 1,
	}
	for _, name := range words[1:] {
		name, quoted := strings.CutPrefix(name, "q:")
		if quoted {
			c.QuotedParameters = append(c.QuotedParameters, name)
		}
		if name != "on" {
			if c.Parameters == nil {
				c.Parameters = make(map[string]string)
			}
			c.Parameters[name] = "'it is'"
		}
	}
	return c
}

// scriptWarnings returns the warnings about a command, as text.
func scriptWarnings(c *validate.Command) string {
	var list []string
	for _, w := range (validate.Limits{}).Warnings(c, time.Unix(0, 0)) {
		list = append(list, w.String())
	}
	return strings.Join(list, "\n")
}

func TestGoodScriptsGiveNoWarning(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/good-scripts.txt")
	require.NoError(t, err)
	scripts := strings.Split(string(data), "==== ")[1:]
	assert.GreaterOrEqual(t, len(scripts), 100)
	for _, text := range scripts {
		head, script, _ := strings.Cut(text, "\n")
		c := scriptCommand(script, strings.Fields(head)...)
		assert.Empty(t, scriptWarnings(c), text)
		assert.Empty(t, validate.Limits{}.Check(c), text)
		if c.Type == "RunShellScript" {
			c.Content = []byte(strings.TrimSuffix(script, "\n"))
			assert.Empty(t, scriptWarnings(c), "without the last line end: %s", text)
			continue
		}
		c.Content = []byte(strings.ReplaceAll(script, "\n", "\r\n"))
		assert.Empty(t, scriptWarnings(c), "on Windows, with its line ends: %s", text)
	}
}

func TestWarningsAboutScripts(t *testing.T) {
	t.Parallel()
	inUTF16 := func(text string) string {
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune(text)) {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, words, script string
		want                []string // texts of the one warning
	}{
		{"a placeholder without a value", "shell on", "cd /\nrm -rf {{dir}}/*", []string{"CommandContent: ", `"dir"`, "line 2", `Parameter("dir", ...)`}},
		{"one of two values", "shell a", "echo {{a}}\n\necho {{ b }} {{b}}", []string{`"b"`, "line 3", "1 parameter "}},
		{"several without a value", "shell on", "{{e}} {{d}} {{c}} {{b}} {{a}}", []string{`5 parameters`, `"e", "d", "c" and 2 more`, "line 1"}},
		{"a placeholder beside built-in ones", "shell on", "{{ACS::InstanceId}} {{oos:x}} {{z}}", []string{`"z"`}},
		{"a placeholder of awk", "shell on", "awk '{{print}}'", []string{`"print"`}},
		{"a value that is empty", "shell on", "echo {{x}}", []string{"empty text"}},
		{"a placeholder while parameters are off", "shell", "echo a\necho {{name}}", []string{`"{{name}}"`, "line 2", "EnableParameter"}},
		{"a built-in one while they are off", "shell", "docker ps --format '{{.Names}}' {{ACS::InstanceId}}", []string{"{{ACS::InstanceId}}"}},
		{"a stored one while they are off", "bat", "echo {{oos-secret:pw}}", []string{"oos-secret"}},

		{"CR LF", "shell", "echo a\necho b\r\necho c\r\n", []string{"CR LF", "2 lines", "line 2", "ReplaceAll"}},
		{"CR LF in all lines of bash", "shell", "#!/bin/bash\r\necho a\r\n", []string{"first line", "CR LF"}},
		{"CR LF in all lines of Python", "shell", "#!/usr/bin/env python3\r\nprint(1)\r\n", []string{"first line", "CR in its name"}},
		{"CR LF after the first line", "shell", "#!/bin/sh\necho a\r\n", []string{"1 line ", "line 2"}},
		{"CR at the end", "shell", "echo a\necho b\r", []string{"CR LF"}},
		{"CR alone", "shell", "echo a\recho b\rdate", []string{"CR alone"}},
		{"a byte-order mark", "shell", "\ufeffecho a", []string{"byte-order mark", "line 1", "EF BB BF"}},
		{"a mark before #!", "shell", "\ufeff#!/bin/bash\necho a", []string{"byte-order mark"}},
		{"a mark in the middle of joined files", "shell", "echo a\n\ufeffecho b\n", []string{"byte-order mark", "line 2"}},
		{"a mark in PowerShell", "powershell", "\ufeffGet-Date", []string{"byte-order mark", "empty script"}},
		{"a mark in Bat", "bat", "\ufeff@echo off", []string{"byte-order mark"}},
		{"a line before #!", "shell", "\n#!/bin/bash\necho a", []string{"#!", "line 2"}},
		{"several lines before #!", "shell", "\n\n  \n#!/usr/bin/env python3\nprint(1)", []string{"line 4"}},
		{"a comment before #!", "shell", "# installs it\n#!/bin/bash\n", []string{"line 2"}},
		{"a command before #!", "shell", "set -e\n#! /bin/bash\n", []string{"line 2"}},
		{"a blank before #!", "shell", " #!/bin/bash\necho a", []string{"after a blank"}},
		{"a tab before #!", "shell", "\t#!/bin/bash\necho a", []string{"after a blank"}},
		{"UTF-16 with a mark", "powershell", "\xff\xfe" + inUTF16("Get-Date"), []string{"UTF-16"}},
		{"UTF-16 without a mark", "bat", inUTF16("@echo off\r\ndir\r\n"), []string{"UTF-16"}},
		{"UTF-16 with the higher byte first", "shell", "\xfe\xff\x00l\x00s", []string{"UTF-16"}},
		{"Chinese UTF-16", "powershell", inUTF16("echo 磁盘空间不足，请清理\r\n"), []string{"UTF-16"}},
		{"a zero byte", "shell", "echo a\necho \x00b", []string{"zero byte", "line 2"}},
		{"nothing but blanks", "shell", " \n\t\r\n", []string{"blanks"}},
		{"nothing but wide blanks", "powershell", "\ufeff\u3000\u00a0\u200b", []string{"blanks"}},

		{"an emoji in PowerShell", "powershell", "Get-Date\nWrite-Host '完成 🎉'", []string{"U+1F389", "line 2", "GBK", "0x1F389"}},
		{"a check mark in Bat", "bat", "echo ✅", []string{"U+2705", "line 1"}},
		{"a no-break blank", "powershell", "Get-Date\u00a0-Format s", []string{"U+00A0"}},
		{"a zero-width blank", "bat", "dir\u200b", []string{"U+200B"}},
		{"Korean", "powershell", "Write-Host '안녕'", []string{"U+C548"}},
		{"Latin letters that GBK lacks", "powershell", "Write-Host 'Größe'", []string{"U+00F6"}},
		{"a rare Chinese character", "bat", "echo 𠮷", []string{"U+20BB7"}},
		{"Bat in GBK", "bat", "@echo off\necho \xd6\xd0\xce\xc4", []string{"not UTF-8", "line 2"}},

		{"a quoted value between double quotes", "shell q:dir", "echo a\nls \"{{dir}}\"", []string{`"{{dir}}"`, "line 2", "between quotes", `"$v"`}},
		{"between single quotes", "shell q:dir", "ls '{{dir}}'", []string{"between quotes"}},
		{"within a quoted text", "shell q:x", "bash -c 'echo {{x}}'", []string{"between quotes"}},
		{"within $''", "shell q:x", `echo $'a\'{{x}}'`, []string{"between quotes"}},
		{"in a here-document", "shell q:x", "cat > /etc/x <<EOF\nname={{x}}\nEOF\n", []string{"line 2", "in a text"}},
		{"in a quoted here-document", "shell q:x", "cat <<'EOF'\n{{x}}\nEOF", []string{"in a text"}},
		{"in arithmetic", "shell q:x", "echo $(( {{x}} + 1 ))", []string{"arithmetic"}},
		{"in a comment", "shell q:x", "# for {{x}}\ndate", []string{"comment"}},
		{"after a backslash", "shell q:x", `echo \{{x}}`, []string{"escape"}},
		{"in the words of ${} between quotes", "shell q:x", `echo "${a:-{{x}}}"`, []string{"between quotes"}},
		{"several wrong places", "shell q:x", "echo \"{{x}}\" {{x}} '{{x}}'", []string{"1 more such place"}},
		{"in Python", "shell q:x", "#!/usr/bin/env python3\nprint({{x}})", []string{"line 2", "sh", "first line"}},
		{"in fish", "shell q:x", "#!/usr/bin/fish\necho {{x}}", []string{"first line"}},
		{"in PowerShell on Linux", "shell q:x", "#!/usr/bin/env pwsh\necho {{x}}", []string{"first line"}},
		{"between single quotes of PowerShell", "powershell q:x", "Write-Host '{{x}}'", []string{"between quotes", "$v"}},
		{"between double quotes of PowerShell", "powershell q:x", "Write-Host \"a {{x}}\"", []string{"between quotes"}},
		{"between typographic quotes of PowerShell", "powershell q:x", "Write-Host “{{x}}”", []string{"between quotes"}},
		{"in a here-string", "powershell q:x", "@'\n{{x}}\n'@", []string{"line 2", "in a text"}},
		{"in a here-string that expands", "powershell q:x", "$a = @\"\n{{x}}\n\"@", []string{"in a text"}},
		{"in a comment of PowerShell", "powershell q:x", "<# {{x}} #> Get-Date", []string{"comment"}},
		{"after a backtick", "powershell q:x", "echo `{{x}}", []string{"escape"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := scriptCommand(tt.script, strings.Fields(tt.words)...)
			assert.Empty(t, validate.Limits{}.Check(c), "what is warned of may be sent")
			warnings := validate.Limits{}.Warnings(c, time.Unix(0, 0))
			if assert.Len(t, warnings, 1, "%v", warnings) {
				assert.Equal(t, "CommandContent", warnings[0].Field)
				for _, want := range tt.want {
					assert.Contains(t, warnings[0].String(), want)
				}
				assert.LessOrEqual(t, len(warnings[0].String()), 400)
			}
		})
	}
}

func TestWarningsThatDependOnOtherFields(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		command *validate.Command
		do      func(c *validate.Command)
		want    []string // of the one warning; none when no warning is expected
	}{
		{"CR LF for a launcher that is Python", scriptCommand("print(1)\r\n", "shell"), func(c *validate.Command) { c.Launcher = "python3 -u" }, nil},
		{"CR LF for a launcher that is a shell", scriptCommand("date\r\n", "shell"), func(c *validate.Command) { c.Launcher = "sudo -u app bash" }, []string{"CR LF"}},
		{"#! after a line, with a launcher", scriptCommand("\n#!/bin/bash\n", "shell"), func(c *validate.Command) { c.Launcher = "bash -x" }, nil},
		{"#! after a line, in a container", scriptCommand("\n#!/bin/bash\n", "shell"), func(c *validate.Command) { c.ContainerName = "web" }, nil},
		{"a quoted value for a launcher that is Python", scriptCommand("print({{x}})", "shell", "q:x"),
			func(c *validate.Command) { c.Launcher = `python3 -u {{ACS::ScriptFileName|Ext(".py")}}` }, []string{"Launcher"}},
		{"a quoted value for a launcher that is a shell", scriptCommand("date -d {{x}}", "shell", "q:x"), func(c *validate.Command) { c.Launcher = "/bin/bash -ex" }, nil},
		{"a quoted value for another launcher on Windows", scriptCommand("print({{x}})", "powershell", "q:x"), func(c *validate.Command) { c.Launcher = "python.exe" }, []string{"PowerShell"}},
		{"a quoted value for PowerShell 7", scriptCommand("echo {{x}}", "powershell", "q:x"), func(c *validate.Command) { c.Launcher = `"C:\Program Files\PowerShell\7\pwsh.exe" -NoProfile -File` }, nil},
		{"an emoji in a value for Windows", scriptCommand("echo {{x}} {{y}}", "powershell", "x", "y"), func(c *validate.Command) { c.Parameters["x"] = "🎉" }, []string{"Parameters: ", `"x"`, "GBK"}},
		{"Chinese in a value for Windows", scriptCommand("echo {{x}}", "bat", "x"), func(c *validate.Command) { c.Parameters["x"] = "中文" }, nil},
		{"an emoji in a value for Linux", scriptCommand("echo {{x}}", "shell", "x"), func(c *validate.Command) { c.Parameters["x"] = "🎉" }, nil},
		{"an empty value that is given", scriptCommand("echo {{x}}", "shell", "x"), func(c *validate.Command) { c.Parameters["x"] = "" }, nil},
		{"a password name without a user", scriptCommand("dir", "bat"), func(c *validate.Command) { c.WindowsPasswordName = "pw" }, []string{"WindowsPasswordName: ", "Username"}},
		{"a password name with a user", scriptCommand("dir", "bat"), func(c *validate.Command) { c.WindowsPasswordName, c.Username = "pw", "app" }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.do(tt.command)
			got := scriptWarnings(tt.command)
			if tt.want == nil {
				assert.Empty(t, got)
				return
			}
			assert.Equal(t, 0, strings.Count(got, "\n"), got)
			for _, want := range tt.want {
				assert.Contains(t, got, want)
			}
		})
	}
}

func TestWarningsAboutInstanceIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		ids  []string
		want []string
	}{
		{"known forms", []string{"i-bp185dy2o3o6neg0001", "i-1", "mi-hz018jrc1o0", "AY140519135647627e"}, nil},
		{"two in one", []string{"i-a", "i-b,i-c", "i-d i-e"}, []string{"2 ids with blanks", "among 3", "number 2 is the first"}},
		{"a line end", []string{"i-a\n"}, []string{"1 id with blanks", "number 1"}},
		{"quotes", []string{`"i-a"`, "'i-b'", "i-c"}, []string{"2 ids with"}},
		{"Chinese commas", []string{"i-a，i-b"}, []string{"1 id with"}},
		{"a blank of another width", []string{"i-a\u00a0"}, []string{"1 id with"}},
		{"a JSON list", []string{`["i-a"]`}, []string{"1 id with"}},
		{"a name", []string{"i-a", "web-1"}, []string{"1 id of no known form", "number 2"}},
		{"capitals", []string{"I-BP185DY2O3O6NEG0001"}, []string{"1 id of no known form"}},
		{"nothing after i-", []string{"i-"}, []string{"1 id of no known form"}},
		{"an address", []string{"10.0.0.1", "10.0.0.2"}, []string{"2 ids of no known form"}},
		{"another kind of id", []string{"t-hz01", "i-a", "sg-bp1"}, []string{"2 ids of no known form"}},
		{"letters of another alphabet", []string{"i-中"}, []string{"1 id of no known form"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := scriptCommand("date", "shell")
			c.InstanceIDs = tt.ids
			assert.Empty(t, validate.Limits{}.Check(c), "it may be sent")
			got := scriptWarnings(c)
			if tt.want == nil {
				assert.Empty(t, got)
				return
			}
			assert.Equal(t, 0, strings.Count(got, "\n"), got)
			assert.True(t, strings.HasPrefix(got, "InstanceId: "), got)
			for _, want := range tt.want {
				assert.Contains(t, got, want)
			}
		})
	}
}
