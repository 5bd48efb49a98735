package runcommand

import (
	"context"
	"fmt"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// RunOn runs a command on one instance and waits for its result. The command may come
// from any builder: RunOn replaces the instances and resource tags of the builder by this
// instance, and leaves the builder as it is. The command runs at most once: see
// [Client.Run].
//
// RunOn returns nil when the script ended with exit code 0, and also when a command with
// [Builder.DryRun] passed all checks: Exited of the result is false then. When it did not, the tree of
// the error has an [*errors.InstanceError] with exit code, output and the number of
// dropped bytes. The other errors are those of [Client.RunAndWait]. The result then holds
// what is known: the zero Result when the service did not accept the command.
//
// RunOn checks the command with the limits of the client ([WithLimits]). It sends nothing
// when the wait could not end: [ErrEndless] for a schedule without an end, and
// [ErrUnbounded] for a command at the next reboot when neither [MaxWait] nor a deadline
// of ctx bounds the wait. The rights are ecs:RunCommand, ecs:DescribeInvocations and
// ecs:DescribeInvocationResults.
func (c *Client) RunOn(ctx context.Context, instanceID string, cmd Builder, opts ...WaitOption) (Result, error) {
	if err := c.readyIn(ctx); err != nil {
		return Result{}, err
	}
	cmd = cmd.OnlyInstances(instanceID)
	req := cmd.request.clone()
	config, err := c.waitConfig(opts)
	if err != nil {
		return Result{}, err
	}
	if err := c.check(&req); err != nil {
		return Result{}, err
	}
	_, deadline := ctx.Deadline()
	switch err := planOf(&req).waitError(deadline || config.maxWait > 0); {
	case errors.Is(err, ErrEndless):
		return Result{}, kindError{"runcommand: nothing was sent: the schedule has no end; begin it with Client.Run", err}
	case err != nil:
		return Result{}, fmt.Errorf("runcommand: nothing was sent: %w", err)
	}
	report, err := c.RunAndWait(ctx, &req, opts...)
	result, _ := report.Result(instanceID)
	return result, err
}

// Output runs a command on one instance, waits for its end, and returns what the script
// wrote to stdout and stderr, like [os/exec.Cmd.Output]. It is [Client.RunOn] for callers
// that need only the output.
//
// The output is also returned with an error, as far as it is known. Of an output of more
// than 24 KB the service keeps only a part, and Output does not say so: use [Client.RunOn]
// and Dropped of its result where that matters.
func (c *Client) Output(ctx context.Context, instanceID string, cmd Builder, opts ...WaitOption) ([]byte, error) {
	result, err := c.RunOn(ctx, instanceID, cmd, opts...)
	return result.Output, err
}
