package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// takeUp takes up what the journal of another process holds: instances to send, chunks to look
// for or to wait for, results to yield again, and the wave that goes on. begin calls it once.
func (r *run) takeUp() {
	l := r.ledger
	for w := range l.waves[:l.begun] {
		var rest []int
		for i := l.waves[w].first; i < l.waves[w].after; i++ {
			switch m := &l.members[i]; {
			case m.place == pending:
				rest = append(rest, i)
			case m.place == ended && m.chunk == nil: // a person has decided
				r.keep(i, l.resultOf(m))
			}
		}
		if len(rest) > 0 {
			r.later = append(r.later, rest)
		}
	}
	for _, c := range l.inOrder() {
		c.notAfter(time.Now())
		r.accepted = r.accepted || c.invocation != ""
		switch c.state {
		case chunkOpen, chunkUnknown:
			// From here on the monotonic clock counts the age, too.
			now := time.Now()
			c.announced = now.Add(c.announced.Sub(now))
			r.lookFor(c, nil)
		case chunkAccepted:
			r.follow(c)
		case chunkEnded:
			r.redelivers = append(r.redelivers, r.newFollowed(c))
		case chunkClosed:
		}
	}
	switch {
	case len(r.later) > 0:
		r.enqueue(r.later[0])
		r.later = r.later[1:]
	case l.begun > 0 && r.unfinished() == 0:
		r.waveOver = earlier(l.ended, time.Now())
	}
	if l.begun > 0 && l.waves[l.begun-1].done < l.waves[l.begun-1].after-l.waves[l.begun-1].first {
		r.observeWave(l.begun)
	}
	if r.findable && l.settled < len(l.members) {
		r.tail = newTailCheck(r)
	}
}

// lookFor looks for a chunk that was announced and has no outcome. The refusal of a second
// sending proves nothing about the first one. But when the service does not list the chunk
// for a minute, the first one was not accepted either.
func (r *run) lookFor(c *chunk, refusal error) *followed {
	f := r.newFollowed(c)
	f.refused = refusal
	f.lookSince = time.Now()
	if c.state == chunkOpen {
		r.open++
	}
	r.add(r.watchOf(c), f)
	return f
}

// found records that the service lists a chunk that had no outcome.
func (r *run) found(f *followed, invocation string) {
	if f.state == chunkOpen {
		r.open--
	}
	r.write(&entry{Type: entryAccepted, Chunk: f.number, Invocation: invocation})
	r.accepted, r.acceptedAt = true, time.Now()
}

// resolve decides about chunks without an outcome that the service does not list. They are
// sent again with their token as long as the service surely knows the token. After that
// their instances are Unknown.
func (r *run) resolve(now time.Time) {
	for _, w := range slices.Clone(r.watches) {
		for _, f := range slices.Clone(w.chunks) {
			if f.invocation != "" {
				continue
			}
			if f.state == chunkOpen {
				r.resolveOpen(f, now)
			}
			if f.state == chunkUnknown {
				r.resolveUnknown(f, now)
			}
		}
	}
}

// resolveOpen decides about an open chunk. It waits for a further poll, sends the chunk
// again with its token, or writes that it is unknown. After a refusal of the second sending
// it takes over that refusal.
func (r *run) resolveOpen(f *followed, now time.Time) {
	age := tokenAge(f.announced)
	if f.untrusted {
		age = tokenLifetime + 1
	}
	switch {
	case f.refused != nil && !f.listed.Before(f.lookSince.Add(r.fleet.options.visibility)):
		r.open--
		r.unfollow(f)
		r.refused(f.chunk, f.refused)
	case f.refused != nil:
		r.at(now.Add(time.Second))
	case age > tokenLifetime && (f.looked || now.Sub(f.lookSince) > r.fleet.options.visibility):
		r.open--
		r.write(&entry{Type: entryUnknown, Chunk: f.number})
		// The fleet halts when the service has accepted no chunk since the announcement: in
		// an outage each further chunk would become Unknown, too. It does not halt when the
		// program has held up the run for most of that time: then the service may be well.
		if f.doubt != nil && r.acceptedAt.Before(f.announced) && age-(r.held-f.held) > tokenLifetime/2 {
			r.stop(fmt.Errorf("the service has accepted no chunk for %v: %w", tokenLifetime, f.doubt))
		}
	case r.closed && f.looked && now.Sub(f.lookSince) > r.fleet.options.visibility:
		// This run does not send it again. A Resume can still do so, while its token is
		// young enough.
		r.open--
		r.unfollow(f)
	case r.closed || age > tokenLifetime:
		r.at(now.Add(max(tokenLifetime-age, time.Second)))
	case !f.looked:
	case !r.tailDone(): // the journal may have lost its refusal, and the chunks that its instances then got
		r.at(now.Add(max(tokenLifetime-age, time.Second)))
	default:
		listedFor := f.lookSince.Add(r.fleet.options.visibility)
		lastCall := now.Add(tokenLifetime - tokenReserve - age)
		// A pause between two sendings: one can fail at once, also without a call.
		if due := laterOf(earlier(listedFor, lastCall), f.lookSince.Add(time.Second)); now.Before(due) {
			r.at(due)
			return
		}
		r.unfollow(f)
		r.send(f.chunk)
	}
}

