//go:build unix

package runcommandtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// scripts returns a server that really runs scripts, and a function that runs a script
// on an instance.
func scripts(tb testing.TB) (*Server, func(Exec, Instance) Outcome) {
	tb.Helper()
	dir := tb.TempDir()
	s := newServer(config{shell: true, shellDir: dir})
	tb.Cleanup(func() {
		s.Close()
		left, err := os.ReadDir(dir)
		require.NoError(tb, err)
		assert.Empty(tb, left, "the server left files behind")
	})
	return s, func(x Exec, inst Instance) Outcome {
		output := &partialOutput{}
		out := s.runScript(inst)(context.WithValue(tb.Context(), outputKey{}, output), x)
		return output.close().before(out)
	}
}

// script returns an Exec that runs text as a shell script.
func script(text string) Exec {
	return Exec{InstanceID: "i-1", Type: "RunShellScript", Script: []byte(text)}
}

func TestAServerWithAShellRefusesWhatAnInstanceWouldRefuse(t *testing.T) {
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
			_, run := scripts(t)
			proof := filepath.Join(t.TempDir(), "ran")
			x, inst := script("touch "+proof), Instance{ID: "i-1", OS: Linux}
			tt.change(&x, &inst)
			out := run(x, inst)
			assert.Equal(t, tt.want, out.Code)
			assert.Equal(t, tt.want == errors.ExecutionException || tt.want == errors.AccountNotExists, out.Info != "", "the code without a sentence of its own explains itself: %q", out.Info)
			assert.NoFileExists(t, proof)
		})
	}
}

func TestAServerWithAShellRunsScriptsAsTheCurrentUserOnly(t *testing.T) {
	t.Parallel()
	_, run := scripts(t)
	current, err := user.Current()
	require.NoError(t, err)
	others := []string{"no such user", strings.ToUpper(current.Username), current.Username + " ", current.Uid, strings.Repeat("é", 255)}
	for _, name := range []string{"root", "daemon", "nobody"} {
		if account, err := user.Lookup(name); err != nil || account.Uid != current.Uid {
			others = append(others, name)
		}
	}
	for _, inst := range []Instance{{}, {Users: []string{}}, {Users: append(others, current.Username)}} {
		for _, name := range []string{"", current.Username} {
			x := script("id -u")
			x.Username = name
			out := run(x, inst)
			assert.Empty(t, out.Code, "user %q", name)
			assert.Equal(t, current.Uid+"\n", string(out.Output), "user %q", name)
		}
		for _, name := range others {
			x := script("id -u")
			x.Username = name
			out := run(x, inst)
			assert.Equal(t, errors.AccountNotExists, out.Code, "user %q", name)
			assert.Empty(t, out.Output, "user %q", name)
			assert.Contains(t, out.Info, "current user of this machine", "user %q", name)
			assert.NotContains(t, out.Info, name, "the status page shows the sentence")
			assert.LessOrEqual(t, len(out.Info), infoLimit)
		}
	}
}

func TestAUserThatCannotBeHonouredIsAnErrorOfTheInstance(t *testing.T) {
	t.Parallel()
	current, err := user.Current()
	require.NoError(t, err)
	s, c := newService(t, config{shell: true, shellDir: t.TempDir()})
	other := "daemon"
	if current.Username == other {
		other = "nobody"
	}
	row := c.result(c.run(echo("i-1").with("Username", other)))
	assert.Equal(t, "Invalid AccountNotExists", row["InvocationStatus"].(string)+" "+row["ErrorCode"].(string))
	assert.Contains(t, row["ErrorInfo"], "current user of this machine")
	assert.NotContains(t, row["ErrorInfo"], other, "the status page shows the sentence")
	assert.Equal(t, errors.AccountNotExists, s.Invocations()[0].Instances[0].Code)
}

