package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/programtest"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestThePageShowsWhatThisProgramPrints(t *testing.T) {
	t.Parallel()
	programtest.CheckPage(t, "testing", run)
}

func TestArgumentsOfTheCommandLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args   []string
		status int
		err    string
	}{
		"a word":                     {[]string{"i-1"}, 2, `"i-1" is not a flag`},
		"a region without instances": {[]string{"-region", "cn-hangzhou"}, 2, "must be given together"},
		"a flag that is none":        {[]string{"-x"}, 2, "usage: testing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, run(t.Context(), c.args, &out, &errs))
			assert.Contains(t, errs.String(), c.err)
			assert.Empty(t, out.String())
		})
	}
}

func TestAnotherServiceIsCalled(t *testing.T) {
	srv, flags := programtest.Serve(t)
	srv.AddInstance(runcommandtest.Instance{ID: "i-1"}, runcommandtest.Instance{ID: "i-2", Offline: true})
	var out, errs bytes.Buffer
	assert.Equal(t, 1, run(t.Context(), append(flags, "-instances", "i-1,i-2"), &out, &errs))
	assert.Contains(t, out.String(), "i-1: updated\ni-2: failed: ")
	assert.Equal(t, "testing: some instances were not updated\n", errs.String())
}

func TestHelpIsForAPager(t *testing.T) {
	t.Parallel()
	programtest.CheckHelp(t, "testing", run)
}
