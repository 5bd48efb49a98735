package runcommand_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestInvalidClientOptionsAreErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		option runcommand.Option
		says   string
	}{
		"nil":                              {nil, "option 1 is nil"},
		"no provider":                      {runcommand.WithCredential(nil), "WithCredential"},
		"a nil function for a provider":    {runcommand.WithCredential(runcommand.CredentialFunc(nil)), "WithCredential"},
		"half a pair, the id":              {runcommand.WithStaticCredential("id", "", ""), "WithStaticCredential"},
		"half a pair, the secret":          {runcommand.WithStaticCredential("", marker, ""), "WithStaticCredential"},
		"an endpoint without a scheme":     {runcommand.WithEndpoint("ecs.cn-hangzhou.aliyuncs.com"), "http://host"},
		"an endpoint with another scheme":  {runcommand.WithEndpoint("ftp://host"), "http://host"},
		"an endpoint without a host":       {runcommand.WithEndpoint("https://"), "http://host"},
		"an endpoint with only a port":     {runcommand.WithEndpoint("http://:80"), "http"},
		"an endpoint with a path":          {runcommand.WithEndpoint("https://host/path"), "path"},
		"an endpoint with a query":         {runcommand.WithEndpoint("https://host?" + marker), "query"},
		"an endpoint with a password":      {runcommand.WithEndpoint("https://user:" + marker + "@host"), "user"},
		"an endpoint that is no address":   {runcommand.WithEndpoint("https://ho st\x7f" + marker), "http"},
		"an endpoint in another alphabet":  {runcommand.WithEndpoint("https://主机"), "http"},
		"no HTTP client":                   {runcommand.WithHTTPClient(nil), "WithHTTPClient"},
		"no logger":                        {runcommand.WithLogger(nil), "WithLogger"},
		"a user agent with a line break":   {runcommand.WithUserAgent("a\r\nX-Evil: 1"), "WithUserAgent"},
		"a user agent in another alphabet": {runcommand.WithUserAgent("代理"), "WithUserAgent"},
		"negative attempts":                {runcommand.WithRetry(poll.Policy{}, -1), "WithRetry"},
		"no limiter":                       {runcommand.WithLimiter("RunCommand", nil), "WithLimiter"},
		"a limiter of another action":      {runcommand.WithLimiter("DeleteInstance", rate.NewLimiter(1, 1)), "DeleteInstance"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient("cn-hangzhou", c.option)
			assert.Nil(t, client)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
}

func TestValidClientOptionsAreAccepted(t *testing.T) {
	t.Parallel()
	for _, option := range []runcommand.Option{
		runcommand.WithEndpoint("http://127.0.0.1:8080"),
		runcommand.WithEndpoint("https://ecs-vpc.cn-hangzhou.aliyuncs.com/"),
		runcommand.WithEndpoint("http://[::1]:80"),
		runcommand.WithUserAgent(""),
		runcommand.WithRetry(poll.Policy{}, 0),
		runcommand.WithObserver(runcommand.Observer{}),
		runcommand.WithLimits(validate.Limits{}),
		runcommand.WithLimiter("DescribeInvocations", rate.NewLimiter(1, 1)),
	} {
		_, err := runcommand.NewClient("cn-hangzhou", option)
		assert.NoError(t, err)
	}
}

func TestARegionBecomesPartOfAHostNameAndIsChecked(t *testing.T) {
	t.Parallel()
	for _, region := range []string{
		"", " ", "CN-HANGZHOU", "cn_hangzhou", "cn-hangzhou ", "cn-hangzhou.evil.example/", "cn-hangzhou\n", "杭州", "a@b", "a:1", "#",
	} {
		client, err := runcommand.NewClient(region)
		assert.Nil(t, client)
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, "%q", region)
	}
}

// TestEveryRegionHasItsHost sends a request for each region through a transport that only
// records the host of the request.
func TestEveryRegionHasItsHost(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"cn-beijing":            "ecs.cn-beijing.aliyuncs.com",
		"ap-southeast-1":        "ecs.ap-southeast-1.aliyuncs.com",
		"cn-hangzhou":           "ecs-cn-hangzhou.aliyuncs.com",
		"cn-shanghai-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
		"cn-shenzhen-finance-1": "ecs-cn-hangzhou.aliyuncs.com",
		"cn-north-2-gov-1":      "ecs.aliyuncs.com",
		"cn-hangzhou-finance":   "ecs.aliyuncs.com",
		"cn-edge-1":             "ecs.cn-qingdao-nebula.aliyuncs.com",
		"moon-base-7":           "ecs.moon-base-7.aliyuncs.com",
	} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			var scheme, host, parameter string
			client, err := runcommand.NewClient(region,
				runcommand.WithStaticCredential("id", "secret", ""),
				runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					scheme, host = r.URL.Scheme, r.URL.Host
					require.NoError(t, r.ParseForm())
					parameter = r.PostForm.Get("RegionId")
					return acceptedReply()(r)
				})}))
			require.NoError(t, err)
			req, err := minimal().Build()
			require.NoError(t, err)
			_, err = client.Run(t.Context(), req)
			require.NoError(t, err)
			assert.Equal(t, "https", scheme)
			assert.Equal(t, want, host)
			assert.Equal(t, region, parameter)
		})
	}
}

func TestAUserAgentNamesProductThenLibrary(t *testing.T) {
	t.Parallel()
	var agent string
	client := (&scriptedTransport{}).client(t, runcommand.WithUserAgent("deploy/1.2"),
		runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			agent = r.UserAgent()
			return acceptedReply()(r)
		})}))
	req, err := minimal().Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.NoError(t, err)
	assert.Regexp(t, `deploy/1\.2 runcommand-go$`, agent)
}

func TestAGatewayThatReadsTheQueryOnly(t *testing.T) {
	t.Parallel()
	srv, client := setup(t, runcommandtest.WithQueryOnly())
	req, err := runcommand.Shell("echo").Instances("i-1").Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.ErrorIs(t, err, errors.ErrMissingArgument)
	assert.ErrorContains(t, err, "WithQueryParameters")
	assert.False(t, errors.MayHaveRun(err))
	assert.Zero(t, srv.Executions("i-1"))

	_, err = srv.Client(runcommand.WithQueryParameters()).RunAndWait(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, 1, srv.Executions("i-1"))

	_, err = srv.Client(runcommand.WithQueryParameters()).AgentStatus(t.Context(), strings.Repeat("i", 3))
	require.ErrorIs(t, err, errors.ErrNotFound)
	assert.NotContains(t, err.Error(), "WithQueryParameters", "the option is on already")
}

func TestRequestsAreCheckedWithTheClientsLimits(t *testing.T) {
	t.Parallel()
	srv, _ := setup(t)
	req, err := runcommand.Shell("echo").Instances("i-1", "i-2").Build()
	require.NoError(t, err)
	_, err = srv.Client(runcommand.WithLimits(validate.Limits{Instances: 1})).Run(t.Context(), req)
	require.ErrorIs(t, err, errors.InstanceIdsExceedLimit)
	assert.Empty(t, srv.Calls(""))
}
