package runcommand_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	markup "html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// What the hostile parties know of a request, every part with the marker.
const (
	markedScript    = "#!/bin/sh\nmysql -u root \"-p" + marker + "-one\" <in.sql && echo 'a+b' ü\n" + marker + "\n"
	markedValue     = "x/" + marker + " & <value>"
	markedToken     = marker + "-client-token"
	markedKeyID     = "LTAI" + marker
	markedKeySecret = marker + "-key-secret/+="
	markedSTS       = "CAIS" + marker + "-sts=="
)

// secretForms are the forms in which a secret comes back.
var secretForms = map[string]func(string) string{
	"as it is":               func(s string) string { return s },
	"in JSON":                jsonEscape,
	"in JSON within JSON":    func(s string) string { return jsonEscape(jsonEscape(s)) },
	"in HTML":                markup.EscapeString,
	"in HTML within JSON":    func(s string) string { return jsonEscape(markup.EscapeString(s)) },
	"in a form":              url.QueryEscape,
	"in a path":              url.PathEscape,
	"in a form, twice":       func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"in a form, small":       func(s string) string { return lowerPercentSigns(url.QueryEscape(s)) },
	"in JSON within a form":  func(s string) string { return url.QueryEscape(jsonEscape(s)) },
	"in Go":                  strconv.Quote,
	"in Go, ASCII only":      strconv.QuoteToASCII,
	"in hexadecimal escapes": func(s string) string { return formatEachByte(s, `\x%02x`) },
	"in JSON escapes only":   func(s string) string { return formatEachByte(s, `\u%04X`) },
	"in percent signs only":  func(s string) string { return formatEachByte(s, `%%%02x`) },
	"in HTML numbers only":   func(s string) string { return formatEachByte(s, `&#x%x;`) },
	"in small letters":       strings.ToLower,
	"in large letters":       strings.ToUpper,
	"on one line":            func(s string) string { return strings.Join(strings.Fields(s), " ") },
	"in Base64":              func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"in Base64 for addresses": func(s string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	},
	"in Base64 of more":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte("{" + s + "}")) },
	"in Base64 of still more": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ab" + s + "yz")) },
	"in Base64 within a form": func(s string) string {
		return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s)))
	},
	"in hexadecimal":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"in large hexadecimal": func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
}

func jsonEscape(s string) string {
	data, _ := json.Marshal(s) // a string always encodes
	return strings.Trim(string(data), `"`)
}

// lowerPercentSigns writes percent signs with small letters.
func lowerPercentSigns(s string) string {
	for _, c := range "ABCDEF" {
		for _, d := range "0123456789ABCDEF" {
			for _, form := range []string{string(c) + string(d), string(d) + string(c)} {
				s = strings.ReplaceAll(s, "%"+form, "%"+strings.ToLower(form))
			}
		}
	}
	return s
}

