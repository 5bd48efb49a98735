package runcommand_test

import (
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// sentRequest sends one command through a transport that only records the request. The
// options of the caller come after the default ones, so they can replace the transport,
// the credential and the number of attempts.
func sentRequest(t *testing.T, opts ...runcommand.Option) *http.Request {
	t.Helper()
	var sent *http.Request
	seen := runcommand.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		return acceptedReply()(r)
	})})
	client, err := runcommand.NewClient("cn-beijing", append([]runcommand.Option{
		seen, runcommand.WithStaticCredential("earlier-id", "earlier-secret", ""), retryQuickly(1),
	}, opts...)...)
	require.NoError(t, err)
	req, err := minimal().Build()
	require.NoError(t, err)
	_, err = client.Run(t.Context(), req)
	require.NoError(t, err)
	return sent
}

func TestAnOfficialConfigSaysWhereRequestsGo(t *testing.T) {
	t.Parallel()
	const own = "https://ecs.cn-beijing.aliyuncs.com/"
	with := runcommand.WithOpenAPIConfig
	for name, c := range map[string]struct {
		options []runcommand.Option
		want    string
	}{
		"nothing said":                 {[]runcommand.Option{with(&openapi.Config{})}, own},
		"empty texts say nothing":      {[]runcommand.Option{with(&openapi.Config{Endpoint: new(""), Protocol: new(""), Network: new(""), RegionId: new("")})}, own},
		"the region of the client":     {[]runcommand.Option{with(&openapi.Config{RegionId: new("cn-beijing")})}, own},
		"an endpoint":                  {[]runcommand.Option{with(&openapi.Config{Endpoint: new("ECS.example.com")})}, "https://ecs.example.com/"},
		"an endpoint with a port":      {[]runcommand.Option{with(&openapi.Config{Endpoint: new("10.0.0.1:8443")})}, "https://10.0.0.1:8443/"},
		"an endpoint of IPv6":          {[]runcommand.Option{with(&openapi.Config{Endpoint: new("[::1]:8443")})}, "https://[::1]:8443/"},
		"a protocol in capitals":       {[]runcommand.Option{with(&openapi.Config{Protocol: new("HTTP")})}, "http://ecs.cn-beijing.aliyuncs.com/"},
		"the network of the VPCs":      {[]runcommand.Option{with(&openapi.Config{Network: new("vpc")})}, "https://ecs-vpc.cn-beijing.aliyuncs.com/"},
		"the public network":           {[]runcommand.Option{with(&openapi.Config{Network: new("public")})}, own},
		"public again":                 {[]runcommand.Option{with(&openapi.Config{Network: new("vpc")}), with(&openapi.Config{Network: new("public")})}, own},
		"an endpoint before a network": {[]runcommand.Option{with(&openapi.Config{Network: new("vpc"), Endpoint: new("h")})}, "https://h/"},
		"a later WithEndpoint": {[]runcommand.Option{
			with(&openapi.Config{Network: new("vpc"), Endpoint: new("h"), Protocol: new("http")}), runcommand.WithEndpoint("https://later:1"),
		}, "https://later:1/"},
		"a later config without an endpoint": {[]runcommand.Option{
			runcommand.WithEndpoint("http://earlier:1"), with(&openapi.Config{UserAgent: new("a")}),
		}, "http://earlier:1/"},
		"a later config with an endpoint": {[]runcommand.Option{
			runcommand.WithEndpoint("http://earlier:1"), with(&openapi.Config{Endpoint: new("later:2")}),
		}, "http://later:2/"},
		"a later config with a protocol": {[]runcommand.Option{
			runcommand.WithEndpoint("http://earlier:1"), with(&openapi.Config{Protocol: new("https")}),
		}, "https://earlier:1/"},
		"two configs, field by field": {[]runcommand.Option{
			with(&openapi.Config{Protocol: new("http"), Endpoint: new("a")}), with(&openapi.Config{Endpoint: new("b")}),
		}, "http://b/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, sentRequest(t, c.options...).URL.String())
		})
	}
}

