package runcommand_test

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	markup "html"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// printErrorTree returns all text that a caller can get from an error. It prints each error
// of the tree in every way, and also the errors that errors.As finds.
func printErrorTree(t *testing.T, err error) string {
	t.Helper()
	var told []string
	say := func(v any) {
		told = append(told, printEveryWay(t, v)...)
		data, err := json.Marshal(v)
		require.NoError(t, err)
		told = append(told, string(data))
	}
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		say(err)
		switch e := err.(type) {
		case *errors.APIError:
			told = append(told, e.Message, e.Recommend, e.HostID, e.RequestID, string(e.Code))
			if e.AccessDenied != nil {
				told = append(told, fmt.Sprintf("%+v", *e.AccessDenied))
			}
		case *errors.TransportError:
			told = append(told, string(e.Head))
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		case interface{ Unwrap() []error }:
			for _, child := range e.Unwrap() {
				walk(child)
			}
		}
	}
	walk(err)
	if e, ok := errors.AsType[net.Error](err); ok {
		say(e)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		walk(e)
		walk(e.Err)
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		walk(e)
		told = append(told, fmt.Sprintf("%+v", *e))
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		walk(e)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		walk(e)
		told = append(told, e.URL)
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) {
		say(timeout)
	}
	return strings.Join(told, "\n")
}

func assertNoFormOfMarker(t *testing.T, told string) {
	t.Helper()
	if found := findMarker(told); found != "" {
		require.Fail(t, "a secret is shown", "%s", found)
	}
}

// findMarker looks for the marker in every form. It returns the text around the marker,
// or "" when there is no marker.
func findMarker(told string) string {
	texts := []string{told}
	for range 3 { // decode three times, because a reader may undo several encodings one after the other
		last := texts[len(texts)-1]
		plain := markup.UnescapeString(last)
		if unescaped, err := url.QueryUnescape(strings.ReplaceAll(plain, "%!", "")); err == nil {
			plain = unescaped
		}
		plain = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, " ").Replace(plain)
		texts = append(texts, plain)
	}
	forms := []string{marker, strings.ToLower(marker), strings.ToUpper(marker), hex.EncodeToString([]byte(marker)), strings.ToUpper(hex.EncodeToString([]byte(marker)))}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + marker + "\x00\x00\x00"))
		forms = append(forms, encoded[4:12])
	}
	for _, format := range []string{`\x%02x`, `\u%04X`, `%%%02x`, `&#x%x;`} {
		forms = append(forms, formatEachByte(marker, format))
	}
	for _, text := range texts {
		for _, form := range forms {
			if at := strings.Index(text, form); at >= 0 {
				return fmt.Sprintf("%q in %q", form, text[max(at-200, 0):min(at+200, len(text))])
			}
		}
	}
	return ""
}

// The tests of secrets prove something only when findMarker finds every form of the marker.
func TestFindMarkerFindsEveryForm(t *testing.T) {
	t.Parallel()
	for form, echo := range secretForms {
		for _, part := range []string{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS} {
			assert.NotEmpty(t, findMarker("near '"+echo(part)+"'"), "%s: %s", form, part)
		}
	}
}
