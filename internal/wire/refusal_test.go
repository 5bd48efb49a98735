package wire_test

import (
	"encoding/xml"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	full := wire.ErrorReply{
		RequestID: "R", HostID: "ecs.aliyuncs.com", Code: "Forbidden.RAM", Message: "not allowed", Recommend: "https://help",
		AccessDeniedDetail: &wire.AccessDeniedDetail{
			AuthAction: "ecs:RunCommand", AuthPrincipalType: "SubUser", AuthPrincipalOwnerID: "1", AuthPrincipalDisplayName: "me",
			NoPermissionType: "ImplicitDeny", PolicyType: "AccountLevelIdentityBasedPolicy",
		},
	}
	for name, tc := range map[string]struct {
		body string
		want wire.ErrorReply
	}{
		"JSON": {`{"RequestId":"R","HostId":"ecs.aliyuncs.com","Code":"Forbidden.RAM","Message":"not allowed","Recommend":"https://help",
		  "AccessDeniedDetail":{"AuthAction":"ecs:RunCommand","AuthPrincipalType":"SubUser","AuthPrincipalOwnerId":"1","AuthPrincipalDisplayName":"me",
		  "NoPermissionType":"ImplicitDeny","PolicyType":"AccountLevelIdentityBasedPolicy","EncodedDiagnosticMessage":"AQ"}}`, full},
		"JSON with lower-case first letters": {`{"requestId":"R","hostId":"ecs.aliyuncs.com","code":"Forbidden.RAM","message":"not allowed","recommend":"https://help",
		  "accessDeniedDetail":{"authAction":"ecs:RunCommand","authPrincipalType":"SubUser","authPrincipalOwnerId":"1","authPrincipalDisplayName":"me",
		  "noPermissionType":"ImplicitDeny","policyType":"AccountLevelIdentityBasedPolicy","encodedDiagnosticMessage":"AQ"}}`, full},
		"XML": {`<?xml version="1.0" encoding="UTF-8"?>
		<Error><RequestId>R</RequestId><HostId>ecs.aliyuncs.com</HostId><Code>Throttling.User</Code><Message>slow &amp; steady</Message></Error>`,
			wire.ErrorReply{
				XMLName:   xml.Name{Local: "Error"},
				RequestID: "R", HostID: "ecs.aliyuncs.com", Code: "Throttling.User", Message: "slow & steady",
			}},
		"the least that counts": {`{"RequestId":"R","Code":"InternalError"}`, wire.ErrorReply{RequestID: "R", Code: "InternalError"}},
		"details that are text": {`{"RequestId":"R","Code":"Forbidden.RAM","AccessDeniedDetail":"none"}`, wire.ErrorReply{RequestID: "R", Code: "Forbidden.RAM", AccessDeniedDetail: &wire.AccessDeniedDetail{}}},
		"details that are null": {` {"RequestId":"R","Code":"Forbidden","AccessDeniedDetail":null} `, wire.ErrorReply{RequestID: "R", Code: "Forbidden"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := wire.DecodeError([]byte(tc.body))
			require.True(t, ok)
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestWhatIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":               "",
		"blanks":                "\n",
		"a page":                "<!DOCTYPE html><html><body><Code>502</Code></body></html>",
		"a page without end":    "<html><hr>",
		"XML of somebody else":  "<Response><Code>InternalError</Code></Response>",
		"XML without a code":    "<Error><Message>no</Message></Error>",
		"JSON without a code":   `{"RequestId":"R","Message":"no"}`,
		"JSON with a number":    `{"code":502,"message":"bad gateway"}`,
		"JSON cut short":        `{"Code":"InternalError"`,
		"null":                  "null",
		"a list":                `[{"Code":"InternalError"}]`,
		"text":                  `"InternalError"`,
		"plain words":           "Bad Gateway",
		"an answer that is one": `{"RequestId":"R","InvokeId":"t-1"}`,

		"a code without a request id":        `{"Code":"Throttling"}`,
		"XML without a request id":           `<Error><Code>Throttling</Code></Error>`,
		"a request id by another name":       `{"request_id":"R","code":"Throttling"}`,
		"a request id that is a number":      `{"RequestId":7,"Code":"Throttling"}`,
		"a request id that is a sentence":    `{"RequestId":"ask your admin","Code":"Throttling"}`,
		"XML whose request id is a sentence": `<Error><RequestId>ask us</RequestId><Code>Throttling</Code></Error>`,
		"a code that is a sentence":          `{"RequestId":"R","Code":"not allowed"}`,
		"a code with a tilde":                `{"RequestId":"R","Code":"a~b"}`,
		"a code that is not ASCII":           `{"RequestId":"R","Code":"Ķode"}`,
		"a code without end":                 `{"RequestId":"R","Code":"` + strings.Repeat("x", 101) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ok := wire.DecodeError([]byte(body))
			assert.False(t, ok)
		})
	}
}

func FuzzDecodeError(f *testing.F) {
	f.Add([]byte(`{"RequestId":"R","Code":"Throttling","Message":"m","AccessDeniedDetail":{"AuthAction":"a"}}`))
	f.Add([]byte(`<Error><RequestId>R</RequestId><Code>Throttling</Code></Error>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, ok := wire.DecodeError(body); ok {
			require.Regexp(t, `^[A-Za-z0-9._-]{1,100}$`, e.Code)
			require.Regexp(t, `^[A-Za-z0-9._-]{1,100}$`, e.RequestID)
		}
	})
}

// To be fast, NamesInvocation looks for single letters before it applies its regular expression. It must
// find the same texts as the regular expression alone.
func TestNamesInvocationFindsWhatTheExpressionFinds(t *testing.T) {
	t.Parallel()
	whole := regexp.MustCompile(`(?i)("invokeid"\s*:|<invokeid>)[\s"\[{]*[a-z0-9]`)
	pieces := []string{`"InvokeId"`, `"invoKeid"`, "<INVOKEID>", `"inv`, "v", "V", "<", `"`, ":", " ", "\n", "[", "{", "t-1", "x", ""}
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(7) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		want := whole.MatchString(b.String())
		require.Equal(t, want, wire.NamesInvocation([]byte(b.String())), "%q", b.String())
		if want {
			found++
		}
	}
	assert.Greater(t, found, 100)
}
