package fleet

import (
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// apply changes the ledger by one entry. The error says what is wrong with an entry that
// does not fit the entries before it. The process that has written the entry calls apply
// with the lock of the fleet held. A process that reads the journal calls apply for each
// entry.
func (l *ledger) apply(e *entry) error {
	l.entries++
	l.noteTime(e.Time)
	if e.Type == entryEnded || e.Type == entryUnready || e.Type == entryDecided {
		l.ended = e.Time
	}
	switch e.Type {
	case entryResume, entryEnd:
		return nil
	case entryHalt:
		l.halted = true
		return nil
	case entryLimit:
		l.limit, l.halted = e.MaxFailures, false
		return nil
	case entryWave:
		return l.applyWave(e)
	case entryUnready:
		return l.applyUnready(e)
	case entrySend:
		return l.applySend(e)
	case entryDecided:
		return l.applyDecision(e)
	}
	c := l.chunks[e.Chunk]
	if c == nil {
		return fmt.Errorf("an entry of type %.20q names chunk %d, which was not sent", e.Type, e.Chunk)
	}
	return l.applyOutcome(c, e)
}

// noteTime takes over the time of an entry. When the wall clock has gone back since the
// previous entry, the age of the tokens of earlier chunks is not known. Times of one process
// are compared by its monotonic clock, so a process does not doubt its own tokens.
func (l *ledger) noteTime(t time.Time) {
	if t.Before(l.clock) {
		for _, c := range l.chunks {
			c.untrusted = c.untrusted || c.state == chunkOpen
		}
	}
	l.clock = t
}

// announce applies the announcement of a chunk that this process has written. Entries that
// were written later may have been applied before it.
func (l *ledger) announce(e *entry) error {
	l.entries++
	return l.applySend(e)
}

// applyWave begins a wave. Waves begin in the order of their numbers.
func (l *ledger) applyWave(e *entry) error {
	if e.Wave != l.begun+1 || e.Wave > len(l.waves) {
		return fmt.Errorf("wave %d begins after wave %d of %d", e.Wave, l.begun, len(l.waves))
	}
	l.begun = e.Wave
	return nil
}

// applyUnready records which instances cannot run the command. It is an error when one of
// them got a command before.
func (l *ledger) applyUnready(e *entry) error {
	for _, u := range e.Unready {
		members, err := l.positions([]string{u.Instance})
		if err != nil {
			return err
		}
		i := members[0]
		if l.members[i].place != pending {
			return fmt.Errorf("the instance %.60q cannot be unready: it got a command", u.Instance)
		}
		if i >= l.begunInstances() {
			return fmt.Errorf("the instance %.60q is in a wave that has not begun", u.Instance)
		}
		r := u.readiness(l.members[i].id)
		l.members[i].readiness = &r
		l.move(i, unready, true, !l.spec.SkipUnready)
	}
	return nil
}

// mostChunks is more than the number of chunks of any fleet. An entry with a higher chunk
// number is wrong. So a fleet can add to the highest number without an overflow.
const mostChunks = 1 << 30

// applySend announces a chunk. The process that sends it has reserved it before.
func (l *ledger) applySend(e *entry) error {
	members, err := l.positions(e.Instances)
	if err != nil {
		return err
	}
	c := l.chunk(e.Chunk)
	if e.Chunk < 1 || e.Chunk > mostChunks || !c.announced.IsZero() || len(members) == 0 || e.Token == "" || e.Group < 1 {
		return fmt.Errorf("chunk %d was announced before, or is not complete", e.Chunk)
	}
	for _, i := range members {
		if m := &l.members[i]; m.place != pending && m.chunk != c {
			return fmt.Errorf("chunk %d has the instance %.60q, which got a command before", e.Chunk, m.id)
		}
		if i >= l.begunInstances() { // otherwise the instance would be sent again when its wave begins
			return fmt.Errorf("chunk %d has the instance %.60q of a wave that has not begun", e.Chunk, l.members[i].id)
		}
	}
	c.wave, c.token, c.tags, c.announced = e.Wave, e.Token, e.Tags, e.Time
	c.members, c.instances = members, l.ids(members)
	if c.group == 0 {
		l.enter(c, e.Group)
	}
	for _, i := range members {
		l.members[i].chunk = c
		l.move(i, sending, false, false)
	}
	return nil
}

// applyOutcome records what became of a chunk that was announced. A later entry can say that
// an unknown chunk was accepted.
func (l *ledger) applyOutcome(c *chunk, e *entry) error {
	open := c.state == chunkOpen || c.state == chunkUnknown
	switch {
	case e.Type == entryAccepted && open && e.Invocation != "":
		c.state, c.invocation, c.accepted = chunkAccepted, e.Invocation, e.Time
		for _, i := range c.members {
			l.move(i, running, false, false)
		}
	case (e.Type == entryRefused || e.Type == entryUnsent) && c.state == chunkOpen:
		l.closeChunk(c)
		for _, i := range c.members {
			l.clear(i)
		}
	case e.Type == entryUnknown && c.state == chunkOpen:
		c.state = chunkUnknown
		for _, i := range c.members {
			l.move(i, unknown, false, false)
		}
	case e.Type == entryStop && c.state == chunkAccepted:
		return l.applyStop(c, e)
	case e.Type == entryEnded && c.state == chunkAccepted:
		return l.applyResults(c, e)
	default:
		return fmt.Errorf("an entry of type %.20q does not fit what is known about chunk %d", e.Type, c.number)
	}
	return nil
}

// applyStop records that the fleet stops a chunk. Instances that ended before the stop are
// not in the entry. So an instance that somebody else has stopped still counts as failed.
func (l *ledger) applyStop(c *chunk, e *entry) error {
	members, err := l.positions(e.Instances)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		members = c.members
	}
	for _, i := range members {
		if l.members[i].chunk != c {
			return fmt.Errorf("the instance %.60q is not in chunk %d", l.members[i].id, c.number)
		}
		l.members[i].stopped = true
	}
	return nil
}

