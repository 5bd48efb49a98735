package runcommand

import (
	"context"
	"time"
)

// progress reports the progress of the wait to the function of OnProgress and to the
// observer of the client.
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
	if w.config.progress != nil {
		w.client.notify(ctx, "OnProgress", func() { w.config.progress(p) })
	}
	if w.client.observer.Poll != nil {
		w.client.notify(ctx, "Observer.Poll", func() { w.client.observer.Poll(ctx, p) })
	}
}
