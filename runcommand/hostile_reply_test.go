package runcommand_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// TestAReplyThatMayBeAnAcceptanceIsNotARefusal puts a gateway before the service. The
// service accepts the command, but the gateway replaces the reply of the service with
// another reply.
func TestAReplyThatMayBeAnAcceptanceIsNotARefusal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"wrapped, with OK":              {200, `{"RequestId":"R","Code":"OK","Message":"successful","Data":{"InvokeId":"t-1"}}`},
		"wrapped, with 200":             {200, `{"RequestId":"R","Code":"200","Message":"successful","Data":{"InvokeId":"t-1"}}`},
		"wrapped, with the number 200":  {200, `{"RequestId":"R","Code":200,"Message":"successful","Data":{"InvokeId":"t-1"}}`},
		"wrapped, with 0":               {200, `{"requestId":"R","code":"0","message":"ok","data":{"invokeId":"t-1"}}`},
		"wrapped, with Success":         {201, `{"RequestId":"R","Code":"Success","Message":"m","Result":"t-1"}`},
		"wrapped, with a word of its":   {202, `{"RequestId":"R","Code":"Accepted","Message":"queued"}`},
		"wrapped, with a code of its":   {200, `{"RequestId":"R","Code":"GW.0000","Message":"done"}`},
		"the success of a probe":        {200, `{"RequestId":"R","Code":"DryRunOperation","Message":"it would have succeeded"}`},
		"the code of an instance":       {200, `{"RequestId":"R","Code":"ExitCodeNonzero","Message":"the exit code is not zero"}`},
		"a refusal without words":       {200, `{"RequestId":"R","Code":"Throttling"}`},
		"a refusal without a request":   {200, `{"Code":"Throttling","Message":"slow down"}`},
		"OK in XML":                     {200, `<Error><RequestId>R</RequestId><Code>OK</Code><Message>m</Message></Error>`},
		"an answer in XML":              {200, `<RunCommandResponse><RequestId>R</RequestId><InvokeId>t-1</InvokeId></RunCommandResponse>`},
		"nothing":                       {204, ``},
		"a request id":                  {200, `{"RequestId":"R"}`},
		"an id of blanks":               {200, `{"RequestId":"R","InvokeId":"  "}`},
		"an id of another type":         {200, `{"RequestId":"R","InvokeId":["t-1"]}`},
		"an id that is null":            {200, `{"RequestId":"R","InvokeId":null}`},
		"an id in a sentence":           {200, `{"RequestId":"R","InvokeId":"see the console"}`},
		"OK with the status of a no":    {400, `{"RequestId":"R","Code":"OK","Message":"successful"}`},
		"success with a server's error": {500, `{"RequestId":"R","Code":"Success","Message":"m"}`},
		"a redirect":                    {302, `{"RequestId":"R","Code":"Forbidden.RAM","Message":"m"}`},
		"a status that is none":         {999, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				err := tryRun(t, clientThrough(srv, deliverThen(replyWith(c.status, c.body)), retryQuickly(3)), minimal())
				assert.True(t, errors.MayHaveRun(err), "%v", err)
				assert.False(t, errors.Retryable(err), "%v", err)
				_, ok := errors.AsType[*errors.TransportError](err)
				assert.True(t, ok, "%v", err)
				assert.Equal(t, 1, srv.Executions("i-1"))
			})
		})
	}
}

func TestAReplyWithAnInvocationIsAnAcceptance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"the service's":                 {200, `{"RequestId":"R","CommandId":"c-1","InvokeId":"t-1"}`},
		"with small letters":            {200, `{"requestId":"R","invokeId":"t-1"}`},
		"with another good status":      {202, `{"RequestId":"R","InvokeId":"t-1"}`},
		"with a word for success":       {200, `{"RequestId":"R","Code":"OK","Message":"m","InvokeId":"t-1"}`},
		"with a code that would refuse": {200, `{"RequestId":"R","Code":"Throttling","Message":"slow","InvokeId":"t-1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				req, err := minimal().Build()
				require.NoError(t, err)
				inv, err := clientThrough(srv, deliverThen(replyWith(c.status, c.body)), retryQuickly(3)).Run(t.Context(), req)
				require.NoError(t, err)
				assert.Equal(t, "t-1", inv.ID)
				assert.Equal(t, 1, srv.Executions("i-1"))
			})
		})
	}
}

// A reply with an error code that is documented as a refusal is a refusal, whatever its
// HTTP status is.
func TestARefusalWithStatus200IsARefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, _ := setup(t)
		for _, body := range []string{
			`{"RequestId":"R","Code":"Forbidden.RAM","Message":"not allowed"}`,
			`{"requestId":"R","code":"InvalidInstance.NotFound","message":"unknown"}`,
			`<Error><RequestId>R</RequestId><Code>Throttling</Code><Message>m</Message></Error>`,
		} {
			err := tryRun(t, clientThrough(srv, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
				return replyWith(200, body)(r)
			}, retryQuickly(1)), minimal())
			_, ok := errors.AsType[*errors.APIError](err)
			assert.True(t, ok, "%v", err)
			assert.False(t, errors.MayHaveRun(err))
		}
	})
}

// A reply with only a request id says nothing about invocations, so it is not an empty list.
func TestAReplyWithOnlyARequestIDIsNoEmptyPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		page bool
	}{
		"a request id":          {`{"RequestId":"R"}`, false},
		"words for success":     {`{"RequestId":"R","Code":"OK","Message":"m"}`, false},
		"a wrapped page":        {`{"RequestId":"R","Code":"OK","Data":{"TotalCount":0,"Invocations":{"Invocation":[]}}}`, false},
		"a page that is empty":  {`{"RequestId":"R","Invocations":{"Invocation":[]}}`, true},
		"a page that is null":   {`{"RequestId":"R","Invocations":null}`, true},
		"a page without a list": {`{"RequestId":"R","TotalCount":0,"PageSize":10}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, _ := setup(t)
				client := clientThrough(srv, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
					_, _ = io.Copy(io.Discard, r.Body)
					return replyWith(200, c.body)(r)
				}, retryQuickly(2))
				var failed error
				for _, err := range client.Invocations(t.Context(), runcommand.Filter{}) {
					failed = err
				}
				assert.Equal(t, c.page, failed == nil, "%v", failed)
				if !c.page {
					assert.ErrorIs(t, failed, errors.ErrUnavailable)
				}
			})
		})
	}
}
