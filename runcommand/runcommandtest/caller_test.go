package runcommandtest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

const (
	testKey    = "LTAI-test"
	testSecret = "secret-test"
	testHost   = "ecs.test.invalid"
)

// params are the parameters of a call by wire name.
type params map[string]string

// with returns a copy of p with pairs of names and values added. The value "-" removes
// the name from the copy.
func (p params) with(pairs ...string) params {
	q := maps.Clone(p)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "-" {
			delete(q, pairs[i])
			continue
		}
		q[pairs[i]] = pairs[i+1]
	}
	return q
}

// echo returns the parameters of the smallest command that is accepted.
func echo(instances ...string) params {
	p := params{"RegionId": "cn-hangzhou", "Type": "RunShellScript", "CommandContent": "echo hello"}
	return p.to(instances...)
}

func (p params) to(instances ...string) params {
	q := maps.Clone(p)
	for i, id := range instances {
		q[name("InstanceId", i+1)] = id
	}
	return q
}

func name(list string, n int) string { return list + "." + itoa(n) }

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// A caller signs calls by hand, as the signature guide describes, and sends them
// to one server in process.
type caller struct {
	tb     testing.TB
	server *Server
	http   http.RoundTripper
	key    string
	secret string
	token  string
	method string
	body   bool // send the parameters in a form body
	edit   func(*http.Request)
	clock  func() time.Time // the clock of the caller
	skew   time.Duration
}

// newService returns a server with three instances, and a caller that sends calls to
// it.
func newService(tb testing.TB, opts config) (*Server, *caller) {
	tb.Helper()
	if opts.credentials == nil {
		opts.credentials = []signature.Credential{{AccessKeyID: testKey, AccessKeySecret: testSecret}}
	}
	clock := opts.clock
	if clock == nil {
		clock = time.Now
	}
	s := newServer(opts)
	tb.Cleanup(s.Close)
	s.AddInstance(Instance{ID: "i-1"}, Instance{ID: "i-2"}, Instance{ID: "i-3"})
	return s, &caller{tb: tb, server: s, http: s.Transport(), key: testKey, secret: testSecret, method: http.MethodPost, clock: clock}
}

// An answer is a reply whose body has been read.
type answer struct {
	tb     testing.TB
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// code returns the error code of the reply.
func (a answer) code() errors.Code {
	code, _ := a.json["Code"].(string)
	return errors.Code(code)
}

// at returns the part of the reply that path leads to. The path has names of fields and
// indices of arrays.
func (a answer) at(path ...any) any {
	a.tb.Helper()
	var v any = a.json
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, ok := v.(map[string]any)
			require.True(a.tb, ok, "no object to take %q from in %s", step, a.raw)
			require.Contains(a.tb, object, step, "in %s", a.raw)
			v = object[step]
		case int:
			array, ok := v.([]any)
			require.True(a.tb, ok && step < len(array), "no item %d in %s", step, a.raw)
			v = array[step]
		}
	}
	return v
}

func (a answer) text(path ...any) string {
	a.tb.Helper()
	text, ok := a.at(path...).(string)
	require.True(a.tb, ok, "%v is no text in %s", path, a.raw)
	return text
}

// call sends a call and reads the answer.
func (c *caller) call(action string, p params) answer {
	c.tb.Helper()
	a, err := c.try(action, p)
	require.NoError(c.tb, err)
	return a
}

// ok sends a call that must succeed.
func (c *caller) ok(action string, p params) answer {
	c.tb.Helper()
	a := c.call(action, p)
	require.Equal(c.tb, http.StatusOK, a.status, a.raw)
	return a
}

// run sends a command that must be accepted, and returns the id of its invocation.
func (c *caller) run(p params) string {
	c.tb.Helper()
	return c.ok("RunCommand", p).text("InvokeId")
}

