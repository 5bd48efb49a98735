package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// TestMain lets the program start the test binary as its first process: the test binary is
// then the program.
func TestMain(m *testing.M) {
	const isProgram = "RESUME_TEST_IS_PROGRAM"
	if os.Getenv(isProgram) != "" {
		main()
	}
	if err := os.Setenv(isProgram, "1"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "resume", run)
}

func TestAProcessThatEndsTooEarlyIsAnError(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := runUntil(t.Context(), &out, "-x")
	assert.ErrorContains(t, err, "process 1 was not killed, and ended: exit status 2: resume: flag provided but not defined: -x\n")
}

func TestCtrlCEndsBothProcesses(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(ctx, nil, &out, &errs))
	assert.Equal(t, "Process 1 begins a rollout.\n", out.String())
	assert.Equal(t, "resume: context canceled\n", errs.String())
}

func TestARolloutOfAnotherServiceIsInterruptedAndResumed(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2"})
	ctx, interrupt := context.WithCancel(t.Context())
	release := make(chan struct{})
	srv.Control("DescribeInvocations", func(runcommandtest.Call) runcommandtest.Verdict {
		interrupt() // the first request was answered
		return runcommandtest.Pass()
	})
	srv.Handle(func(ctx context.Context, _ runcommandtest.Exec) runcommandtest.Outcome {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return runcommandtest.Outcome{}
	})
	journal := filepath.Join(t.TempDir(), "upgrade.journal")
	flags = append(flags, "-journal", journal, "-hidden", "0")
	begin := append(flags[:len(flags):len(flags)], "-instances", "i-1,i-2", "yum update")

	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(ctx, begin, &out, &errs))
	assert.Regexp(t, `^  0 instances got the script for sure, 0 perhaps, 2 not yet\.\n  1 instance: (Pending|Running)\n$`, out.String())
	assert.Contains(t, errs.String(), "resume: halted in wave 1: ")
	assert.True(t, strings.HasSuffix(errs.String(), "context canceled\nthe same command without -instances and script resumes the rollout\n"), errs.String())

	errs.Reset()
	assert.Equal(t, 2, run(t.Context(), begin, &out, &errs))
	assert.Equal(t, "resume: the journal "+journal+" holds a rollout; leave out -instances and the script to resume it, or take a new file\n", errs.String())

	close(release)
	out.Reset()
	errs.Reset()
	assert.Zero(t, run(t.Context(), flags, &out, &errs), errs.String())
	assert.Equal(t, "  1 instance got the script for sure, 0 perhaps, 1 not yet.\n  2 instances: Success\n", out.String())
	for _, id := range []string{"i-1", "i-2"} {
		assert.Equal(t, 1, srv.Executions(id), id)
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a script for local instances":   {[]string{"uname"}, "-instances and a script must be given together"},
		"ids of local instances":         {[]string{"-instances", "i-1", "uname"}, "-instances need -region or -endpoint, and -journal"},
		"a journal for local instances":  {[]string{"-journal", none}, "-region or -endpoint must be given together with -journal"},
		"no journal":                     {[]string{"-region", "cn-hangzhou", "-instances", "i-1", "uname"}, "must be given together with -journal"},
		"instances without a script":     {[]string{"-region", "cn-hangzhou", "-journal", none, "-instances", "i-1"}, "-instances and a script must be given together"},
		"a script without instances":     {[]string{"-region", "cn-hangzhou", "-journal", none, "uname"}, "-instances and a script must be given together"},
		"a journal that is not there":    {[]string{"-region", "cn-hangzhou", "-journal", none}, "there is no journal " + none},
		"an endpoint without a protocol": {[]string{"-endpoint", "127.0.0.1:1", "-journal", none, "-instances", "i-1", "uname"}, "has no protocol"},
		"a script that is too long":      {[]string{"-region", "cn-hangzhou", "-journal", none + "2", "-instances", "i-1", strings.Repeat("x", 30_000)}, "this cannot be sent"},
		"a flag that is none":            {[]string{"-x"}, "usage: resume [flags] [script]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, 2, run(t.Context(), c.args, &out, &errs), errs.String())
			assert.Contains(t, errs.String(), c.want)
			assert.Equal(t, 1, strings.Count(errs.String(), "resume: "), errs.String())
			assert.Empty(t, out.String())
		})
	}
	assert.NoFileExists(t, none)
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "resume", run)
}
