package rollout

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/ecs-runcommand/runcommand-go/runcommand/fleet"
)

// Heartbeats tell the server that the activity is alive, and how far the fleet is. They go
// on while nothing changes.
type heartbeats struct {
	latest atomic.Pointer[fleet.Progress]
	cancel context.CancelFunc
	over   sync.WaitGroup
}

// beginHeartbeats sends heartbeats until end is called. The server gives the activity up when it
// gets no heartbeat for the time timeout.
func beginHeartbeats(ctx context.Context, timeout time.Duration) *heartbeats {
	h := &heartbeats{}
	h.latest.Store(&fleet.Progress{})
	stopped, cancel := context.WithCancel(ctx)
	h.cancel = cancel
	h.over.Go(func() {
		ticker := time.NewTicker(timeout / 4)
		defer ticker.Stop()
		for {
			activity.RecordHeartbeat(ctx, *h.latest.Load()) // the SDK sends at most one in 80 % of the timeout
			select {
			case <-ticker.C:
			case <-stopped.Done():
				return
			}
		}
	})
	return h
}

func (h *heartbeats) progress(p fleet.Progress) { h.latest.Store(&p) }

func (h *heartbeats) end() {
	h.cancel()
	h.over.Wait()
}

// workerStops is the cause of the end of a context when the worker shuts down.
type workerStops struct{}

func (workerStops) Error() string { return "the worker shuts down; another one goes on" }

// untilWorkerStops returns a context that also ends when the worker begins to shut down. So
// the fleet ends in good order, and the next worker need not wait to find out what was sent.
func untilWorkerStops(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-activity.GetWorkerStopChannel(ctx):
			cancel(workerStops{})
		case <-own.Done():
		}
	}()
	return own, func() { cancel(nil) }
}
