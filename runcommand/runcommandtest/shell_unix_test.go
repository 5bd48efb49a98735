//go:build unix

package runcommandtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// openShell returns a shell that is closed with the test, which then sees that
// nothing is left of it, and the directory it works in.
func openShell(tb testing.TB) (*shell, string) {
	tb.Helper()
	dir := tb.TempDir()
	s := newShell(dir)
	tb.Cleanup(func() {
		require.NoError(tb, s.Close())
		left, err := os.ReadDir(dir)
		require.NoError(tb, err)
		assert.Empty(tb, left, "the shell left files behind")
	})
	return s, dir
}

// script is an execution of text with time enough for any machine.
func script(text string) Exec {
	return Exec{InstanceID: "i-1", Type: "RunShellScript", Script: []byte(text), Timeout: time.Minute}
}

func TestShellReportsWhatAScriptDid(t *testing.T) {
	t.Parallel()
	uname, err := exec.Command("uname", "-a").Output()
	require.NoError(t, err)
	cases := []struct {
		name, script, output string
		exit                 int
	}{
		{"an empty script succeeds", "", "", 0},
		{"the machine is this one", "uname -a", string(uname), 0},
		{"both outputs come in the order of arrival", "echo 1; echo 2 >&2; echo 3; echo 4 >&2", "1\n2\n3\n4\n", 0},
		{"any bytes come through", `printf '\377\000\n'`, "\xff\x00\n", 0},
		{"an exit code is the script's", "echo out; exit 3", "out\n", 3},
		{"a failing last command is the exit code", "false", "", 1},
		{"193 asks for power off and is an exit code", "exit 193", "", 193},
		{"194 asks for a reboot and is an exit code", "exit 194", "", 194},
		{"a signal counts from 128", "kill -9 $$", "", 137},
		{"standard input is empty", "cat; echo end", "end\n", 0},
		{"it starts in an empty home", `ls -A; [ "$(pwd -P)" = "$(cd && pwd -P)" ] && echo home`, "home\n", 0},
		{"a #! line names the interpreter with an argument", "#!/bin/sh -e\nfalse\necho never", "", 1},
		{"a #! line may begin with blanks", "#! \t/bin/sh\necho ok", "ok\n", 0},
		{"a #! line alone is a script", "#!/bin/sh", "", 0},
		{"an empty #! line means sh", "#!\necho ok", "ok\n", 0},
		{"a #! line later is a comment", "\n#!/no/such\necho ok", "ok\n", 0},
		{"a #! line through env", "#!/usr/bin/env sh\necho ok", "ok\n", 0},
	}
	if _, err := exec.LookPath("python3"); err == nil {
		cases = append(cases, struct {
			name, script, output string
			exit                 int
		}{"python by its #! line", "#!/usr/bin/env python3\nimport sys\nprint(sum(range(5)))\nsys.exit(7)", "10\n", 7})
	}
	s, _ := openShell(t)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			out := s.run(t.Context(), script(tt.script), Instance{ID: "i-1", OS: Linux})
			assert.Equal(t, tt.output, string(out.Output))
			assert.Equal(t, tt.exit, out.ExitCode)
			assert.Empty(t, out.Code)
			assert.Empty(t, out.Info)
			assert.Zero(t, out.Takes)
		})
	}
}

func TestShellReadsTheInterpreterLineAsLinuxDoes(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)

	out := s.run(t.Context(), script("#!/bin/echo a b  c \t\n"), Instance{})
	assert.True(t, strings.HasPrefix(string(out.Output), "a b  c "), "one argument, trimmed: %q", out.Output)
	assert.True(t, strings.HasSuffix(string(out.Output), "script.sh\n"), "then the path: %q", out.Output)

	for name, line := range map[string]string{"missing": "/no/such/program", "followed by a carriage return": "/bin/sh\r"} {
		out = s.run(t.Context(), script("#!"+line+"\necho never\n"), Instance{})
		assert.Equal(t, 127, out.ExitCode, "an interpreter that is %s", name)
		assert.Contains(t, string(out.Output), "not found", "an interpreter that is %s", name)
		assert.Empty(t, out.Code)
	}
}

func TestShellHidesTheEnvironment(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "a-secret")
	s, dir := openShell(t)
	out := s.run(t.Context(), script("env; echo HOME is $HOME"), Instance{})
	require.Zero(t, out.ExitCode)
	assert.NotContains(t, string(out.Output), "a-secret")
	var names []string
	for line := range strings.Lines(string(out.Output)) {
		if name, _, ok := strings.Cut(line, "="); ok {
			names = append(names, name)
		}
	}
	for _, name := range []string{"HOME", "LANG", "PATH"} {
		assert.Contains(t, names, name)
	}
	ownOfShells := []string{"PWD", "OLDPWD", "SHLVL", "_"}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(ownOfShells, name) })
	assert.Len(t, names, 3, "beside what a shell sets itself")
	assert.Contains(t, string(out.Output), "HOME is "+dir)
}

