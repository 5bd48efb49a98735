package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "container", run)
}

func TestContainers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		out    string
		err    string
	}{
		{"a name", []string{"-name", "web", "uptime"}, 0, "i-local-1: Success, exit code 0\n  | container web would run: uptime\n", ""},
		{"an id, after the script", []string{"uptime", "-id", webID}, 0, "  | container 1a1a1a1a1a1a would run: uptime\n", ""},
		{"an id with its runtime", []string{"uptime", "-id", "docker://" + webID}, 0, "  | container 1a1a1a1a1a1a would run: uptime\n", ""},
		{"a script of several words", []string{"-name", "web", "--", "ls", "-l"}, 0, "would run: ls -l\n", ""},
		{"a script with controls of a terminal", []string{"-name", "web", "\x1b[2J"}, 0, "would run: ^[[2J\n", ""},
		{"a name that is not there", []string{"-name", "shop"}, 1, "i-local-1: Invalid, ContainerNotFound: The container does not exist.\n", "container: the script did not succeed: check the name or the id with docker ps on the instance\n"},
		{"a container that has stopped", []string{"-name", "web-old"}, 1, "ContainerStateAbnormal", "start the container"},
		{"a short id", []string{"-id", webID[:12]}, 2, "", "ContainerId: has 12 characters"},
		{"a name that is none", []string{"-name", "a b"}, 2, "", "ContainerName"},
		{"a region without a container", []string{"-region", "cn-hangzhou", "-instances", "i-1"}, 2, "", "give the container with -name or -id"},
		{"a region without instances", []string{"-region", "cn-hangzhou", "-name", "web"}, 2, "", "must be given together"},
		{"a flag that is none", []string{"-x"}, 2, "", "usage: container"},
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
	srv.AddInstance(
		runcommandtest.Instance{ID: "i-1", Containers: []runcommandtest.Container{{ID: webID, Name: "web"}}},
		runcommandtest.Instance{ID: "i-2", Containers: []runcommandtest.Container{}},
	)
	srv.Handle(runcommandtest.Always(runcommandtest.Outcome{Output: []byte("hello\n")}))
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(t.Context(), append(flags, "-instances", "i-1,i-2", "-name", "web", "hostname"), &out, &errs))
	assert.Equal(t, "i-1: Success, exit code 0\n  | hello\n\ni-2: Invalid, ContainerNotFound: The container does not exist.\n", out.String())
	assert.Contains(t, errs.String(), "check the name or the id")
	require.Equal(t, 1, srv.Executions("i-1"))
	assert.Equal(t, "web", srv.Executed("i-1")[0].ContainerName)
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "container", run)
}