func TestTheVPCEndpointIsBuiltByTheRule(t *testing.T) {
	t.Parallel()
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithOpenAPIConfig(&openapi.Config{Network: new("VPC")}))
	require.NoError(t, err)
	assert.Contains(t, client.LogValue().String(), "Endpoint:https://ecs-vpc.cn-hangzhou.aliyuncs.com")
	_, err = runcommand.NewClient("cn-hangzhou-finance", runcommand.WithOpenAPIConfig(&openapi.Config{Network: new("vpc")}))
	require.ErrorIs(t, err, errors.ErrInvalidArgument)
	assert.ErrorContains(t, err, "Network cannot be vpc")
}

func TestAnOfficialConfigSaysWhoSigns(t *testing.T) {
	t.Parallel()
	key := func(id string) *openapi.Config {
		return &openapi.Config{AccessKeyId: &id, AccessKeySecret: new("secret")}
	}
	all := key("pair")
	all.BearerToken, all.Credential = new("bearer"), scriptedCredential{}
	temporary := key("pair")
	temporary.SecurityToken = new("sts-token")
	half := &openapi.Config{AccessKeyId: new("half"), BearerToken: new("bearer"), SecurityToken: new("t"), Credential: scriptedCredential{}}
	with := runcommand.WithOpenAPIConfig
	for name, c := range map[string]struct {
		options                  []runcommand.Option
		signer, security, bearer string
	}{
		"nothing said":              {[]runcommand.Option{with(&openapi.Config{})}, "earlier-id", "", ""},
		"a pair":                    {[]runcommand.Option{with(key("pair"))}, "pair", "", ""},
		"a pair and its token":      {[]runcommand.Option{with(temporary)}, "pair", "sts-token", ""},
		"a pair comes first":        {[]runcommand.Option{with(all)}, "pair", "", ""},
		"then a bearer token":       {[]runcommand.Option{with(half)}, "", "", "bearer"},
		"a bearer token alone":      {[]runcommand.Option{with(&openapi.Config{BearerToken: new("bearer")})}, "", "", "bearer"},
		"then a credential":         {[]runcommand.Option{with(&openapi.Config{AccessKeyId: new("half"), Credential: scriptedCredential{model: credentialPair("theirs")}})}, "theirs", "", ""},
		"a later static credential": {[]runcommand.Option{with(all), runcommand.WithStaticCredential("later", "secret", "")}, "later", "", ""},
		"a later credential of credentials-go": {
			[]runcommand.Option{with(all), runcommand.WithCredentialsGo(scriptedCredential{model: credentialPair("theirs")})}, "theirs", "", "",
		},
		"a later config": {
			[]runcommand.Option{runcommand.WithCredentialsGo(scriptedCredential{model: credentialPair("theirs")}), with(key("pair"))}, "pair", "", "",
		},
		"a later config without a credential": {
			[]runcommand.Option{runcommand.WithCredentialsGo(scriptedCredential{model: credentialPair("theirs")}), with(&openapi.Config{UserAgent: new("a")})}, "theirs", "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := sentRequest(t, c.options...).Header
			if c.signer == "" {
				assert.Empty(t, header.Get("Authorization"))
			} else {
				assert.Contains(t, header.Get("Authorization"), "Credential="+c.signer+",")
			}
			assert.Equal(t, c.security, header.Get("X-Acs-Security-Token"))
			assert.Equal(t, c.bearer, header.Get("X-Acs-Bearer-Token"))
		})
	}
}

func TestAnOfficialConfigNamesTheProgram(t *testing.T) {
	t.Parallel()
	cfg := runcommand.WithOpenAPIConfig(&openapi.Config{UserAgent: new("deploy/1.2")})
	assert.Regexp(t, ` deploy/1\.2 runcommand-go$`, sentRequest(t, cfg).UserAgent())
	assert.Regexp(t, ` later runcommand-go$`, sentRequest(t, cfg, runcommand.WithUserAgent("later")).UserAgent())
	assert.Regexp(t, ` deploy/1\.2 runcommand-go$`, sentRequest(t, runcommand.WithUserAgent("earlier"), cfg).UserAgent())
}

