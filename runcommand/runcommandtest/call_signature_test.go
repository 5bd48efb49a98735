package runcommandtest

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// A vector is a request whose signature was made by other software.
type vector struct {
	host, action, date, nonce, key, secret, token string
	query                                         map[string]string
	signature                                     string
}

var emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func runVector() vector {
	return vector{
		host: "ecs.cn-beijing.aliyuncs.com", action: "RunCommand", date: "2026-01-02T03:04:05Z",
		nonce: "0123456789abcdef0123456789abcdef", key: "testAK", secret: "testSK",
		query: map[string]string{
			"RegionId": "cn-hangzhou", "Type": "RunShellScript", "CommandContent": "echo {{name}} *~ +中",
			"EnableParameter": "true", "KeepCommand": "false", "Name": "", "Timeout": "60",
			"InstanceId.1": "i-1", "InstanceId.2": "i-2", "Tag.1.Key": "k", "Tag.1.Value": "v", "Tag.2.Key": "k2", "Tag.2.Value": "",
			"Parameters": `{"b":"1","name":"a\u003cb\u003e\u0026\"c","z":""}`,
		},
		signature: "dd4aa9b00e3bf0128dc7ffe93f2bae2b2190512d20998b7733583c7571e2936e",
	}
}

func vectors() map[string]vector {
	sts := runVector()
	sts.token = "testTOKEN"
	sts.signature = "0a4af14f0697133af1f02d1c86a6083f5970a6247e2b0f507ea14ae7a3519a61"
	return map[string]vector{
		"RunCommand with a plain key":     runVector(),
		"RunCommand with a temporary key": sts,
		"the sample of the signature guide": {
			host: "ecs.cn-shanghai.aliyuncs.com", action: "RunInstances", date: "2023-10-26T10:22:32Z",
			nonce: "3156853299f313e23d1673dc12e1703d", key: "YourAccessKeyId", secret: "YourAccessKeySecret",
			query: map[string]string{
				"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai",
			},
			signature: "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
		},
	}
}

// send sends the vector to a server whose clock shows the date of the vector.
func (v vector) send(t *testing.T, edit func(*http.Request)) answer {
	t.Helper()
	date, err := time.Parse(time.RFC3339, v.date)
	require.NoError(t, err)
	s, c := newService(t, config{
		clock:       func() time.Time { return date },
		credentials: []signature.Credential{{AccessKeyID: v.key, AccessKeySecret: v.secret, SecurityToken: v.token}},
	})
	values := url.Values{}
	for name, value := range v.query {
		values.Set(name, value)
	}
	c.edit = func(r *http.Request) {
		r.URL = &url.URL{Scheme: "http", Host: v.host, Path: "/", RawQuery: values.Encode()}
		r.Host = v.host
		r.Header = http.Header{}
		signed := "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
		if v.token != "" {
			r.Header.Set("X-Acs-Accesskey-Id", v.key)
			r.Header.Set("X-Acs-Security-Token", v.token)
			signed = "host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version"
		}
		r.Header.Set("X-Acs-Action", v.action)
		r.Header.Set("X-Acs-Version", "2014-05-26")
		r.Header.Set("X-Acs-Date", v.date)
		r.Header.Set("X-Acs-Signature-Nonce", v.nonce)
		r.Header.Set("X-Acs-Content-Sha256", emptyHash)
		r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+v.key+",SignedHeaders="+signed+",Signature="+v.signature)
		if edit != nil {
			edit(r)
		}
	}
	_ = s
	return c.call(v.action, nil)
}

func TestSignaturesOfTheVectorsAreAccepted(t *testing.T) {
	t.Parallel()
	// Both signatures are accepted. Later checks refuse the requests: RunInstances is
	// not an operation here, and the script does not use the parameters b and z.
	want := map[string]errors.Code{"RunCommand": errors.ParameterNotMatched, "RunInstances": errors.InvalidActionNotFound}
	for name, v := range vectors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want[v.action], v.send(t, nil).code())
		})
	}
}

