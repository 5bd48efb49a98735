package wire

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// What a reply may hold. A page has at most 50 invocations of 500 instances each,
// with up to 20 tags, and some 20 fields in a row; what is far beyond that was not
// written by the service, and decoding it would take a thousand times its size.
const (
	maxRows          = 500      // elements of the lists that lie in no other list, in all
	maxInnerRows     = 32 << 10 // elements of the lists within them, in all
	maxMembers       = 1 << 20  // members of all objects
	maxObjectMembers = 250      // members of one object: repeated ones are decoded again and again
	maxDepth         = 32       // lists and objects within one another
	maxNotUTF8       = 1 << 20  // bytes of a reply that is not UTF-8, which decoding makes three times as long
	maxXML           = 64 << 10 // bytes of a reply in XML, which takes long to decode
)

// ErrTooMuch is returned by [Decode] for a reply that holds more than any answer
// of the service.
var ErrTooMuch = errors.New("the reply holds more than an answer of the service can")

// A census counts what a JSON text holds before it is decoded. It is no parser:
// what it makes of a malformed text does not matter, as decoding refuses that.
type sizeCounter struct {
	rows, innerRows, members int
	lists                    uint64 // one bit for each container that is open, set for a list
	depth, listDepth         int
	membersOf                [maxDepth + 2]int // members of each object that is open
	onMember                 func(name []byte) // told the names of the outermost object
}

// count returns ErrTooMuch for a text beyond the bounds. It takes one pass and no
// memory.
func (c *sizeCounter) count(text []byte) error {
	if len(text) > maxNotUTF8 && !utf8.Valid(text) {
		return ErrTooMuch
	}
	var last []byte // the string that may turn out to be a name
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

// element counts a value, if it stands in a list.
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

// endOfString is the place of the quote that closes a string, or the end.
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

// endOfWord is the last place of a number, true, false or null.
func endOfWord(text []byte, at int) int {
	for ; at+1 < len(text); at++ {
		switch text[at+1] {
		case ',', ':', '{', '}', '[', ']', '"', ' ', '\t', '\r', '\n':
			return at
		}
	}
	return at
}
