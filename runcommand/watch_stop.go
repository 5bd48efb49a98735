package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// stopRemote stops the command although the context has ended, and looks how
// far it is as long as the grace lasts. A command that ended by itself meanwhile
// is known as it ended. A stop that is not answered leaves a quarter of the grace
// for a look.
func (w *watch) stopCommand(ctx context.Context, cause error) error {
	began := time.Now()
	grace, cancel := poll.WithBound(context.WithoutCancel(ctx), began.Add(w.config.grace))
	defer cancel()
	stopping, cancelStop := poll.WithBound(grace, began.Add(w.config.grace/4*3))
	defer cancelStop()
	_, err := poll.Until(stopping, w.config.policy, func(ctx context.Context) (struct{}, bool, error) {
		err := w.stop(ctx, nil, w.config.policy, w.stopOnce)
		return struct{}{}, err == nil || final(err), err
	})
	// What these looks fail with adds nothing to the cause.
	if err != nil {
		_, _ = w.pollAndDeliver(grace)
		return fmt.Errorf("%w; the command was not stopped: %w", cause, err)
	}
	_ = w.poll(grace)
	return fmt.Errorf("%w; the command was asked to stop", cause)
}
