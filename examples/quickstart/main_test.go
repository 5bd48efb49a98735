package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestAnotherServiceIsCalled(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2", Offline: true})
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Output: []byte("\x1b]0;title\a\x1b[2Jcleared\n")}))
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(t.Context(), append(flags, "clear", "-instances", "i-1,i-2"), strings.NewReader(""), &out, &errs))
	assert.Contains(t, out.String(), "\ni-1: Success, exit code 0\n  | ^[]0;title^G^[[2Jcleared\n")
	assert.NotContains(t, out.String(), "\x1b")
	assert.Equal(t, "quickstart: the script failed on 1 of 2 instances\n", errs.String())
	assert.Equal(t, "clear", string(srv.Executed("i-1")[0].Script))
}

// A startCase is a start of the program, and what is expected of it.
type startCase struct {
	name   string
	args   []string
	stdin  string
	status int
	out    []string // parts of the output
	err    string   // part of what is printed about the error
}

func (c *startCase) check(t *testing.T) {
	t.Helper()
	t.Parallel()
	var out, errs bytes.Buffer
	status := run(t.Context(), c.args, strings.NewReader(c.stdin), &out, &errs)
	assert.Equal(t, c.status, status, "%s%s", &out, &errs)
	for _, want := range c.out {
		assert.Contains(t, out.String(), want)
	}
	assert.Contains(t, errs.String(), c.err)
	if c.out == nil {
		assert.Empty(t, out.String())
	}
}

func TestNothingRunsWhenTheArgumentsAreWrong(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "script.sh")
	for _, c := range []startCase{
		{"an empty script", []string{"-"}, "", 2, nil, "CommandContent"},
		{"half a second", []string{"-timeout", "500ms", "true"}, "", 2, nil, "Timeout"},
		{"no time at all", []string{"-timeout", "0s", "true"}, "", 2, nil, "-timeout"},
		{"a file that is not there", []string{"-f", file + "x"}, "", 2, nil, file + "x"},
		{"a file and a script", []string{"-f", file, "true"}, "", 2, nil, "not both"},
		{"a region without instances", []string{"-region", "cn-hangzhou"}, "", 2, nil, "must be given together"},
		{"a flag that is none", []string{"-x"}, "", 2, nil, "usage"},
		{"a region that is none", []string{"-region", "cn/../hangzhou", "-instances", "i-1"}, "", 2, nil, "region"},
		{"a word of a script that looks like a flag", []string{"ls", "-l"}, "", 2, nil, "quickstart: flag provided but not defined: -l\nusage: quickstart [flags] [script | -]; -h explains the flags\n"},
		{"an endpoint without instances", []string{"-endpoint", "http://127.0.0.1:8089", "true"}, "", 2, nil, "must be given together"},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}

func TestEqualResultsShareOneBlock(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t)
	o := &options{script: "uname -r", timeout: time.Minute}
	for n := 1; n <= 100; n++ {
		o.Instances = append(o.Instances, fmt.Sprintf("i-%03d", n))
		srv.AddInstance(runcommandtest.Instance{ID: o.Instances[n-1], Offline: n == 70})
	}
	srv.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		switch x.InstanceID {
		case "i-005", "i-050":
			return runcommandtest.Outcome{Output: []byte("5.10\r\nold"), Dropped: 9}
		case "i-090":
			return runcommandtest.Outcome{ExitCode: 127}
		}
		return runcommandtest.Outcome{Output: []byte("6.6\n")}
	})
	var out bytes.Buffer
	err := runScript(t.Context(), srv.Client(), o, "instance", "", &out)
	require.EqualError(t, err, "the script failed on 2 of 100 instances")
	assert.Equal(t, `Running 8 bytes of shell on 100 instances.

96 instances: Success, exit code 0
  | 6.6

2 instances: Success, exit code 0
  i-005, i-050
  | 5.10
  | old
  (The service kept 9 bytes and dropped 9, usually from the middle.)

i-070: Aborted, ClientNotOnline: The agent is offline.

i-090: Failed, exit code 127
`, out.String())
}

func TestOneInstanceIsNotCalledInstances(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	o := &options{script: ":", timeout: time.Minute}
	o.Instances = []string{"i-1"}
	var out bytes.Buffer
	require.NoError(t, runScript(t.Context(), srv.Client(), o, "instance", " in cn-hangzhou", &out))
	assert.Equal(t, "Running 1 byte of shell on 1 instance in cn-hangzhou.\n\ni-1: Success, exit code 0\n\nThe script succeeded on the instance.\n", out.String())
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "quickstart", func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return run(ctx, args, strings.NewReader(""), stdout, stderr)
	})
}
