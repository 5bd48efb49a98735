package runcommandtest

// An index finds the entries of a list by what filters compare: see trait. Each entry has
// a number, and the entries with a trait are a set of numbers. A Describe call intersects
// the sets of its filter. So it does not look at the entries that it does not return.
type index[T any] struct {
	sets    map[trait]*numberSet
	entries map[uint64]*[64]*T // by number/64
}

// newIndex returns an empty index.
func newIndex[T any]() index[T] {
	return index[T]{sets: map[trait]*numberSet{}, entries: map[uint64]*[64]*T{}}
}

// An audience is the calls that see an entry: those in a region that name a resource
// group. With an empty group it is the calls that name none.
type audience struct{ region, group string }

// A trait is something that a filter can ask for. Its key is the name or the key of a
// tag, or another value that a filter names. Only tags have a value besides.
type trait struct {
	audience   audience
	kind       traitKind
	key, value string
}

// A traitKind says which filter of the Describe operations asks for a trait.
type traitKind uint8

const (
	traitAny traitKind = iota // every entry has it
	traitName
	traitType
	traitRepeat
	traitTimed // "true" while a task waits for its time, else "false"
	traitTagKey
	traitTag
	traitInstance
	traitStatus // the status, and the legacy status
)

// put adds an entry with a number. Without marks no call finds it.
func (ix *index[T]) put(n uint64, entry *T) {
	chunk := ix.entries[n/64]
	if chunk == nil {
		chunk = &[64]*T{}
		ix.entries[n/64] = chunk
	}
	chunk[n%64] = entry
}

// get returns the entry with a number that the index has.
func (ix *index[T]) get(n uint64) *T { return ix.entries[n/64][n%64] }

// delete removes the entry with a number that the index has. Its marks must be removed
// before.
func (ix *index[T]) delete(n uint64) {
	chunk := ix.entries[n/64]
	chunk[n%64] = nil
	if *chunk == [64]*T{} {
		delete(ix.entries, n/64)
	}
}

// mark gives a trait to the entries with the numbers from first to before end.
func (ix *index[T]) mark(t trait, first, end uint64) {
	set := ix.sets[t]
	if set == nil {
		set = &numberSet{}
		ix.sets[t] = set
	}
	for n := first; n < end; n++ {
		set.add(n)
	}
}

// unmark takes a trait from the entries with the numbers from first to before end.
func (ix *index[T]) unmark(t trait, first, end uint64) {
	set := ix.sets[t]
	if set == nil {
		return
	}
	for n := first; n < end; n++ {
		set.remove(n)
	}
	if set.empty() {
		delete(ix.sets, t)
	}
}

// choose returns the entries that have every trait. Their numbers are from low to below
// high.
func (ix *index[T]) choose(traits []trait, low, high uint64) selection {
	l := selection{low: low, high: high}
	for _, t := range traits {
		set := ix.sets[t]
		if set == nil {
			return selection{}
		}
		l.sets = append(l.sets, set)
	}
	return l
}
