package fleet

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

var (
	errSendingClosed = errors.New("the fleet sends nothing more")
	errTokenTooOld   = errors.New("the service may have forgotten the client token of the chunk")
)

// sendNext sends the next chunks, as many as the concurrency and the number of open chunks
// allow.
func (r *run) sendNext(now time.Time) {
	r.decideDenied()
	for !r.closed && r.tailDone() && r.open < mostOpen && len(r.denied) == 0 {
		members := r.nextMembers()
		if len(members) == 0 {
			return
		}
		if now.Before(r.sendAfter) {
			r.at(r.sendAfter)
			return
		}
		l := r.ledger
		if l.underWay > 0 && l.underWay+len(members) > r.concurrency() {
			return
		}
		c := l.reserve(members, l.waveOf(members[0])+1, rand.Text(), r.tags)
		if len(r.parts) > 0 {
			r.checked[c] = r.parts[0].checked
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

// nextMembers returns the instances of the next chunk, without taking them.
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

func (r *run) concurrency() int {
	s := r.ledger.spec
	return max(s.Concurrency.roundUp(len(s.Instances)), 1)
}

// send sends a chunk. A chunk that was announced before is sent again with its token.
func (r *run) send(c *chunk) {
	ctx, cancel := context.WithCancel(r.sendCtx)
	req := r.ledger.spec.request(c.instances, c.tags, c.token)
	var announced *entry // the announcement that this call has written
	var lost error       // why the journal did not take it
	again := !c.announced.IsZero()
	if !again {
		r.sendMu.Lock()
		r.waiting[c] = cancel
		r.sendMu.Unlock()
	}
	first := c.announced
	r.start(func() func() {
		defer cancel()
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
			if lost != nil { // whatever kind its error has, no further attempt is made
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

// closeSending ends the sending. Chunks that wait for their turn are not sent.
func (r *run) closeSending() {
	r.sendMu.Lock()
	defer r.sendMu.Unlock()
	r.closed = true
	for _, cancel := range r.waiting {
		cancel()
	}
}

// sent takes over how the sending of a chunk has ended.
func (r *run) sent(c *chunk, again bool, inv *runcommand.Invocation, err error) {
	r.open--
	r.dirty = true
	switch {
	case err == nil:
		r.succeeded()
		r.write(&entry{Type: entryAccepted, Chunk: c.number, Invocation: inv.ID})
		r.accepted = true
		r.follow(c)
	case again && r.tags.findable() && !errors.MayHaveRun(err) && isRefusal(err):
		r.lookFor(c, err)
	case again || errors.MayHaveRun(err):
		r.lookFor(c, nil)
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

// isFinal reports whether sending the same chunk again would fail in the same way.
func isFinal(err error) bool {
	return errors.Is(err, errors.ErrQuotaExceeded) || !temporary(err) && !errors.Is(err, errTokenTooOld)
}

// isRefusal reports whether the service has refused a chunk and will refuse it again. The
// codes about a token say that there is an earlier command, so they are no refusals.
func isRefusal(err error) bool {
	return isFinal(err) && codeOf(err) != "" && !errors.Is(err, errors.ErrConflict)
}

// unsent plans another attempt for the instances of a chunk that was surely not executed.
// The next chunk has another token, so a token that became too old does not matter.
func (r *run) unsent(c *chunk, err error) {
	r.putBack(c.members, r.checked[c])
	switch {
	case r.closed:
	case r.fleet.record.err() != nil: // also when the error of the journal looks temporary
		r.stop(r.fleet.record.err())
	case (temporary(err) || errors.Is(err, errTokenTooOld)) && r.mayTryAgain(err):
	default:
		r.stop(err)
	}
}

// refused takes over the refusal of a chunk. A refusal because of single instances splits
// the chunk. Any other refusal halts the fleet.
func (r *run) refused(c *chunk, err error) {
	code := codeOf(err)
	e := &entry{Type: entryRefused, Chunk: c.number, Code: code, Reason: err.Error()}
	if code == "" { // no credential, an untrusted certificate, ...
		e.Type = entryUnsent
	}
	r.write(e)
	r.failingAt = time.Time{} // the service answers again
	r.log(slog.LevelWarn, "fleet: chunk refused", slog.Int("chunk", c.number), slog.String("code", string(code)))
	switch {
	case errors.Is(code, errors.InstanceIdsExceedLimit) && len(c.members) > 1:
		r.mostInChunk = len(c.members) / 2
		r.putBack(c.members[r.mostInChunk:], false)
		r.putBack(c.members[:r.mostInChunk], false)
	case aboutInstance(code):
		r.split(c, code)
	case errors.Is(err, errors.ErrPermission):
		r.denied = append(r.denied, denial{c, err})
		r.decideDenied()
	default:
		r.putBack(c.members, false)
		r.stop(err)
	}
}

// decideDenied decides about chunks that were refused for a missing right. The right may be
// missing for some instances or for all. Once the service has accepted another chunk, the
// refused ones are split. When it has accepted none of those that were under way, the fleet
// halts.
func (r *run) decideDenied() {
	if len(r.denied) == 0 || !r.accepted && r.open > 0 {
		return
	}
	denied := r.denied
	r.denied = nil
	for _, d := range denied {
		if r.accepted {
			r.halve(d.chunk, codeOf(d.err))
			continue
		}
		r.putBack(d.chunk.members, false)
		r.stop(d.err)
	}
}

// A denial is a chunk that was refused for a missing right.
type denial struct {
	chunk *chunk
	err   error
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

// split divides a chunk that was refused because of some of its instances: first Preflight
// is asked which they are.
func (r *run) split(c *chunk, code errors.Code) {
	if len(c.members) == 1 || r.checked[c] {
		r.halve(c, code)
		return
	}
	members := c.members
	r.checking++
	r.preflight(members, func(unready []runcommand.Readiness, err error) {
		r.checking--
		if err != nil { // a caller who may not see instances finds them by halving
			unready = slices.DeleteFunc(unready, func(u runcommand.Readiness) bool { return errors.Is(u.Err, errors.ErrPermission) })
		}
		rest := r.dropUnready(members, unready)
		switch {
		case len(rest) == len(members):
			r.halve(c, code)
		case len(rest) > 0:
			r.putBack(rest, true)
		}
	})
}

// halve sends both halves of a refused chunk as chunks of their own. A chunk of one
// instance is not sent again: the refusal is about this instance.
func (r *run) halve(c *chunk, code errors.Code) {
	m := c.members
	if len(m) == 1 {
		r.dropUnready(m, []runcommand.Readiness{{
			InstanceID: r.ledger.members[m[0]].id,
			Err:        &errors.InstanceError{InstanceID: r.ledger.members[m[0]].id, Code: code},
		}})
		return
	}
	half := len(m) / 2
	r.putBack(m[half:], true)
	r.putBack(m[:half], true)
}

// aboutInstance reports whether a code can be about one of the instances of a chunk.
func aboutInstance(code errors.Code) bool {
	perInstance := code.Known() && code.HTTPStatus() == 0 // the codes that the service gives for a single instance
	return code.Field() == "InstanceId" || perInstance || code == errors.InvalidInstanceNotMatch
}

// codeOf returns the code of a refusal, "" when err is none.
func codeOf(err error) errors.Code {
	if refusal, ok := errors.AsType[*errors.APIError](err); ok {
		return refusal.Code
	}
	return ""
}
