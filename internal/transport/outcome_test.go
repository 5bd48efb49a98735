package transport_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func TestRefusalsOfTheService(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		body    string
		headers []string
		want    errors.APIError
		kind    errors.Kind
	}{
		"JSON": {
			404, `{"RequestId":"R","HostId":"h","Code":"InvalidInstance.NotFound","Message":"unknown","Recommend":"https://r"}`, nil,
			errors.APIError{RequestID: "R", HostID: "h", Code: errors.InvalidInstanceNotFound, Message: "unknown", Recommend: "https://r", HTTPStatus: 404},
			errors.ErrNotFound,
		},
		"JSON with lower-case letters and another request id in the header": {
			500, `{"requestId":"R","code":"InternalError.Dispatch","message":"sorry"}`, []string{"X-Acs-Request-Id", "H"},
			errors.APIError{RequestID: "R", Code: errors.InternalErrorDispatch, Message: "sorry", HTTPStatus: 500},
			errors.ErrUnavailable,
		},
		"XML": {
			503, `<?xml version="1.0"?><Error><RequestId>R</RequestId><Code>ServiceUnavailable</Code><Message>later</Message></Error>`, nil,
			errors.APIError{RequestID: "R", Code: errors.ServiceUnavailable, Message: "later", HTTPStatus: 503},
			errors.ErrUnavailable,
		},
		"permission": {
			403, `{"RequestId":"R","Code":"Forbidden.RAM","AccessDeniedDetail":{"AuthAction":"ecs:RunCommand","AuthPrincipalType":"SubUser",
			  "AuthPrincipalOwnerId":"1","AuthPrincipalDisplayName":"me","NoPermissionType":"ImplicitDeny","PolicyType":"P"}}`, nil,
			errors.APIError{RequestID: "R", Code: errors.ForbiddenRAM, HTTPStatus: 403, AccessDenied: &errors.AccessDenied{
				AuthAction: "ecs:RunCommand", PrincipalType: "SubUser", PrincipalOwnerID: "1", PrincipalName: "me", NoPermissionType: "ImplicitDeny", PolicyType: "P",
			}},
			errors.ErrPermission,
		},
		"an unknown code, whose status decides": {
			409, `{"RequestId":"R","Code":"Novel"}`, nil,
			errors.APIError{RequestID: "R", Code: "Novel", HTTPStatus: 409},
			errors.ErrConflict,
		},
		"a complete one with the status of a success": {
			200, `{"RequestId":"R","Code":"Throttling","Message":"slow"}`, nil,
			errors.APIError{RequestID: "R", Code: errors.Throttling, Message: "slow", HTTPStatus: 200},
			errors.ErrThrottled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := setup(t, replyAlways(tc.status, tc.body, tc.headers...))
			_, id, err := run(t.Context(), c)
			got, ok := errors.AsType[*errors.APIError](err)
			require.True(t, ok, "%v", err)
			tc.want.Action = wire.ActionRunCommand
			assert.Equal(t, &tc.want, got)
			assert.Equal(t, tc.want.RequestID, id)
			assert.ErrorIs(t, err, tc.kind)
		})
	}
}

func TestARequestIDIsAnIdentifier(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, header, want string }{
		"in the body":            {`{"RequestId":"R","InvokeId":"t-1"}`, "H", "R"},
		"in the header":          {`{"InvokeId":"t-1"}`, "H", "H"},
		"a sentence in the body": {`{"RequestId":"R and more","InvokeId":"t-1"}`, "H", "H"},
		"a sentence in both":     {`{"RequestId":"R and more","InvokeId":"t-1"}`, "H and more", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, id, err := run(t.Context(), setup(t, replyAlways(200, tc.body, "X-Acs-Request-Id", tc.header)))
			require.NoError(t, err)
			assert.Equal(t, tc.want, id)
		})
	}
}

