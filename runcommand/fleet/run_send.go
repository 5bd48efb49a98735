package fleet

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// Why an attempt to send a chunk must not begin: the sending has ended before its announcement,
// or it was announced too long ago.
var (
	errSendingClosed = errors.New("the fleet sends nothing more")
	errTokenTooOld   = errors.New("the service may have forgotten the client token of the chunk")
)

// sendNext sends the next chunks, as many as the concurrency and the number of open chunks
// allow.
func (r *run) sendNext(now time.Time) {
	r.decideDenied()
	for !r.closed && r.tailDone() && r.open < mostOpen && (len(r.denied) == 0 || r.probing()) {
		members := r.nextMembers()
		if len(members) == 0 {
			return
		}
		if now.Before(r.sendAfter) {
			r.at(r.sendAfter)
			return
		}
		l := r.ledger
		if l.underWay+len(members) > r.concurrency() {
			return
		}
		c := l.reserve(members, l.waveOf(members[0])+1, rand.Text())
		tags, err := r.tags.forChunk(c.group, c.number)
		if err != nil {
			l.release(c)
			r.stop(err)
			return
		}
		c.tags = tags
		if len(r.parts) > 0 {
			c.checked = r.parts[0].checked
			if r.parts[0].members = r.parts[0].members[len(members):]; len(r.parts[0].members) == 0 {
				r.parts = r.parts[1:]
			}
		} else {
			r.queue = r.queue[len(members):]
		}
		r.open++
		r.send(c)
	}
}

// nextMembers returns the instances of the next chunk, without taking them: first parts of chunks
// that were sent before, then the queue.
func (r *run) nextMembers() []int {
	if len(r.parts) > 0 {
		return r.parts[0].members[:min(len(r.parts[0].members), r.chunkSize())]
	}
	return r.queue[:min(len(r.queue), r.chunkSize())]
}

// chunkSize returns the largest number of instances in a chunk.
func (r *run) chunkSize() int {
	size := min(r.client.Limits().Instances, r.concurrency())
	if r.mostInChunk > 0 {
		size = min(size, r.mostInChunk)
	}
	return size
}

// concurrency returns how many instances may run the command at the same time, at least 1.
func (r *run) concurrency() int {
	s := r.ledger.spec
	return max(s.Concurrency.roundUp(len(s.Instances)), 1)
}

// send sends a chunk. A chunk that was announced before is sent again with its token. The
// call runs in another goroutine. The client calls the function given to RunAnnounced before
// each attempt. Before the first attempt, this function writes the entry send. The event
// applies that entry to the ledger and acts on the outcome.
func (r *run) send(c *chunk) {
	ctx, cancel := context.WithCancel(r.callCtx())
	stop := context.AfterFunc(r.sendCtx, cancel)
	req := r.ledger.spec.request(c.instances, c.tags, c.token)
	var announced *entry // the announcement that this call has written
	var lost error       // why the journal did not take it
	again := !c.announced.IsZero()
	if !again {
		c.held = r.held
		r.sendMu.Lock()
		r.waiting[c] = cancel
		r.sendMu.Unlock()
	}
	first := c.announced
	r.start(func() func() {
		defer cancel()
		defer stop()
		inv, err := r.client.RunAnnounced(ctx, req, func(context.Context, int) error {
			if !first.IsZero() {
				if tokenAge(first) > tokenLifetime {
					return errTokenTooOld
				}
				return nil
			}
			if !r.mayAnnounce(c) {
				return errSendingClosed
			}
			e := &entry{
				Type: entrySend, Wave: c.wave, Chunk: c.number, Group: c.group, Token: c.token,
				Tags: c.tags, Instances: c.instances,
			}
			if lost = r.fleet.record.append(r.callerCtx, e); lost != nil {
				return lost
			}
			announced, first = e, e.Time
			return nil
		})
		return func() {
			r.sendMu.Lock()
			delete(r.waiting, c)
			r.sendMu.Unlock()
			if lost != nil { // no further attempt is made, whatever the kind of this error
				r.stop(lost)
			}
			if announced != nil {
				// Other entries may have followed it, so its time is not the latest one.
				if err := r.ledger.announce(announced); err != nil {
					r.stop(err)
				}
			}
			r.sent(c, again, inv, err)
		}
	})
}