// resolveUnknown ends the wait for an Unknown chunk when its command must have ended.
func (r *run) resolveUnknown(f *followed, now time.Time) {
	end := r.latestEnd(f.chunk)
	if now.Before(end) {
		r.at(end)
		return
	}
	if !f.looked && f.listed.IsZero() {
		return // it is looked for once in each process
	}
	for _, i := range f.members {
		r.ledger.move(i, unknown, true, true)
	}
	r.dirty = true
	r.unfollow(f)
}

// ErrJournalIncomplete is in the error of a fleet whose journal has lost entries: the
// service lists a command of the fleet that the journal does not name. Nothing is sent then,
// since the command may have run on any instance. errors.Is finds it in the [*HaltError] that
// [Fleet.Run] returns; its text has the id of the invocation. Each later Resume halts in the same
// way, as long as the service lists that invocation. Find out on which instances the commands
// with the tags of the fleet have run ([TagGroup]), and make a new fleet for the others.
var ErrJournalIncomplete = errors.New("fleet: the journal has lost entries")

// A tailCheck looks for chunks that the service lists and the journal does not name. Then
// the end of the journal is lost, and sending could run a command twice. Nothing is sent
// before the check has ended. It lasts as long as the service may hide a new invocation, also
// after an entry of type end: entries that followed it may be lost.
type tailCheck struct {
	until  time.Time // the look that begins then or later is the last one
	next   time.Time // zero before the first look
	busy   bool      // a look is under way
	passed bool      // nothing was found, and chunks may be sent
	waits  pauses
}

// newTailCheck returns a check that begins now.
func newTailCheck(r *run) *tailCheck {
	return &tailCheck{until: time.Now().Add(r.fleet.options.visibility), waits: r.fleet.options.policy.NewBackOff()}
}

// tailDone reports whether chunks may be sent.
func (r *run) tailDone() bool { return r.tail == nil || r.tail.passed }

// checkTail makes the next look of the tail check.
func (r *run) checkTail(now time.Time) {
	t := r.tail
	if r.tailDone() || t.busy || r.closed {
		return
	}
	if now.Before(t.next) {
		r.at(t.next)
		return
	}
	last := r.ledger.group
	full := r.ledger.fullGroups()
	accepted := make(map[string]bool)
	var tags [][]runcommand.Tag
	for _, c := range r.ledger.chunks {
		if !full[c.group] {
			accepted[c.invocation] = c.invocation != ""
			tags = append(tags, c.tags)
		}
	}
	known := func(s *runcommand.Summary) bool {
		return accepted[s.InvocationID] || slices.ContainsFunc(tags, func(t []runcommand.Tag) bool { return hasTags(s, t) })
	}
	t.busy = true
	r.start(func() func() {
		lost, err := r.lostCommand(r.ctx, last, full, known)
		return func() {
			t.busy = false
			switch {
			case lost != "":
				r.stop(fmt.Errorf("%w: the service lists the invocation %s of this fleet, which the journal does not name", ErrJournalIncomplete, lost))
			case err != nil && r.ended: // the end of the run has ended the call
			case temporary(err) && r.mayTryAgain(err):
				t.next = r.sendAfter
				return
			case err != nil:
				r.stop(fmt.Errorf("the service could not be asked for chunks that the journal does not name: %w", err))
			case !now.Before(t.until):
				t.passed = true
				r.succeeded()
				return
			default:
				r.succeeded()
			}
			t.next = earlier(time.Now().Add(t.waits.NextBackOff()), laterOf(t.until, time.Now().Add(time.Second)))
		}
	})
}

// lostCommand returns the id of an invocation of the fleet that the journal does not name,
// "" when there is none. The argument last is the latest group in the journal. A chunk gets
// its group before it is announced, and it can wait long in between. So lostCommand looks
// into each group that is not full. After the last group it ends at the first group without
// invocations: no group follows such a group, see closeChunk.
func (r *run) lostCommand(ctx context.Context, last int, full map[int]bool, known func(*runcommand.Summary) bool) (string, error) {
	for group := 1; ; group++ {
		if full[group] {
			continue
		}
		found, err := r.listByTags(r.tags.ofGroup(group))(ctx)
		if err != nil {
			return "", err
		}
		for _, s := range found {
			if !known(s) {
				return s.InvocationID, nil
			}
		}
		if group > last && len(found) == 0 {
			return "", nil
		}
	}
}

// earlier returns the earlier one of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// laterOf returns the later one of two times.
func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
