package fleet

import (
	"fmt"
	"io"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A journalError is an error of a journal. Its text holds neither the script nor parameters,
// although errors of databases can repeat what was to be stored. errors.Is and errors.As find
// what they find in the error of the journal. There is no method Unwrap, because it would lead
// to the text that is not masked.
type journalError struct {
	text string
	err  error
}

// Error returns the text without secrets.
func (e *journalError) Error() string { return e.text }

// Is reports whether target is in the tree of the error of the journal.
func (e *journalError) Is(target error) bool { return errors.Is(e.err, target) }

// As sets target to the first error of its type in the tree of the error of the journal.
func (e *journalError) As(target any) bool { return errors.As(e.err, target) }

// Format prints the text without secrets for every verb.
func (e *journalError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

// journalErrorOf wraps an error of the journal. The script and the parameters of the spec are
// secret, and so is the token of the chunk that the entry was about; "" for other entries.
func journalErrorOf(err error, s *spec, token string) error {
	return &journalError{"fleet: the journal: " + s.request(nil, nil, token).Mask(err.Error()), err}
}
