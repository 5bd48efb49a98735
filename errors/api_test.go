package errors_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestAnAnswerIsClassifiedByCodeThenPatternThenStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		code   errors.Code
		status int
		want   errors.Kind
	}{
		{"a documented code outweighs the status", errors.ThrottlingUser, 400, errors.ErrThrottled},
		{"a documented code outweighs its pattern", errors.InvalidCmdTypeNotFound, 404, errors.ErrInvalidArgument},
		{"a pattern outweighs the status", "Throttling.Region", 503, errors.ErrThrottled},
		{"an unknown code leaves 401 to decide", "Widget", 401, errors.ErrAuth},
		{"an unknown code leaves 403 to decide", "Widget", 403, errors.ErrPermission},
		{"an unknown code leaves 404 to decide", "Widget", 404, errors.ErrNotFound},
		{"an unknown code leaves 409 to decide", "Widget", 409, errors.ErrConflict},
		{"an unknown code leaves 429 to decide", "Widget", 429, errors.ErrThrottled},
		{"an unknown code with the first 4xx is the caller's fault", "Widget", 400, errors.ErrInvalidArgument},
		{"an unknown code with 3xx tells nothing", "Widget", 399, 0},
		{"an unknown code with another 4xx is the caller's fault", "Widget", 418, errors.ErrInvalidArgument},
		{"an unknown code with the first 5xx is the service's fault", "Widget", 500, errors.ErrUnavailable},
		{"an unknown code with 5xx is the service's fault", "Widget", 502, errors.ErrUnavailable},
		{"no code leaves the status to decide", "", 429, errors.ErrThrottled},
		{"no code and a status of success tell nothing", "", 200, 0},
		{"no code and no status tell nothing", "", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := &errors.APIError{Code: tt.code, HTTPStatus: tt.status}
			assert.Equal(t, tt.want, err.Kind())
			for k := errors.ErrInvalidArgument; k <= errors.ErrStopped; k++ {
				assert.Equal(t, k == tt.want, errors.Is(err, k), k)
			}
			transient := tt.want == errors.ErrThrottled || tt.want == errors.ErrUnavailable
			assert.Equal(t, transient, errors.Retryable(err))
		})
	}
}

func TestAnAnswerWrapsItsCode(t *testing.T) {
	t.Parallel()
	err := error(&errors.APIError{Code: errors.CmdNameExceedLimit})
	assert.ErrorIs(t, err, errors.CmdNameExceedLimit)
	assert.NotErrorIs(t, err, errors.CmdDescExceedLimit)
	assert.ErrorIs(t, &errors.APIError{Code: errors.RegionIdApiNotSupported}, errors.ErrUnsupported)
	assert.NoError(t, errors.Unwrap(&errors.APIError{}))
}

func TestAnAnswerReadsAsOneLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  errors.APIError
		want string
	}{
		{
			"with everything",
			errors.APIError{Action: "RunCommand", Code: "CmdName.ExceedLimit", HTTPStatus: 403, RequestID: "7A", Message: "too long"},
			"RunCommand: CmdName.ExceedLimit (HTTP 403, request 7A): too long",
		},
		{
			"without a code it names the kind",
			errors.APIError{Action: "RunCommand", HTTPStatus: 503, Message: "busy"},
			"RunCommand: unavailable (HTTP 503): busy",
		},
		{
			"zero",
			errors.APIError{},
			"unclassified error (HTTP 0)",
		},
		{
			"control characters cannot forge a second line",
			errors.APIError{Code: "A\nB", RequestID: "7\r\nA", Message: "x\ny\x1b[31m"},
			"A B (HTTP 0, request 7  A): x y [31m",
		},
		{
			"a failure to authenticate shows the documented meaning, not the message",
			errors.APIError{Code: errors.SignatureDoesNotMatch, HTTPStatus: 400, Message: "server string to sign is:POST&secret"},
			"SignatureDoesNotMatch (HTTP 400): the signature is wrong; check the access key secret of the client's credential",
		},
		{
			"an undocumented failure to authenticate shows no words at all",
			errors.APIError{Code: "SignatureExpired", HTTPStatus: 400, Message: "secret"},
			"SignatureExpired (HTTP 400)",
		},
		{
			"what was signed is cut from any other message too",
			errors.APIError{Code: "Widget", HTTPStatus: 400, Message: "wrong, server String To Sign is: secret"},
			"Widget (HTTP 400): wrong, server",
		},
		{
			"letters that grow when lowered do not shift the cut",
			errors.APIError{Code: "Widget", HTTPStatus: 400, Message: "ȺȺȺ string to sign secret"},
			"Widget (HTTP 400): ȺȺȺ",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.err.Error())
		})
	}
}

func TestLongTextsOfTheServiceAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	for _, err := range []error{
		&errors.APIError{Code: errors.Code(long), RequestID: long, HostID: long, Message: long, Recommend: long, AccessDenied: &errors.AccessDenied{AuthAction: long, NoPermissionType: long}},
		&errors.InstanceError{InvocationID: long, InstanceID: long, Status: long, Code: errors.Code(long), Info: long},
		&errors.InvocationError{InvocationID: long, Status: long, Failed: []*errors.InstanceError{{InstanceID: long, Status: long}}},
		&errors.WaitError{InvocationID: long},
	} {
		marshalled, failed := json.Marshal(err)
		require.NoError(t, failed)
		for _, text := range []string{err.Error(), string(marshalled), slog.AnyValue(err).Resolve().String()} {
			assert.NotContains(t, text, strings.Repeat("x", 201), "%T", err)
		}
	}
}

func TestALongMessageIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		message string
		want    string
	}{
		{"200 bytes stay", strings.Repeat("a", 200), strings.Repeat("a", 200)},
		{"201 bytes are cut", strings.Repeat("a", 201), strings.Repeat("a", 200) + "..."},
		{"a character across the limit goes", strings.Repeat("中", 67), strings.Repeat("中", 66) + "..."},
		{"bytes that begin no character go altogether", strings.Repeat("\x80", 300), "..."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := (&errors.APIError{Code: "X", HTTPStatus: 400, Message: tt.message}).Error()
			assert.Equal(t, "X (HTTP 400): "+tt.want, text)
			assert.True(t, utf8.ValidString(text))
		})
	}
}