func TestRepliesThatAreNotTheService(t *testing.T) {
	t.Parallel()
	page := "<html><body>" + strings.Repeat("x", 2000) + "</body></html>"
	for name, tc := range map[string]struct {
		status  int
		body    string
		headers []string
	}{
		"a page with status 200":              {200, page, nil},
		"a page with status 502":              {502, page, nil},
		"a page with status 414":              {414, page, nil},
		"nothing with status 200":             {200, "", nil},
		"nothing with status 204":             {204, "", nil},
		"nothing with status 503":             {503, "", nil},
		"null":                                {200, "null", nil},
		"an empty object":                     {200, "{}", nil},
		"a reply without an invocation":       {200, `{"RequestId":"R","CommandId":"c-1"}`, nil},
		"somebody else's JSON":                {200, `{"status":"ok"}`, nil},
		"somebody else's error, status 200":   {200, `{"code":"E1","message":"no"}`, nil},
		"somebody else's error":               {502, `{"code":502,"message":"bad gateway"}`, nil},
		"somebody else's throttling":          {429, `{"code":"Throttling","message":"slow down"}`, nil},
		"somebody else's throttling in XML":   {503, `<Error><Code>Throttling</Code></Error>`, nil},
		"somebody else's refusal":             {403, `{"code":"Forbidden"}`, nil},
		"somebody else's under our headers":   {403, `{"code":"BLOCKED"}`, []string{"X-Acs-Request-Id", "H"}},
		"somebody else's in words":            {403, `{"requestId":"see the wiki","code":"Forbidden"}`, nil},
		"somebody else's refusal, status 200": {200, `{"code":"Throttling","message":"slow down"}`, []string{"X-Acs-Request-Id", "H"}},
		"a reply cut short":                   {200, accepted[:20], nil},
		"a refusal cut short":                 {503, `{"RequestId":"R","Code":"ServiceUn`, nil},
		"a reply and more":                    {200, accepted + accepted, nil},
		"a redirect":                          {302, "", []string{"Location", "https://elsewhere/"}},
		"a redirect that keeps the method":    {307, "", []string{"Location", "https://elsewhere/"}},
		"a permanent redirect":                {308, accepted, []string{"Location", "/other"}},
		"a redirect that looks like an error": {302, `{"RequestId":"R","Code":"Throttling","Message":"m"}`, nil},
		"a status out of range":               {700, `{"RequestId":"R"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			c := setup(t, readBodyThen(func(*http.Request) (*http.Response, error) {
				requests++
				return response(tc.status, tc.body, tc.headers...), nil
			}))
			_, id, err := run(t.Context(), c)
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			if len(tc.headers) > 0 && tc.headers[0] == "X-Acs-Request-Id" {
				assert.Equal(t, tc.headers[1], id, "for support")
			}
			assert.Equal(t, wire.ActionRunCommand, got.Action)
			assert.True(t, got.Sent)
			assert.Equal(t, tc.status, got.HTTPStatus)
			assert.Equal(t, tc.body[:min(len(tc.body), 512)], string(got.Head))
			assert.Equal(t, 1, requests, "one attempt, no redirect followed")
		})
	}
}

// A body records how much of it was read and whether it was closed.
type body struct {
	io.Reader
	read   int
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read += n
	return n, err
}

func (b *body) Close() error { b.closed = true; return nil }

type endlessBody struct{}

func (endlessBody) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte{'['}, len(p))), nil
}

func TestBodiesAreReadWithinBoundsAndClosed(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader(strings.NewReader(accepted[:30]), &brokenReader{})
	for name, tc := range map[string]struct {
		status int
		reader io.Reader
		says   string
	}{
		"a reply":                    {200, strings.NewReader(accepted), ""},
		"a refusal":                  {400, strings.NewReader(`{"RequestId":"R","Code":"Throttling"}`), "Throttling"},
		"a page":                     {502, strings.NewReader("<html>"), "not an answer of the service"},
		"one that never ends":        {200, endlessBody{}, "longer than 16 MiB"},
		"one that breaks off":        {200, broken, "unexpected EOF"},
		"a redirect that never ends": {301, endlessBody{}, "longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &body{Reader: tc.reader}
			c := setup(t, roundTripper(func(*http.Request) (*http.Response, error) {
				res := response(tc.status, "")
				res.Body, res.ContentLength = b, -1
				return res, nil
			}))
			_, _, err := run(t.Context(), c)
			if tc.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.says)
			}
			assert.True(t, b.closed)
			assert.LessOrEqual(t, b.read, 16<<20+1)
		})
	}
}

type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestTheHintForGatewaysThatReadTheQueryOnly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		query         bool
		code, message string
		carried       string
	}{
		"named by the code":               {code: "MissingParameter.RegionId", carried: "RegionId"},
		"named by the short code":         {code: "MissingRegionId", carried: "RegionId"},
		"a list":                          {code: "MissingParam.InstanceId", carried: "InstanceId"},
		"named by the message":            {code: "MissingParameter", message: `The parameter "CommandContent" is mandatory.`, carried: "CommandContent"},
		"named at the end of the message": {code: "MissingParameter", message: `Please give Type.`, carried: "Type"},
		"really missing":                  {code: "MissingParam.Frequency", message: "RegionId"},
		"no name at all":                  {code: "MissingParameter", message: "something is missing"},
		"another trouble":                 {code: "InvalidParameter", message: "RegionId"},
		"the key, which is no parameter":  {code: "MissingAccessKeyId"},
		"sent in the query already":       {query: true, code: "MissingParameter.RegionId"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `{"RequestId":"R","Code":"` + tc.code + `","Message":"` + strings.ReplaceAll(tc.message, `"`, `\"`) + `","Recommend":"https://r"}`
			c := setup(t, replyAlways(400, body), func(cfg *transport.Config) { cfg.Query = tc.query })
			_, _, err := run(t.Context(), c)
			got, ok := errors.AsType[*errors.APIError](err)
			require.True(t, ok)
			assert.EqualValues(t, tc.code, got.Code)
			assert.Equal(t, "https://r", got.Recommend)
			if tc.carried == "" {
				assert.Equal(t, tc.message, got.Message)
				return
			}
			assert.Equal(t, "the form body carried "+tc.carried+"; if this gateway reads the query only, use WithQueryParameters: "+tc.message, got.Message)
			assert.Contains(t, err.Error(), "use WithQueryParameters", "whatever is cut off when it is printed")
		})
	}
}

func TestHowLongARefusalAsksToWait(t *testing.T) {
	t.Parallel()
	const throttled = `{"RequestId":"R","Code":"Throttling.User"}`
	for name, tc := range map[string]struct {
		body    string
		headers []string
		want    time.Duration
	}{
		"nothing said":                    {throttled, nil, 0},
		"by the action":                   {throttled, []string{"x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:1500,Reset:1"}, 1500 * time.Millisecond},
		"by the account":                  {throttled, []string{"x-ratelimit-user", "TimeLeft:250"}, 250 * time.Millisecond},
		"the longer of the two":           {throttled, []string{"x-ratelimit-user-api", "TimeLeft:1", "x-ratelimit-user", "TimeLeft:2"}, 2 * time.Millisecond},
		"with blanks and small letters":   {throttled, []string{"x-ratelimit-user", "Limit: 10 , timeleft : 90 "}, 90 * time.Millisecond},
		"in seconds":                      {throttled, []string{"Retry-After", "7"}, 7 * time.Second},
		"as a date":                       {throttled, []string{"Date", "Sat, 01 Jan 2022 00:00:00 GMT", "Retry-After", "Sat, 01 Jan 2022 00:01:30 GMT"}, 90 * time.Second},
		"as a date by our own clock":      {throttled, []string{"Retry-After", "Sat, 01 Jan 2000 00:00:20 GMT"}, 20 * time.Second},
		"as a date that is past":          {throttled, []string{"Retry-After", "Sat, 01 Jan 1990 00:00:20 GMT"}, 0},
		"the longest of all":              {throttled, []string{"Retry-After", "1", "x-ratelimit-user", "TimeLeft:2000"}, 2 * time.Second},
		"negative":                        {throttled, []string{"Retry-After", "-5", "x-ratelimit-user", "TimeLeft:-1"}, 0},
		"absurd":                          {throttled, []string{"Retry-After", "999999999", "x-ratelimit-user", "TimeLeft:99999999999999"}, 0},
		"beyond any number":               {throttled, []string{"x-ratelimit-user", "TimeLeft:99999999999999999999999"}, 0},
		"malformed":                       {throttled, []string{"Retry-After", "soon", "x-ratelimit-user", "TimeLeft=5,TimeLeft:x,;"}, 0},
		"an hour":                         {throttled, []string{"Retry-After", "3600"}, time.Hour},
		"window of a call that was wrong": {`{"RequestId":"R","Code":"InvalidParameter"}`, []string{"x-ratelimit-user", "TimeLeft:250"}, 0},
		"negative and not throttled":      {`{"RequestId":"R","Code":"ServiceUnavailable"}`, []string{"Retry-After", "-5"}, 0},
		"unavailable":                     {`{"RequestId":"R","Code":"ServiceUnavailable"}`, []string{"Retry-After", "3"}, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := setup(t, replyAlways(400, tc.body, tc.headers...))
				_, _, err := run(t.Context(), c)
				got, ok := errors.AsType[*errors.APIError](err)
				require.True(t, ok)
				assert.Equal(t, tc.want, got.RetryAfter)
			})
		})
	}
}

func TestHowLongAProxyAsksToWait(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		headers []string
		want    time.Duration
	}{
		"unavailable":                   {503, []string{"Retry-After", "7"}, 7 * time.Second},
		"throttled":                     {429, []string{"Retry-After", "7"}, 7 * time.Second},
		"throttled, with the window":    {429, []string{"x-ratelimit-user", "TimeLeft:250"}, 250 * time.Millisecond},
		"the window of a call unharmed": {503, []string{"x-ratelimit-user", "TimeLeft:250"}, 0},
		"nothing said":                  {503, nil, 0},
		"longer than anyone would wait": {503, []string{"Retry-After", "86400"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := run(t.Context(), setup(t, replyAlways(tc.status, "<html>", tc.headers...)))
			got, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tc.want, got.RetryAfter)
		})
	}
}

// The method Do ends for every reply and does not panic. If it returns an error, the error has one of the
// three documented types.
func FuzzReplies(f *testing.F) {
	f.Add(200, []byte(accepted), "Limit:1,TimeLeft:5", "7")
	f.Add(400, []byte(`{"RequestId":"R","Code":"MissingParameter","Message":"RegionId"}`), "", "Sat, 01 Jan 2022 00:01:30 GMT")
	f.Add(503, []byte(`<Error><RequestId>R</RequestId><Code>Throttling</Code></Error>`), "TimeLeft", "-1")
	f.Add(302, []byte("<html>"), "", "")
	f.Fuzz(func(t *testing.T, status int, reply []byte, limit, after string) {
		c := setup(t, roundTripper(func(*http.Request) (*http.Response, error) {
			res := response(status, string(reply))
			res.Header["X-Ratelimit-User"], res.Header["Retry-After"] = []string{limit}, []string{after}
			return res, nil
		}))
		_, _, err := run(t.Context(), c)
		if e, ok := errors.AsType[*errors.APIError](err); ok {
			require.GreaterOrEqual(t, e.RetryAfter, time.Duration(0))
		} else if err != nil {
			e, ok := errors.AsType[*errors.TransportError](err)
			require.True(t, ok)
			require.LessOrEqual(t, len(e.Head), 512)
			require.GreaterOrEqual(t, e.RetryAfter, time.Duration(0))
		}
	})
}
