//go:build unix

package runcommandtest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

func TestTheShellRunsRealScripts(t *testing.T) {
	t.Parallel()
	srv := start(t, runcommandtest.WithShell())
	req, err := runcommand.Shell("echo out {{who}}; echo err >&2; exit 5").Parameter("who", "there").Instances("i-1").Build()
	require.NoError(t, err)
	report, err := srv.Client().RunAndWait(t.Context(), req)
	assert.ErrorIs(t, err, errors.ErrScript)
	result, _ := report.Result("i-1")
	assert.Equal(t, "out there\nerr\n", result.Text())
	assert.Equal(t, 5, result.ExitCode)
	srv.Handle(func(context.Context, runcommandtest.Exec) runcommandtest.Outcome { return runcommandtest.Outcome{} })
	_, err = srv.Client().RunAndWait(t.Context(), req)
	assert.NoError(t, err, "a function takes the shell's place")
	srv.Handle(nil)
	_, err = srv.Client().RunAndWait(t.Context(), req)
	assert.ErrorIs(t, err, errors.ErrScript, "and gives it back")
}