// applyResults records that all instances of a chunk have ended. An instance that this process
// has observed keeps its result, which may have an output.
func (l *ledger) applyResults(c *chunk, e *entry) error {
	if len(e.Results) != len(c.members) {
		return fmt.Errorf("chunk %d has %d instances, and its entry has %d results", c.number, len(c.members), len(e.Results))
	}
	for _, r := range e.Results {
		members, err := l.positions([]string{r.Instance})
		if err != nil {
			return err
		}
		i := members[0]
		m := &l.members[i]
		if m.chunk != c {
			return fmt.Errorf("the instance %.60q is not in chunk %d", r.Instance, c.number)
		}
		if m.result == nil || !m.result.Status.Terminal() { // a terminal result may have its output already
			result := r.result(m.id, c.invocation)
			m.result = &result
		}
		l.setStatus(m, r.Status)
		l.move(i, ended, true, m.failsBy(r.Status))
	}
	c.state = chunkEnded
	return nil
}

// applyDecision records what a person says about instances that were Unknown. They leave their
// chunk, so a later look for it does not change them.
func (l *ledger) applyDecision(e *entry) error {
	members, err := l.positions(e.Instances)
	if err != nil {
		return err
	}
	for _, i := range members {
		m := &l.members[i]
		if e.Ran == nil || m.place != unknown {
			return fmt.Errorf("a decision about the instance %.60q does not fit: its outcome is not unknown", m.id)
		}
		m.chunk.remove(i)
		if !*e.Ran {
			l.clear(i)
			continue
		}
		m.result = &runcommand.Result{
			InstanceID: m.id, Status: runcommand.StatusSuccess, Output: []byte{},
			ErrorInfo: "decided by a person: the command ran on this instance",
		}
		m.chunk = nil
		l.setStatus(m, runcommand.StatusSuccess)
		l.move(i, ended, true, false)
	}
	l.halted = l.halted && l.stillHalted()
	return nil
}

// stillHalted reports whether too many instances have failed after a decision. The journal
// does not say whether the time of Unknown instances was over, so all of them count.
func (l *ledger) stillHalted() bool {
	open := 0
	for i := range l.members {
		if m := &l.members[i]; m.place == unknown && !m.failed {
			open++
		}
	}
	return l.exceedsLimit(l.failed + open)
}
