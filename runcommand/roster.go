package runcommand

import "strings"

// A roster holds the instances that a question is about. A reply may name an
// instance in another letter case, more than once, or one that was not asked
// about; what it says of the latter is not ours.
type roster struct {
	closed bool              // the instances are known: no other is one of them
	names  map[string]string // the first spelling, by the folded one
}

// rosterOf is the roster of these instances, or of all that will be named where
// there are none.
func rosterOf(instanceIDs []string) roster {
	r := roster{names: make(map[string]string, len(instanceIDs))}
	for _, id := range instanceIDs {
		r.name(id)
	}
	r.closed = len(instanceIDs) > 0
	return r
}

// name returns the first spelling of an instance, and false for a blank id and
// for an instance that is not one of ours.
func (r roster) name(id string) (string, bool) {
	id = strings.TrimSpace(id)
	folded := strings.ToLower(id)
	name, known := r.names[folded]
	switch {
	case known:
		return name, true
	case id == "" || r.closed:
		return "", false
	}
	r.names[folded] = id
	return id, true
}

// distinct drops repetitions, keeping the order.
func distinct(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	var unique []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			unique = append(unique, id)
		}
	}
	return unique
}