func TestADateHasOneForm(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]errors.Code{
		"2026-01-02T03:04:05Z":     errors.ParameterNotMatched, // the signature is accepted
		"2026-01-02T03:04:05.000Z": errors.InvalidTimeStampFormat,
		"2026-01-02T03:04:05,5Z":   errors.InvalidTimeStampFormat,
		"2026-01-02T3:04:05Z":      errors.InvalidTimeStampFormat,
		"2026-01-02T03:04:05":      errors.InvalidTimeStampFormat,
	} {
		a := runVector().send(t, func(r *http.Request) { r.Header.Set("X-Acs-Date", date) })
		assert.Equal(t, want, a.code(), date)
	}
}

func TestAChangedRequestDoesNotMatchItsSignature(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*http.Request){
		"parameter changed": func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "i-2", "i-3", 1) },
		"parameter added":   func(r *http.Request) { r.URL.RawQuery += "&Extra=1" },
		"host changed":      func(r *http.Request) { r.Host = "ecs.cn-hangzhou.aliyuncs.com" },
		"method changed":    func(r *http.Request) { r.Method = http.MethodGet },
		"action changed":    func(r *http.Request) { r.Header.Set("X-Acs-Action", "StopInvocation") },
		"nonce changed":     func(r *http.Request) { r.Header.Set("X-Acs-Signature-Nonce", "another") },
		"hash changed":      func(r *http.Request) { r.Header.Set("X-Acs-Content-Sha256", strings.Repeat("0", 64)) },
		"signature changed": func(r *http.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")[:200]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, errors.SignatureDoesNotMatch, runVector().send(t, edit).code())
		})
	}
}

func TestBlanksAfterTheCommasOfAuthorizationAreAllowed(t *testing.T) {
	t.Parallel()
	a := runVector().send(t, func(r *http.Request) {
		r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ",", ", "))
	})
	assert.Equal(t, errors.ParameterNotMatched, a.code())
}

