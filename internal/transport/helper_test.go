package transport_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

var longTerm = transport.Credential{AccessKeyID: "testAK", AccessKeySecret: "testSK"}

func static(cred transport.Credential) func(context.Context) (transport.Credential, error) {
	return func(context.Context) (transport.Credential, error) { return cred, nil }
}

// A roundTripper is a function that acts as the service. It uses no connections, so the hooks of
// httptrace are not called.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// replyAlways returns the same reply for every request.
func replyAlways(status int, body string, headers ...string) roundTripper {
	return readBodyThen(func(*http.Request) (*http.Response, error) { return response(status, body, headers...), nil })
}

// readBodyThen reads the body of the request, as a real transport does, and then calls next.
func readBodyThen(next roundTripper) roundTripper {
	return func(req *http.Request) (*http.Response, error) {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		return next(req)
	}
}

func response(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// setup makes a client with a long-term key. The client sends requests with rt. The functions in
// change may change the configuration of the client.
func setup(tb testing.TB, rt http.RoundTripper, change ...func(*transport.Config)) *transport.Client {
	tb.Helper()
	cfg := transport.Config{
		Endpoint:   "https://ecs.cn-beijing.aliyuncs.com",
		HTTPClient: &http.Client{Transport: rt},
		Credential: static(longTerm),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := transport.New(cfg)
	require.NoError(tb, err)
	return c
}

// inQuery puts the parameters into the query when query is true, and into the body otherwise.
func inQuery(query bool) func(*transport.Config) {
	return func(cfg *transport.Config) { cfg.Query = query }
}

// command returns a typical request: a short script on two instances.
func command() wire.Params {
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Text("RegionId", "cn-beijing")
	w.Text("Type", "RunShellScript")
	w.Script("CommandContent", []byte("df -h {{dir}}\n"))
	w.Text("ContentEncoding", "Base64")
	w.Text("Name", "disk")
	w.Number("Timeout", 30)
	w.Flag("EnableParameter", true)
	w.Object("Parameters", map[string]string{"dir": "/var/log"})
	w.List("InstanceId", []string{"i-1", "i-2"})
	w.Secret("ClientToken", "token")
	return w.Params()
}

// script returns a request with only a script.
func script(content string) wire.Params {
	w := wire.NewWriter(wire.ActionRunCommand)
	w.Script("CommandContent", []byte(content))
	return w.Params()
}

const accepted = `{"RequestId":"R-1","CommandId":"c-1","InvokeId":"t-1"}`

// run makes one attempt to send the request of the function command.
func run(ctx context.Context, c *transport.Client) (wire.RunCommandReply, string, error) {
	var reply wire.RunCommandReply
	seen, err := c.Do(ctx, transport.Call{Params: command()}, &reply)
	return reply, seen.RequestID, err
}
