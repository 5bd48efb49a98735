package runcommand

import "strings"

// A roster holds the instances that a question is about. A reply may name an
// instance in another letter case, more than once, or one that was not asked
// about; what it says of the latter is not ours.
type instanceSet struct {
	fixed     bool              // the instances are known: no other is one of them
	spellings map[string]string // the first spelling, by the folded one
}

// rosterOf is the roster of these instances, or of all that will be named where
// there are none.
func newInstanceSet(instanceIDs []string) instanceSet {
	r := instanceSet{spellings: make(map[string]string, len(instanceIDs))}
	for _, id := range instanceIDs {
		r.spelling(id)
	}
	r.fixed = len(instanceIDs) > 0
	return r
}

// name returns the first spelling of an instance, and false for a blank id and
// for an instance that is not one of ours.
func (r instanceSet) spelling(id string) (string, bool) {
	id = strings.TrimSpace(id)
	folded := strings.ToLower(id)
	name, known := r.spellings[folded]
	switch {
	case known:
		return name, true
	case id == "" || r.fixed:
		return "", false
	}
	r.spellings[folded] = id
	return id, true
}

// distinct drops repetitions, keeping the order.
func unique(ids []string) []string {
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
