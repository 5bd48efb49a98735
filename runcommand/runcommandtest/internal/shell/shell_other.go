//go:build !unix

package shell

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Shell runs nothing on this operating system, because it has neither sh nor process
// groups. For Unix see shell.go.
type Shell struct{}

// New returns a shell that runs nothing.
func New(string) *Shell { return &Shell{} }

// Run refuses every script with [errors.CommandNotApplicable].
func (*Shell) Run(context.Context, Script) (int, error) {
	return 0, fmt.Errorf("scripts run only where there is a Unix shell: %w", errors.CommandNotApplicable)
}

// Close does nothing.
func (*Shell) Close() error { return nil }
