package runcommandtest

import "math"

// The listing of a store has two indexes: of invocations, for DescribeInvocations, and of
// rows, for DescribeInvocationResults. Only visible invocations are in them.
//
// Statuses change often. So a change only adds the row to the list changed, and the
// indexes follow before the next Describe call, or when the list is long.
type listing struct {
	invocations index[invocation]
	rows        index[row]
	rowNumber   uint64 // the highest number of a row until now
	changed     []*row
}

// maxChanged is the number of changed rows at which the indexes follow.
const maxChanged = 256

// newListing returns an empty listing.
func newListing() listing {
	return listing{invocations: newIndex[invocation](), rows: newIndex[row]()}
}

// An indexState is what the indexes hold about an invocation or a row.
type indexState struct {
	present        bool // the indexes have it
	status, legacy Status
	timed          string // the key of traitTimed
}

// audiences returns the calls that see an invocation.
func (inv *invocation) audiences() []audience {
	var all []audience
	if !inv.needsGroup {
		all = append(all, audience{region: inv.cmd.region})
	}
	if group := inv.cmd.resourceGroup; group != "" { // the group that RunCommand named
		all = append(all, audience{inv.cmd.region, group})
	}
	return all
}

// timedKey returns the key of traitTimed.
func (inv *invocation) timedKey() string {
	if inv.cmd.timed() && inv.open > 0 {
		return "true"
	}
	return "false"
}

// fixedTraits appends the traits that an invocation always has. Its rows have them too.
func (inv *invocation) fixedTraits(traits []trait, to audience) []trait {
	cmd := inv.cmd
	traits = append(traits,
		trait{audience: to, kind: traitAny},
		trait{audience: to, kind: traitType, key: cmd.kind},
		trait{audience: to, kind: traitRepeat, key: cmd.repeat},
	)
	if cmd.name != "" {
		traits = append(traits, trait{audience: to, kind: traitName, key: cmd.name})
	}
	for _, t := range cmd.tags {
		traits = append(traits, trait{to, traitTagKey, t.key, ""}, trait{to, traitTag, t.key, t.value})
	}
	return traits
}

// add lists an invocation that has become visible. Its rows get numbers so that a list
// in descending order has the newest invocation first and its rows in their own order.
func (l *listing) add(inv *invocation) {
	n := uint64(len(inv.rows))
	inv.firstRow = l.rowNumber + 1
	l.rowNumber += n
	inv.indexed = indexState{present: true, timed: inv.timedKey()}
	inv.indexed.status, inv.indexed.legacy = inv.status()
	l.invocations.put(inv.number, inv)
	for i, r := range inv.rows {
		r.number = inv.firstRow + n - 1 - uint64(i)
		r.indexed = indexState{present: true, status: r.status, legacy: r.legacy()}
		l.rows.put(r.number, r)
	}
	l.each(inv, (*index[invocation]).mark, (*index[row]).mark)
}

// remove takes an invocation out of the indexes.
func (l *listing) remove(inv *invocation) {
	if !inv.indexed.present {
		return
	}
	l.each(inv, (*index[invocation]).unmark, (*index[row]).unmark)
	inv.indexed = indexState{}
	l.invocations.delete(inv.number)
	for _, r := range inv.rows {
		r.indexed = indexState{}
		l.rows.delete(r.number)
	}
}

// each calls the two functions for every trait of an invocation and of its rows.
func (l *listing) each(inv *invocation, invocations func(*index[invocation], trait, uint64, uint64), rows func(*index[row], trait, uint64, uint64)) {
	var traits []trait
	end := inv.firstRow + uint64(len(inv.rows))
	for _, to := range inv.audiences() {
		traits = append(inv.fixedTraits(traits[:0], to), trait{audience: to, kind: traitTimed, key: inv.indexed.timed})
		for _, t := range traits {
			invocations(&l.invocations, t, inv.number, inv.number+1)
			rows(&l.rows, t, inv.firstRow, end)
		}
		traits = inv.indexed.statusTraits(traits[:0], to)
		for _, t := range traits {
			invocations(&l.invocations, t, inv.number, inv.number+1)
		}
		for _, r := range inv.rows {
			on := trait{audience: to, kind: traitInstance, key: r.machine.ID}
			invocations(&l.invocations, on, inv.number, inv.number+1)
			traits = append(r.indexed.statusTraits(traits[:0], to), on)
			for _, t := range traits {
				rows(&l.rows, t, r.number, r.number+1)
			}
		}
	}
}

// statusTraits appends the traits of a status. The status filter compares both statuses.
func (d indexState) statusTraits(traits []trait, to audience) []trait {
	traits = append(traits, trait{audience: to, kind: traitStatus, key: string(d.status)})
	if d.legacy != d.status {
		traits = append(traits, trait{audience: to, kind: traitStatus, key: string(d.legacy)})
	}
	return traits
}

// note records that the status of a row, and so perhaps that of its invocation, has
// changed.
func (l *listing) note(r *row) {
	r.inv.counted = false
	if r.changed || !r.indexed.present {
		return
	}
	r.changed = true
	if l.changed = append(l.changed, r); len(l.changed) >= maxChanged {
		l.follow()
	}
}

// follow brings the indexes up to date.
func (l *listing) follow() {
	for i, r := range l.changed {
		l.changed[i], r.changed = nil, false
		if !r.indexed.present {
			continue // its invocation was forgotten
		}
		if now := (indexState{true, r.status, r.legacy(), ""}); now != r.indexed {
			for _, to := range r.inv.audiences() {
				move(&l.rows, r.indexed, now, to, r.number)
			}
			r.indexed = now
		}
		l.followInvocation(r.inv)
	}
	l.changed = l.changed[:0]
}

// followInvocation brings the index of invocations up to date for one invocation, and the
// index of rows for what its rows share with it.
func (l *listing) followInvocation(inv *invocation) {
	now := indexState{present: true, timed: inv.timedKey()}
	now.status, now.legacy = inv.status()
	was := inv.indexed
	if now == was {
		return
	}
	inv.indexed = now
	for _, to := range inv.audiences() {
		move(&l.invocations, was, now, to, inv.number)
		if was.timed == now.timed {
			continue
		}
		before, after := trait{audience: to, kind: traitTimed, key: was.timed}, trait{audience: to, kind: traitTimed, key: now.timed}
		l.invocations.unmark(before, inv.number, inv.number+1)
		l.invocations.mark(after, inv.number, inv.number+1)
		end := inv.firstRow + uint64(len(inv.rows))
		l.rows.unmark(before, inv.firstRow, end)
		l.rows.mark(after, inv.firstRow, end)
	}
}

// move replaces the status traits of an entry.
func move[T any](ix *index[T], was, now indexState, to audience, n uint64) {
	var traits [2]trait
	for _, t := range was.statusTraits(traits[:0], to) {
		ix.unmark(t, n, n+1)
	}
	for _, t := range now.statusTraits(traits[:0], to) {
		ix.mark(t, n, n+1)
	}
}

// allNumbers is above the number of every entry.
const allNumbers = math.MaxUint64
