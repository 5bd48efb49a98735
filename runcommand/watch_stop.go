package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// stopCommand stops the command after the context has ended. Then it polls until the
// command has ended or the grace is over. So the results show how the command ended, also
// when it ended by itself before the stop. The stop may take three quarters of the grace.
// When the stop fails, the last quarter of the grace is for one more poll.
func (w *watch) stopCommand(ctx context.Context, cause error) error {
	began := time.Now()
	grace, cancel := poll.WithBound(context.WithoutCancel(ctx), began.Add(w.config.grace))
	defer cancel()
	stopping, cancelStop := poll.WithBound(grace, began.Add(w.config.grace/4*3))
	defer cancelStop()
	err := w.until(stopping, func(ctx context.Context) (done bool, err error) {
		err = w.stop(ctx, nil, w.config.policy, w.stopOnce)
		return err == nil, err
	})
	// The errors of the polls below are ignored, because the parameter cause already says
	// why the wait ended.
	if err != nil {
		_, _ = w.pollAndDeliver(grace)
		return fmt.Errorf("%w; the command was not stopped: %w", cause, err)
	}
	_ = w.poll(grace)
	return fmt.Errorf("%w; the command was asked to stop", cause)
}
