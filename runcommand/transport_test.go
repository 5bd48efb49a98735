package runcommand_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// scriptedTransport is a transport that answers each attempt with the next step. It
// repeats the last step, and keeps the bodies that were sent.
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
		return nil, failed // without reading the body, because a dial error means that nothing was sent
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

// bodies returns the body of each attempt. The body is "" for an attempt that sent nothing.
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

// parameters decodes the parameters of a form body.
func parameters(tb testing.TB, body string) url.Values {
	tb.Helper()
	v, err := url.ParseQuery(body)
	require.NoError(tb, err)
	return v
}
