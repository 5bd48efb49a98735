package fleet

// A journalError is an error of a journal. Its text holds neither the script nor parameters,
// although errors of databases can repeat what was to be stored.
type journalError struct {
	text string
	err  error
}

// Error returns the text without secrets.
func (e *journalError) Error() string { return e.text }

// Unwrap returns the error of the journal, for errors.Is and errors.As.
func (e *journalError) Unwrap() error { return e.err }

// journalErrorOf wraps an error of the journal. The script and the parameters of the spec are
// secret.
func journalErrorOf(err error, s *spec) error {
	return &journalError{"fleet: the journal: " + s.Command.Mask(err.Error()), err}
}
