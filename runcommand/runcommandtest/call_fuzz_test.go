package runcommandtest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// FuzzRequest sends arbitrary requests to the server. No request may cause a panic, and
// no request without a signature may run a script.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/", "RegionId=cn-hangzhou", "application/x-www-form-urlencoded", "InstanceId.1=i-1&Type=RunShellScript")
	f.Add("GET", "", "Action=RunCommand&Version=2014-05-26&AccessKeyId=x&SignatureMethod=HMAC-SHA1", "", "")
	f.Add("PUT", "/a/b", "a=%zz;&&&=", "text/plain; charset=\"", "\x00")
	f.Fuzz(func(t *testing.T, method, path, query, contentType, body string) {
		s := newServer(config{credentials: []signature.Credential{{AccessKeyID: testKey, AccessKeySecret: testSecret}}})
		defer s.Close()
		s.AddInstance(Instance{ID: "i-1"})
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: testHost,
			Header: http.Header{"Content-Type": {contentType}, "X-Acs-Action": {"RunCommand"}, "X-Acs-Version": {"2014-05-26"}},
			Body:   io.NopCloser(strings.NewReader(body)),
		}
		a, err := send(t, s.Transport(), r)
		if err != nil {
			t.Fatalf("no reply: %v", err)
		}
		if a.status < 400 || s.Executions("i-1") != 0 {
			t.Fatalf("accepted without a signature: %d", a.status)
		}
	})
}

// FuzzSignature sends arbitrary signature headers to the server.
func FuzzSignature(f *testing.F) {
	f.Add("ACS3-HMAC-SHA256 Credential="+testKey+",SignedHeaders=host;x-acs-action,Signature=00", "2026-06-01T12:00:00Z", "n", "")
	f.Add("ACS3-HMAC-SM3 ,,,=", "2026-06-01", "", "token")
	f.Add("ACS3-HMAC-SHA256 SignedHeaders=;;;,Credential=,Signature=", "", strings.Repeat("n", 200), "")
	f.Fuzz(func(t *testing.T, authorization, date, nonce, token string) {
		s := newServer(config{clock: noon, credentials: []signature.Credential{{AccessKeyID: testKey, AccessKeySecret: testSecret}}})
		defer s.Close()
		s.AddInstance(Instance{ID: "i-1"})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+testHost+"/?RegionId=cn-hangzhou", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{
			"Authorization": {authorization}, "X-Acs-Date": {date}, "X-Acs-Signature-Nonce": {nonce}, "X-Acs-Security-Token": {token},
			"X-Acs-Action": {"RunCommand"}, "X-Acs-Version": {"2014-05-26"}, "X-Acs-Content-Sha256": {emptyHash},
		}
		a, err := send(t, s.Transport(), r)
		if err != nil {
			t.Fatalf("no reply: %v", err)
		}
		if a.status < 400 {
			t.Fatalf("a forged signature was accepted: %q", authorization)
		}
	})
}

// FuzzRunCommand sends arbitrary parameters with a good signature, and describes every
// command that is accepted.
func FuzzRunCommand(f *testing.F) {
	f.Add("RunShellScript", "echo {{a}} {{ ACS::InstanceId }}", `{"a":"1"}`, "rate(5m)", "60", "Once", "docker://x", "n")
	f.Add("RunBatScript", "{{{{}}}}", `{"a":{},"a":[]}`, "0 0 0 ? * 6L", "9007199254740991", "DryRun", "/web", "\xff")
	f.Add("RunPowerShellScript", "%%%", `[1,2`, "at(2026-06-01 12:00:00 GMT+14:59)", "-1", "EveryReboot", "", "")
	f.Fuzz(func(t *testing.T, kind, content, parameters, frequency, timeout, mode, container, name string) {
		s, c := newService(t, config{clock: noon})
		defer s.Close()
		s.AddInstance(Instance{ID: "i-4", OS: Windows})
		for _, encoding := range []string{"PlainText", "Base64"} {
			a, err := c.try("RunCommand", params{
				"RegionId": "cn-hangzhou", "Type": kind, "CommandContent": content, "ContentEncoding": encoding, "EnableParameter": "true",
				"Parameters": parameters, "Frequency": frequency, "Timeout": timeout, "RepeatMode": mode, "ContainerName": container,
				"Name": name, "ClientToken": name, "InstanceId.1": "i-1", "Tag.1.Key": name, "Tag.1.Value": content,
			})
			if err != nil {
				t.Fatal(err)
			}
			if a.status >= 500 {
				t.Fatalf("the service failed: %s", a.raw)
			}
		}
		s.Advance(3 * time.Minute)
		s.Reboot("i-1")
		for _, inv := range s.Invocations() {
			c.results(inv.ID)
			c.overall(inv.ID)
			c.stop(inv.ID)
		}
		s.Advance(time.Minute)
		for _, inv := range s.Invocations() {
			if !inv.Status.Terminal() {
				t.Fatalf("stopped and not ended: %s", inv)
			}
		}
	})
}

// FuzzToken sends arbitrary values of NextToken to the server.
func FuzzToken(f *testing.F) {
	f.Add("", "DescribeInvocations")
	f.Add(strings.Repeat("A", 54), "DescribeInvocationResults")
	f.Add("____", "DescribeCloudAssistantStatus")
	f.Fuzz(func(t *testing.T, token, action string) {
		_, c := newService(t, config{clock: noon})
		c.run(echo("i-1"))
		a := c.call(action, params{"RegionId": "cn-hangzhou", "NextToken": token, "MaxResults": "1"})
		if token != "" && a.status == http.StatusOK {
			t.Fatalf("the token %q was accepted", token)
		}
		if !strings.HasPrefix(a.raw, "{") {
			t.Fatalf("no JSON: %s", a.raw)
		}
	})
}
