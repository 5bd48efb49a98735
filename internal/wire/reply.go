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

// Decode decodes a reply from the body of a successful response. A field of an unexpected type
// counts as absent. It returns an error for a body that is not exactly one JSON value, that
// [Reply.Usable] rejects, or that is larger than any reply of the service. The reply has to
// be a new value: a field that is absent in the body is not changed.
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

// unmarshal is json.Unmarshal, without an error for a field of an unexpected type: that field
// counts as absent, and the others are decoded.
func unmarshal(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if mismatch := (*json.UnmarshalTypeError)(nil); errors.As(err, &mismatch) {
		return nil
	}
	return err
}

// A memberReader is a reply that recognizes a page by the names of its members.
type memberReader interface{ readMember(name []byte) }

// A page tells an empty page from an unrelated body with a request id. An empty page has one
// of the members that only a page has.
type page struct{ seen bool }

// markMember notes whether name is a member of a page: rows, or one that every page has.
func (p *page) markMember(name []byte, rows string) {
	for _, own := range [...]string{rows, "TotalCount", "PageSize", "PageNumber", "NextToken"} {
		p.seen = p.seen || strings.EqualFold(own, string(name))
	}
}

// usable reports whether a reply with these rows is a page, which may be empty. A code means a
// refusal, unless it is a word for success that a gateway added.
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
