package fleet

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

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

// journalErrorOf wraps an error of the journal. The spec says which texts are secret.
func journalErrorOf(err error, s *spec) error {
	const where = "fleet: the journal: "
	text := err.Error()
	for _, secret := range secretsOf(s.Command) {
		if strings.Contains(text, secret) {
			return &journalError{where + "its error is not shown, because it repeats the script or a parameter", err}
		}
	}
	return &journalError{where + text, err}
}

// shortestSecret is the length of the shortest parameter that is looked for in the text of an
// error. Shorter ones are in many texts.
const shortestSecret = 4

// longestSecret is how much of a script or parameter is looked for. An error can repeat only the
// first bytes of what was to be stored.
const longestSecret = 16

// secretsOf returns the script and the parameters in the forms in which a text may repeat
// them.
func secretsOf(r *runcommand.Request) (secrets []string) {
	values := []string{string(r.Content)}
	for _, value := range r.Parameters {
		values = append(values, value)
	}
	for _, value := range values {
		if len(value) < shortestSecret {
			continue
		}
		quoted, _ := json.Marshal(value) // a string can always be encoded
		for _, form := range []string{value, strings.Trim(string(quoted), `"`), base64.StdEncoding.EncodeToString([]byte(value))} {
			secrets = append(secrets, form[:min(len(form), longestSecret)])
		}
	}
	return secrets
}
