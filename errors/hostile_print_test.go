package errors_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	stderrors "errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// secretAddress is a URL with a secret, as net/http writes it into its errors.
const secretAddress = "https://ecs.example.com/?Action=RunCommand&CommandContent=" + secret + "&Parameters=%7B%22p%22%3A%22" + secret + "%22%7D"

// shownOnly is an error whose As method returns an address. It does not wrap the address, but its text
// repeats it.
type shownOnly struct{ cause *url.Error }

func (s shownOnly) Error() string      { return "cannot reach <" + s.cause.URL + ">" }
func (s shownOnly) As(target any) bool { return stderrors.As(s.cause, target) }

// spilling is an error whose exported field contains a secret. Its text does not repeat
// the secret.
type spilling struct{ Detail string }

func (spilling) Error() string { return "spilling" }

// secretCauses returns errors that have an address with a secret in a field or in their
// text.
func secretCauses() map[string]error {
	raw := &url.Error{Op: "Post", URL: secretAddress, Err: errors.New("reset")}
	odd := &url.Error{Op: "parse", URL: " " + secret + "\n\t\"quoted\" /path", Err: errors.New("odd")}
	return map[string]error{
		"as it is":                           raw,
		"in words":                           fmt.Errorf("send: %w", raw),
		"only in the text":                   fmt.Errorf("send: %v", raw),
		"in upper case":                      errors.New("GET HTTPS://HOST/?K=" + secret),
		"with another scheme":                errors.New("dial socks5h://user:" + secret + "@proxy:1080: refused"),
		"joined":                             errors.Join(errors.New("first"), raw, odd),
		"within another":                     &url.Error{Op: "Get", URL: "http://proxy/" + secret, Err: fmt.Errorf("proxyconnect: %w", raw)},
		"that does not look like an address": fmt.Errorf("x: %w", odd),
		"shown by As":                        shownOnly{odd},
		"shown by As, deep within":           fmt.Errorf("x: %w", errors.Join(errors.New("y"), shownOnly{raw})),
	}
}

// everyError returns an error of every type around every secret cause, with a secret in every field
// that must not be shown.
func everyError() map[string][2]any {
	list := make(map[string][2]any)
	add := func(name string, value, pointer any) { list[name] = [2]any{value, pointer} }
	denied := errors.AccessDenied{
		AuthAction: "echo " + secret, PrincipalType: secret, PrincipalOwnerID: secret, PrincipalName: secret, NoPermissionType: secret, PolicyType: secret,
	}
	add("AccessDenied", denied, &denied)
	api := errors.APIError{Action: "RunCommand", Code: errors.ForbiddenRAM, HTTPStatus: 403, HostID: secret, Recommend: secret, AccessDenied: &denied}
	add("APIError", api, &api)
	instance := errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 1, Output: []byte(secret)}
	add("InstanceError", instance, &instance)
	invocation := errors.InvocationError{Total: 1, Failed: []*errors.InstanceError{&instance}}
	add("InvocationError", invocation, &invocation)
	for name, cause := range secretCauses() {
		transport := errors.TransportError{Action: "RunCommand", Sent: true, Head: []byte(secret), Err: cause}
		add("TransportError with an address "+name, transport, &transport)
		run := errors.RunError{ClientToken: secret, Attempts: 1, Err: cause}
		add("RunError with an address "+name, run, &run)
		around := errors.RunError{ClientToken: secret, Attempts: 1, Err: &transport}
		add("RunError around a TransportError with an address "+name, around, &around)
		wait := errors.WaitError{Err: cause}
		add("WaitError with an address "+name, wait, &wait)
		credential := errors.CredentialError{Err: cause}
		add("CredentialError with an address "+name, credential, &credential)
		violation := errors.Violation{Field: "Frequency", Code: errors.InvalidParamFrequency, Message: "is no schedule", Err: cause}
		add("Violation with an address "+name, violation, &violation)
		validation := errors.ValidationError{Violations: []errors.Violation{violation, {Err: spilling{secret}}}}
		add("ValidationError with an address "+name, validation, &validation)
	}
	spilt := errors.Violation{Err: spilling{secret}}
	add("Violation with a cause of plain fields", spilt, &spilt)
	return list
}

// containers put an error into structs, slices and maps. A log or a JSON encoder has to find the
// methods of the error there.
var containers = map[string]func(v any) any{
	"itself":                func(v any) any { return v },
	"a slice":               func(v any) any { return []any{v, v} },
	"a map":                 func(v any) any { return map[string]any{"k": v} },
	"a struct":              func(v any) any { return struct{ V any }{v} },
	"a pointer to a struct": func(v any) any { return &struct{ V any }{v} },
	"a slice of structs in a map": func(v any) any {
		return map[string][]struct{ V any }{"k": {{v}}}
	},
}

