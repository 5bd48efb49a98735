package errors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

const secret = "s3cr3t"

// errorsWithSecrets returns errors with a secret in every field that must not be printed, as values
// and as pointers.
func errorsWithSecrets() map[string]any {
	address := &url.Error{Op: "Post", URL: "https://host/?k=" + secret, Err: errors.New("reset")}
	api := errors.APIError{Action: "RunCommand", Code: errors.SignatureDoesNotMatch, HTTPStatus: 400, Message: "string to sign: " + secret, Recommend: secret}
	transport := errors.TransportError{Action: "RunCommand", HTTPStatus: 502, Head: []byte(secret), Err: address}
	credential := errors.CredentialError{Err: address}
	run := errors.RunError{ClientToken: secret, Attempts: 1, Err: &transport}
	wait := errors.WaitError{InvocationID: "t-1", Err: &transport}
	bare := errors.RunError{Attempts: 1, Err: fmt.Errorf("send: %w", address)}
	waiting := errors.WaitError{Err: address}
	instance := errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 1, Output: []byte(secret)}
	invocation := errors.InvocationError{Total: 1, Failed: []*errors.InstanceError{&instance}}
	violation := errors.Violation{Field: "Name", Code: errors.CmdNameExceedLimit, Message: "has 129 characters", Err: &transport}
	validation := errors.ValidationError{Violations: []errors.Violation{violation}}
	return map[string]any{
		"APIError": api, "*APIError": &api,
		"TransportError": transport, "*TransportError": &transport,
		"CredentialError": credential, "*CredentialError": &credential,
		"RunError": run, "*RunError": &run,
		"WaitError": wait, "*WaitError": &wait,
		"RunError of a foreign cause": bare, "*RunError of a foreign cause": &bare,
		"WaitError of a foreign cause": waiting, "*WaitError of a foreign cause": &waiting,
		"InstanceError": instance, "*InstanceError": &instance,
		"InvocationError": invocation, "*InvocationError": &invocation,
		"Violation": violation, "*Violation": &violation,
		"ValidationError": validation, "*ValidationError": &validation,
		"a slice of values": []errors.InstanceError{instance},
		"joined":            errors.Join(&run, &instance),
		"in a struct":       struct{ Cause any }{instance},
	}
}

func TestNoVerbPrintsASecret(t *testing.T) {
	t.Parallel()
	hex, decimal := fmt.Sprintf("%x", secret), strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")
	for name, v := range errorsWithSecrets() {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%300v", "%T"} {
			text := fmt.Sprintf(verb, v)
			assert.NotContains(t, text, secret, "%s of %s", verb, name)
			assert.NotContains(t, text, hex, "%s of %s", verb, name)
			assert.NotContains(t, text, decimal, "%s of %s", verb, name)
			assert.NotContains(t, text, "0x73, 0x33", "%s of %s", verb, name)
		}
	}
}

func TestValuesAndPointersPrintTheTextOfError(t *testing.T) {
	t.Parallel()
	err := errors.InstanceError{InstanceID: "i-1", Status: "Failed", ExitCode: 1}
	const text = "instance i-1: Failed, exit code 1"
	for _, v := range []any{err, &err} {
		assert.Equal(t, text, fmt.Sprintf("%v", v))
		assert.Equal(t, text, fmt.Sprintf("%+v", v))
		assert.Equal(t, text, fmt.Sprintf("%s", v))
		assert.Equal(t, `"`+text+`"`, fmt.Sprintf("%q", v))
		assert.Equal(t, `*errors.InstanceError("`+text+`")`, fmt.Sprintf("%#v", v))
		assert.Equal(t, "  "+text, fmt.Sprintf("%*v", len(text)+2, v))
	}
	assert.Equal(t, "<nil>", fmt.Sprintf("%v", (*errors.InstanceError)(nil)))
}

