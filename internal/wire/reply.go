package wire

import (
	"encoding/json"
	"errors"
	"strings"
)

// A Reply is the answer to one action.
type Reply interface {
	// Usable reports whether the decoded JSON is an answer to the action, and not an
	// unrelated JSON object.
	Usable() bool
	// ID is the request id.
	ID() string
}

// ErrForeign is returned by [Decode] for JSON that is no answer to the action.
var ErrForeign = errors.New("the reply is JSON but not an answer to this action")

// Decode decodes a reply from the body of a successful response. It ignores a field of an
// unexpected type. It returns an error for a body that is not exactly one JSON value, that
// [Reply.Usable] rejects, or that is larger than any reply of the service. The parameter reply
// has to be a new value, because Decode does not change a field that is absent in the body.
func Decode(body []byte, reply Reply) error {
	c := &sizeCounter{}
	if p, ok := reply.(memberReader); ok {
		c.onMember = p.readMember
	}
	if err := c.count(body); err != nil {
		return err
	}
	if err := unmarshal(body, reply); err != nil {
		return err
	}
	if !reply.Usable() {
		return ErrForeign
	}
	return nil
}

// unmarshal calls json.Unmarshal, but returns no error for a field of an unexpected type. It
// ignores that field and decodes the other fields.
func unmarshal(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if mismatch := (*json.UnmarshalTypeError)(nil); errors.As(err, &mismatch) {
		return nil
	}
	return err
}

// A memberReader is a reply that is told the names of its outermost members. [Decode] calls
// readMember with each name before it decodes the reply.
type memberReader interface{ readMember(name []byte) }

// A page records whether a body has a member that only pages have. This tells an empty page from
// an unrelated body that has a request id.
type page struct{ seen bool }

// markMember records whether name is a member that only pages have. Such a member is the list of
// rows, whose name is in the parameter rows, or a paging field.
func (p *page) markMember(name []byte, rows string) {
	for _, own := range [...]string{rows, "TotalCount", "PageSize", "PageNumber", "NextToken"} {
		p.seen = p.seen || strings.EqualFold(own, string(name))
	}
}

// usable reports whether a reply with these rows is a page. The page may be empty. A reply
// without rows and with a code is a refusal, unless the code is a word for success that a
// gateway added.
func usable[T any](p page, rows []T, requestID, code string) bool {
	empty := rows != nil || p.seen && requestID != ""
	return len(rows) > 0 || empty && (code == "" || IsSuccess(code))
}

// IsSuccess reports whether a code is a word for success. The service sends no such code.
// Gateways that wrap its replies do.
func IsSuccess(code string) bool {
	switch strings.ToLower(strings.TrimSpace(code)) {
	case "ok", "success", "succeed", "succeeded", "successful", "accepted", "true", "0", "200", "201", "202", "204":
		return true
	}
	return false
}