func formatEachByte(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// secretCuts are what is left of an echo: all, its beginning with or without a mark,
// its end.
var secretCuts = map[string]func(string) string{
	"whole":             func(s string) string { return "near '" + s + "': odd" },
	"cut at the end":    func(s string) string { return "near " + s[:len(s)-len(s)/5] },
	"cut with a mark":   func(s string) string { return "near '" + s[:len(s)-len(s)/5] + "...' (cut)" },
	"cut at the start":  func(s string) string { return s[len(s)/9:] + " is odd" },
	"the bound cuts it": func(s string) string { return strings.Repeat(". ", max(32<<10-len(s)/3, 0)) + s },
	"the head cuts it":  func(s string) string { return strings.Repeat(".", max(510-len(s)/2, 0)) + s },
}

// requestSecrets are the secrets of one request.
type requestSecrets struct{ script, value, token, id, secret, sts string }

// secretParts are what may be repeated, each with the secrets of its request: the
// marker stands in that part alone, so that no other secret gives it cover.
func secretParts() map[string]requestSecrets {
	all := allSecrets
	alone := func(keep func(*requestSecrets) *string) requestSecrets {
		s := all
		for _, field := range []*string{&s.script, &s.value, &s.token, &s.id, &s.secret, &s.sts} {
			if field != keep(&s) {
				*field = strings.ReplaceAll(*field, marker, "other")
			}
		}
		return s
	}
	script := alone(func(s *requestSecrets) *string { return &s.script })
	value := alone(func(s *requestSecrets) *string { return &s.value })
	parameters, _ := json.Marshal(map[string]string{"p": markedValue}) // always encodes
	return map[string]requestSecrets{
		markedScript: script,
		base64.StdEncoding.EncodeToString([]byte(markedScript)): script,
		strings.Split(markedScript, "\n")[1]:                    script,
		markedValue:                                             value,
		string(parameters):                                      value,
		markedToken:                                             alone(func(s *requestSecrets) *string { return &s.token }),
		markedKeyID:                                             alone(func(s *requestSecrets) *string { return &s.id }),
		markedKeySecret:                                         alone(func(s *requestSecrets) *string { return &s.secret }),
		markedSTS:                                               alone(func(s *requestSecrets) *string { return &s.sts }),
		strings.Join([]string{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS}, " | "): all,
	}
}

func requestWith(t *testing.T, s requestSecrets) *runcommand.Request {
	t.Helper()
	req, err := runcommand.Shell(s.script+"# {{p}}").Parameter("p", s.value).Instances("i-1").ClientToken(s.token).Build()
	require.NoError(t, err)
	return req
}

var allSecrets = requestSecrets{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS}

// printErrorTree is everything that an error tells: each node of its tree, printed in
// every way, and what As hands out of it.
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

// findMarker looks for the marker in every form and returns its surroundings.
func findMarker(told string) string {
	texts := []string{told}
	for range 3 { // what a reader may undo
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

// runAndCollect runs the request against a RoundTripper of somebody else's and returns
// the error and all that it and the log tell.
func runAndCollect(t *testing.T, s requestSecrets, stranger roundTrip, opts ...runcommand.Option) (told string, err error) {
	t.Helper()
	diary := newClientRecorder()
	options := append(diary.options(), runcommand.WithStaticCredential(s.id, s.secret, s.sts),
		runcommand.WithHTTPClient(&http.Client{Transport: stranger}), retryQuickly(1))
	client, err := runcommand.NewClient("cn-hangzhou", append(options, opts...)...)
	require.NoError(t, err)
	_, err = client.Run(t.Context(), requestWith(t, s))
	require.Error(t, err)
	all := []string{printErrorTree(t, err), diary.text.String(), diary.data.String()}
	for _, attempt := range diary.seen {
		all = append(all, attempt.RequestID)
	}
	return strings.Join(all, "\n"), err
}

// secretRepeaters are those who may repeat something.
var secretRepeaters = []struct {
	name string
	say  func(said string) roundTrip
}{
	{"a refusal", func(said string) roundTrip {
		quoted, _ := json.Marshal(said) // a string always encodes
		return replyWith(403, fmt.Sprintf(`{"RequestId":"R","Code":"Forbidden.RAM","HostId":%[1]s,"Message":%[1]s,"Recommend":%[1]s,"AccessDeniedDetail":{"AuthAction":%[1]s,`+
			`"AuthPrincipalType":%[1]s,"AuthPrincipalOwnerId":%[1]s,"AuthPrincipalDisplayName":%[1]s,"NoPermissionType":%[1]s,"PolicyType":%[1]s}}`, quoted))
	}},
	{"a page", func(said string) roundTrip { return replyWith(502, said) }},
	{"a failure", func(said string) roundTrip {
		return func(*http.Request) (*http.Response, error) { return nil, errors.New(said) }
	}},
}

// TestNoFormOfASecretComesBack lets services, gateways and transports repeat what
// they were sent, in every form, whole and cut.
func TestNoFormOfASecretComesBack(t *testing.T) {
	t.Parallel()
	for form, echo := range secretForms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			checks := 0
			for cut, left := range secretCuts {
				for part, secrets := range secretParts() {
					if len(form+cut+part)%rounds(1, 4) != 0 {
						continue // short runs try a quarter, with every form, cut and part in it
					}
					said := left(echo(part))
					for k, way := range secretRepeaters {
						if cut != "whole" && len(part+cut)%len(secretRepeaters) != k {
							continue // one of the ways each
						}
						told, _ := runAndCollect(t, secrets, way.say(said))
						checks++
						if found := findMarker(told); found != "" {
							t.Fatalf("%s, %s: %s is shown; said was %q", way.name, cut, found, said)
						}
					}
				}
			}
			t.Logf("P9: no marker in %d errors and their logs", checks)
		})
	}
}