func TestEveryRefusedSignatureHasItsCode(t *testing.T) {
	t.Parallel()
	drop := func(header string) func(*caller) {
		return func(c *caller) { c.edit = func(r *http.Request) { r.Header.Del(header) } }
	}
	replace := func(from, to string) func(*caller) {
		return func(c *caller) {
			c.edit = func(r *http.Request) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
			}
		}
	}
	tests := []struct {
		name   string
		change func(*caller)
		code   errors.Code
		status int
	}{
		{"no signature at all", drop("Authorization"), errors.MissingAccessKeyId, 400},
		{"a foreign scheme", replace("ACS3-HMAC-SHA256", "Bearer"), errors.IncompleteSignature, 400},
		{"another algorithm", replace("ACS3-HMAC-SHA256", "ACS3-RSA-SHA256"), errors.InvalidSignatureMethod, 400},
		{"no signature value", replace(",Signature=", ",Signatura="), errors.IncompleteSignature, 400},
		{"a part given twice", replace(",Signature=", ",Credential="), errors.IncompleteSignature, 400},
		{"no key id", replace("Credential="+testKey, "Credential="), errors.IncompleteSignature, 400},
		{"no date", drop("X-Acs-Date"), errors.IncompleteSignature, 400},
		{"no nonce", drop("X-Acs-Signature-Nonce"), errors.IncompleteSignature, 400},
		{"no hash of the body", drop("X-Acs-Content-Sha256"), errors.IncompleteSignature, 400},
		{"an action that is not signed", replace("x-acs-action;", ""), errors.IncompleteSignature, 400},
		{"a host that is not signed", replace("host;", ""), errors.IncompleteSignature, 400},
		{"a list that is not sorted", replace("host;x-acs-action", "x-acs-action;host"), errors.IncompleteSignature, 400},
		{"a header that is listed twice", replace("host;x-acs-action", "host;host;x-acs-action"), errors.IncompleteSignature, 400},
		{"a body whose type is not signed", func(c *caller) {
			c.body = true
			replace("content-type;", "")(c)
		}, errors.IncompleteSignature, 400},
		{"an unknown key", func(c *caller) { c.key = "nobody" }, errors.InvalidAccessKeyIdNotFound, 404},
		{"a disabled key", func(c *caller) { c.key = "disabled" }, errors.InvalidAccessKeyIdInactive, 400},
		{"a wrong secret", func(c *caller) { c.secret = "wrong" }, errors.SignatureDoesNotMatch, 400},
		{"a clock an hour behind", func(c *caller) { c.skew = -time.Hour }, errors.InvalidTimeStampExpired, 400},
		{"a clock an hour ahead", func(c *caller) { c.skew = time.Hour }, errors.InvalidTimeStampExpired, 400},
		{"a date in another form", func(c *caller) {
			c.edit = func(r *http.Request) { r.Header.Set("X-Acs-Date", "Fri, 02 Jan 2026 03:04:05 GMT") }
		}, errors.InvalidTimeStampFormat, 400},
		{"a temporary key without its token", func(c *caller) { c.key = "sts" }, errors.MissingSecurityToken, 400},
		{"a temporary key with another token", func(c *caller) { c.key, c.token = "sts", "other" }, errors.InvalidSecurityTokenMalformed, 400},
		{"a token with a plain key", func(c *caller) { c.token = "token" }, errors.InvalidSecurityTokenMismatchWithAccessKey, 400},
		{"two key ids", func(c *caller) {
			c.edit = func(r *http.Request) { r.Header.Set("X-Acs-Accesskey-Id", "other") }
		}, errors.IncompleteSignature, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{credentials: []signature.Credential{
				{AccessKeyID: testKey, AccessKeySecret: testSecret},
				{AccessKeyID: "disabled", AccessKeySecret: testSecret, Disabled: true},
				{AccessKeyID: "sts", AccessKeySecret: testSecret, SecurityToken: "token"},
			}})
			test.change(c)
			a := c.call("RunCommand", echo("i-1"))
			assert.Equal(t, test.code, a.code(), a.raw)
			assert.Equal(t, test.status, a.status)
			assert.Zero(t, s.Executions("i-1"))
		})
	}
}

func TestTheClocksMayDifferByAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for skew, ok := range map[time.Duration]bool{
		15 * time.Minute: true, -15 * time.Minute: true,
		15*time.Minute + time.Second: false, -15*time.Minute - time.Second: false,
	} {
		_, c := newService(t, config{clock: func() time.Time { return now }})
		c.skew = skew
		assert.Equal(t, ok, c.call("RunCommand", echo("i-1")).status == http.StatusOK, "skew %s", skew)
	}
}

func TestDatesAreComparedWithTheClockThatCallersShare(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{time.Hour, 72 * time.Hour, 366 * 24 * time.Hour} {
		s, c := newService(t, config{clock: noon})
		s.Advance(ahead)
		c.run(echo("i-1"))
		c.skew = ahead
		assert.Equal(t, errors.InvalidTimeStampExpired, c.call("RunCommand", echo("i-1")).code(), "a date moved forward as far as the server's clock is refused too")
		c.skew = -time.Hour
		assert.Equal(t, errors.InvalidTimeStampExpired, c.call("RunCommand", echo("i-1")).code())
		assert.Equal(t, 1, s.Executions("i-1"))
	}
}