// tokenAge returns how long ago a chunk was announced: the longer of the times that the
// monotonic clock and the wall clock have measured. After the wall clock has gone back the
// age is not known, and counts as too long.
func tokenAge(announced time.Time) time.Duration {
	now := time.Now()
	wall := now.Round(0).Sub(announced.Round(0))
	if wall < 0 {
		return tokenLifetime + 1
	}
	return max(wall, now.Sub(announced))
}

// mayAnnounce reports whether a chunk may still be announced. From then on closeSending
// does not cancel it.
func (r *run) mayAnnounce(c *chunk) bool {
	r.sendMu.Lock()
	defer r.sendMu.Unlock()
	delete(r.waiting, c)
	return !r.closed
}

// closeSending ends the sending. Chunks that wait for their turn are not sent. Those that were
// announced go on.
func (r *run) closeSending() {
	r.sendMu.Lock()
	defer r.sendMu.Unlock()
	r.closed = true
	for _, cancel := range r.waiting {
		cancel()
	}
}

// sent takes over how the sending of a chunk has ended. The table in section 9 of
// internal/DESIGN.md has its cases. The argument again is true when the chunk was announced
// before this call of send.
func (r *run) sent(c *chunk, again bool, inv *runcommand.Invocation, err error) {
	r.open--
	r.dirty = true
	switch {
	case err == nil:
		r.succeeded()
		r.write(&entry{Type: entryAccepted, Chunk: c.number, Invocation: inv.ID})
		r.accepted, r.acceptedAt = true, time.Now()
		r.follow(c)
	case again && r.findable && !errors.MayHaveRun(err) && isRefusal(err):
		r.lookFor(c, err)
	case again || errors.MayHaveRun(err):
		r.lookFor(c, nil).doubt = err
	case c.announced.IsZero():
		r.ledger.release(c)
		r.unsent(c, err)
	case isFinal(err):
		r.refused(c, err)
	default:
		r.write(&entry{Type: entryUnsent, Chunk: c.number, Code: codeOf(err), Reason: err.Error()})
		r.unsent(c, err)
	}
}

// isFinal reports whether sending the same chunk again would fail in the same way, or would do so
// until one of its instances has changed.
func isFinal(err error) bool {
	return errors.Is(err, errors.ErrQuotaExceeded) || aboutInstance(codeOf(err)) || !temporary(err) && !errors.Is(err, errTokenTooOld)
}

// isRefusal reports whether the service has refused a chunk and will refuse it again. The
// codes about a token say that there is an earlier command, so they are no refusals.
func isRefusal(err error) bool {
	return isFinal(err) && codeOf(err) != "" && !errors.Is(err, errors.ErrConflict)
}

// unsent plans another attempt for the instances of a chunk that was surely not executed.
// The next chunk has another token, so a token that became too old does not matter.
func (r *run) unsent(c *chunk, err error) {
	r.putBack(c.members, c.checked)
	switch {
	case r.closed:
	case r.fleet.record.err() != nil: // also when the error of the journal looks temporary
		r.stop(r.fleet.record.err())
	case (temporary(err) || errors.Is(err, errTokenTooOld)) && r.mayTryAgain(err):
	default:
		r.stop(err)
	}
}

// A part is some instances of the fleet that are sent as a chunk of their own.
type part struct {
	members []int
	checked bool // Preflight was asked about them after a refusal
}

// putBack puts instances in front of those that are to be sent.
func (r *run) putBack(members []int, checked bool) {
	r.parts = append([]part{{members, checked}}, r.parts...)
}