// An id or a code may be a secret as well as any other text.
func TestNoCodeAndNoRequestIDIsASecret(t *testing.T) {
	t.Parallel()
	for name, stranger := range map[string]roundTrip{
		"the code":       replyWith(400, `{"RequestId":"R","Code":"`+markedToken+`","Message":"m"}`),
		"the request id": replyWith(400, `{"RequestId":"`+markedToken+`","Code":"InvalidParameter","Message":"m"}`),
		"the header":     replyWith(502, "<html>", "X-Acs-Request-Id", markedKeyID),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, _ := runAndCollect(t, allSecrets, stranger)
			assertNoFormOfMarker(t, told)
		})
	}
}

// Request ids are UUIDs, and so are many tokens.
func TestARequestIDIsShownUnlessItIsTheToken(t *testing.T) {
	t.Parallel()
	const id, token = "E69EF3CC-94CD-42E7-8926-F133B86387C0", "0b5f2a3e-7c61-4d3f-9a52-6f0e1c9d8b74"
	s := allSecrets
	s.token, s.value = token, "94CD"
	for _, said := range []string{id, token, strings.ToUpper(token)} {
		told, err := runAndCollect(t, s, replyWith(400, `{"RequestId":"`+said+`","Code":"InvalidParameter","Message":"m"}`))
		got, ok := errors.AsType[*errors.APIError](err)
		require.True(t, ok, "%v", err)
		if said == id {
			assert.Equal(t, id, got.RequestID)
			assert.Contains(t, told, id)
		} else {
			assert.NotContains(t, told, said)
		}
	}
}

// A request id is masked where eight of its characters stand in a secret.
func TestARequestIDThatSharesEightCharactersWithASecretIsMasked(t *testing.T) {
	t.Parallel()
	const id = "E69EF3CC-94CD-42E7-8926-F133B86387C0"
	for token, want := range map[string]string{
		"zzzzcd-42e7-zzzz": "E69EF3CC-94***8926-F133B86387C0",
		"zzzz94CD-42Ezzzz": "E69EF3CC-***7-8926-F133B86387C0",
		"zzzzcd-42e7zzzz":  id,
		"F3CCzzzzE69E":     id, // its end is the beginning of the id
	} {
		s := allSecrets
		s.token, s.value = token, "value"
		_, err := runAndCollect(t, s, replyWith(400, `{"RequestId":"`+id+`","Code":"InvalidParameter","Message":"m"}`))
		got, ok := errors.AsType[*errors.APIError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, want, got.RequestID, token)
	}
}

// errorWithSecret is an error of the caller's own.
type errorWithSecret struct{ Text string }

func (e *errorWithSecret) Error() string  { return e.Text }
func (e *errorWithSecret) Secret() string { return e.Text }

// plainError is one that is no pointer: whoever prints what holds it prints its text.
type plainError struct{ Text string }

func (e plainError) Error() string { return e.Text }

