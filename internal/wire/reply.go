package wire

import (
	"encoding/json"
	"errors"
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
// an error, and so is one that [Reply.Usable] rejects. The reply has to be
// fresh, as fields that do not come keep their values.
func Decode(body []byte, reply Reply) error {
	err := json.Unmarshal(body, reply)
	if mismatch := (*json.UnmarshalTypeError)(nil); err != nil && !errors.As(err, &mismatch) {
		return err
	}
	if !reply.Usable() {
		return ErrForeign
	}
	return nil
}
