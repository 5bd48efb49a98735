package runcommandtest

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
)

// A numberSet is a set of numbers, ordered. It needs 16 bytes for up to 64 numbers that
// are close together, so a set of most invocations is small and quick to go through. The
// zero set is empty.
type numberSet struct {
	words []word // in ascending order, none without a number
}

// A word has the numbers from 64*key to 64*key+63. Each is one bit.
type word struct{ key, bits uint64 }

// wordOf returns the word that has only the number n.
func wordOf(n uint64) word { return word{n / 64, 1 << (n % 64)} }

// find returns the place of the word with a key, or the place where it belongs.
func (s *numberSet) find(key uint64) (int, bool) {
	if last := len(s.words) - 1; last >= 0 && s.words[last].key <= key { // most changes concern the newest
		if s.words[last].key == key {
			return last, true
		}
		return last + 1, false
	}
	return slices.BinarySearchFunc(s.words, key, func(w word, key uint64) int { return cmp.Compare(w.key, key) })
}

// add adds n to the set.
func (s *numberSet) add(n uint64) {
	w := wordOf(n)
	i, found := s.find(w.key)
	if !found {
		s.words = slices.Insert(s.words, i, word{key: w.key})
	}
	s.words[i].bits |= w.bits
}

// remove takes n out of the set, if n is in it.
func (s *numberSet) remove(n uint64) {
	w := wordOf(n)
	i, found := s.find(w.key)
	if !found {
		return
	}
	if s.words[i].bits &^= w.bits; s.words[i].bits == 0 {
		s.words = slices.Delete(s.words, i, i+1)
	}
}

func (s *numberSet) empty() bool { return len(s.words) == 0 }

// A selection is the numbers that are in every set, from low to below high. A selection
// without sets is empty.
type selection struct {
	sets      []*numberSet
	low, high uint64
}

// words returns the words of the selection, the highest first. It goes through the
// smallest set and looks up its words in the others.
func (l selection) words() iter.Seq[word] {
	return func(yield func(word) bool) {
		if len(l.sets) == 0 || l.low >= l.high {
			return
		}
		sets := slices.SortedFunc(slices.Values(l.sets), func(a, b *numberSet) int { return cmp.Compare(len(a.words), len(b.words)) })
		smallest, others := sets[0], sets[1:]
		end, found := smallest.find((l.high - 1) / 64)
		if found {
			end++
		}
		for i := end - 1; i >= 0; i-- {
			w := smallest.words[i]
			if w.key < l.low/64 {
				return
			}
			for _, other := range others {
				if j, found := other.find(w.key); found {
					w.bits &= other.words[j].bits
				} else {
					w.bits = 0
				}
			}
			if w = l.within(w); w.bits != 0 && !yield(w) {
				return
			}
		}
	}
}

// within returns the part of w that has the numbers from low to below high.
func (l selection) within(w word) word {
	if w.key == l.low/64 {
		w.bits &= ^uint64(0) << (l.low % 64)
	}
	if last := l.high - 1; w.key == last/64 {
		w.bits &= ^uint64(0) >> (63 - last%64)
	}
	return w
}

// numbers returns the numbers of the selection, the highest first.
func (l selection) numbers() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for w := range l.words() {
			for n := range w.numbers() {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// numbers returns the numbers of the word, the highest first.
func (w word) numbers() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for w.bits != 0 {
			highest := uint64(bits.Len64(w.bits) - 1)
			if !yield(w.key*64 + highest) {
				return
			}
			w.bits &^= 1 << highest
		}
	}
}

// empty reports whether the selection has no number. It looks only for the first one.
func (l selection) empty() bool {
	for range l.words() {
		return false
	}
	return true
}

// page returns at most size numbers after the first skip numbers. It also returns how
// many numbers the selection has.
func (l selection) page(skip, size int) (page []uint64, total int) {
	for w := range l.words() {
		count := bits.OnesCount64(w.bits)
		if total+count > skip && len(page) < size {
			numbers := slices.Collect(w.numbers())[max(0, skip-total):]
			page = append(page, numbers[:min(len(numbers), size-len(page))]...)
		}
		total += count
	}
	return page, total
}
