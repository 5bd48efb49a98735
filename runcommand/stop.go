package runcommand

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// stopChunk is how many instances one StopInvocation may name (ECS API
// reference).
const stopChunk = 50

// Stop asks the service to stop the invocation: on the named instances, or on
// all of them when none is named. It returns when the service has accepted;
// what has not started is cancelled, what is running is killed a little
// later, and a schedule fires no more. Wait or Describe show when that is done.
//
// To a later Wait the stopped instances have not succeeded: its error is
// [errors.ErrStopped].
//
// Stopping what has ended, or stopping twice, is no error. An unknown
// invocation or instance is [errors.ErrNotFound]; for an invocation from
// [Client.Run], which may only not be visible yet, Stop asks again for half a
// minute first. Many instances go in calls of 50; when some of these fail the
// others are made all the same, and the errors come joined.
func (i *Invocation) Stop(ctx context.Context, instanceIDs ...string) error {
	if err := i.ready(); err != nil {
		return err
	}
	if err := i.client.readyIn(ctx); err != nil {
		return err
	}
	if slices.Contains(instanceIDs, "") {
		return invalid("Stop: an instance id is empty")
	}
	if len(instanceIDs) == 0 {
		return i.stop(ctx, nil)
	}
	var failures []error
	for chunk := range slices.Chunk(distinct(instanceIDs), stopChunk) {
		if err := i.stop(ctx, chunk); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (i *Invocation) stop(ctx context.Context, instanceIDs []string) error {
	question := &wire.StopInvocation{RegionID: i.client.region, InvokeID: i.ID, InstanceIDs: instanceIDs}
	asked := time.Now()
	_, err := poll.Until(ctx, poll.Policy{}, func(ctx context.Context) (struct{}, bool, error) {
		_, err := call[wire.StopInvocationReply](ctx, i.client, question)
		if i.begunHere() && errors.Is(err, errors.InvalidInvokeIdNotFound) && time.Since(asked) < visibleWithin {
			return struct{}{}, false, nil // not visible yet
		}
		return struct{}{}, true, err
	})
	if err != nil {
		return fmt.Errorf("stop of invocation %s: %w", i.ID, err)
	}
	return nil
}

// begunHere reports whether the invocation came from Client.Run: then the
// service knows it, even when it says that it does not.
func (i *Invocation) begunHere() bool { return i.plan != nil }
