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
		return i.stop(ctx, nil, i.client.polling, i.stopWithRetry)
	}
	var failures []error
	for chunk := range slices.Chunk(unique(instanceIDs), stopChunk) {
		if err := i.stop(ctx, chunk, i.client.polling, i.stopWithRetry); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// stop asks by the policy until the invocation is visible, where it has to
// become that.
func (i *Invocation) stop(ctx context.Context, instanceIDs []string, p poll.Policy, ask func(context.Context, wire.Params) error) error {
	w := wire.NewWriter(wire.ActionStopInvocation)
	w.Text("RegionId", i.client.region)
	w.Text("InvokeId", i.ID)
	w.List("InstanceId", instanceIDs)
	question := i.withSecrets(w.Params())
	visible, cancel := poll.WithBound(ctx, time.Now().Add(visibilityTimeout))
	defer cancel()
	var answer error
	_, err := poll.Until(visible, p, func(context.Context) (struct{}, bool, error) {
		if answer = ask(ctx, question); i.fromRun() && errors.Is(answer, errors.InvalidInvokeIdNotFound) {
			return struct{}{}, false, nil // not visible yet
		}
		return struct{}{}, true, answer
	})
	if err != nil && answer != nil && ctx.Err() == nil {
		err = answer // the half minute is over
	}
	if err != nil {
		return fmt.Errorf("stop of invocation %s: %w", i.ID, err)
	}
	return nil
}

// callStop repeats the call as any other.
func (i *Invocation) stopWithRetry(ctx context.Context, question wire.Params) error {
	_, err := do[wire.StopInvocationReply](ctx, i.client, question)
	return err
}

// attemptStop leaves the repetition to the wait.
func (i *Invocation) stopOnce(ctx context.Context, question wire.Params) error {
	_, err := attempt[wire.StopInvocationReply](ctx, i.client.newCall(question))
	return err
}

// begunHere reports whether the invocation came from Client.Run: then the
// service knows it, even when it says that it does not.
func (i *Invocation) fromRun() bool { return i.request != nil }