func TestAnOfficialConfigIsReadOnceAndNotWritten(t *testing.T) {
	t.Parallel()
	srv := runcommandtest.Start(t)
	cfg := &openapi.Config{
		AccessKeyId: new(runcommandtest.AccessKeyID), AccessKeySecret: new(runcommandtest.AccessKeySecret), Protocol: new("http"),
	}
	client := srv.Client(runcommand.WithOpenAPIConfig(cfg))
	assert.Nil(t, cfg.Type)
	*cfg.AccessKeyId, *cfg.AccessKeySecret, *cfg.Protocol = "changed", "changed", "changed"
	cfg.AccessKeySecret = nil
	_, err := client.AgentStatus(t.Context(), "i-1")
	assert.NotErrorIs(t, err, errors.ErrAuth)
	assert.Len(t, srv.Calls("DescribeCloudAssistantStatus"), 1)
}

// configWithField returns a config in which only the field with this name is set. The
// client must neither print the value nor use it.
func configWithField(t *testing.T, name string) *openapi.Config {
	t.Helper()
	cfg := &openapi.Config{}
	field := reflect.ValueOf(cfg).Elem().FieldByName(name)
	require.True(t, field.IsValid())
	switch field.Interface().(type) {
	case *string:
		field.Set(reflect.ValueOf(new(marker)))
	case *openapi.GlobalParameters:
		field.Set(reflect.ValueOf(&openapi.GlobalParameters{Headers: map[string]*string{marker: new(marker)}}))
	case *dara.RetryOptions:
		field.Set(reflect.ValueOf(&dara.RetryOptions{Retryable: true}))
	default:
		require.Equal(t, "HttpClient", name)
		cfg.HttpClient = panickySender{}
	}
	return cfg
}

type panickySender struct{}

func (panickySender) Call(*http.Request, *http.Transport) (*http.Response, error) { panic(marker) }

func TestUnsupportedFieldsAreRefusedByName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SignatureVersion", "GlobalParameters", "HttpClient", "RetryOptions", "SignatureAlgorithm"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := runcommand.NewClient("cn-beijing", runcommand.WithOpenAPIConfig(configWithField(t, name)))
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, "WithOpenAPIConfig: "+name+" ")
			assert.NotContains(t, err.Error(), marker)
		})
	}
	for _, algorithm := range []string{"v2", "ACS3-HMAC-SM3", "ACS3-RSA-SHA256", "acs3-hmac-sha256"} {
		_, err := runcommand.NewClient("cn-beijing", runcommand.WithOpenAPIConfig(&openapi.Config{SignatureAlgorithm: &algorithm}))
		assert.ErrorIs(t, err, errors.ErrInvalidArgument, algorithm)
	}
}

func TestFieldsThatTheOfficialConstructorFillsAreIgnored(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Type", "Method", "OpenPlatformEndpoint", "EndpointType", "Suffix"} {
		sent := sentRequest(t, runcommand.WithOpenAPIConfig(configWithField(t, name)))
		assert.Equal(t, "https://ecs.cn-beijing.aliyuncs.com/", sent.URL.String(), name)
		assert.Equal(t, http.MethodPost, sent.Method, name)
	}
	sentRequest(t, runcommand.WithOpenAPIConfig(&openapi.Config{SignatureAlgorithm: new("ACS3-HMAC-SHA256")}))
}

