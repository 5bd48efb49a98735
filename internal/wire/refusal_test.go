package wire_test

import (
	"encoding/xml"
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
			NoPermissionType: "ImplicitDeny", PolicyType: "AccountLevelIdentityBasedPolicy", EncodedDiagnosticMessage: "AQ",
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
		"a code alone":          {`{"Code":"InternalError"}`, wire.ErrorReply{Code: "InternalError"}},
		"details that are text": {`{"Code":"Forbidden.RAM","AccessDeniedDetail":"none"}`, wire.ErrorReply{Code: "Forbidden.RAM", AccessDeniedDetail: &wire.AccessDeniedDetail{}}},
		"details that are null": {` {"Code":"Forbidden","AccessDeniedDetail":null} `, wire.ErrorReply{Code: "Forbidden"}},
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
	f.Add([]byte(`<Error><Code>Throttling</Code></Error>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, ok := wire.DecodeError(body); ok {
			require.NotEmpty(t, e.Code)
		}
	})
}
