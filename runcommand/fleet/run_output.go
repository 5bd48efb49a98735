package fleet

import (
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

const (
	// outputTimeout is how long an output may be missing after the state of its instance
	// became terminal. After that time the result is delivered without output.
	outputTimeout = 30 * time.Second
	// outputShare says when outputs are fetched while other instances of the chunk still
	// run: when the time since the first end is this share of the time that the chunk has
	// run. So a chunk whose instances end together costs one fetch, and a slow instance does
	// not delay the results of the others.
	outputShare = 0.5
)

// fetchOutputs fetches the outputs of chunks whose instances have ended: of a whole chunk at
// once, or earlier when some instances lag behind (outputShare). A part of step.
func (r *run) fetchOutputs(now time.Time) {
	for _, w := range r.watches {
		for _, f := range w.chunks {
			if f.fetching || len(f.due) == 0 {
				continue
			}
			at := f.fetchNext
			if len(f.due) < f.left && !r.closed && !r.cancelled {
				early := f.dueSince.Add(time.Duration(float64(f.dueSince.Sub(f.accepted)) * outputShare))
				if at.Before(early) {
					at = early
				}
			}
			if at.After(now) {
				r.at(at)
				continue
			}
			if r.fetching < mostOutputs {
				r.fetch(f)
			}
		}
	}
	r.fetchBefore(now)
}

// fetchBefore fetches the outputs of chunks that had ended before this process began.
func (r *run) fetchBefore(now time.Time) {
	for _, f := range slices.Clone(r.redelivers) {
		switch {
		case r.cancelled || r.fetching == mostOutputs:
			return
		case f.fetchNext.After(now):
			r.at(f.fetchNext)
		default:
			r.redelivers = slices.DeleteFunc(r.redelivers, func(other *followed) bool { return other == f })
			r.redeliver(f)
		}
	}
}

// fetch asks once for the outputs of the instances of a chunk that have ended. Those that are not
// there yet are asked for again after a pause, until outputTimeout is over.
func (r *run) fetch(f *followed) {
	began := time.Now()
	if f.fetchLast.IsZero() {
		f.fetchLast, f.failLast = r.clock().Add(outputTimeout), r.clock().Add(patience)
		f.fetchWait.Reset()
	}
	due := f.due
	f.fetching = true
	r.fetching++
	r.readOutputs(f, due, func(rows []runcommand.Result, err error) {
		f.fetching = false
		r.fetching--
		for _, row := range rows {
			r.takeOutput(f, row)
		}
		switch {
		case err != nil && (!temporary(err) || r.clock().After(f.failLast)) && !r.ended:
			r.blind = fmt.Errorf("the outputs of invocation %s could not be fetched: %w", f.invocation, err)
		case err == nil && !r.clock().Before(f.fetchLast):
			for _, i := range due {
				if f.isDue(i) {
					r.deliver(f, i, r.ledger.resultOf(&r.ledger.members[i]))
				}
			}
		}
		if f.fetchNext = time.Now().Add(f.fetchWait.NextBackOff()); !slices.ContainsFunc(due, f.isDue) {
			f.fetchNext, f.fetchLast = time.Time{}, time.Time{}
		}
		if len(f.due) > 0 {
			f.dueSince = began
		}
		r.finish(f)
	})
}

// isDue reports whether an instance has ended and its result is not delivered.
func (f *followed) isDue(i int) bool { return slices.Contains(f.due, i) }

// readOutputs reads the outputs of a chunk in another goroutine. When only some of the
// instances are due, it makes one call for each of them. Afterwards the owner of the run
// calls the function then.
func (r *run) readOutputs(f *followed, due []int, then func([]runcommand.Result, error)) {
	inv := r.invocation(f.chunk)
	var ids []string
	if len(due) < len(f.members) {
		ids = r.ledger.ids(due)
	}
	ctx := r.callCtx()
	r.start(func() func() {
		var rows []runcommand.Result
		var failed error
		for row, err := range inv.Fetch(ctx, ids...) {
			if err != nil {
				failed = err
				break
			}
			rows = append(rows, row)
		}
		return func() { then(rows, failed) }
	})
}

// takeOutput delivers the result of a row, if the result is due.
func (r *run) takeOutput(f *followed, row runcommand.Result) {
	i, ok := r.ledger.index[idKey(row.InstanceID)]
	if !ok || !row.Status.Terminal() || !f.isDue(i) {
		return
	}
	r.deliver(f, i, row)
}

// deliver hands the result of an instance to the caller, once.
func (r *run) deliver(f *followed, i int, result runcommand.Result) {
	// A fetch under way may hold the old slice.
	f.due = slices.DeleteFunc(slices.Clone(f.due), func(due int) bool { return due == i })
	f.left--
	r.keep(i, result)
}

// keep keeps a result for the report, and hands it to the caller. With Results the report gets it
// without output.
func (r *run) keep(i int, result runcommand.Result) {
	m := &r.ledger.members[i]
	kept := result
	if r.yield != nil {
		r.ready = append(r.ready, result)
		kept.Output = []byte{}
	}
	m.result = &kept
	r.dirty = true
}

// finish ends the wait for a chunk when all its results were delivered.
func (r *run) finish(f *followed) {
	if f.left > 0 || f.state != chunkAccepted {
		return
	}
	e := &entry{Type: entryEnded, Chunk: f.number}
	for _, i := range f.members {
		e.Results = append(e.Results, resultEntryOf(r.ledger.resultOf(&r.ledger.members[i])))
	}
	r.write(e)
	r.unfollow(f)
}

// redeliver delivers the results of a chunk that had ended before this process began, with
// the outputs that the service still has. A failure that passes by waiting is waited for.
func (r *run) redeliver(f *followed) {
	if f.fetchLast.IsZero() {
		f.fetchLast = r.clock().Add(patience)
	}
	r.fetching++
	r.readOutputs(f, f.members, func(rows []runcommand.Result, err error) {
		r.fetching--
		if err != nil && temporary(err) && r.clock().Before(f.fetchLast) && !r.ended {
			f.fetchNext = time.Now().Add(f.fetchWait.NextBackOff())
			r.redelivers = append(r.redelivers, f)
			return
		}
		outputs := make(map[int]runcommand.Result, len(rows))
		for _, row := range rows {
			if i, ok := r.ledger.index[idKey(row.InstanceID)]; ok && row.Status.Terminal() {
				outputs[i] = row
			}
		}
		for _, i := range f.members {
			result := r.ledger.resultOf(&r.ledger.members[i])
			row, ok := outputs[i]
			switch {
			case ok && !result.Status.Terminal(): // the previous process did not wait for the end of the command
				r.ledger.endedAfterAll(i, row.Status)
				result = row
			case ok:
				result.Output, result.Dropped = row.Output, row.Dropped
			}
			r.keep(i, result)
		}
	})
}