func TestErrorsOfAnOfficialConfigNameFieldsAndShowNoValue(t *testing.T) {
	t.Parallel()
	var nilCredential *scriptedCredential
	for name, c := range map[string]struct {
		config *openapi.Config
		says   string
	}{
		"no config":                         {nil, "config is nil"},
		"another region":                    {&openapi.Config{RegionId: new(marker)}, "RegionId is not the region of this client, cn-beijing"},
		"an endpoint with a scheme":         {&openapi.Config{Endpoint: new("https://" + marker)}, "Endpoint must be a bare host"},
		"an endpoint with a path":           {&openapi.Config{Endpoint: new(marker + "/")}, "Endpoint must be a bare host"},
		"an endpoint with a user":           {&openapi.Config{Endpoint: new(marker + "@host")}, "Endpoint must be a bare host"},
		"an endpoint with a query":          {&openapi.Config{Endpoint: new("host?" + marker)}, "Endpoint must be a bare host"},
		"an endpoint with an empty query":   {&openapi.Config{Endpoint: new(marker + "?")}, "Endpoint must be a bare host"},
		"an endpoint with a blank":          {&openapi.Config{Endpoint: new(marker + " ")}, "Endpoint must be a bare host"},
		"an endpoint that is a port":        {&openapi.Config{Endpoint: new(":80")}, "Endpoint must be a bare host"},
		"another protocol":                  {&openapi.Config{Protocol: new(marker)}, "Protocol must be http or https"},
		"another network":                   {&openapi.Config{Network: new(marker)}, "Network must be public or vpc"},
		"a user agent with a line break":    {&openapi.Config{UserAgent: new(marker + "\r\n")}, "UserAgent cannot be part of the User-Agent header"},
		"an id alone":                       {&openapi.Config{AccessKeyId: new(marker)}, "AccessKeySecret is missing"},
		"a secret alone":                    {&openapi.Config{AccessKeySecret: new(marker)}, "AccessKeyId is missing"},
		"a security token alone":            {&openapi.Config{SecurityToken: new(marker)}, "SecurityToken needs"},
		"a secret with a line break":        {&openapi.Config{AccessKeyId: new("id"), AccessKeySecret: new(marker + "\n")}, "AccessKeyId cannot be used: the access key secret"},
		"a bearer token in quotes":          {&openapi.Config{BearerToken: new(`"` + marker + `"`)}, "BearerToken cannot be used"},
		"a credential that is a nil":        {&openapi.Config{Credential: nilCredential}, "Credential holds a nil pointer"},
		"a proxy of another scheme":         {&openapi.Config{HttpProxy: new("ftp://" + marker)}, "HttpProxy is not the address of a proxy"},
		"a proxy that is no address":        {&openapi.Config{HttpsProxy: new("http://u:" + marker + "@ho st")}, "HttpsProxy is not the address of a proxy"},
		"a SOCKS proxy of another scheme":   {&openapi.Config{Socks5Proxy: new("http://" + marker)}, "Socks5Proxy is not the address of a proxy: want socks5://"},
		"a SOCKS network of another kind":   {&openapi.Config{Socks5NetWork: new(marker)}, "Socks5NetWork must be"},
		"a negative time to read":           {&openapi.Config{ReadTimeout: new(-1)}, "ReadTimeout is negative"},
		"a negative time to connect":        {&openapi.Config{ConnectTimeout: new(-1)}, "ConnectTimeout is negative"},
		"a negative idle time":              {&openapi.Config{IdleTimeout: new(-1)}, "IdleTimeout is negative"},
		"a negative number of connections":  {&openapi.Config{MaxIdleConns: new(-1)}, "MaxIdleConns is negative"},
		"an authority that is no PEM":       {&openapi.Config{Ca: new(marker)}, "Ca holds no certificate"},
		"a certificate alone":               {&openapi.Config{Cert: new(marker)}, "Key is missing beside Cert"},
		"a key alone":                       {&openapi.Config{Key: new(marker)}, "Cert is missing beside Key"},
		"a certificate and a key of no use": {&openapi.Config{Cert: new(marker), Key: new(marker)}, "Cert and Key are not a certificate"},
		"another version of TLS":            {&openapi.Config{TlsMinVersion: new("SSLv3" + marker)}, "TlsMinVersion must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient("cn-beijing", runcommand.WithOpenAPIConfig(c.config))
			assert.Nil(t, client)
			require.ErrorIs(t, err, errors.ErrInvalidArgument)
			assert.ErrorContains(t, err, "WithOpenAPIConfig: "+c.says)
			assert.NotContains(t, err.Error(), marker)
		})
	}
}

func TestEveryErrorOfAnOfficialConfigIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := runcommand.NewClient("cn-beijing", runcommand.WithOpenAPIConfig(&openapi.Config{
		RetryOptions: &dara.RetryOptions{}, SignatureVersion: new("v4"), AccessKeyId: new("id"), RegionId: new("cn-hangzhou"), Endpoint: new("a/b"),
		Protocol: new("ws"), Network: new("internal"), HttpProxy: new("ftp://h"), HttpsProxy: new(":"), Socks5Proxy: new("http://h"), Socks5NetWork: new("udp"),
		ReadTimeout: new(-1), ConnectTimeout: new(-1), IdleTimeout: new(-1), MaxIdleConns: new(-1), Ca: new("x"), Key: new("x"), TlsMinVersion: new("x"),
	}))
	for _, name := range strings.Fields(`RetryOptions SignatureVersion AccessKeySecret RegionId Endpoint Protocol Network HttpProxy HttpsProxy
		Socks5Proxy Socks5NetWork ReadTimeout ConnectTimeout IdleTimeout MaxIdleConns Ca Cert TlsMinVersion`) {
		assert.ErrorContains(t, err, name+" ")
	}
}

// TestTimesAreMilliseconds measures the time limit of an attempt in virtual time, with a
// service that does not answer.
func TestTimesAreMilliseconds(t *testing.T) {
	t.Parallel()
	silent := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}
	for name, c := range map[string]struct {
		config *openapi.Config
		want   time.Duration
	}{
		"none given":                     {&openapi.Config{}, 30 * time.Second},
		"zero is none":                   {&openapi.Config{ReadTimeout: new(0), ConnectTimeout: new(0)}, 30 * time.Second},
		"both add up":                    {&openapi.Config{ReadTimeout: new(60_000), ConnectTimeout: new(10_000)}, 70 * time.Second},
		"reading alone":                  {&openapi.Config{ReadTimeout: new(1500)}, 6500 * time.Millisecond},
		"connecting alone":               {&openapi.Config{ConnectTimeout: new(1)}, 25*time.Second + time.Millisecond},
		"an idle time bounds no attempt": {&openapi.Config{IdleTimeout: new(1)}, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, err := runcommand.NewClient("cn-beijing", runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1),
					runcommand.WithHTTPClient(silent), runcommand.WithOpenAPIConfig(c.config))
				require.NoError(t, err)
				began := time.Now()
				_, err = client.AgentStatus(t.Context(), "i-1")
				require.ErrorIs(t, err, errors.ErrUnavailable)
				assert.Equal(t, c.want, time.Since(began))
			})
		})
	}
	t.Run("a later HTTP client has times of its own", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, err := runcommand.NewClient("cn-beijing", runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1),
				runcommand.WithOpenAPIConfig(&openapi.Config{ReadTimeout: new(1), ConnectTimeout: new(1)}), runcommand.WithHTTPClient(silent))
			require.NoError(t, err)
			began := time.Now()
			_, err = client.AgentStatus(t.Context(), "i-1")
			require.ErrorIs(t, err, errors.ErrUnavailable)
			assert.Equal(t, 30*time.Second, time.Since(began))
		})
	})
	t.Run("a time without end is a long one", func(t *testing.T) {
		t.Parallel()
		sentRequest(t, runcommand.WithOpenAPIConfig(&openapi.Config{
			ReadTimeout: new(math.MaxInt), ConnectTimeout: new(math.MaxInt), IdleTimeout: new(math.MaxInt),
		}))
	})
}

// scriptedCredential returns the values of its fields. Its other methods panic.
type scriptedCredential struct {
	credentials.Credential

	model *credentials.CredentialModel
	err   error
}

func (c scriptedCredential) GetCredential() (*credentials.CredentialModel, error) {
	return c.model, c.err
}

func credentialPair(id string) *credentials.CredentialModel {
	return &credentials.CredentialModel{AccessKeyId: &id, AccessKeySecret: new("secret"), Type: new("access_key")}
}
