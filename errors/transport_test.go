package errors_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestATransportErrorIsUnavailableUnlessThrottled(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		status    int
		kind      errors.Kind
		retryable bool
	}{
		{"no reply", 0, errors.ErrUnavailable, true},
		{"a broken reply of success", 200, errors.ErrUnavailable, true},
		{"the first status that is no success", 300, errors.ErrUnavailable, false},
		{"a redirect to some portal", 302, errors.ErrUnavailable, false},
		{"a proxy's refusal", 407, errors.ErrUnavailable, false},
		{"a proxy's time-out", 408, errors.ErrUnavailable, true},
		{"a proxy's throttling", 429, errors.ErrThrottled, true},
		{"the first status of a server's fault", 500, errors.ErrUnavailable, true},
		{"a gateway's page", 502, errors.ErrUnavailable, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := error(&errors.TransportError{Action: "RunCommand", HTTPStatus: tt.status, Err: errors.New("cause")})
			for k := errors.ErrInvalidArgument; k <= errors.ErrStopped; k++ {
				assert.Equal(t, k == tt.kind, errors.Is(err, k), k)
			}
			assert.Equal(t, tt.retryable, errors.Retryable(err))
		})
	}
}

func TestATransportErrorNamesTheCauseButNoAddress(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset\nby peer")
	inURL := &url.Error{Op: "Post", URL: "https://host/?secret=1", Err: cause}
	for _, tt := range []struct {
		name string
		err  *errors.TransportError
		want string
	}{
		{"a plain cause", &errors.TransportError{Action: "RunCommand", Sent: true, Err: cause}, "RunCommand: no reply: connection reset by peer"},
		{"nothing sent", &errors.TransportError{Action: "RunCommand", Err: cause}, "RunCommand: nothing was sent: connection reset by peer"},
		{"an address around the cause", &errors.TransportError{Action: "RunCommand", Sent: true, Err: inURL}, "RunCommand: no reply: connection reset by peer"},
		{
			"an address within an address within words",
			&errors.TransportError{Sent: true, Err: fmt.Errorf("words: %w", &url.Error{Op: "Get", URL: "https://secret", Err: inURL})},
			`request: no reply: words: Get (an address): Post (an address): connection reset by peer`,
		},
		{
			"an address that is only in the text",
			&errors.TransportError{Sent: true, Err: errors.New("dial https://secret/?a=b failed, then http://secret")},
			"request: no reply: dial (an address) failed, then (an address)",
		},
		{
			"a quoted address with blanks and quotes",
			&errors.TransportError{Sent: true, Err: errors.New(`parse "https://secret \"secret\" secret": odd`)},
			"request: no reply: parse (an address): odd",
		},
		{
			"an address that does not look like one",
			&errors.TransportError{Sent: true, Err: fmt.Errorf("x: %w", &url.Error{Op: "parse", URL: "secret \x7f", Err: cause})},
			"request: no reply: x: parse (an address): connection reset by peer",
		},
		{
			"an address beside an error of ours",
			&errors.TransportError{Sent: true, Err: errors.Join(&errors.APIError{Code: "C", HTTPStatus: 400}, inURL)},
			"request: no reply: C (HTTP 400) Post (an address): connection reset by peer",
		},
		{
			"an address that does not look like one, without quotes",
			&errors.TransportError{Sent: true, Err: unquoted{&url.Error{Op: "parse", URL: "secret /path", Err: cause}}},
			"request: no reply: cannot reach (an address)",
		},
		{"a nil pointer for a cause", &errors.TransportError{Sent: true, Err: (*url.Error)(nil)}, "request: no reply: no cause given"},
		{
			"a foreign reply",
			&errors.TransportError{Action: "RunCommand", Sent: true, HTTPStatus: 502, Head: []byte("<html>secret"), Err: errors.New("not JSON")},
			"RunCommand: unusable reply (HTTP 502, 12 bytes of body kept): not JSON",
		},
		{"no cause", &errors.TransportError{Sent: true}, "request: no reply: no cause given"},
		{"an address without a cause", &errors.TransportError{Sent: true, Err: &url.Error{Op: "Get", URL: "https://secret"}}, "request: no reply: no cause given"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.err.Error())
			if tt.err.Err != nil {
				assert.ErrorIs(t, tt.err, tt.err.Err)
			}
		})
	}
}

// unquoted is an error whose text repeats the address of its *url.Error without quotes.
type unquoted struct{ cause *url.Error }

func (u unquoted) Error() string { return "cannot reach " + u.cause.URL }
func (u unquoted) Unwrap() error { return u.cause }

func TestACredentialErrorIsAuthAndFinal(t *testing.T) {
	t.Parallel()
	cause := errors.New("no route")
	err := error(&errors.CredentialError{Err: &url.Error{Op: "Get", URL: "http://100.100.100.200/?secret", Err: cause}})
	assert.ErrorIs(t, err, errors.ErrAuth)
	assert.NotErrorIs(t, err, errors.ErrUnavailable)
	assert.ErrorIs(t, err, cause)
	assert.False(t, errors.Retryable(err))
	assert.Equal(t, "no credential: no route", err.Error())
}

// ownWords is an error of a credential provider. It has the method OwnWords.
type ownWords struct {
	text   string
	own    bool
	panics string
	inner  error
}

func (o ownWords) Error() string {
	if o.panics == "Error" {
		panic(o.text)
	}
	return o.text
}

func (o ownWords) OwnWords() bool {
	if o.panics == "OwnWords" {
		panic(o.text)
	}
	return o.own
}

func (o ownWords) Unwrap() error { return o.inner }

func TestACredentialErrorIsShortAndHoldsNoAddress(t *testing.T) {
	t.Parallel()
	address := &url.Error{Op: "Get", URL: "http://100.100.100.200/?secret", Err: errors.New("no route")}
	flat := &errors.CredentialError{Err: fmt.Errorf("refresh: %v", address)}
	assert.Equal(t, "no credential: refresh: Get (an address): no route", flat.Error())

	long := &errors.CredentialError{Err: errors.New(strings.Repeat("x", 300))}
	const want = 200
	assert.Equal(t, "no credential: "+strings.Repeat("x", want)+"...", long.Error())
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"words of its own":      {ownWords{text: strings.Repeat("x", 300), own: true}, strings.Repeat("x", 300)},
		"words without end":     {ownWords{text: strings.Repeat("x", 20<<10), own: true}, strings.Repeat("x", 16<<10) + "..."},
		"words with an address": {ownWords{text: "asked http://secret/?token\nin vain", own: true}, "asked (an address) in vain"},
		"words of others":       {ownWords{text: strings.Repeat("x", 300)}, strings.Repeat("x", want) + "..."},
		"a nil pointer":         {(*ownWords)(nil), "no cause given"},
		"a method that panics":  {ownWords{text: "words", panics: "OwnWords"}, "words"},
		"a text that panics":    {ownWords{own: true, panics: "Error"}, "no cause given"},
		"words around an address of it": {
			ownWords{text: "asked secret /path", own: true, inner: &url.Error{Op: "Get", URL: "secret /path", Err: errors.New("x")}}, "asked (an address)",
		},
	} {
		assert.Equal(t, "no credential: "+tt.want, (&errors.CredentialError{Err: tt.err}).Error(), name)
	}
	around := &errors.RunError{Attempts: 1, Err: fmt.Errorf("run: %w", long)}
	assert.Equal(t, "command not accepted after 1 attempt: run: "+long.Error(), around.Error())
}
