package runcommand_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// runAndCollect runs a request through the RoundTripper. It returns the error, and in told
// all the text that the error and the log show.
func runAndCollect(t *testing.T, s requestSecrets, transport roundTrip, opts ...runcommand.Option) (told string, err error) {
	t.Helper()
	recorder := newClientRecorder()
	options := append(recorder.options(), runcommand.WithStaticCredential(s.id, s.secret, s.sts),
		runcommand.WithHTTPClient(&http.Client{Transport: transport}), retryQuickly(1))
	client, err := runcommand.NewClient("cn-hangzhou", append(options, opts...)...)
	require.NoError(t, err)
	_, err = client.Run(t.Context(), requestWith(t, s))
	require.Error(t, err)
	all := []string{printErrorTree(t, err), recorder.text.String(), recorder.data.String()}
	for _, attempt := range recorder.seen {
		all = append(all, attempt.RequestID)
	}
	return strings.Join(all, "\n"), err
}

// secretRepeaters are the ways in which a reply or an error repeats a text.
var secretRepeaters = []struct {
	name string
	say  func(said string) roundTrip
}{
	{"a refusal", func(said string) roundTrip {
		quoted, _ := json.Marshal(said) // the error is ignored, because encoding a string cannot fail
		return replyWith(403, fmt.Sprintf(`{"RequestId":"R","Code":"Forbidden.RAM","HostId":%[1]s,"Message":%[1]s,"Recommend":%[1]s,"AccessDeniedDetail":{"AuthAction":%[1]s,`+
			`"AuthPrincipalType":%[1]s,"AuthPrincipalOwnerId":%[1]s,"AuthPrincipalDisplayName":%[1]s,"NoPermissionType":%[1]s,"PolicyType":%[1]s}}`, quoted))
	}},
	{"a page", func(said string) roundTrip { return replyWith(502, said) }},
	{"a failure", func(said string) roundTrip {
		return func(*http.Request) (*http.Response, error) { return nil, errors.New(said) }
	}},
}

// TestNoFormOfASecretComesBack proves P9 of internal/DESIGN.md against services, gateways
// and transports that repeat the text that they received, in every form, whole or cut.
func TestNoFormOfASecretComesBack(t *testing.T) {
	t.Parallel()
	for form, echo := range secretForms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			checks := 0
			for cut, left := range secretCuts {
				for part, secrets := range secretParts() {
					if len(form+cut+part)%rounds(1, 4) != 0 {
						continue // short runs try a quarter of the cases; this quarter still has every form, cut and part
					}
					said := left(echo(part))
					for k, way := range secretRepeaters {
						if cut != "whole" && len(part+cut)%len(secretRepeaters) != k {
							continue // a text that is cut is tried with only one of the secretRepeaters
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

// A reply may repeat a secret as its request id or its error code, as in any other text.
func TestASecretInACodeOrARequestIDIsMasked(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]roundTrip{
		"the code":       replyWith(400, `{"RequestId":"R","Code":"`+markedToken+`","Message":"m"}`),
		"the request id": replyWith(400, `{"RequestId":"`+markedToken+`","Code":"InvalidParameter","Message":"m"}`),
		"the header":     replyWith(502, "<html>", "X-Acs-Request-Id", markedKeyID),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, _ := runAndCollect(t, allSecrets, transport)
			assertNoFormOfMarker(t, told)
		})
	}
}

// The answer that accepts a command may repeat a secret as its request id, too. The observer,
// the Invocation and its text do not show it.
func TestASecretInTheRequestIDOfAnAcceptedRunIsMasked(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"an identifier": markedToken, "any text": markedScript} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quoted, _ := json.Marshal(id) // the error is ignored, because encoding a string cannot fail
			var ended []runcommand.Ended
			client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithStaticCredential(markedKeyID, markedKeySecret, markedSTS),
				runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(replyWith(200, `{"InvokeId":"t-1","RequestId":`+string(quoted)+`}`))}),
				runcommand.WithObserver(runcommand.Observer{Begin: func(ctx context.Context, _ runcommand.Operation) (context.Context, func(runcommand.Ended)) {
					return ctx, func(e runcommand.Ended) { ended = append(ended, e) }
				}}))
			require.NoError(t, err)
			inv, err := client.Run(t.Context(), requestWith(t, allSecrets))
			require.NoError(t, err)
			require.Len(t, ended, 1)
			assert.Equal(t, "t-1", ended[0].InvocationID)
			assertNoFormOfMarker(t, fmt.Sprintf("%s %s %v", ended[0].RequestID, inv.RequestID, inv))
		})
	}
}

// Request ids are UUIDs, and many tokens are UUIDs too. When the request id of a reply is
// the token of the command, the request id is masked.
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

// A request id is masked when eight consecutive characters of the id occur in a secret.
func TestARequestIDThatSharesEightCharactersWithASecretIsMasked(t *testing.T) {
	t.Parallel()
	const id = "E69EF3CC-94CD-42E7-8926-F133B86387C0"
	for token, want := range map[string]string{
		"zzzzcd-42e7-zzzz": "E69EF3CC-94***8926-F133B86387C0",
		"zzzz94CD-42Ezzzz": "E69EF3CC-***7-8926-F133B86387C0",
		"zzzzcd-42e7zzzz":  id,
		"F3CCzzzzE69E":     id, // shown: the secret ends with only four characters of the id, and eight are needed
	} {
		s := allSecrets
		s.token, s.value = token, "value"
		_, err := runAndCollect(t, s, replyWith(400, `{"RequestId":"`+id+`","Code":"InvalidParameter","Message":"m"}`))
		got, ok := errors.AsType[*errors.APIError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, want, got.RequestID, token)
	}
}

// TestErrorsOfACredentialProviderAreMasked lets credential providers fail with errors. Each
// error repeats a credential that the provider was fetching or has returned before.
func TestErrorsOfACredentialProviderAreMasked(t *testing.T) {
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
