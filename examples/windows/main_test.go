package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "windows", run)
}

func TestScriptsOfWindows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, script string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(script), 0o600))
		return path
	}
	bat, upper := write("setup.bat", "ver\r\n"), write("SETUP.CMD", "ver\r\n")
	wide := write("wide.ps1", inUTF16("Get-Date\r\n"))
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    string
		err    string
	}{
		{"PowerShell", []string{"Get-Date"}, 0, "i-windows1: Success, exit code 0\n  | RunPowerShellScript would run: Get-Date\n", ""},
		{"Bat", []string{"ver", "-type", "bat"}, 0, "  | RunBatScript would run: ver\n", ""},
		{"a file of Bat", []string{"-f", bat}, 0, "RunBatScript would run: ver", ""},
		{"a file of Bat in capitals", []string{"-f", upper}, 0, "RunBatScript would run: ver", ""},
		{"a file of Bat as PowerShell", []string{"-f", bat, "-type", "powershell"}, 0, "RunPowerShellScript", ""},
		{"a script in UTF-16", []string{"-f", wide}, 0, "Careful: CommandContent: is UTF-16, which no interpreter reads; save the script as UTF-8\n", ""},
		{"a character that GBK lacks", []string{"Write-Host 🎉"}, 0, "Careful: CommandContent: ", ""},
		{"controls of a terminal", []string{"\x1b[2J"}, 0, "would run: ^[[2J\n", ""},
		{"a shell script", []string{"-type", "shell", "ls"}, 2, "", `-type is "shell"; it may be powershell or bat`},
		{"a file that is not there", []string{"-f", bat + "x"}, 2, "", bat + "x"},
		{"a file and a script", []string{"-f", bat, "ver"}, 2, "", "not both"},
		{"a region without a script", []string{"-region", "cn-hangzhou", "-instances", "i-1"}, 2, "", "give a script"},
		{"a region without instances", []string{"-region", "cn-hangzhou", "ver"}, 2, "", "must be given together"},
		{"a flag that is none", []string{"ver", "-x"}, 2, "", "usage: windows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs), "%s%s", &out, &errs)
			assert.Contains(t, out.String(), c.out)
			assert.Contains(t, errs.String(), c.err)
			assert.Equal(t, c.err == "", errs.Len() == 0, "%s", &errs)
		})
	}
}

func TestAnotherServiceIsCalled(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1", OS: runcommandtest.Windows})
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Output: []byte("\xd6\xd0\xce\xc4\xb4\xed\xce\xf3\r\n"), ExitCode: 2}))
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(t.Context(), append(flags, "-instances", "i-1", "Get-Date"), &out, &errs))
	assert.Equal(t, "i-1: Failed, exit code 2\n  | 中文错误\n", out.String())
	assert.Equal(t, "windows: the script failed on 1 of 1 instance\n", errs.String())
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "windows", run)
}