// results returns the rows of DescribeInvocationResults for an invocation.
func (c *caller) results(id string, pairs ...string) []map[string]any {
	c.tb.Helper()
	a := c.ok("DescribeInvocationResults", params{"RegionId": "cn-hangzhou", "InvokeId": id, "MaxResults": "50"}.with(pairs...))
	rows := a.at("Invocation", "InvocationResults", "InvocationResult").([]any)
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = row.(map[string]any)
	}
	return out
}

// result returns the only row of an invocation.
func (c *caller) result(id string, pairs ...string) map[string]any {
	c.tb.Helper()
	rows := c.results(id, pairs...)
	require.Len(c.tb, rows, 1)
	return rows[0]
}

// try sends a call and reads the answer. The error is an error of the network, if there
// is one.
func (c *caller) try(action string, p params) (answer, error) {
	c.tb.Helper()
	r := c.request(action, p)
	return send(c.tb, c.http, r)
}

// send sends a request and reads the answer.
func send(tb testing.TB, to http.RoundTripper, r *http.Request) (answer, error) {
	tb.Helper()
	reply, err := to.RoundTrip(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = reply.Body.Close() }()
	raw, err := io.ReadAll(reply.Body)
	a := answer{tb: tb, status: reply.StatusCode, header: reply.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.json) // the error is ignored: a reply may not be JSON
	return a, err
}

// request builds a signed request.
func (c *caller) request(action string, p params) *http.Request {
	c.tb.Helper()
	values := url.Values{}
	for name, value := range p {
		values.Set(name, value)
	}
	var body, query string
	if c.body {
		body = values.Encode()
	} else {
		query = values.Encode()
	}
	r, err := http.NewRequestWithContext(c.tb.Context(), c.method, "http://"+testHost+"/?"+query, strings.NewReader(body))
	require.NoError(c.tb, err)
	if c.body {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-Acs-Action", action)
	r.Header.Set("X-Acs-Version", "2014-05-26")
	r.Header.Set("X-Acs-Date", c.clock().Add(c.skew).UTC().Format("2006-01-02T15:04:05Z"))
	r.Header.Set("X-Acs-Signature-Nonce", rand.Text())
	if c.token != "" {
		r.Header.Set("X-Acs-Accesskey-Id", c.key)
		r.Header.Set("X-Acs-Security-Token", c.token)
	}
	signV3(r, body, c.key, c.secret)
	if c.edit != nil {
		c.edit(r)
	}
	return r
}

// signV3 signs a request by the eight steps of the V3 signature guide.
func signV3(r *http.Request, body, key, secret string) {
	sum := func(text string) string {
		h := sha256.Sum256([]byte(text))
		return hex.EncodeToString(h[:])
	}
	r.Header.Set("X-Acs-Content-Sha256", sum(body))
	headers := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || lower == "content-type" {
			headers[lower] = strings.TrimSpace(r.Header.Get(name))
		}
	}
	names := slices.Sorted(maps.Keys(headers))
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + headers[name] + "\n")
	}
	signed := strings.Join(names, ";")
	canonical := r.Method + "\n/\n" + rfc3986(r.URL.Query()) + "\n" + lines.String() + "\n" + signed + "\n" + sum(body)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + sum(canonical)))
	r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+key+",SignedHeaders="+signed+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// signV1 returns the parameters p with the old signature added.
func signV1(method string, p params, key, secret string, at time.Time) params {
	p = p.with("AccessKeyId", key, "SignatureMethod", "HMAC-SHA1", "SignatureVersion", "1.0",
		"SignatureNonce", rand.Text(), "Timestamp", at.UTC().Format("2006-01-02T15:04:05Z"))
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(signedTextV1(method, p)))
	return p.with("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// signedTextV1 returns the text that the old signature is made from.
func signedTextV1(method string, p params) string {
	values := url.Values{}
	for name, value := range p {
		values.Set(name, value)
	}
	return method + "&%2F&" + strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(rfc3986(values)))
}

// rfc3986 encodes values in the form that both signatures need.
func rfc3986(values url.Values) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(values.Encode())
}
