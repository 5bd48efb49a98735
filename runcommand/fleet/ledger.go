package fleet

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// A place says what is known about an instance. Each instance is in exactly one place.
type place uint8

const (
	pending place = iota // it got no command that can have been executed
	sending              // it is in a chunk whose outcome is not known yet
	running              // it is in a chunk that the service has accepted
	ended                // its result is known
	unready              // it cannot run the command
	unknown              // it is in a chunk whose outcome stays unknown
)

// A member is one instance of the fleet. Its position in the plan identifies it everywhere in
// this package.
type member struct {
	id        string
	place     place
	settled   bool // nothing more will happen on the instance, as far as is known
	failed    bool // the instance counts as failed
	stopped   bool // the fleet has stopped the command on it: an end by the stop is no failure
	chunk     *chunk
	status    runcommand.Status  // latest status; "" before the service showed one
	result    *runcommand.Result // the result, or the latest state of an instance that runs
	readiness *runcommand.Readiness
}

// waveTally counts the instances of one wave.
type waveTally struct {
	first, after int // positions of its first instance, and of the first instance after it
	done, failed int
}

// A ledger holds all facts about a fleet. It is built from the entries of the journal. A
// process applies each entry that it writes. A process that resumes a fleet first applies
// the entries of the processes before it. The lock of the fleet protects it.
type ledger struct {
	spec      *spec
	members   []member
	index     map[string]int // position of an instance, by idKey of its id
	waves     []waveTally
	chunks    map[int]*chunk
	lastChunk int
	group     int       // number of the latest group
	inGroup   int       // number of its chunks that are not closed
	begun     int       // number of waves that have begun
	limit     Size      // limit on failures
	halted    bool      // failures have halted the fleet
	clock     time.Time // time of the latest entry
	ended     time.Time // time of the latest entry about the end of instances
	entries   int64     // number of entries that were applied

	failed, settled, underWay int
	byStatus                  map[runcommand.Status]int
}

// newLedger returns the ledger of a plan without any other entry.
func newLedger(s *spec) *ledger {
	l := &ledger{
		spec:     s,
		members:  make([]member, len(s.Instances)),
		index:    make(map[string]int, len(s.Instances)),
		chunks:   make(map[int]*chunk),
		limit:    s.MaxFailures,
		byStatus: make(map[runcommand.Status]int),
	}
	for i, id := range s.Instances {
		l.members[i].id = id
		l.index[idKey(id)] = i
	}
	l.waves = wavesOf(s.Waves, len(s.Instances))
	return l
}

// wavesOf divides a number of instances into waves. The last size repeats.
func wavesOf(sizes []Size, total int) []waveTally {
	var waves []waveTally
	for first := 0; first < total; {
		size := total
		if len(sizes) > 0 {
			size = sizes[min(len(waves), len(sizes)-1)].roundUp(total)
		}
		after := total
		if size < total-first {
			after = first + max(size, 1)
		}
		waves = append(waves, waveTally{first: first, after: after})
		first = after
	}
	return waves
}

// idKey returns the key of an instance in the index: the letter case of an id, and blanks
// around it, do not matter.
func idKey(id string) string { return strings.Map(lowerASCII, strings.TrimSpace(id)) }

// lowerASCII returns the small letter of a capital letter of ASCII. It changes no other
// letter: ids that differ in other letters are different. For example, the small letter of
// the Kelvin sign is k, but the Kelvin sign stays as it is.
func lowerASCII(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + ('a' - 'A')
	}
	return r
}

// waveOf returns the index of the wave of an instance.
func (l *ledger) waveOf(i int) int {
	return sort.Search(len(l.waves), func(w int) bool { return i < l.waves[w].after })
}

// begunInstances returns the number of instances in the waves that have begun.
func (l *ledger) begunInstances() int {
	if l.begun == 0 {
		return 0
	}
	return l.waves[l.begun-1].after
}

