package runcommandtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A store holds instances and invocations. Its memory is bounded, except for
// invocations that have not ended: these are always kept.
type store struct {
	machines map[string]*machine
	ids      []string // ids of machines, in the order in which they were added
	arrivals uint64   // how many machines were added in all

	executions map[string]int // runs that have begun, by instance id

	invocations    map[string]*invocation
	newest, oldest *invocation
	listing        listing
	numbers        uint64
	ended          []*invocation  // ended invocations, sorted by their end; the first are forgotten first
	bytes          int            // estimated memory of the invocations in ended
	kept           map[string]int // number of commands with KeepCommand, by region
	day            int64          // the current day in UTC, in days since 1970
	today          map[string]int // number of invocations accepted on the current day, by region
}

// newStore returns an empty store.
func newStore() store {
	return store{
		machines: map[string]*machine{}, executions: map[string]int{}, invocations: map[string]*invocation{},
		kept: map[string]int{}, today: map[string]int{}, listing: newListing(),
	}
}

// put adds an instance, or replaces the description of an instance that is there
// already.
func (st *store) put(inst Instance, now time.Time) {
	inst = inst.normal()
	m, known := st.machines[inst.ID]
	if !known {
		st.arrivals++
		m = &machine{number: st.arrivals, rows: map[*row]struct{}{}}
		st.machines[inst.ID] = m
		st.ids = append(st.ids, inst.ID)
	}
	wasOnline := known && m.online()
	switch {
	case !inst.Created.IsZero():
	case known:
		inst.Created = m.Created
	default:
		inst.Created = now
	}
	m.Instance = inst
	if !known {
		m.started = inst.Created
	}
	switch {
	case inst.online():
		m.offlineSince = time.Time{}
	case wasOnline:
		m.offlineSince = now
	case m.offlineSince.IsZero():
		m.offlineSince = now.Add(-time.Hour)
	}
}

// add adds an invocation as the newest one and sets its ids.
func (st *store) add(inv *invocation) {
	st.numbers++
	inv.number = st.numbers
	inv.id = fmt.Sprintf("t-hz0%015x", inv.number)
	inv.cmd.id = "c" + inv.id[1:]
	st.invocations[inv.id] = inv
	inv.older = st.newest
	if st.newest != nil {
		st.newest.newer = inv
	} else {
		st.oldest = inv
	}
	st.newest = inv
}

// invocationOf returns the id of the invocation of a command: see add.
func invocationOf(commandID string) string { return "t" + strings.TrimPrefix(commandID, "c") }

// remove forgets an invocation. Its command and its rows stay as long as others, such as a
// snapshot, refer to them. The caller takes it out of the list ended.
func (st *store) remove(inv *invocation) {
	delete(st.invocations, inv.id)
	st.listing.remove(inv)
	if inv.newer != nil {
		inv.newer.older = inv.older
	} else {
		st.newest = inv.older
	}
	if inv.older != nil {
		inv.older.newer = inv.newer
	} else {
		st.oldest = inv.newer
	}
}

// drop removes an instance. The ids are in the order of the numbers of the machines.
// The shorter part of the list moves, so removing all instances in order is quick.
func (st *store) drop(m *machine) {
	i, found := slices.BinarySearchFunc(st.ids, m.number, func(id string, number uint64) int {
		return cmp.Compare(st.machines[id].number, number)
	})
	if !found {
		return
	}
	delete(st.machines, m.ID)
	if i < len(st.ids)/2 {
		copy(st.ids[1:], st.ids[:i])
		st.ids[0] = ""
		st.ids = st.ids[1:]
		return
	}
	st.ids = slices.Delete(st.ids, i, i+1)
}

// end records that the last row of inv has ended.
func (st *store) end(inv *invocation, at time.Time) {
	inv.ended = at
	st.ended = append(st.ended, inv)
	st.countBytes(inv)
}

// replaceOutput replaces the output of a run that has ended.
func (st *store) replaceOutput(v *run, out Outcome) {
	inv, more := v.row.inv, len(out.Output)-len(v.output)
	v.setOutput(out)
	if inv.open == 0 && st.invocations[inv.id] == inv && slices.Contains(v.row.history, v) {
		inv.countedBytes += more
		st.bytes += more
	}
}

// countBytes estimates the memory of inv again and updates st.bytes. It does nothing
// when inv has not ended, or is no longer kept.
func (st *store) countBytes(inv *invocation) {
	if inv.open > 0 || st.invocations[inv.id] == nil {
		return
	}
	st.bytes -= inv.countedBytes
	inv.countedBytes = inv.size()
	st.bytes += inv.countedBytes
}

// forget removes ended invocations that are older than age. It also removes the oldest
// ended invocations while there are more of them than count, or while they need more
// memory than bytes. The last one is kept even when it alone needs more memory.
func (st *store) forget(now time.Time, age time.Duration, count, bytes int) {
	n := 0
	for n < len(st.ended) {
		inv, left := st.ended[n], len(st.ended)-n
		if left <= count && (left == 1 || st.bytes <= bytes) && now.Sub(inv.ended) <= age {
			break
		}
		st.remove(inv)
		st.bytes -= inv.countedBytes
		st.ended[n] = nil
		n++
	}
	st.ended = st.ended[n:]
}

// accepted adds one to the number of invocations that the region has accepted on the
// day of now.
func (st *store) accepted(region string, now time.Time) {
	st.acceptedOn(region, now)
	st.today[region]++
}

// acceptedOn returns how many invocations a region accepted on the day of now in UTC.
func (st *store) acceptedOn(region string, now time.Time) int {
	if day := now.Unix() / 86400; day != st.day {
		st.day = day
		clear(st.today)
	}
	return st.today[region]
}
