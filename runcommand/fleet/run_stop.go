package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// cancelRun begins the end of a run whose context has ended. Without StopOnCancel the run
// ends at once. With it, the commands that are under way are stopped, and the run waits for
// their ends as long as the grace lasts.
func (r *run) cancelRun(now time.Time) {
	r.cancelled = true
	r.graceEnd = now.Add(r.fleet.options.grace)
	cause := r.callerCtx.Err()
	if r.active == 0 && r.unfinished() == 0 && len(r.redelivers) == 0 && r.allSent() {
		return // all was done
	}
	r.stop(cause)
	if r.fleet.options.grace > 0 {
		r.graceOver = time.AfterFunc(r.fleet.options.grace, r.cancel)
		// A chunk whose sending takes long may have been accepted already. It is looked for by
		// its tags then, so that it can be stopped.
		r.sendsOver = time.AfterFunc(r.fleet.options.grace/4, r.endSends)
		for _, w := range r.watches { // poll soon after the stops
			w.waits.Reset()
			w.next = now
		}
	}
}

// stopCommands asks the service to stop the commands that are under way, after the context
// of the caller has ended. It asks once for each chunk. It writes the entry stop before it
// asks, so that a resumed fleet does not count the stopped instances as failed.
func (r *run) stopCommands() {
	if !r.cancelled || r.fleet.options.grace <= 0 {
		return
	}
	r.at(r.graceEnd)
	end := r.graceEnd.Add(-r.fleet.options.grace / 4)
	for _, w := range r.watches {
		for _, f := range w.chunks {
			if f.state != chunkAccepted || f.stopAsked || len(f.due) == f.left || r.stopping == mostStopping || time.Now().After(end) {
				continue
			}
			running := slices.DeleteFunc(slices.Clone(f.members), func(i int) bool { return r.ledger.members[i].settled })
			r.write(&entry{Type: entryStop, Chunk: f.number, Instances: r.ledger.ids(running)})
			f.stopAsked = true
			r.stopping++
			r.stopAsked++
			inv := r.invocation(f.chunk)
			parent := r.callCtx()
			r.start(func() func() {
				ctx, cancel := context.WithDeadline(parent, end)
				defer cancel()
				err := inv.Stop(ctx)
				return func() {
					r.stopping--
					if err != nil && r.stopErr == nil {
						r.stopErr = err
					}
				}
			})
		}
	}
}

// describeStop adds to the error of a cancelled run what became of the commands under way.
func (r *run) describeStop() {
	halt := r.fleet.halt
	if halt == nil || !r.cancelled || r.fleet.options.grace <= 0 || !errors.Is(halt.Err, r.callerCtx.Err()) {
		return
	}
	switch {
	case r.open == 1:
		halt.Err = fmt.Errorf("%w; 1 chunk may have been accepted and is not stopped: see Unknown of the report", halt.Err)
	case r.open > 1:
		halt.Err = fmt.Errorf("%w; %d chunks may have been accepted and are not stopped: see Unknown of the report", halt.Err, r.open)
	}
	switch {
	case r.stopErr != nil:
		halt.Err = fmt.Errorf("%w; not all commands were stopped: %w", halt.Err, r.stopErr)
	case r.stopAsked == 1:
		halt.Err = fmt.Errorf("%w; 1 command was asked to stop", halt.Err)
	case r.stopAsked > 1:
		halt.Err = fmt.Errorf("%w; %d commands were asked to stop", halt.Err, r.stopAsked)
	}
	if n := r.notAskedToStop(); n > 0 {
		halt.Err = fmt.Errorf("%w; the grace was too short for %d more, which go on", halt.Err, n)
	}
}

// notAskedToStop returns the number of commands that run and that the service was not asked to
// stop.
func (r *run) notAskedToStop() (n int) {
	for _, w := range r.watches {
		for _, f := range w.chunks {
			if f.state == chunkAccepted && !f.stopAsked && len(f.due) < f.left {
				n++
			}
		}
	}
	return n
}
