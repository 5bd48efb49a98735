package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestTheTreeShowsTheLostReply(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), nil, &stdout, &stderr), stderr.String())
	assert.Equal(t, `runcommand.RunAndWait
  runcommand.Run
    Ecs/RunCommand runcommand.attempt.number=1 error.type=unavailable failed
    Ecs/RunCommand runcommand.attempt.number=2
  runcommand.Wait runcommand.instances.done=1
    Ecs/DescribeInvocations runcommand.attempt.number=1
    Ecs/DescribeInvocationResults runcommand.attempt.number=1
executions on i-local-1: 1
`, stdout.String())
	assert.Empty(t, stderr.String())
}

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "tracing", run)
}

func TestAnotherEndpointIsCalled(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"})
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{ExitCode: 4}))

	var stdout, stderr bytes.Buffer
	status := run(t.Context(), append(flags, "exit", "-instances", "i-1", "4"), &stdout, &stderr)
	assert.Equal(t, 1, status)
	assert.Contains(t, stdout.String(), "runcommand.Wait runcommand.instances.done=1 error.type=ExitCodeNonzero failed")
	assert.Contains(t, stderr.String(), "exit code 4")
	assert.Equal(t, "exit 4", string(srv.Executed("i-1")[0].Script))
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"a flag that does not exist", []string{"-x"}, "flag provided but not defined: -x"},
		{"a word of a script that looks like a flag", []string{"uname", "-a"}, "flag provided but not defined: -a"},
		{"instances without a region", []string{"-instances", "i-1"}, "-region or -endpoint must be given together with -instances"},
		{"an endpoint without instances", []string{"-endpoint", "http://127.0.0.1:1"}, "must be given together with -instances"},
		{"an endpoint elsewhere without a region", []string{"-endpoint", "https://ecs.example.com", "-instances", "i-1"}, "needs -region"},
		{"an endpoint that is no address", []string{"-region", "cn-hangzhou", "-instances", "i-1", "-endpoint", "nowhere"}, "-endpoint nowhere has no protocol"},
		{"a script that is empty", []string{""}, "Content"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, 2, run(t.Context(), c.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), c.want)
			assert.Equal(t, 1, bytes.Count(stderr.Bytes(), []byte("tracing:")))
			assert.Empty(t, stdout.String())
		})
	}
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "tracing", run)
}
