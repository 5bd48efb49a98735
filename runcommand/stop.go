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

// stopChunk is the largest number of instances that one call of StopInvocation may name
// (ECS API reference).
const stopChunk = 50

// Stop asks the service to stop the invocation on the named instances, or on all instances
// when no instance is named. It returns when the service has accepted the stop. A script
// that has not started is then cancelled, a running script is killed a little later, and a
// schedule starts no further run. Wait and Describe show when that is done.
//
// A later Wait reports the stopped instances as not successful: its error is
// [errors.ErrStopped].
//
// Stopping an invocation that has ended, or stopping twice, is no error. For an unknown
// invocation or instance the error is [errors.ErrNotFound]. An invocation from
// [Client.Run] may not be visible yet, nor one that [OfRequest] describes, when another
// process began it a moment ago. For such an invocation, Stop repeats the call for up to
// 30 s before it returns that error. One call to the service names up to 50
// instances. When one of several calls fails, Stop still makes the other calls, and
// returns the joined errors.
func (i *Invocation) Stop(ctx context.Context, instanceIDs ...string) (err error) {
	if err := i.ready(); err != nil {
		return err
	}
	if err := i.client.readyIn(ctx); err != nil {
		return err
	}
	if slices.Contains(instanceIDs, "") {
		return invalid("Stop: an instance id is empty")
	}
	i.client.observed(ctx, Operation{Name: "Stop", InvocationID: i.ID, Instances: len(instanceIDs)}, func(ctx context.Context) Ended {
		err = i.stopInChunks(ctx, instanceIDs)
		return Ended{Err: err, InvocationID: i.ID}
	})
	return err
}

// stopInChunks stops the invocation with as many calls as the number of instances needs.
func (i *Invocation) stopInChunks(ctx context.Context, instanceIDs []string) error {
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

// stop calls the function stopCall. While an accepted invocation is not visible yet,
// stop calls stopCall again, at the intervals of the policy.
func (i *Invocation) stop(ctx context.Context, instanceIDs []string, p poll.Policy, stopCall func(context.Context, wire.Params) error) error {
	w := wire.NewWriter(wire.ActionStopInvocation)
	w.Text("RegionId", i.client.region)
	w.Text("InvokeId", i.ID)
	w.List("InstanceId", instanceIDs)
	params := i.withSecrets(w.Params())
	visible, cancel := poll.WithBound(ctx, time.Now().Add(visibilityTimeout))
	defer cancel()
	var answer error
	_, err := poll.Until(visible, p, func(context.Context) (struct{}, bool, error) {
		if answer = stopCall(ctx, params); i.accepted() && errors.Is(answer, errors.InvalidInvokeIdNotFound) {
			return struct{}{}, false, nil // the invocation is not visible yet: make another call
		}
		return struct{}{}, true, answer
	})
	if err != nil && answer != nil && ctx.Err() == nil {
		// When the time is over, the last answer of the service is the better error. It says
		// that the invocation was not found.
		err = answer
	}
	if err != nil {
		return fmt.Errorf("stop of invocation %s: %w", i.ID, err)
	}
	return nil
}

// stopWithRetry calls StopInvocation, with the retries of the client.
func (i *Invocation) stopWithRetry(ctx context.Context, params wire.Params) error {
	_, err := do[wire.Acknowledgement](ctx, i.client, params)
	return err
}

// stopOnce makes one attempt to call StopInvocation. When the attempt fails, the wait
// calls stopOnce again.
func (i *Invocation) stopOnce(ctx context.Context, params wire.Params) error {
	_, err := attempt[wire.Acknowledgement](ctx, i.client.newCall(params))
	return err
}

// accepted reports whether the service has accepted the invocation, although its lists may
// not show it yet. Such an invocation came from Client.Run, or the program has the request
// that it was run with.
func (i *Invocation) accepted() bool { return i.request != nil }