func TestNoErrorShowsASecretInAnyPlaceAndForm(t *testing.T) {
	t.Parallel()
	forms := []string{
		secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]"), "0x73, 0x33",
		base64.StdEncoding.EncodeToString([]byte(secret)), url.QueryEscape(secretAddress), strings.ToUpper(secret),
	}
	for name, both := range everyError() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, v := range both {
				for place, hold := range containers {
					held := hold(v)
					var printed []string
					for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%t", "%U", "%10.3v", "%T"} {
						printed = append(printed, fmt.Sprintf(verb, held))
					}
					var text, object bytes.Buffer
					for _, h := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&object, nil)} {
						slog.New(h).With("w", held).WithGroup("g").Error("x", "err", held, slog.Group("h", "err", held))
					}
					data, err := json.Marshal(held)
					require.NoError(t, err)
					indented, err := json.MarshalIndent(held, "", " ")
					require.NoError(t, err)
					printed = append(printed, text.String(), object.String(), string(data), string(indented))
					all := strings.Join(printed, "\n")
					for _, form := range forms {
						if strings.Contains(all, form) {
							assert.Fail(t, "a secret is shown", "%T in %s shows %q", v, place, form)
						}
					}
				}
			}
		})
	}
}

// Package fmt prints values without calling their methods when a verb is misused. The package
// documentation names this exception, and go vet reports such a verb.
func TestMisusedVerbsAreTheDocumentedException(t *testing.T) {
	t.Parallel()
	run := errors.RunError{ClientToken: secret}
	for _, format := range []string{"%w", "%p"} {
		assert.Contains(t, fmt.Sprintf(format, run), secret, "should this fail, take the exception out of the documentation")
	}
	assert.NotContains(t, fmt.Errorf("x: %w", &run).Error(), secret)
	assert.NotContains(t, fmt.Sprintf("%p", &run), secret)
}

func TestAccessDeniedShowsWhatHasTheDocumentedForm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		action, denial string
		text, object   string
		ofAPI          string
	}{
		{"ecs:RunCommand", "ImplicitDeny", "needs ecs:RunCommand, ImplicitDeny", `{"auth_action":"ecs:RunCommand","no_permission_type":"ImplicitDeny"}`, "Forbidden.RAM (HTTP 403) (needs ecs:RunCommand)"},
		{"oos:*", "ExplicitDeny", "needs oos:*, ExplicitDeny", `{"auth_action":"oos:*","no_permission_type":"ExplicitDeny"}`, "Forbidden.RAM (HTTP 403) (needs oos:*)"},
		{"", "", "needs a permission", `{"auth_action":"","no_permission_type":""}`, "Forbidden.RAM (HTTP 403)"},
		{"echo a:b", "secret", "needs a permission", `{"auth_action":"","no_permission_type":""}`, "Forbidden.RAM (HTTP 403)"},
		{"a:b\nc", "ImplicitDeny ", "needs a permission", `{"auth_action":"","no_permission_type":""}`, "Forbidden.RAM (HTTP 403)"},
		{"ecs:" + strings.Repeat("x", 65), "", "needs a permission", `{"auth_action":"","no_permission_type":""}`, "Forbidden.RAM (HTTP 403)"},
	} {
		denied := errors.AccessDenied{AuthAction: tt.action, NoPermissionType: tt.denial, PrincipalName: "alice"}
		for _, v := range []any{denied, &denied} {
			assert.Equal(t, tt.text, fmt.Sprintf("%+v", v))
			assert.Equal(t, tt.text, fmt.Sprint(v))
			data, err := json.Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, tt.object, string(data))
		}
		api := &errors.APIError{Code: errors.ForbiddenRAM, HTTPStatus: 403, AccessDenied: &denied}
		assert.Equal(t, tt.ofAPI, api.Error())
	}
	assert.Equal(t, "<nil>", fmt.Sprint((*errors.AccessDenied)(nil)))
}

func TestErrorsStayShortForAnyInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x\u2028\u202e\x1b\xff中", 1<<20)
	many := &errors.ValidationError{}
	for range 1000 {
		many.Violations = append(many.Violations, errors.Violation{Field: long, Code: errors.Code(long), Message: long, Err: errors.New(long)})
	}
	for _, tt := range []struct {
		err  error
		most int
	}{
		{many, 5 << 10},
		{many.Violations[0], 2 << 10},
		{&errors.RunError{Err: errors.New(long)}, 64 << 10},
		{&errors.WaitError{InvocationID: long, Err: errors.New(long)}, 64 << 10},
		{&errors.TransportError{Err: errors.New(long)}, 64 << 10},
		{&errors.RunError{Err: &errors.WaitError{Err: &errors.TransportError{Err: errors.New(long)}}}, 64 << 10},
		{&errors.CredentialError{Err: errors.New(long)}, 1 << 10},
	} {
		text := tt.err.Error()
		assert.LessOrEqual(t, len(text), tt.most, "%T", tt.err)
		assert.NotContains(t, text, "\x1b")
		assert.NotContains(t, text, "\u2028", "a line separator")
		assert.NotContains(t, text, "\u202e", "a turn of direction")
	}
}

// A long text must not be cut in the middle of an address, since the remaining half would not look
// like an address.
func TestACutNeverShowsHalfOfAnAddress(t *testing.T) {
	t.Parallel()
	const inspected = 64 << 10
	odd := &url.Error{Op: "parse", URL: "odd " + strings.Repeat(secret+" ", 1000) + "end", Err: errors.New("odd")}
	for _, before := range []int{0, 10, 16<<10 - 100, 16 << 10, inspected - 8000, inspected - 3000, inspected - 30, inspected} {
		err := &errors.RunError{Attempts: 1, Err: fmt.Errorf("%s %w", strings.Repeat("w", before), odd)}
		assert.NotContains(t, err.Error(), secret, before)
	}
	huge := &url.Error{Op: "parse", URL: strings.Repeat(secret+" ", inspected), Err: errors.New("odd")}
	assert.NotContains(t, (&errors.WaitError{Err: fmt.Errorf("words %w", huge)}).Error(), secret)
}

// The replacement of one address may itself be the address of another error.
func TestAddressesThatReplaceEachOtherDoNotGrow(t *testing.T) {
	t.Parallel()
	letters := func(n int, text func(int) string) error {
		list := []error{errors.New("a sad end")}
		for i := range n {
			list = append(list, &url.Error{Op: "Get", URL: text(i), Err: errors.New("reset")})
		}
		return errors.Join(list...)
	}
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"one letter, often":              {letters(200, func(int) string { return "a" }), "(an address) s(an address)d end"},
		"the letters of the replacement": {letters(40, func(i int) string { return string("and res)"[i%8]) }), "(an address)(an address)"},
		"the replacement":                {letters(40, func(int) string { return "(an address)" }), "a sad end Get (an address): reset"},
		"1000 addresses":                 {letters(1000, func(i int) string { return fmt.Sprintf("x%dx", i) }), "a sad end Get (an address): reset"},
		"more than can be looked for":    {letters(1001, func(i int) string { return fmt.Sprintf("x%dx", i) }), "the cause is not shown: it wraps too many errors"},
		"one inside another": {
			errors.Join(unquoted{&url.Error{URL: "odd /path"}}, unquoted{&url.Error{URL: "odd /path/" + secret}}),
			"cannot reach (an address) cannot reach (an address)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := (&errors.RunError{Attempts: 1, Err: tc.err}).Error()
			assert.Contains(t, text, "command not accepted after 1 attempt: "+tc.want)
			assert.NotContains(t, text, secret)
			assert.Less(t, len(text), 17<<10)
			around := (&errors.RunError{Attempts: 1, Err: &errors.TransportError{Err: tc.err}}).Error()
			assert.Less(t, len(around), 17<<10)
			assert.NotContains(t, around, "((", "what is hidden is not hidden again")
		})
	}
}

func TestAnAddressIsFoundHoweverItIsEscaped(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://" + secret, `https:\/\/` + secret, "https%3A%2F%2F" + secret, "https%3a%2f%2f" + secret, `https\u003a\u002f\u002f` + secret,
		`https:\u002F\u002F` + secret, "SOCKS5://u:" + secret + "@h", `"https:\/\/` + secret + ` ` + secret + `"`, "https%3A//" + secret,
	} {
		for _, err := range []error{
			&errors.RunError{Attempts: 1, Err: errors.New("dial " + address + " failed")},
			&errors.CredentialError{Err: errors.New("dial " + address + " failed")},
		} {
			assert.NotContains(t, err.Error(), secret, address)
			assert.ErrorContains(t, err, "dial (an address) failed", address)
		}
	}
}

func TestPlainCausesKeepTheirWords(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("w", 16<<10)
	assert.Equal(t, "command not accepted after 1 attempt: "+words, (&errors.RunError{Attempts: 1, Err: errors.New(words)}).Error())
	assert.Equal(t, "command not accepted after 1 attempt: "+words+"...", (&errors.RunError{Attempts: 1, Err: errors.New(words + "w")}).Error())
}