func TestShellUsesTheLauncher(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, launcher, script, output string
		exit                           int
	}{
		{"with options of its own", "sh -e", "false; echo never", "", 1},
		{"with quoted arguments", `env "GREETING=hello  you" sh {{ACS::ScriptFileName}}`, `echo "$GREETING"`, "hello  you\n", 0},
		{"with arguments for the script", `sh {{ACS::ScriptFileName}} a 'b c'`, `echo $# "$2"`, "2 b c\n", 0},
		{"before the #! line", "sh", "#!/no/such\necho ok", "ok\n", 0},
		{"that is the script itself", "{{ACS::ScriptFileName}} x", "#!/bin/sh\necho $1", "x\n", 0},
		{"with an extension", `sh -c 'echo "${0##*/}"' {{ACS::ScriptFileName|Ext(".py")}}`, "", "script.py\n", 0},
		{"without an extension", `sh -c 'echo "${0##*/}"'`, "", "script\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			x := script(tt.script)
			x.Launcher = tt.launcher
			out := s.run(t.Context(), x, Instance{})
			assert.Empty(t, out.Code, out.Info)
			assert.Equal(t, tt.output, string(out.Output))
			assert.Equal(t, tt.exit, out.ExitCode)
		})
	}
}

func TestShellFindsALauncherInTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	work := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(work, "bin"), 0o700))
	require.NoError(t, os.Symlink("/bin/sh", filepath.Join(work, "bin", "mine")))
	x := script("echo ok")
	x.WorkingDir, x.Launcher = work, "bin/mine"
	assert.Equal(t, "ok\n", string(s.run(t.Context(), x, Instance{}).Output))
}

func TestShellRunsInTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	x := script("echo here >file; ls")
	x.WorkingDir = t.TempDir()
	out := s.run(t.Context(), x, Instance{Directories: []string{x.WorkingDir}})
	assert.Equal(t, "file\n", string(out.Output))
	assert.FileExists(t, filepath.Join(x.WorkingDir, "file"), "a directory of the user's is not removed")
}

func TestShellRefusesWhatAnInstanceWouldRefuse(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	file := filepath.Join(work, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, tt := range []struct {
		name   string
		change func(x *Exec, inst *Instance)
		want   errors.Code
	}{
		{"PowerShell", func(x *Exec, _ *Instance) { x.Type = "RunPowerShellScript" }, errors.CommandNotApplicable},
		{"Bat", func(x *Exec, _ *Instance) { x.Type = "RunBatScript" }, errors.CommandNotApplicable},
		{"Windows", func(_ *Exec, inst *Instance) { inst.OS = Windows }, errors.CommandNotApplicable},
		{"a container by its id", func(x *Exec, _ *Instance) { x.ContainerID = strings.Repeat("0", 64) }, errors.UnsupportedContainerRuntime},
		{"a container by its name", func(x *Exec, _ *Instance) { x.ContainerName = "web" }, errors.UnsupportedContainerRuntime},
		{"a user unknown to the instance", func(x *Exec, inst *Instance) { x.Username, inst.Users = "daemon", []string{"app"} }, errors.AccountNotExists},
		{"a user unknown to the machine", func(x *Exec, inst *Instance) { x.Username, inst.Users = "no such user", []string{"no such user"} }, errors.AccountNotExists},
		{"a directory unknown to the instance", func(x *Exec, inst *Instance) { x.WorkingDir, inst.Directories = work, []string{"/srv"} }, errors.DirectoryNotExists},
		{"a directory unknown to the machine", func(x *Exec, _ *Instance) { x.WorkingDir = filepath.Join(work, "no") }, errors.DirectoryNotExists},
		{"a directory that is a file", func(x *Exec, _ *Instance) { x.WorkingDir = file }, errors.DirectoryNotExists},
		{"a directory that is relative", func(x *Exec, _ *Instance) { x.WorkingDir = "." }, errors.DirectoryNotExists},
		{"a launcher that is missing", func(x *Exec, _ *Instance) { x.Launcher = "no-such-launcher -x" }, errors.ExecutionException},
		{"a launcher that is a plugin", func(x *Exec, _ *Instance) { x.Launcher = "@plugin" }, errors.ExecutionException},
		{"a launcher that cannot be read", func(x *Exec, _ *Instance) { x.Launcher = "sh '" }, errors.ExecutionException},
		{"an interpreter no process can have", func(x *Exec, _ *Instance) { x.Script = []byte("#!/bin/sh\x00\n") }, errors.ExecutionException},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := openShell(t)
			proof := filepath.Join(t.TempDir(), "ran")
			x, inst := script("touch "+proof), Instance{ID: "i-1", OS: Linux}
			tt.change(&x, &inst)
			out := s.run(t.Context(), x, inst)
			assert.Equal(t, tt.want, out.Code)
			assert.Equal(t, tt.want == errors.ExecutionException, out.Info != "", "the code without a sentence of its own explains itself: %q", out.Info)
			assert.NoFileExists(t, proof)
		})
	}
}

