package runcommand

import (
	"context"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// installChunk is the largest number of instances that one call of InstallCloudAssistant
// may name (ECS API reference).
const installChunk = 50

// InstallAgent asks the service to install the Cloud Assistant agent on the instances. It
// returns when the service has accepted the request. The service does not report how the
// installation ends. The agent is there only after the next restart of the instance, and
// InstallAgent restarts no instance. After the restart, [Client.WaitReady] waits until the
// agent is online. Instances made from public images since December 2017 have the agent
// from the start. The documents do not warn against installing it again.
//
// One call of the service takes up to 50 instances; InstallAgent makes as many calls as
// it needs. An unknown instance, or one whose system has no agent, does not keep the
// agent from the others: the error then joins one [*errors.InstanceError] for each such
// instance. The same holds for an instance for which the caller lacks the right: the error
// is then [errors.ErrPermission]. When the service accepts no call, InstallAgent tries two
// halves of one call, and the error is the [*errors.APIError] of the refusal. Without an id, or with an empty one, the error is an
// [errors.ErrInvalidArgument], and nothing is sent. After any other error InstallAgent makes
// no further call (ECS API reference, InstallCloudAssistant). The right is
// ecs:InstallCloudAssistant.
func (c *Client) InstallAgent(ctx context.Context, instanceIDs ...string) (err error) {
	if err := c.readyIn(ctx); err != nil {
		return err
	}
	switch {
	case len(instanceIDs) == 0:
		return invalid("InstallAgent: no instance is named")
	case slices.ContainsFunc(instanceIDs, isBlank):
		return invalid("InstallAgent: an instance id is empty")
	}
	ids := newInstanceSet(instanceIDs).ids(instanceIDs)
	calls := newSplitCalls(func(ctx context.Context, ids []string) error {
		w := wire.NewWriter(wire.ActionInstallCloudAssistant)
		w.Text("RegionId", c.region)
		w.List("InstanceId", ids)
		_, err := do[wire.Acknowledgement](ctx, c, w.Params())
		return err
	})
	c.observed(ctx, Operation{Name: "InstallAgent", Instances: len(ids)}, func(ctx context.Context) Ended {
		err = calls.errorOf(ids, calls.run(ctx, ids, installChunk))
		return Ended{Err: err}
	})
	return err
}