// TestCausesAnswerWithoutShowing lets transports fail with errors that hold the
// whole address and more.
func TestCausesAnswerWithoutShowing(t *testing.T) {
	t.Parallel()
	address := func(r *http.Request) string {
		return "https://user:" + marker + "@host/" + r.URL.RawQuery + "&Content=" + url.QueryEscape(markedScript)
	}
	for name, c := range map[string]struct {
		fail func(*http.Request) error
		is   error
		as   any // a pointer to what errors.As finds
	}{
		"an address": {func(r *http.Request) error { return &url.Error{Op: "Post", URL: address(r), Err: io.EOF} }, io.EOF, nil},
		"an address in words": {func(r *http.Request) error {
			return fmt.Errorf("mine: %w", &url.Error{Op: "Post", URL: address(r), Err: syscall.ECONNRESET})
		}, syscall.ECONNRESET, new(syscall.Errno)},
		"an address beside others": {func(r *http.Request) error {
			return errors.Join(io.ErrClosedPipe, &url.Error{Op: "Post", URL: address(r), Err: errors.New(address(r))}, errors.New(markedScript))
		}, io.ErrClosedPipe, nil},
		"an address that looks like none": {func(*http.Request) error { return &url.Error{Op: marker, URL: markedScript, Err: io.EOF} }, io.EOF, nil},
		"an operation": {func(r *http.Request) error {
			return &net.OpError{Op: markedValue, Net: markedToken, Addr: markerAddr{}, Err: fmt.Errorf("%s: %w", address(r), os.ErrDeadlineExceeded)}
		}, os.ErrDeadlineExceeded, nil},
		"an operation that was reset": {func(r *http.Request) error {
			return &net.OpError{Op: "read", Net: "tcp", Addr: markerAddr{}, Err: fmt.Errorf("%s: %w", address(r), syscall.ECONNRESET)}
		}, syscall.ECONNRESET, new(*net.OpError)},
		"a name": {func(*http.Request) error {
			return &net.DNSError{Err: markedScript, Name: markedToken + ".example", Server: markedValue, IsNotFound: true}
		}, nil, new(*net.DNSError)},
		"a certificate": {func(*http.Request) error {
			return &tls.CertificateVerificationError{Err: fmt.Errorf("%s: %w", markedScript, io.ErrUnexpectedEOF)}
		}, io.ErrUnexpectedEOF, new(*tls.CertificateVerificationError)},
		"an error of one's own":        {func(*http.Request) error { return &errorWithSecret{markedScript} }, nil, nil},
		"an error that is a value":     {func(*http.Request) error { return plainError{markedScript} }, nil, new(plainError)},
		"a panic with text":            {func(*http.Request) error { panic(markedScript) }, nil, nil},
		"a panic with an error":        {func(*http.Request) error { panic(&errorWithSecret{markedScript}) }, nil, nil},
		"an error of this module":      {func(*http.Request) error { return &errors.APIError{Code: errors.Throttling, Message: markedScript} }, nil, nil},
		"a proxy that is malformed":    {func(*http.Request) error { return fmt.Errorf("invalid proxy address %q: odd", "u:"+marker+" @proxy") }, nil, nil},
		"the end of another's context": {func(r *http.Request) error { return fmt.Errorf("%s: %w", address(r), context.Canceled) }, nil, nil},
	} {
		for placement, options := range map[string][]runcommand.Option{"form": nil, "query": {runcommand.WithQueryParameters()}} {
			t.Run(name+", "+placement, func(t *testing.T) {
				t.Parallel()
				told, err := runAndCollect(t, allSecrets, func(r *http.Request) (*http.Response, error) {
					_, _ = io.Copy(io.Discard, r.Body)
					return nil, c.fail(r)
				}, options...)
				assertNoFormOfMarker(t, told)
				assert.NotContains(t, told, "://")
				assert.True(t, errors.MayHaveRun(err))
				if c.is != nil {
					assert.ErrorIs(t, err, c.is)
				}
				if c.as != nil {
					assert.True(t, errors.As(err, reflect.New(reflect.TypeOf(c.as).Elem()).Interface()), "As finds the type")
				}
				assert.NotErrorIs(t, err, context.Canceled)
				assert.NotErrorIs(t, err, errors.Throttling, "what another service said")
				_, ok := errors.AsType[*errors.APIError](err)
				assert.False(t, ok, "what another service said")
				_, ok = errors.AsType[interface {
					error
					Secret() string
				}](err)
				assert.False(t, ok, "As an interface")
			})
		}
	}
}

