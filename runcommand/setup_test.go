package runcommand_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// setup starts a local service with the instances i-1, i-2 and i-3, and makes
// a client of it. Inside a synctest bubble its time is virtual.
func setup(tb testing.TB, opts ...runcommandtest.Option) (*runcommandtest.Server, *runcommand.Client) {
	tb.Helper()
	srv := runcommandtest.Start(tb, opts...)
	srv.AddInstance(
		runcommandtest.Instance{ID: "i-1"},
		runcommandtest.Instance{ID: "i-2"},
		runcommandtest.Instance{ID: "i-3"},
	)
	return srv, srv.Client()
}

// begin runs a command and returns its invocation.
func begin(tb testing.TB, client *runcommand.Client, b runcommand.Builder) *runcommand.Invocation {
	tb.Helper()
	req, err := b.Build()
	require.NoError(tb, err)
	inv, err := client.Run(tb.Context(), req)
	require.NoError(tb, err)
	return inv
}
