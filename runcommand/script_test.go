package runcommand_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// step answers one attempt.
type step = func(*http.Request) (*http.Response, error)

// scriptedTransport is a transport that answers attempt after attempt as written, the
// last step again and again, and keeps what was sent.
type scriptedTransport struct {
	mu    sync.Mutex
	steps []step
	sent  []string
}

func newScript(steps ...step) *scriptedTransport { return &scriptedTransport{steps: steps} }

func (s *scriptedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	at := len(s.sent)
	s.sent = append(s.sent, "")
	answer := s.steps[min(at, len(s.steps)-1)]
	s.mu.Unlock()
	res, failed := answer(r)
	var dial *net.OpError
	if errors.As(failed, &dial) && dial.Op == "dial" {
		return nil, failed // without a look at the body, as nothing is sent
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[at] = string(body)
	return res, failed
}

// bodies lists what was sent, attempt by attempt; "" is an attempt that sent nothing.
func (s *scriptedTransport) bodies() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.sent...)
}

func (s *scriptedTransport) client(tb testing.TB, opts ...runcommand.Option) *runcommand.Client {
	tb.Helper()
	c, err := runcommand.NewClient("cn-hangzhou", append([]runcommand.Option{
		runcommand.WithStaticCredential("id", "secret", ""),
		runcommand.WithHTTPClient(&http.Client{Transport: s}),
	}, opts...)...)
	require.NoError(tb, err)
	return c
}

// retryQuickly retries almost without waiting, for tests in real time.
func retryQuickly(attempts int) runcommand.Option {
	return runcommand.WithRetry(poll.Policy{Initial: time.Millisecond, Max: 2 * time.Millisecond}, attempts)
}

// replyWith answers with a status, a body, and headers given as names and values.
func replyWith(status int, body string, headers ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		var h http.Header
		if len(headers) > 0 {
			h = http.Header{}
		}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// jsonReply is a reply as the service writes it.
func jsonReply(status int, body string) step {
	return replyWith(status, body, "Content-Type", "application/json")
}

func acceptedReply() step {
	return jsonReply(http.StatusOK, `{"RequestId":"R-1","CommandId":"c-1","InvokeId":"t-1"}`)
}

func refusedReply(status int, code string) step {
	return jsonReply(status, fmt.Sprintf(`{"RequestId":"R-2","HostId":"h","Code":%q,"Message":"m"}`, code))
}

func htmlReply(status int) step { return jsonReply(status, "<html>bad gateway</html>") }

// connectionLost is a connection that breaks after the request has left.
func connectionLost(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

var errDial = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// dialRefused is a connection that is never made.
func dialRefused(*http.Request) (*http.Response, error) {
	return nil, errDial
}

// certificateRefused is a connection that is given up when the server has shown who it
// is, before anything is sent.
func certificateRefused(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &tls.CertificateVerificationError{Err: io.ErrUnexpectedEOF}}
}

// replyCutShort is a reply that ends in the middle.
func replyCutShort(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Body:       io.NopCloser(io.MultiReader(strings.NewReader(`{"RequestId":"R`), brokenReader{})),
		Request:    r,
	}, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// parameters reads a form body.
func parameters(tb testing.TB, body string) url.Values {
	tb.Helper()
	v, err := url.ParseQuery(body)
	require.NoError(tb, err)
	return v
}
