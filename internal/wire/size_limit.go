package wire

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// Limits of a reply. A page of the service has at most 50 invocations of 500 instances
// each, with up to 20 tags, and about 20 fields in a row. A reply that is much larger does
// not come from the service. Decoding such a reply could take a thousand times its size in
// memory.
const (
	maxRows          = 500      // total number of elements in lists that are not inside other lists
	maxInnerRows     = 32 << 10 // total number of elements in lists that are inside other lists
	maxMembers       = 1 << 20  // total number of members in all objects
	maxObjectMembers = 250      // members of one object, including repeated members, which are all decoded
	maxDepth         = 32       // depth to which lists and objects may be nested
	maxNotUTF8       = 1 << 20  // bytes of a reply that is not UTF-8; the decoded text may be three times as long
	maxXML           = 64 << 10 // bytes of a reply in XML; the limit is low because decoding XML is slow
)

// ErrTooMuch is returned by [Decode] for a reply that exceeds the limits of any reply of
// the service.
var ErrTooMuch = errors.New("the reply holds more than any reply of the service")

// A sizeCounter counts the elements and members of a JSON text before it is decoded. It
// does not check the syntax: the decoder refuses malformed JSON.
type sizeCounter struct {
	rows, innerRows, members int
	lists                    uint64 // one bit for each open list or object; the bit is 1 for a list
	depth, listDepth         int
	membersOf                [maxDepth + 2]int // for each depth: number of members of the open object
	onMember                 func(name []byte) // called with each member name of the outermost object
}

// count returns ErrTooMuch for a text that exceeds the limits. It reads the text once and
// allocates nothing.
func (c *sizeCounter) count(text []byte) error {
	if len(text) > maxNotUTF8 && !utf8.Valid(text) {
		return ErrTooMuch
	}
	var last []byte // the latest string; if a colon follows, the string is the name of a member
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			begin := at + 1
			at = endOfString(text, begin)
			last = text[begin:min(at, len(text))]
			c.element()
		case ':':
			c.members++
			c.membersOf[c.depth]++
			if c.depth == 1 && c.onMember != nil {
				c.onMember(last)
			}
		case '{', '[':
			c.element()
			c.open(text[at] == '[')
		case '}', ']':
			c.close()
		case ',', ' ', '\t', '\r', '\n':
			continue
		default:
			at = endOfWord(text, at)
			c.element()
		}
		if c.rows > maxRows || c.innerRows > maxInnerRows || c.members > maxMembers || c.membersOf[c.depth] > maxObjectMembers || c.depth > maxDepth {
			return ErrTooMuch
		}
	}
	return nil
}

// element counts a value if the value is an element of a list.
func (c *sizeCounter) element() {
	switch {
	case c.lists&1 == 0:
	case c.listDepth > 1:
		c.innerRows++
	default:
		c.rows++
	}
}

func (c *sizeCounter) open(list bool) {
	c.depth++
	c.membersOf[c.depth] = 0
	c.lists <<= 1
	if list {
		c.lists |= 1
		c.listDepth++
	}
}

func (c *sizeCounter) close() {
	if c.depth == 0 {
		return
	}
	c.listDepth -= int(c.lists & 1) //nolint:gosec // one bit
	c.lists >>= 1
	c.depth--
}

// endOfString returns the index of the closing quote of a string. When there is no closing quote, it
// returns the length of text.
func endOfString(text []byte, at int) int {
	for at < len(text) {
		i := bytes.IndexByte(text[at:], '"')
		if i < 0 {
			return len(text)
		}
		end := at + i
		slashes := 0
		for slashes < i && text[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end
		}
		at = end + 1
	}
	return at
}

// endOfWord returns the index of the last byte of a number, true, false or null.
func endOfWord(text []byte, at int) int {
	for ; at+1 < len(text); at++ {
		switch text[at+1] {
		case ',', ':', '{', '}', '[', ']', '"', ' ', '\t', '\r', '\n':
			return at
		}
	}
	return at
}
