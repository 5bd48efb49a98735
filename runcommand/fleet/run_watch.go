package fleet

import (
	"context"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A followed chunk is one that the run waits for: it was accepted, or it may have been.
type followed struct {
	*chunk
	due       []int     // instances that have ended and whose results are not delivered
	dueSince  time.Time // when the first of them ended
	left      int       // number of instances whose results are not delivered
	seen      bool      // the service has listed it
	listed    time.Time // begin of the latest poll that is newer than the chunk
	fetching  bool
	fetchNext time.Time // no fetch of outputs before this time
	// fetchLast is by the clock of the run: an output that is not there at this time is left
	// out. It is zero before the first fetch.
	fetchLast time.Time
	failLast  time.Time // by the clock of the run: a fetch that fails after this time ends the run
	fetchWait pauses
	stopAsked bool

	lookSince time.Time // when the run began to look for a chunk without an outcome
	looked    bool      // a poll that began after lookSince did not list it
	refused   error     // the service refused it when it was sent again
	doubt     error     // why this process does not know whether it was accepted
}

// A watch polls the state of the chunks of one group, by the tags of the group, or of one
// chunk, by the id of its invocation. One poll of a watch is under way at a time.
type watch struct {
	group  int         // 0 for a single chunk
	chunks []*followed // those that the run waits for
	waits  pauses      // between polls
	next   time.Time   // no poll before this time
	busy   bool        // a poll is under way
}

// unfinished returns the number of chunks that the run waits for.
func (r *run) unfinished() (n int) {
	for _, w := range r.watches {
		n += len(w.chunks)
	}
	return n
}

// watchOf returns the watch for a chunk, and makes it when there is none.
func (r *run) watchOf(c *chunk) *watch {
	group := 0
	if r.findable && len(r.tags.ofGroup(c.group)) > 0 {
		group = c.group
		for _, w := range r.watches {
			if w.group == group {
				return w
			}
		}
	}
	w := &watch{group: group}
	r.watches = append(r.watches, w)
	return w
}

// add puts a chunk into a watch. The pauses between polls begin again with the first one.
func (r *run) add(w *watch, f *followed) {
	w.chunks = append(w.chunks, f)
	w.waits = r.fleet.options.policy.NewBackOff()
	w.next = time.Now()
	if len(w.chunks) > 1 || w.busy {
		w.next = w.next.Add(w.waits.NextBackOff())
	}
}

// follow waits for the results of a chunk that was accepted.
func (r *run) follow(c *chunk) {
	r.add(r.watchOf(c), r.newFollowed(c))
}

// newFollowed returns a chunk that has delivered no result yet.
func (r *run) newFollowed(c *chunk) *followed {
	return &followed{chunk: c, left: len(c.members), fetchWait: r.fleet.options.policy.NewBackOff()}
}

// unfollow ends the wait for a chunk.
func (r *run) unfollow(f *followed) {
	for _, w := range r.watches {
		w.chunks = slices.DeleteFunc(w.chunks, func(other *followed) bool { return other == f })
	}
	r.dropEmptyWatches()
}

// dropEmptyWatches forgets the watches without chunks. One whose poll is under way stays
// until the reply.
func (r *run) dropEmptyWatches() {
	r.watches = slices.DeleteFunc(r.watches, func(w *watch) bool { return len(w.chunks) == 0 && !w.busy })
}

// listGroups makes the polls that are due, those that wait longest first. A part of step.
func (r *run) listGroups(now time.Time) {
	slices.SortStableFunc(r.watches, func(a, b *watch) int { return a.next.Compare(b.next) })
	for _, w := range slices.Clone(r.watches) {
		switch {
		case w.busy || len(w.chunks) == 0:
		case w.next.After(now):
			r.at(w.next)
			return
		case r.lists < mostLists:
			r.poll(w)
		}
	}
}

// poll asks the service once for the state of the chunks of a watch. Another goroutine makes the
// call; listed takes over the reply.
func (r *run) poll(w *watch) {
	began := time.Now()
	list := r.listGroup(w)
	ctx := r.callCtx()
	w.busy = true
	r.lists++
	r.start(func() func() {
		found, err := list(ctx)
		return func() {
			w.busy = false
			r.lists--
			r.listed(w, began, found, err)
		}
	})
}

// listGroup returns the function that makes the call of a poll.
func (r *run) listGroup(w *watch) func(context.Context) ([]*runcommand.Summary, error) {
	if w.group == 0 {
		f := w.chunks[0]
		if f.invocation == "" { // nothing finds it
			return func(context.Context) ([]*runcommand.Summary, error) { return nil, nil }
		}
		inv := r.invocation(f.chunk)
		return func(ctx context.Context) ([]*runcommand.Summary, error) {
			s, err := inv.Describe(ctx)
			if errors.Is(err, runcommand.ErrNotVisible) {
				return nil, nil
			}
			return []*runcommand.Summary{s}, err
		}
	}
	return r.listByTags(r.tags.ofGroup(w.group))
}

// listByTags returns a function that lists the invocations with these tags. Without tags it
// lists nothing: a filter without tags would list the whole region.
func (r *run) listByTags(tags []runcommand.Tag) func(context.Context) ([]*runcommand.Summary, error) {
	if len(tags) == 0 {
		return func(context.Context) ([]*runcommand.Summary, error) { return nil, nil }
	}
	filter := runcommand.Filter{Tags: tags, ResourceGroupID: r.ledger.spec.Command.ResourceGroupID}
	return func(ctx context.Context) (found []*runcommand.Summary, err error) {
		for s, err := range r.client.Invocations(ctx, filter) {
			if err != nil {
				return nil, err
			}
			found = append(found, s)
		}
		return found, nil
	}
}

// invocation returns the handle of an accepted chunk. The run keeps no handles, since each
// holds the script.
func (r *run) invocation(c *chunk) *runcommand.Invocation {
	return r.client.Invocation(c.invocation, runcommand.OfRequest(r.ledger.spec.request(c.instances, c.tags, c.token)))
}

// listed takes over the reply of a poll that began at the given time. It plans the next poll,
// also after an error, unless no further poll can succeed: then the run ends.
func (r *run) listed(w *watch, began time.Time, found []*runcommand.Summary, err error) {
	defer r.dropEmptyWatches()
	wait := time.Second
	if w.waits != nil {
		wait = w.waits.NextBackOff()
	}
	if err != nil {
		if hint, ok := errors.RetryAfter(err); ok {
			wait = max(wait, min(hint, patience))
		}
		if !temporary(err) && !r.ended {
			r.blind = err
		}
	}
	w.next = time.Now().Add(wait)
	if err != nil {
		return
	}
	for _, f := range slices.Clone(w.chunks) {
		if f.announced.After(began) && f.invocation == "" || f.accepted.After(began) {
			continue // the poll is older than the chunk
		}
		f.listed = began
		if k := slices.IndexFunc(found, func(s *runcommand.Summary) bool { return r.isOf(s, f) }); k >= 0 {
			f.seen = true
			r.observe(f, found[k])
			continue
		}
		if f.refused != nil && slices.ContainsFunc(found, func(s *runcommand.Summary) bool { return !r.isOfAnother(s, f.chunk) }) {
			f.refused = nil // the row may be about the chunk, with tags or instances left out
		}
		r.missed(f, w, began)
	}
}

// isOfAnother reports whether a row of a listing is about another chunk than this one: about one
// that has the invocation, or whose tags the row has.
func (r *run) isOfAnother(s *runcommand.Summary, than *chunk) bool {
	for _, c := range r.ledger.chunks {
		if c != than && (c.invocation == s.InvocationID || hasTags(s, c.tags)) {
			return true
		}
	}
	return false
}

// temporary reports whether another poll may succeed after an error.
func temporary(err error) bool { return errors.Retryable(err) || errors.Is(err, poll.ErrRefused) }

// isOf reports whether a row of a listing is about a chunk.
func (r *run) isOf(s *runcommand.Summary, f *followed) bool {
	if f.invocation != "" {
		return s.InvocationID == f.invocation
	}
	if s.InvocationID == "" || !hasTags(s, f.tags) || len(s.Instances) != len(f.instances) {
		return false
	}
	sent := make(map[string]bool, len(f.instances))
	for _, id := range f.instances {
		sent[idKey(id)] = true
	}
	return !slices.ContainsFunc(s.Instances, func(row runcommand.Result) bool { return !sent[idKey(row.InstanceID)] })
}

// observe takes over the states that a row of a listing has.
func (r *run) observe(f *followed, s *runcommand.Summary) {
	if f.invocation == "" {
		r.found(f, s.InvocationID)
	}
	for _, row := range s.Instances {
		i, ok := r.ledger.index[idKey(row.InstanceID)]
		if !ok || r.ledger.members[i].chunk != f.chunk || r.ledger.members[i].settled {
			continue
		}
		r.ledger.observe(i, row)
		r.dirty = true
		if r.ledger.members[i].settled {
			r.endedOn(f, i)
		}
	}
	if !r.isLate(f, f.listed) {
		return
	}
	r.giveUp(f)
}

// endedOn notes that an instance of a chunk has ended, so that its output can be fetched.
func (r *run) endedOn(f *followed, i int) {
	if len(f.due) == 0 {
		f.dueSince = time.Now()
	}
	f.due = append(f.due, i)
}

// giveUp ends the wait for the instances of a chunk on which the command should have ended
// long ago. Their results have the latest states that the service reported.
func (r *run) giveUp(f *followed) {
	for _, i := range f.members {
		if !r.ledger.members[i].settled {
			r.ledger.move(i, running, true, true)
			r.endedOn(f, i)
		}
	}
}

// missed records that a poll did not list a chunk.
func (r *run) missed(f *followed, w *watch, began time.Time) {
	switch {
	case f.invocation == "":
		f.looked = !f.lookSince.After(began)
	case r.isLate(f, began):
		r.giveUp(f)
	case !f.seen && w.group != 0 && began.Sub(f.accepted) > r.fleet.options.visibility:
		// The listing by tags does not show it. Ask by the id of its invocation.
		w.chunks = slices.DeleteFunc(w.chunks, func(other *followed) bool { return other == f })
		own := &watch{}
		r.watches = append(r.watches, own)
		r.add(own, f)
	}
}

// lateness is how long after its timeout a command may still be listed as running: a minute
// for its delivery, and time for clocks that differ and states that appear late.
const lateness = 2 * time.Minute

// isLate reports whether a chunk should have ended at the time t.
func (r *run) isLate(f *followed, t time.Time) bool { return t.After(r.latestEnd(f.chunk)) }

// latestEnd returns when the command of a chunk must have ended.
func (r *run) latestEnd(c *chunk) time.Time {
	begin := c.accepted
	if c.invocation == "" {
		begin = c.announced.Add(tokenLifetime)
	}
	timeout := r.ledger.spec.Command.Timeout
	if timeout <= 0 {
		timeout = time.Minute // the default of the service
	}
	return begin.Add(min(timeout, 100*365*24*time.Hour)).Add(lateness)
}