func TestShellTakesOtherUsersForTheCurrentOne(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	current, err := user.Current()
	require.NoError(t, err)
	for _, tt := range []struct {
		username string
		inst     Instance
	}{
		{"", Instance{Users: []string{}}},
		{"root", Instance{Users: []string{}}},
		{current.Username, Instance{Users: []string{}}},
		{"daemon", Instance{Users: []string{"daemon"}}},
		{"daemon", Instance{}},
	} {
		x := script("id -u")
		x.Username = tt.username
		out := s.run(t.Context(), x, tt.inst)
		assert.Empty(t, out.Code, "user %q", tt.username)
		assert.Equal(t, current.Uid+"\n", string(out.Output), "user %q", tt.username)
	}
}

func TestShellCutsLongOutput(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	all := numbered(1 << 20)
	out := s.run(t.Context(), script(`awk 'BEGIN { for (i = 0; i < 131072; i++) printf "%07d\n", i; exit 5 }'`), Instance{})
	want, wantDropped := cut(all)
	assert.Equal(t, 5, out.ExitCode)
	assert.Equal(t, wantDropped, out.Dropped)
	assert.True(t, bytes.Equal(want, out.Output), "the first 6,000 and the last bytes are kept")
}

func TestShellKeepsParallelRunsApart(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			x := script(fmt.Sprintf("#!/bin/sh\necho %d >>same-name; cat same-name; ls; exit %d", i, i))
			out := s.run(t.Context(), x, Instance{})
			assert.Equal(t, fmt.Sprintf("%d\nsame-name\n", i), string(out.Output), out.Info)
			assert.Equal(t, i, out.ExitCode)
		})
	}
	wg.Wait()
	assert.Empty(t, runDirectories(t, dir))
}

// A fork of one run that holds the script of another open for writing makes
// executing it fail: in six of eight trials with this many runs, measured
// without the lock that prevents it.
func TestShellNeverFindsItsScriptBusy(t *testing.T) {
	t.Parallel()
	s, _ := openShell(t)
	x := script("#!/bin/sh\nexit 0")
	x.Launcher = "{{ACS::ScriptFileName}}"
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				out := s.run(t.Context(), x, Instance{})
				assert.Empty(t, out.Code, out.Info)
			}
		})
	}
	wg.Wait()
}

func TestShellRemovesTheScratchDirectory(t *testing.T) {
	t.Parallel()
	s, dir := openShell(t)
	seen := filepath.Join(t.TempDir(), "seen")
	out := s.run(t.Context(), script("mkdir -p deep/er && touch deep/er/file && chmod 0 deep && pwd >"+seen), Instance{})
	require.Zero(t, out.ExitCode)
	home, err := os.ReadFile(seen)
	require.NoError(t, err)
	assert.Contains(t, string(home), filepath.Base(dir))
	assert.NoDirExists(t, strings.TrimSpace(string(home)))
	assert.Empty(t, runDirectories(t, dir))
}

func TestShellWithoutADirectoryUsesATemporaryOne(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := newShell("")
	out := s.run(t.Context(), script("pwd"), Instance{})
	assert.Contains(t, string(out.Output), "runcommand-")
	require.NoError(t, s.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestShellThatCannotWriteSaysSo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s := newShell(file)
	out := s.run(t.Context(), script("echo never"), Instance{})
	assert.Equal(t, errors.ExecutionException, out.Code)
	assert.NotEmpty(t, out.Info)
	require.NoError(t, s.Close())
}

func TestShellStartsNothingWhenItIsTooLate(t *testing.T) {
	t.Parallel()
	proof := filepath.Join(t.TempDir(), "ran")
	s, dir := openShell(t)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, errors.ExecutionInterrupted, s.run(ctx, script("touch "+proof), Instance{}).Code)
	ctx, cancel = context.WithTimeout(t.Context(), -1)
	defer cancel()
	assert.Equal(t, errors.ExecutionTimeout, s.run(ctx, script("touch "+proof), Instance{}).Code)

	require.NoError(t, s.Close())
	assert.Equal(t, errors.ExecutionInterrupted, s.run(t.Context(), script("touch "+proof), Instance{}).Code)
	assert.NoFileExists(t, proof)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left, "a closed shell writes nothing")
}

func TestFailureCutsLongDescriptions(t *testing.T) {
	t.Parallel()
	out := failure(errors.New(strings.Repeat("é", 200)))
	assert.Equal(t, errors.ExecutionException, out.Code)
	assert.Equal(t, strings.Repeat("é", 127), out.Info, "255 bytes, and no half characters")
	out = failure(fmt.Errorf("wrapped: %w", errors.DirectoryNotExists))
	assert.Equal(t, errors.DirectoryNotExists, out.Code, "a code in the chain counts")
}

// runDirectories returns the scratch directories of runs below dir.
func runDirectories(tb testing.TB, dir string) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "run-*"))
	require.NoError(tb, err)
	return paths
}
