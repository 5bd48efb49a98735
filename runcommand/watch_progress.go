package runcommand

import (
	"context"
	"time"
)

// progress reports the progress of the wait.
func (w *watch) progress(ctx context.Context) {
	if w.config.progress == nil && w.client.observer.Poll == nil {
		return
	}
	w.client.reportProgress(ctx, w.config, Progress{
		InvocationID: w.ID,
		Elapsed:      time.Since(w.began),
		Done:         w.endedCount,
		Total:        len(w.states),
		ByStatus:     w.byStatus(),
	})
}

// byStatus counts the instances by their latest state.
func (w *watch) byStatus() map[Status]int {
	counts := make(map[Status]int)
	for _, r := range w.states {
		counts[r.result.Status]++
	}
	return counts
}

// observe runs the wait as an operation that the observer of the client knows. It returns
// the error of f, or an error for a nil context.
func (w *watch) observe(ctx context.Context, name string, f func(context.Context) error) (err error) {
	if err := w.client.readyIn(ctx); err != nil {
		return err
	}
	w.client.observed(ctx, Operation{Name: name, InvocationID: w.ID, Instances: len(w.states)}, func(ctx context.Context) Ended {
		err = f(ctx)
		return w.ended(err)
	})
	return err
}

// ended says how the wait ended. It counts instances only when an observer needs the counts.
func (w *watch) ended(err error) Ended {
	e := Ended{Err: err, InvocationID: w.ID, Done: w.endedCount, Total: len(w.states)}
	if w.client.observer.Begin == nil {
		return e
	}
	e.ByStatus = w.byStatus()
	for _, r := range w.states {
		if r.ended && r.result.Err() != nil {
			e.Failed++
		}
	}
	if !w.Invocation.began.IsZero() {
		e.SinceRun = time.Since(w.Invocation.began)
	}
	return e
}

// reportProgress calls the function of OnProgress and the observer of the client.
func (c *Client) reportProgress(ctx context.Context, config waitConfig, p Progress) {
	if config.progress != nil {
		c.notify(ctx, "OnProgress", func() { config.progress(p) })
	}
	if c.observer.Poll != nil {
		c.notify(ctx, "Observer.Poll", func() { c.observer.Poll(ctx, p) })
	}
}
