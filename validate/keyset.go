package validate

import "strings"

// A keySet tells keys that were seen before. The zero value is an empty set that
// heeds case. Up to its first few keys it allocates nothing.
type keySet struct {
	fold bool // ignore case
	few  [24]string
	n    int // keys in the set
	many map[string]struct{}
}

// add puts key into the set and reports whether it is new.
func (s *keySet) add(key string) bool {
	if s.has(key) {
		return false
	}
	if s.n < len(s.few) {
		s.few[s.n] = key
	} else {
		if s.many == nil {
			s.many = make(map[string]struct{})
		}
		s.many[s.canonical(key)] = struct{}{}
	}
	s.n++
	return true
}

// has reports whether key is in the set.
func (s *keySet) has(key string) bool {
	for _, k := range s.few[:min(s.n, len(s.few))] {
		if k == key || s.fold && strings.EqualFold(k, key) {
			return true
		}
	}
	if s.many == nil {
		return false
	}
	_, ok := s.many[s.canonical(key)]
	return ok
}

func (s *keySet) canonical(key string) string {
	if s.fold {
		return strings.ToLower(key)
	}
	return key
}