func TestAdvanceDoesNotMakeAnOldRequestValid(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon})
	r := c.request("RunCommand", echo("i-1"))
	for _, want := range []errors.Code{"", errors.SignatureNonceUsed, errors.SignatureNonceUsed} {
		a, err := send(t, s.Transport(), r.Clone(t.Context()))
		require.NoError(t, err)
		assert.Equal(t, want, a.code())
		s.Advance(24 * time.Hour)
		c.run(echo("i-2")) // the server begins a new set of nonces, because nonceWindow has passed
	}
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestANonceWorksOnce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	r := c.request("RunCommand", echo("i-1"))
	again := r.Clone(t.Context())
	for i, want := range []int{http.StatusOK, http.StatusBadRequest} {
		a, err := send(t, s.Transport(), []*http.Request{r, again}[i])
		require.NoError(t, err)
		assert.Equal(t, want, a.status)
	}
	assert.Equal(t, 1, s.Executions("i-1"))
	assert.Equal(t, errors.SignatureNonceUsed, s.Calls("RunCommand")[1].Code)
}

func TestABadSignatureDoesNotUseUpTheNonce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	r := c.request("RunCommand", echo("i-1"))
	forged := r.Clone(t.Context())
	forged.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
	for i, want := range []int{http.StatusBadRequest, http.StatusOK} {
		a, err := send(t, s.Transport(), []*http.Request{forged, r}[i])
		require.NoError(t, err)
		assert.Equal(t, want, a.status)
	}
}

func TestTemporaryCredentialsAreAccepted(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{credentials: []signature.Credential{
		{AccessKeyID: "sts", AccessKeySecret: testSecret, SecurityToken: "token"},
	}})
	c.key, c.token = "sts", "token"
	c.run(echo("i-1"))
	assert.Equal(t, 1, s.Executions("i-1"))
}

func TestTheOldSignatureIsAccepted(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		s, c := newService(t, config{})
		c.edit = func(r *http.Request) { r.Header = http.Header{} }
		c.method = method
		p := echo("i-1").with("Action", "RunCommand", "Version", "2014-05-26", "Name", "old * ~ way", "Format", "JSON")
		a := c.call("", signV1(method, p, testKey, testSecret, s.Now()))
		assert.Equal(t, http.StatusOK, a.status, a.raw)
		assert.Equal(t, 1, s.Executions("i-1"))
		assert.NotContains(t, s.Calls("RunCommand")[0].Parameters, "Signature")

		forged := signV1(method, p, testKey, "wrong", s.Now())
		assert.Equal(t, errors.SignatureDoesNotMatch, c.call("", forged).code())
		assert.Equal(t, errors.InvalidSignatureMethod, c.call("", p.with("AccessKeyId", testKey, "SignatureMethod", "HMAC-MD5")).code())
		assert.Equal(t, errors.IncompleteSignature, c.call("", p.with("AccessKeyId", testKey, "SignatureMethod", "HMAC-SHA1")).code())
	}
}

func TestARequestThatIsSentManyTimesAtOnceCountsOnce(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for range 20 {
		r := c.request("RunCommand", echo("i-1"))
		before := s.Executions("i-1")
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { _, _ = send(t, s.Transport(), r.Clone(r.Context())) })
		}
		all.Wait()
		assert.Equal(t, before+1, s.Executions("i-1"))
	}
}

func TestTheTextOfASignatureErrorEndsWithTheTextToSign(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	c.secret = "wrong"
	const form = "Specified signature is not matched with our calculation. server string to sign is:"
	p := echo("i-1").with("Action", "RunCommand", "Version", "2014-05-26", "Name", "a b*~", "Format", "JSON")
	signed := signV1(c.method, p, testKey, "wrong", c.clock())
	old := *c
	old.edit = func(r *http.Request) { r.Header = http.Header{} }
	message := old.call("", signed).text("Message")
	text, found := strings.CutPrefix(message, form)
	require.True(t, found, message)
	assert.Equal(t, signedTextV1(c.method, signed.with("Signature", "-")), text)

	text, found = strings.CutPrefix(c.call("RunCommand", echo("i-1")).text("Message"), form)
	require.True(t, found)
	assert.Regexp(t, `^ACS3-HMAC-SHA256\n[0-9a-f]{64}$`, text)
}
