package runcommandtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// A position is the sort key of an entry in a list. A NextToken holds a position, not
// an index. So a client that reads page after page neither skips nor repeats entries
// when other entries are added or forgotten between two calls.
type position [3]uint64

// An entry is one item of a list, with its position.
type entry[T any] struct {
	at    position
	value T
}

// A paging says which page a call asks for.
type paging struct {
	byToken bool // MaxResults or NextToken is given; page numbers are ignored
	size    int
	number  int
	after   position
	begun   bool // the call has a NextToken, so the field after is set
	digest  [sha256.Size]byte
}

// A pageRule says how large the pages of an operation can be.
type pageRule struct {
	limit int64 // largest page
	// least is 0 when MaxResults must be from 1 to limit. Otherwise every MaxResults is accepted:
	// one below least counts as least, and one above limit counts as limit.
	least int64
}

// pages returns the rule of the operations of Cloud Assistant.
func (s *Server) pages() pageRule { return pageRule{limit: int64(s.opts.limits.Page)} }

// readPaging reads the paging parameters, which are the same in all Describe operations.
// Beside MaxResults or NextToken the parameters PageNumber and PageSize have no effect,
// even when they cannot be read.
func (s *Server) readPaging(q *request, rule pageRule) (paging, *refusal) {
	p := q.params
	g := paging{size: 10, number: 1, digest: pageDigest(q)}
	g.byToken = p["MaxResults"] != "" || p["NextToken"] != ""
	for _, n := range []struct {
		name    string
		byToken bool
		most    int64
		code    errors.Code
		store   *int
	}{
		{"PageNumber", false, 1 << 31, errors.InvalidParamPageNumber, &g.number},
		{"PageSize", false, rule.limit, errors.InvalidParamPageSize, &g.size},
		{"MaxResults", true, rule.limit, errors.InvalidParameterMaxResults, &g.size},
	} {
		if n.byToken != g.byToken {
			continue
		}
		value, given, refused := p.number(n.name)
		if given && refused == nil && n.byToken && rule.least > 0 {
			value = min(max(value, rule.least), rule.limit)
		}
		if refused != nil || (given && (value < 1 || value > n.most)) {
			return g, refuse(n.code, "%s is not between 1 and %d", n.name, n.most)
		}
		if given {
			*n.store = int(value)
		}
	}
	if p["NextToken"] == "" {
		return g, nil
	}
	g.begun = true
	after, ok := s.openToken(p["NextToken"], g.digest)
	if _, expired := s.takeFault(stagePage, q.action, ""); expired || !ok {
		return g, refuse(errors.InvalidParameterNextToken, "the NextToken is not valid")
	}
	g.after = after
	return g, nil
}

// pageDigest returns a hash of the operation and its filters. A NextToken is valid only
// for the list with the same hash.
func pageDigest(q *request) [sha256.Size]byte {
	filters := maps.Clone(q.params)
	for _, name := range []string{"NextToken", "MaxResults", "PageNumber", "PageSize"} {
		delete(filters, name)
	}
	return sha256.Sum256([]byte(q.action + "\n" + signature.Canonical(filters)))
}

// A pageInfo is the paging part of a reply. Its three numbers are 0 when the call pages
// by MaxResults and NextToken.
type pageInfo struct {
	TotalCount int64
	PageNumber int64
	PageSize   int64
	NextToken  string
}

// cutPage returns the page of a list that g asks for. The list must be sorted by
// position.
func cutPage[T any](s *Server, g paging, list []entry[T]) ([]T, pageInfo) {
	from := 0
	info := pageInfo{}
	if g.byToken {
		if g.begun {
			from, _ = slices.BinarySearchFunc(list, g.after, func(e entry[T], after position) int {
				if slices.Compare(e.at[:], after[:]) <= 0 {
					return -1
				}
				return 1
			})
		}
	} else {
		info = pageInfo{TotalCount: int64(len(list)), PageNumber: int64(g.number), PageSize: int64(g.size)}
		from = min((g.number-1)*g.size, len(list))
	}
	to := min(from+g.size, len(list))
	values := make([]T, 0, to-from)
	for _, e := range list[from:to] {
		values = append(values, e.value)
	}
	if to < len(list) && to > from {
		info.NextToken = s.sealToken(list[to-1].at, g.digest)
	}
	return values, info
}

// cutNumbers returns the numbers on the page of a selection that g asks for. The position
// of an entry in such a list is its number, inverted because the highest comes first.
func (s *Server) cutNumbers(g paging, l selection) ([]uint64, pageInfo) {
	if !g.byToken {
		numbers, total := l.page((g.number-1)*g.size, g.size)
		info := pageInfo{TotalCount: int64(total), PageNumber: int64(g.number), PageSize: int64(g.size)}
		if g.number*g.size < total {
			info.NextToken = s.sealToken(position{^numbers[len(numbers)-1]}, g.digest)
		}
		return numbers, info
	}
	if g.begun {
		l.high = min(l.high, ^g.after[0])
	}
	var numbers []uint64
	var info pageInfo
	for n := range l.numbers() {
		if len(numbers) == g.size {
			info.NextToken = s.sealToken(position{^numbers[g.size-1]}, g.digest)
			break
		}
		numbers = append(numbers, n)
	}
	return numbers, info
}

// sealToken returns a NextToken for the entries after the position in the parameter at.
// Only this server accepts the token, and only for the list with this digest.
func (s *Server) sealToken(at position, digest [sha256.Size]byte) string {
	text := make([]byte, 0, 40)
	for _, n := range at {
		text = binary.BigEndian.AppendUint64(text, n)
	}
	return base64.RawURLEncoding.EncodeToString(append(text, s.tokenSum(text, digest)...))
}

// openToken returns the position in a NextToken. It reports whether sealToken of this
// server made the token for the list with this digest.
func (s *Server) openToken(token string, digest [sha256.Size]byte) (position, bool) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(text) != 40 || !hmac.Equal(text[24:], s.tokenSum(text[:24], digest)) {
		return position{}, false
	}
	var at position
	for i := range at {
		at[i] = binary.BigEndian.Uint64(text[8*i:])
	}
	return at, true
}

// tokenSum returns the signature of a NextToken, with the key of this server.
func (s *Server) tokenSum(text []byte, digest [sha256.Size]byte) []byte {
	mac := hmac.New(sha256.New, s.tokenKey[:])
	mac.Write(digest[:])
	mac.Write(text)
	return mac.Sum(nil)[:16]
}
