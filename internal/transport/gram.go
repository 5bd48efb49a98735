package transport

import "bytes"

// A gram is a number that holds at most gramSize consecutive bytes of a text, called a run. When the
// run has less than gramSize bytes, the number also holds the length of the run.
type gram uint64

// gramOf returns the gram of a text of at most gramSize bytes.
func gramOf(text []byte) gram {
	var g gram
	for _, c := range text {
		g = g<<8 | gram(c)
	}
	if len(text) < gramSize {
		g |= gram(len(text)) << 56
	}
	return g
}

// A gramIndex holds the positions of all runs of gramSize bytes in one text.
type gramIndex struct {
	first map[gram]int32 // for each run: the position where it occurs last in the text, plus 1
	next  []int32        // for each position: the previous position of the same run, plus 1; 0 if there is none
}

func newGramIndex(text []byte) *gramIndex {
	n := max(len(text)-gramSize+1, 0)
	g := &gramIndex{make(map[gram]int32, n), make([]int32, n)}
	for at := range n {
		run := gramOf(text[at : at+gramSize])
		g.next[at] = g.first[run]
		g.first[run] = int32(at) + 1 //nolint:gosec // at most maxMasked
	}
	return g
}

// search looks for the runs of secret in the text. It calls the function found with each position of
// such a run. It removes the run from the index, because no position may be found twice.
func (g *gramIndex) search(secret []byte, found func(at int)) {
	if len(g.first) == 0 || len(secret) < gramSize {
		return
	}
	run := gramOf(secret[:gramSize-1]) &^ (0xff << 56)
	for _, c := range secret[gramSize-1:] {
		run = run<<8 | gram(c)
		place, ok := g.first[run]
		if !ok {
			continue
		}
		delete(g.first, run)
		for ; place != 0; place = g.next[place-1] {
			found(int(place) - 1)
		}
	}
}

// fragments holds the secrets of less than gramSize bytes, and the beginnings and ends of all secrets.
// With the beginnings and ends, a secret is found even when a part of the secret was cut off.
type fragments struct{ whole, begin, end map[gram]bool }

func newFragments() *fragments {
	return &fragments{map[gram]bool{}, map[gram]bool{}, map[gram]bool{}}
}

func (u *fragments) add(secret []byte) {
	if len(secret) < minSecret || len(bytes.TrimSpace(secret)) == 0 {
		return
	}
	if len(secret) < gramSize {
		u.whole[gramOf(secret)] = true
	}
	for size := minSecret; size < min(gramSize, len(secret)); size++ {
		u.begin[gramOf(secret[:size])] = true
		u.end[gramOf(secret[len(secret)-size:])] = true
	}
}

// ellipses are the marks for text that was left out.
var ellipses = []string{"...", "…"}

// search calls the function found with the position and size of each short secret in text. A text may
// be cut off at both ends and at an ellipsis. There, search also looks for the end or the beginning of
// a secret.
func (u *fragments) search(text []byte, found func(at, size int)) {
	for size := minSecret; size < gramSize; size++ {
		for at := 0; len(u.whole) > 0 && at+size <= len(text); at++ {
			if u.whole[gramOf(text[at:at+size])] {
				found(at, size)
			}
		}
	}
	u.searchCut(text, 0, len(text), found)
	for _, dots := range ellipses {
		for at := 0; ; {
			i := bytes.Index(text[at:], []byte(dots))
			if i < 0 {
				break
			}
			u.searchCut(text, at+i+len(dots), at+i, found)
			at += i + len(dots)
		}
	}
}

// searchCut looks for the end of a secret at the position begin, and for the beginning of a secret
// right before the position end. It skips blanks at both positions.
func (u *fragments) searchCut(text []byte, begin, end int, found func(at, size int)) {
	for begin < len(text) && text[begin] == ' ' {
		begin++
	}
	for end > 0 && text[end-1] == ' ' {
		end--
	}
	for size := minSecret; size < gramSize; size++ {
		if end >= size && u.begin[gramOf(text[end-size:end])] {
			found(end-size, size)
		}
		if begin+size <= len(text) && u.end[gramOf(text[begin:begin+size])] {
			found(begin, size)
		}
	}
}
