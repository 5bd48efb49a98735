package runcommand

import "strings"

// An instanceSet holds the instances that a call is about. Replies may spell an instance
// id in another letter case, repeat an instance, or name an instance that the call is not
// about.
type instanceSet struct {
	fixed     bool              // the set is complete; no other instance is added
	spellings map[string]string // first spelling of each id; the key is its idKey
}

// newInstanceSet returns the set of these instances. A set that is made without ids is
// not fixed: the method spelling adds every instance that is not yet in the set.
func newInstanceSet(instanceIDs []string) instanceSet {
	s := instanceSet{spellings: make(map[string]string, len(instanceIDs))}
	for _, id := range instanceIDs {
		s.spelling(id)
	}
	s.fixed = len(instanceIDs) > 0
	return s
}

// spelling returns the spelling that the set first got for an instance id. It returns
// false for a blank id and for an instance that is not in a fixed set.
func (s instanceSet) spelling(id string) (string, bool) {
	id = strings.TrimSpace(id)
	key := idKey(id)
	first, known := s.spellings[key]
	switch {
	case known:
		return first, true
	case id == "" || s.fixed:
		return "", false
	}
	s.spellings[key] = id
	return id, true
}

// ids returns each instance of a list once, in the order of the list, in the spelling of
// the set.
func (s instanceSet) ids(list []string) []string {
	listed := make(map[string]bool, len(list))
	var once []string
	for _, id := range list {
		if id, ok := s.spelling(id); ok && !listed[id] {
			listed[id] = true
			once = append(once, id)
		}
	}
	return once
}

// idKey returns the same text for all spellings of an instance id: the letter case does not
// matter. Ids that differ in letters outside of ASCII are different, although some of those
// letters have a small letter of ASCII. Package fleet has the same rule.
func idKey(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, id)
}

// isBlank reports whether an id has no characters other than blanks.
func isBlank(id string) bool { return strings.TrimSpace(id) == "" }

// unique returns each of the ids once, in the order of the list.
func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	var kept []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}
