//go:build !unix

package runcommandtest

import (
	"context"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A shell runs nothing on this operating system: it has neither sh nor process
// groups. See shell_unix.go.
type shell struct{}

func newShell(string) *shell { return &shell{} }

// run refuses every script with [errors.CommandNotApplicable].
func (*shell) run(context.Context, Exec, Instance) Outcome {
	return Outcome{Code: errors.CommandNotApplicable, Info: "Scripts run only where there is a Unix shell."}
}

// Close has nothing to end.
func (*shell) Close() error { return nil }
