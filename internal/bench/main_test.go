package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// TestMain runs the tests. The tests start this program again as the second process, with the
// variable serverVariable. In that process TestMain runs the server instead, as main does.
func TestMain(m *testing.M) {
	if os.Getenv(serverVariable) != "" {
		exit(serve(os.Stdin, os.Stdout))
	}
	withoutProxies()
	os.Exit(m.Run())
}

// eachContender runs a subtest for every contender in every scenario.
func eachContender(t *testing.T, test func(*testing.T, *scenario, contender)) {
	for _, s := range scenarios() {
		for _, c := range contenders() {
			t.Run(s.name+", "+c.name, func(t *testing.T) {
				t.Parallel()
				test(t, s, c)
			})
		}
	}
}

// A recorder is a RoundTripper that records the requests of one action and sends them on.
type recorder struct {
	next   http.RoundTripper
	action string
	sent   []map[string]string
	header []http.Header
	size   int // size of the encoded parameters of the latest request, in bytes
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	if header(req, "X-Acs-Action") == r.action {
		var body []byte
		if req.Body != nil {
			var err error
			if body, err = io.ReadAll(req.Body); err != nil {
				return nil, err
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
		}
		got, err := parameters(req.URL.RawQuery, string(body))
		if err != nil {
			return nil, err
		}
		r.sent, r.header, r.size = append(r.sent, got), append(r.header, req.Header), len(req.URL.RawQuery)+len(body)
	}
	return r.next.RoundTrip(req)
}

func TestEveryContenderSendsTheSameParametersAndDecodesTheReply(t *testing.T) {
	t.Parallel()
	sizes := map[string]struct{ parameters, bytes int }{ // bytes may differ by 1 %, because a contender may write a blank as + or as %20
		"typical":               {8, 1617},
		"full":                  {156, 30500},
		"poll of 100 instances": {4, 101},
		"page of 50 results":    {4, 101},
	}
	canned := replies()
	eachContender(t, func(t *testing.T, s *scenario, c contender) {
		wanted, err := parameters(string(s.form()))
		require.NoError(t, err)
		rec := &recorder{next: &server{scenario: s, replies: canned, check: true}, action: s.action}
		call, err := c.prepare(s, target{"service.invalid", rec})
		require.NoError(t, err)
		prepared := len(rec.sent)
		for range 2 {
			got, err := call(t.Context())
			require.NoError(t, err)
			assert.Equal(t, s.want, got)
		}
		require.Len(t, rec.sent, prepared+2, "requests for two calls")
		for i, sent := range rec.sent {
			assert.Equal(t, wanted, sent)
			assert.Contains(t, rec.header[i].Get("Authorization"), "Signature=")
		}
		assert.Len(t, wanted, sizes[s.name].parameters)
		assert.InEpsilon(t, sizes[s.name].bytes, rec.size, 0.01)
	})
}

// A wire is a RoundTripper that changes the names of headers to the form that a server receives.
type wire struct{ http.RoundTripper }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := *r
	sent.Header = make(http.Header)
	for name, values := range r.Header {
		sent.Header[http.CanonicalHeaderKey(name)] = values
	}
	return w.RoundTripper.RoundTrip(&sent)
}

func TestTheLocalServiceAcceptsEverySignature(t *testing.T) {
	t.Parallel()
	eachContender(t, func(t *testing.T, s *scenario, c contender) {
		srv := runcommandtest.Start(t, runcommandtest.WithCredential(accessKeyID, accessKeySecret))
		for _, id := range instances(100) {
			srv.AddInstance(runcommandtest.Instance{ID: id})
		}
		call, err := c.prepare(s, target{"service.invalid", wire{srv.Transport()}})
		require.NoError(t, err)
		_, _ = call(t.Context()) // the error is ignored: the local service may not have the invocation
		calls := srv.Calls(s.action)
		require.NotEmpty(t, calls)
		assert.Empty(t, calls[0].Code)
		assert.Equal(t, http.StatusOK, calls[0].Status)
	})
}

