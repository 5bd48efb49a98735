package fleet

import (
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A chunk is one request of the fleet. The ledger owns it: the lock of the fleet protects it.
type chunk struct {
	number, wave int // both from 1
	group        int // number of its group, from 1
	token        string
	tags         []runcommand.Tag
	instances    []string // its instances, as they were sent
	members      []int    // its instances without a decision of a person, by their positions in the plan
	state        chunkState
	announced    time.Time // when the journal was told; zero before
	untrusted    bool      // the clock has gone back since the announcement, so the age of the token is not known
	invocation   string    // id of the accepted invocation
	accepted     time.Time
	checked      bool          // Preflight was asked about its instances after a refusal
	held         time.Duration // how long the run had been held up when it sent the chunk
}

// remove takes an instance out of the chunk, because a person has decided about it.
func (c *chunk) remove(i int) {
	c.members = slices.DeleteFunc(slices.Clone(c.members), func(k int) bool { return k == i })
	if len(c.members) == 0 {
		c.state = chunkClosed
	}
}

// enter puts a chunk into a group, and counts the chunks of the latest group.
func (l *ledger) enter(c *chunk, group int) {
	c.group = group
	if group > l.group {
		l.group, l.inGroup = group, 0
	}
	if group == l.group {
		l.inGroup++
	}
}

// closeChunk closes a chunk that was not executed. Its place in its group is free again. So
// a new group begins only when most chunks of the group before it were accepted, and
// checkTail finds no empty group before the last one.
func (l *ledger) closeChunk(c *chunk) {
	c.state = chunkClosed
	if c.group == l.group {
		l.inGroup--
	}
}

// fullGroups returns the groups whose chunks are all in the journal. It does not count a
// chunk without an outcome. The service may have refused that chunk, and another chunk may
// have taken its place: the journal may have lost the entries about both.
func (l *ledger) fullGroups() map[int]bool {
	chunks := make(map[int]int)
	full := make(map[int]bool)
	for _, c := range l.chunks {
		if c.state != chunkClosed && c.state != chunkOpen {
			chunks[c.group]++
			full[c.group] = chunks[c.group] >= chunksPerGroup
		}
	}
	return full
}

// notAfter replaces times of the chunk that are in the future. There are such times when the
// clock was set back. The fleet would otherwise wait for the chunk until these times.
func (c *chunk) notAfter(now time.Time) {
	if c.announced.After(now) {
		c.announced, c.untrusted = now, true
	}
	c.accepted = earlier(c.accepted, now)
}

// A chunkState says what is known about a chunk. The picture in doc.go shows the ways between
// the states.
type chunkState uint8

const (
	chunkOpen     chunkState = iota // no outcome yet
	chunkAccepted                   // the service has accepted it
	chunkClosed                     // refused or not sent: nothing was executed
	chunkUnknown                    // it is not known whether it was accepted
	chunkEnded                      // all its results are known
)

// reserve makes the next chunk of these instances. The chunk has no tags and is not
// announced yet: the journal learns its number and its group from the entry send.
func (l *ledger) reserve(members []int, wave int, token string) *chunk {
	c := l.chunk(l.lastChunk + 1)
	if l.inGroup == chunksPerGroup {
		l.enter(c, l.group+1)
	} else {
		l.enter(c, max(l.group, 1))
	}
	c.wave, c.token = wave, token
	c.members, c.instances = members, l.ids(members)
	for _, i := range members {
		l.members[i].chunk = c
		l.move(i, sending, false, false)
	}
	return c
}

// release gives back the instances of a chunk that was neither sent nor announced.
func (l *ledger) release(c *chunk) {
	l.closeChunk(c)
	for _, i := range c.members {
		l.clear(i)
	}
}

// chunk returns the chunk with a number, and makes it when there is none.
func (l *ledger) chunk(number int) *chunk {
	c := l.chunks[number]
	if c == nil {
		c = &chunk{number: number}
		l.chunks[number] = c
		l.lastChunk = max(l.lastChunk, number)
	}
	return c
}

// inOrder returns the chunks in the order of their numbers.
func (l *ledger) inOrder() []*chunk {
	chunks := make([]*chunk, 0, len(l.chunks))
	for _, c := range l.chunks {
		chunks = append(chunks, c)
	}
	slices.SortFunc(chunks, func(a, b *chunk) int { return a.number - b.number })
	return chunks
}