func TestNeitherLogsNorJSONHoldASecret(t *testing.T) {
	t.Parallel()
	for name, v := range errorsWithSecrets() {
		var text, object bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Error("x", "err", v)
		slog.New(slog.NewJSONHandler(&object, nil)).Error("x", "err", v)
		marshalled, err := json.Marshal(v)
		require.NoError(t, err, name)
		encoded, err := json.Marshal([]byte(secret))
		require.NoError(t, err)
		for _, out := range []string{text.String(), object.String(), string(marshalled)} {
			assert.NotContains(t, out, secret, name)
			assert.NotContains(t, out, string(encoded[1:len(encoded)-1]), name)
		}
	}
}

func TestLogsAndJSONHoldTheDetails(t *testing.T) {
	t.Parallel()
	err := &errors.APIError{
		Action: "RunCommand", Code: "Forbidden.RAM", HTTPStatus: 403, RequestID: "7A", RetryAfter: 2e9,
		AccessDenied: &errors.AccessDenied{AuthAction: "ecs:RunCommand", NoPermissionType: "ImplicitDeny"},
	}
	const details = `{"msg":"RunCommand: Forbidden.RAM (HTTP 403, request 7A) (needs ecs:RunCommand)","action":"RunCommand","code":"Forbidden.RAM",
		"status":403,"request_id":"7A","retry_after":2000000000,"auth_action":"ecs:RunCommand","no_permission_type":"ImplicitDeny"}`
	marshalled, marshalErr := json.Marshal(err)
	require.NoError(t, marshalErr)
	assert.JSONEq(t, details, string(marshalled))

	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "err", err)
	var line struct{ Err json.RawMessage }
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	assert.JSONEq(t, details, string(line.Err))
}

func TestALogOfAnInstanceErrorHoldsItsDetails(t *testing.T) {
	t.Parallel()
	failure := errors.InstanceError{InstanceID: "i-1", Status: "Failed", Code: errors.ExitCodeNonzero, ExitCode: 3, Output: []byte("four")}
	for _, v := range []any{failure, &failure} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Error("x", "err", v)
		for _, text := range []string{"err.instance_id=i-1", "err.status=Failed", "err.code=ExitCodeNonzero", "err.exit_code=3", "err.output_bytes=4"} {
			assert.Contains(t, log.String(), text)
		}
	}
}

func TestEveryErrorMarshalsItsOwnDetails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&errors.TransportError{Action: "A", Sent: true, HTTPStatus: 502}, `"action":"A","sent":true,"status":502`},
		{&errors.TransportError{RetryAfter: 2e9}, `"action":"","retry_after":2000000000,"sent":false,"status":0`},
		{&errors.RunError{Attempts: 2, Unknown: true}, `"attempts":2,"unknown":true`},
		{&errors.WaitError{InvocationID: "t-1", Done: 1, Total: 2}, `"done":1,"invocation_id":"t-1","total":2`},
		{&errors.InstanceError{InvocationID: "t-1", InstanceID: "i-1", Status: "Failed", ExitCode: 3, Output: []byte("abc")}, `"code":"","dropped_bytes":0,"exit_code":3,"instance_id":"i-1","invocation_id":"t-1","output_bytes":3,"status":"Failed"`},
		{&errors.InvocationError{InvocationID: "t-1", Status: "Failed", Total: 2}, `"failed":0,"invocation_id":"t-1","status":"Failed","total":2`},
		{errors.Violation{Field: "Name", Code: "C", Message: "m", Local: true}, `"code":"C","field":"Name","local":true`},
		{&errors.ValidationError{Violations: []errors.Violation{{Field: "Name", Message: "m"}}}, `"violations":[{"code":"","field":"Name","local":false,"msg":"Name: m"}]`},
		{&errors.CredentialError{Err: errors.New("x")}, ``},
	} {
		want := map[string]any{"msg": tt.err.Error()}
		require.NoError(t, json.Unmarshal([]byte("{"+tt.want+"}"), &want))
		marshalled, err := json.Marshal(tt.err)
		require.NoError(t, err)
		var got map[string]any
		require.NoError(t, json.Unmarshal(marshalled, &got))
		assert.Equal(t, want, got, "%T", tt.err)
	}
}
