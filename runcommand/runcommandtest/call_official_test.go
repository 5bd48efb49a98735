package runcommandtest

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// officialRequest is a request as the official Go SDK sends it. All parameters are in
// the query, in form encoding: a blank is a plus sign, and a star is escaped. The body
// is empty, and there is no Content-Type. Action and Version are headers, and some
// headers are not signed. The signature is the same as in runVector.
const officialRequest = "POST /?CommandContent=echo+%7B%7Bname%7D%7D+%2A~+%2B%E4%B8%AD&EnableParameter=true&InstanceId.1=i-1&InstanceId.2=i-2" +
	"&KeepCommand=false&Name=&Parameters=%7B%22b%22%3A%221%22%2C%22name%22%3A%22a%5Cu003cb%5Cu003e%5Cu0026%5C%22c%22%2C%22z%22%3A%22%22%7D" +
	"&RegionId=cn-hangzhou&Tag.1.Key=k&Tag.1.Value=v&Tag.2.Key=k2&Tag.2.Value=&Timeout=60&Type=RunShellScript HTTP/1.1\r\n" +
	"Host: ecs.cn-beijing.aliyuncs.com\r\n" +
	"User-Agent: AlibabaCloud (linux; amd64) Golang/1.22 Core/0.01 TeaDSL/1\r\n" +
	"Content-Length: 0\r\n" +
	"Accept: application/json\r\n" +
	"Authorization: ACS3-HMAC-SHA256 Credential=testAK,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
	"Signature=dd4aa9b00e3bf0128dc7ffe93f2bae2b2190512d20998b7733583c7571e2936e\r\n" +
	"X-Acs-Action: RunCommand\r\n" +
	"X-Acs-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n" +
	"X-Acs-Date: 2026-01-02T03:04:05Z\r\n" +
	"X-Acs-Signature-Nonce: 0123456789abcdef0123456789abcdef\r\n" +
	"X-Acs-Version: 2014-05-26\r\n" +
	"Accept-Encoding: gzip\r\n\r\n"

// dial writes text to a new connection to the server and reads one reply.
func dial(t *testing.T, address, text string) (int, map[string]any) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	reply, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer func() { _ = reply.Body.Close() }()
	var fields map[string]any
	require.NoError(t, json.NewDecoder(reply.Body).Decode(&fields))
	return reply.StatusCode, fields
}

func TestRequestsOfTheOfficialSDKAreAccepted(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	s, _ := newService(t, config{clock: clock, credentials: []signature.Credential{{AccessKeyID: "testAK", AccessKeySecret: "testSK"}}})
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	address := strings.TrimPrefix(front.URL, "http://")

	status, fields := dial(t, address, officialRequest)
	assert.Equal(t, 400, status)
	assert.Equal(t, "Parameter.NotMatched", fields["Code"], "the signature holds; two parameters are not used by the script")
	assert.Equal(t, "ecs.cn-beijing.aliyuncs.com", fields["HostId"])
	assert.Equal(t, map[string]string{
		"CommandContent": "echo {{name}} *~ +中", "EnableParameter": "true", "InstanceId.1": "i-1", "InstanceId.2": "i-2",
		"KeepCommand": "false", "Name": "", "Parameters": `{"b":"1","name":"a\u003cb\u003e\u0026\"c","z":""}`,
		"RegionId": "cn-hangzhou", "Tag.1.Key": "k", "Tag.1.Value": "v", "Tag.2.Key": "k2", "Tag.2.Value": "", "Timeout": "60", "Type": "RunShellScript",
	}, s.Calls("RunCommand")[0].Parameters)

	status, fields = dial(t, address, officialRequest)
	assert.Equal(t, 400, status)
	assert.Equal(t, "SignatureNonceUsed", fields["Code"], "the same bytes again are a replay")
}

func TestRequestsOfOldToolsAreAccepted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	p := signV1(http.MethodGet, echo("i-1").with("Action", "RunCommand", "Version", "2014-05-26", "Format", "json"), testKey, testSecret, noon())
	r := c.request("", p)
	status, fields := dial(t, strings.TrimPrefix(front.URL, "http://"),
		"GET /?"+r.URL.RawQuery+" HTTP/1.1\r\nHost: anything\r\nAccept: */*\r\n\r\n")
	assert.Equal(t, 200, status, fields)
	assert.NotEmpty(t, fields["InvokeId"])
}

func TestEveryDocumentedRegionIsServed(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	for region := range strings.FieldsSeq(`cn-beijing cn-shanghai cn-shenzhen cn-qingdao cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-heyuan
		cn-guangzhou cn-chengdu cn-nanjing cn-fuzhou cn-wuhan-lr cn-zhengzhou-jva cn-hongkong cn-zhongwei cn-heyuan-acdr-1
		cn-wulanchabu-gic-1 cn-beijing-finance-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6
		ap-southeast-7 ap-southeast-8 ap-northeast-1 ap-northeast-2 ap-south-1 us-west-1 us-east-1 us-southeast-1 na-south-1
		eu-central-1 eu-west-1 eu-west-2 me-east-1 me-central-1 cn-hangzhou cn-shanghai-finance-1 cn-shenzhen-finance-1
		cn-north-2-gov-1 cn-hangzhou-finance cn-edge-1`) {
		c.run(echo("i-1").with("RegionId", region))
	}
	_, c = newService(t, config{regions: []string{"private-1"}})
	c.run(echo("i-1").with("RegionId", "private-1"))
	assert.EqualValues(t, "InvalidRegionId.NotFound", c.call("RunCommand", echo("i-1")).code(), "a list of one's own takes their place")
}