// tooManyFailed reports whether more instances have failed than the limit allows.
func (l *ledger) tooManyFailed() bool { return l.exceedsLimit(l.failed) }

// exceedsLimit reports whether this number of failures is more than the limit allows in the waves
// that have begun.
func (l *ledger) exceedsLimit(failed int) bool {
	return l.limit.isSet() && !l.limit.unlimited() && failed > l.limit.roundDown(l.begunInstances())
}

// move puts an instance into a place, and updates the counts of the fleet and of the wave.
// No other function changes place, settled and failed.
func (l *ledger) move(i int, p place, settled, failed bool) {
	m := &l.members[i]
	w := &l.waves[l.waveOf(i)]
	change := func(count *int, was, is bool) {
		switch {
		case is && !was:
			*count++
		case was && !is:
			*count--
		}
	}
	change(&l.underWay, m.busy(), busy(p, settled))
	change(&l.settled, m.settled, settled)
	change(&w.done, m.settled, settled)
	change(&l.failed, m.failed, failed)
	change(&w.failed, m.failed, failed)
	m.place, m.settled, m.failed = p, settled, failed
}

// busy reports whether the command may be running on an instance.
func busy(p place, settled bool) bool {
	return !settled && (p == sending || p == running || p == unknown)
}

// busy reports whether the command may be running on the instance now.
func (m *member) busy() bool { return busy(m.place, m.settled) }

// observe takes over a state of an instance that the service reports. It does not replace a
// terminal state, because a later reply may hold an older state.
func (l *ledger) observe(i int, r runcommand.Result) {
	m := &l.members[i]
	if m.settled || r.Status == "" {
		return
	}
	r.InstanceID, r.Output = m.id, []byte{}
	m.result = &r
	l.setStatus(m, r.Status)
	if r.Status.Terminal() {
		l.move(i, m.place, true, m.failsBy(r.Status))
	}
}

// endedAfterAll takes over the terminal status of an instance that a run has given up,
// because its command should have ended long before. In the journal the result of the
// instance is not terminal, and the instance counts as failed.
func (l *ledger) endedAfterAll(i int, s runcommand.Status) {
	m := &l.members[i]
	l.setStatus(m, s)
	l.move(i, ended, true, m.failsBy(s))
}

// failsBy reports whether an instance with a terminal status counts as failed. An instance
// on which the fleet itself has stopped the command does not count: otherwise a fleet that
// was cancelled could not be resumed.
func (m *member) failsBy(s runcommand.Status) bool {
	switch s {
	case runcommand.StatusSuccess:
		return false
	case runcommand.StatusCancelled, runcommand.StatusTerminated, runcommand.StatusStopped:
		return !m.stopped
	default:
		return true
	}
}

// setStatus takes over the latest status of an instance, and updates the counts by status.
func (l *ledger) setStatus(m *member, s runcommand.Status) {
	if m.status != "" {
		l.byStatus[m.status]--
	}
	if m.status = s; s != "" {
		l.byStatus[s]++
	}
}

// clear puts an instance back to those that got no command.
func (l *ledger) clear(i int) {
	m := &l.members[i]
	m.chunk, m.result, m.stopped = nil, nil, false
	l.setStatus(m, "")
	l.move(i, pending, false, false)
}

// ids returns the ids of instances.
func (l *ledger) ids(members []int) []string {
	ids := make([]string, len(members))
	for k, i := range members {
		ids[k] = l.members[i].id
	}
	return ids
}

// positions returns the positions of instances in the plan. The error names the first id that is
// not in it.
func (l *ledger) positions(ids []string) ([]int, error) {
	members := make([]int, len(ids))
	for k, id := range ids {
		i, ok := l.index[idKey(id)]
		if !ok {
			return nil, fmt.Errorf("it names the instance %.60q, which is not in the plan", id)
		}
		members[k] = i
	}
	return members, nil
}