type markerAddr struct{}

func (markerAddr) Network() string { return marker }
func (markerAddr) String() string  { return marker }

// Who asks for a type of their own gets it as it is.
func TestAsHandsOutTheCallersOwnErrors(t *testing.T) {
	t.Parallel()
	own := &errorWithSecret{markedScript}
	told, err := runAndCollect(t, allSecrets, func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("x: %w", own) })
	assertNoFormOfMarker(t, told)
	assert.ErrorIs(t, err, own)
	got, ok := errors.AsType[*errorWithSecret](err)
	require.True(t, ok)
	assert.Same(t, own, got)
}

// TestWhatAProviderSaysIsMasked lets providers of credentials fail with errors that
// repeat what they were about to hand over, or handed over before.
func TestWhatAProviderSaysIsMasked(t *testing.T) {
	t.Parallel()
	key := runcommand.Credential{AccessKeyID: markedKeyID, AccessKeySecret: markedKeySecret, SecurityToken: markedSTS}
	gone := errors.New("the vault is closed")
	for name, provider := range map[string]func(calls int) (runcommand.Credential, error){
		"with the key beside the error": func(int) (runcommand.Credential, error) {
			return key, fmt.Errorf("cannot use %s and %q: %w", markedKeySecret, url.QueryEscape(markedSTS), gone)
		},
		"with the key of the call before": func(calls int) (runcommand.Credential, error) {
			if calls == 1 {
				return key, nil
			}
			return runcommand.Credential{}, fmt.Errorf("%+v has expired: %w", struct{ A, B, C string }{markedKeyID, markedKeySecret, markedSTS}, gone)
		},
		"with an address": func(int) (runcommand.Credential, error) {
			return runcommand.Credential{}, &url.Error{Op: "Get", URL: "http://100.100.100.200/?token=" + marker, Err: gone}
		},
		"with a key that is known by its name": func(int) (runcommand.Credential, error) {
			return runcommand.Credential{}, fmt.Errorf(`got {"AccessKeySecret":"%s", "SecurityToken" : "%s"}; token=%s: %w`, marker, marker, marker, gone)
		},
		"with an operation": func(int) (runcommand.Credential, error) {
			return key, &net.OpError{Op: "dial", Net: markedKeySecret, Err: fmt.Errorf("%s: %w", markedSTS, gone)}
		},
		"with an error that is a value": func(int) (runcommand.Credential, error) {
			return key, errors.Join(plainError{markedKeySecret}, gone)
		},
		"with nothing but a value": func(int) (runcommand.Credential, error) { return key, plainError{markedKeySecret} },
		"with a panic":             func(int) (runcommand.Credential, error) { panic(fmt.Errorf("%s: %w", markedKeySecret, gone)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			source := runcommand.CredentialFunc(func(context.Context) (runcommand.Credential, error) {
				calls++
				return provider(calls)
			})
			client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithCredential(source), retryQuickly(1),
				runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(replyWith(200, "{}"))}))
			require.NoError(t, err)
			for range 2 {
				_, err = client.Run(t.Context(), requestWith(t, allSecrets))
			}
			_, ok := errors.AsType[*errors.CredentialError](err)
			require.True(t, ok, "%v", err)
			told := printErrorTree(t, err)
			assertNoFormOfMarker(t, told)
			assert.NotContains(t, told, "://")
			assert.Equal(t, name != "with a panic" && name != "with nothing but a value", errors.Is(err, gone))
		})
	}
}

// The search itself must be able to fail.
func TestTheSearchForEchoesFindsThem(t *testing.T) {
	t.Parallel()
	for form, echo := range secretForms {
		for _, part := range []string{markedScript, markedValue, markedToken, markedKeyID, markedKeySecret, markedSTS} {
			assert.NotEmpty(t, findMarker("near '"+echo(part)+"'"), "%s: %s", form, part)
		}
	}
}
