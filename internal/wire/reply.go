package wire

import (
	"encoding/json"
	"errors"
	"strings"
)

// A Reply is the answer to one action.
type Reply interface {
	// Usable reports whether what was decoded is an answer to the action, and
	// not some other JSON object that came in its place.
	Usable() bool
	// ID is the request id, which support asks for.
	ID() string
}

// ErrForeign is returned by [Decode] for JSON that is no answer to the action.
var ErrForeign = errors.New("the reply is JSON but not an answer to this action")

// Decode reads a reply from the body of a successful response. A field of an
// unexpected type counts as absent; a body that is not one whole JSON value is
// an error, and so is one that [Reply.Usable] rejects, or one that holds more than
// any answer of the service. The reply has to be fresh, as fields that do not come
// keep their values.
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

// unmarshal is json.Unmarshal, except that a field of an unexpected type is no error:
// the field counts as absent, and the others are decoded.
func unmarshal(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if mismatch := (*json.UnmarshalTypeError)(nil); errors.As(err, &mismatch) {
		return nil
	}
	return err
}

// A pager is a reply that tells a page by the names of its members.
type memberReader interface{ readMember(name []byte) }

// A page is the part of a reply that tells an empty page from some other body
// with a request id: one of the members that only a page has, whatever its value.
type page struct{ seen bool }

// mark notes a member with one of these names, or one of those of every page.
func (p *page) markMember(name []byte, rows string) {
	for _, own := range [...]string{rows, "TotalCount", "PageSize", "PageNumber", "NextToken"} {
		p.seen = p.seen || strings.EqualFold(own, string(name))
	}
}

// usable reports whether a reply with these rows is a page, be it an empty one.
// The code is empty unless the reply is a refusal in disguise, or a gateway says
// that all went well.
func usable[T any](p page, rows []T, requestID, code string) bool {
	empty := rows != nil || p.seen && requestID != ""
	return len(rows) > 0 || empty && (code == "" || IsSuccess(code))
}

// IsSuccess reports whether a code is a word for success. The service sends none,
// but gateways that wrap its answers do.
func IsSuccess(code string) bool {
	switch strings.ToLower(strings.TrimSpace(code)) {
	case "ok", "success", "succeed", "succeeded", "successful", "accepted", "true", "0", "200", "201", "202", "204":
		return true
	}
	return false
}
