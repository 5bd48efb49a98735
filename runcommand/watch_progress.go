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
	p := Progress{
		InvocationID: w.ID,
		Elapsed:      time.Since(w.began),
		Done:         w.endedCount,
		Total:        len(w.states),
		ByStatus:     make(map[Status]int),
	}
	for _, r := range w.states {
		p.ByStatus[r.result.Status]++
	}
	w.client.reportProgress(ctx, w.config, p)
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