func TestTheServerNoticesARequestThatDiffers(t *testing.T) {
	t.Parallel()
	s := scenarios()[0]
	valid := string(s.form())
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		body   string
		says   string // part of the wanted error text; "" when the request is correct
	}{
		{name: "nothing differs", body: valid},
		{name: "a parameter is missing", body: strings.Replace(valid, "&Timeout=30", "", 1), says: "Timeout"},
		{name: "a parameter has another value", body: strings.Replace(valid, "&Timeout=30", "&Timeout=31", 1), says: "Timeout"},
		{name: "there is one parameter more", body: valid + "&Username=root", says: "Username"},
		{name: "a parameter comes twice", body: valid + "&Timeout=30", says: "twice"},
		{name: "the same is in the query too", body: valid, change: func(r *http.Request) { r.URL.RawQuery = "Timeout=30" }, says: "twice"},
		{name: "there is no signature", body: valid, change: func(r *http.Request) { r.Header.Del("Authorization") }, says: "not signed"},
		{name: "the version is another", body: valid, change: func(r *http.Request) { r.Header.Set("X-Acs-Version", "1") }, says: "version"},
		{name: "the method is another", body: valid, change: func(r *http.Request) { r.Method = http.MethodGet }, says: "method"},
		{name: "the action is another", body: valid, change: func(r *http.Request) { r.Header.Set("X-Acs-Action", "Run") }, says: "action"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://service.invalid/", strings.NewReader(c.body))
			require.NoError(t, err)
			req.Header = signedHeader("service.invalid", s.action, []byte(c.body))
			if c.change != nil {
				c.change(req)
			}
			res, err := (&server{scenario: s, replies: replies(), check: true}).RoundTrip(req)
			require.NoError(t, err)
			defer res.Body.Close()
			reply, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			assert.Equal(t, c.says != "", res.StatusCode != http.StatusOK)
			assert.Contains(t, string(reply), c.says)
		})
	}
}

func TestARunReportsEveryContenderAndEveryAim(t *testing.T) {
	t.Parallel()
	text, err := run(t.Context(), 1, 0, io.Discard)
	require.NoError(t, err)
	for _, s := range scenarios() {
		for _, c := range contenders() {
			assert.Regexp(t, `\| `+s.name+` +\| `+c.name+` `, text)
		}
	}
	assert.Equal(t, len(aims), strings.Count(text, "met  ")+strings.Count(text, "not met |"))
	assert.Contains(t, text, "github.com/alibabacloud-go/ecs-20140526/v4")
	assert.NotContains(t, text, "NaN")
	host, err := os.Hostname()
	require.NoError(t, err)
	assert.NotContains(t, text, host)
}

func TestTheSecondProcessEndsWithTheFirst(t *testing.T) {
	t.Parallel()
	addresses, stop, err := startServer(t.Context())
	require.NoError(t, err)
	require.Len(t, addresses, len(scenarios()))
	require.NoError(t, contenders()[0].check(t.Context(), scenarios()[0], target{host: addresses[0].Checked}))
	require.NoError(t, stop(), "it ends by itself when its input does")
	_, err = net.Dial("tcp", addresses[0].Checked)
	assert.Error(t, err, "no one listens any more")
}

func TestRatiosAreThoseOfMedians(t *testing.T) {
	t.Parallel()
	of := func(times ...float64) *cell {
		c := &cell{}
		for _, v := range times {
			c.samples = append(c.samples, sample{byTime: v})
		}
		return c
	}
	r := compare(of(1, 2, 30), of(4, 4, 3), byTime)
	assert.Equal(t, ratio{medians: 0.5, low: 0.375, high: 5.25}, r)
	assert.Equal(t, 2.5, of(4, 1, 2, 3).median(byTime))
	assert.Equal(t, 0.5, of(2, 3, 4, 5, 100).spread(byTime), "from 3 to 5, beside 4")
	assert.True(t, aim{limit: 0.5}.met(r))
	assert.False(t, aim{limit: 0.49}.met(r))
	assert.True(t, aim{limit: 0.5, atLeast: true}.met(r))
	assert.False(t, aim{limit: 0.51, atLeast: true}.met(r))
}