func TestAServerWithAShellCutsLongOutput(t *testing.T) {
	t.Parallel()
	_, run := scripts(t)
	all := numbered(1 << 20)
	out := run(script(`awk 'BEGIN { for (i = 0; i < 131072; i++) printf "%07d\n", i; exit 5 }'`), Instance{})
	want, wantDropped := cut(all)
	assert.Equal(t, 5, out.ExitCode)
	assert.Equal(t, wantDropped, out.Dropped)
	assert.True(t, bytes.Equal(want, out.Output), "the first 6,000 and the last bytes are kept")
}

func TestFailureCutsLongDescriptions(t *testing.T) {
	t.Parallel()
	out := failure(errors.New(strings.Repeat("é", 200)))
	assert.Equal(t, errors.ExecutionException, out.Code)
	assert.Equal(t, strings.Repeat("é", 127), out.Info, "255 bytes, and no half characters")
	out = failure(fmt.Errorf("wrapped: %w", errors.DirectoryNotExists))
	assert.Equal(t, errors.DirectoryNotExists, out.Code, "a code in the chain counts")
	assert.Equal(t, "wrapped: "+errors.DirectoryNotExists.Error(), out.Info)
	assert.Equal(t, Outcome{Code: errors.ExecutionTimeout}, failure(errors.ExecutionTimeout), "a code alone has its own sentence")
	assert.Equal(t, Outcome{}, failure(nil))
}

func TestCloseKillsScriptsThatRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := newService(t, config{shell: true, shellDir: dir})
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, exec.Command("mkfifo", pipe).Run())
	c.run(echo("i-1").with("CommandContent", "exec 3>"+pipe+"; sleep 3600"))
	reader, err := os.Open(pipe) // waits until the script opens the pipe
	require.NoError(t, err)
	defer reader.Close()
	s.Close()
	rest, err := io.ReadAll(reader)
	require.NoError(t, err, "the end of the last process is the end of the pipe")
	assert.Empty(t, rest)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.Equal(t, errors.ExecutionInterrupted, s.Invocations()[0].Instances[0].Code)
}

func TestARunningScriptShowsItsOutputAndIsStoppedInItsMode(t *testing.T) {
	t.Parallel()
	for mode, lives := range map[string]bool{"Process": true, "ProcessTree": false} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			_, c := newService(t, config{shell: true, shellDir: t.TempDir()})
			tell, heard := filepath.Join(t.TempDir(), "tell"), filepath.Join(t.TempDir(), "heard")
			require.NoError(t, exec.Command("mkfifo", tell, heard).Run())
			id := c.run(echo("i-1").with("TerminationMode", mode, "CommandContent", fmt.Sprintf(
				`nohup setsid sh -c 'exec 3>%s; read word <%s; echo "$word" >&3' >/dev/null 2>&1 & echo one; sleep 3600`, heard, tell)))
			reader, err := os.Open(heard) // waits until the descendant opens the pipe
			require.NoError(t, err)
			defer reader.Close()
			require.Eventually(t, func() bool {
				status, output, _ := c.partial(id)
				return status == "Running" && output == "one\n"
			}, 20*time.Second, 10*time.Millisecond)
			c.stop(id)
			require.Eventually(t, func() bool { return c.status(id) == "Terminated" }, 20*time.Second, 10*time.Millisecond)
			_, output, _ := c.partial(id)
			assert.Equal(t, "one\n", output)
			if lives {
				require.NoError(t, os.WriteFile(tell, []byte("alive\n"), 0))
			}
			rest, err := io.ReadAll(reader) // waits until the descendant has ended
			require.NoError(t, err)
			assert.Equal(t, map[bool]string{true: "alive\n"}[lives], string(rest))
		})
	}
}

func TestAScriptRunsInADefaultDirectoryThatThisMachineLacks(t *testing.T) {
	t.Parallel()
	_, run := scripts(t)
	x := script("pwd")
	x.WorkingDir = "/root"
	out := run(x, Instance{ID: "i-1", Directories: []string{}}.normal())
	assert.Empty(t, out.Code)
	assert.NotEmpty(t, out.Output)
}
