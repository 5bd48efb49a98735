package runcommandtest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// traced returns a context that records the events of a request, and the list to which
// it adds the events.
func traced(ctx context.Context) (context.Context, *[]string) {
	var notes []string
	note := func(what string) { notes = append(notes, what) }
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(string) { note("asked") },
		GotConn:              func(httptrace.GotConnInfo) { note("connected") },
		WroteHeaders:         func() { note("headers") },
		WroteRequest:         func(httptrace.WroteRequestInfo) { note("sent") },
		GotFirstResponseByte: func() { note("answered") },
	}), &notes
}

func TestATraceInProcessSeesTheEventsOfANetwork(t *testing.T) {
	t.Parallel()
	for kind, want := range map[FaultKind][]string{
		0:                     {"asked", "connected", "headers", "sent", "answered"},
		FaultRefused:          {"asked"},
		FaultResetBefore:      {"asked", "connected", "headers", "sent"},
		FaultResetAfterAccept: {"asked", "connected", "headers", "sent"},
	} {
		s, c := newService(t, config{})
		if kind != 0 {
			s.Inject(Fault{Kind: kind})
		}
		ctx, notes := traced(t.Context())
		_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(ctx))
		assert.Equal(t, kind == 0, err == nil)
		assert.Equal(t, want, *notes, kind)
	}
}

// The body of a refused request must not be read. Otherwise a client assumes that the
// request may have been sent.
func TestARefusedConnectionLeavesTheBodyAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults  []Fault
		refused bool
		read    bool
	}{
		"any call":                              {[]Fault{{Kind: FaultRefused}}, true, false},
		"calls of the action":                   {[]Fault{{Kind: FaultRefused, Action: "RunCommand"}}, true, false},
		"calls of another action":               {[]Fault{{Kind: FaultRefused, Action: "StopInvocation"}}, false, true},
		"calls that name the instance":          {[]Fault{{Kind: FaultRefused, InstanceID: "i-1"}}, true, true},
		"after another fault of the connection": {[]Fault{{Kind: FaultResetBefore}, {Kind: FaultRefused}}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{})
			s.Inject(test.faults...)
			r := c.request("RunCommand", echo("i-1"))
			body := &countedBody{ReadCloser: r.Body}
			r.Body = body
			_, err := send(t, s.Transport(), r)
			assert.Equal(t, test.refused, errors.Is(err, syscall.ECONNREFUSED), "%v", err)
			assert.Equal(t, test.read, body.reads > 0)
			assert.Len(t, s.Calls(""), map[bool]int{true: 0, false: 1}[test.refused])
		})
	}
}

type countedBody struct {
	io.ReadCloser
	reads int
}

func (b *countedBody) Read(p []byte) (int, error) {
	b.reads++
	return b.ReadCloser.Read(p)
}

func TestATraceMayHaveNoFunctions(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{})
	a, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(ctx))
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, a.status)
}

func TestARequestThatIsCancelledOrUnreadableIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(over))
	assert.ErrorIs(t, err, context.Canceled)

	r := c.request("RunCommand", echo("i-1"))
	broken := errors.New("the body cannot be read")
	r.Body = io.NopCloser(iotest.ErrReader(broken))
	_, err = send(t, s.Transport(), r)
	assert.ErrorIs(t, err, broken)
	assert.Zero(t, s.Executions("i-1"))
	assert.Empty(t, s.Calls(""))
}

func TestACallAfterCloseFailsBecauseTheServiceIsClosed(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	s.Close()
	ctx, notes := traced(t.Context())
	_, err := send(t, s.Transport(), c.request("RunCommand", echo("i-1")).WithContext(ctx))
	assert.ErrorContains(t, err, "the local service is closed")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	dial, ok := errors.AsType[*net.OpError](err)
	require.True(t, ok)
	assert.Equal(t, "dial", dial.Op, "nothing was sent")
	assert.Empty(t, *notes)
}

func TestABodyEndsWithItsContextAndItsClose(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	get := func(r *http.Request) io.ReadCloser {
		reply, err := s.Transport().RoundTrip(r)
		require.NoError(t, err)
		assert.Equal(t, "HTTP/1.1", reply.Proto)
		assert.Equal(t, "200 OK", reply.Status)
		assert.NotZero(t, reply.ContentLength)
		return reply.Body
	}
	ctx, cancel := context.WithCancel(t.Context())
	body := get(c.request("RunCommand", echo("i-1")).WithContext(ctx))
	cancel()
	_, err := body.Read(make([]byte, 1))
	assert.ErrorIs(t, err, context.Canceled)
	assert.NoError(t, body.Close())

	body = get(c.request("RunCommand", echo("i-1")))
	require.NoError(t, body.Close())
	_, err = body.Read(make([]byte, 1))
	assert.ErrorIs(t, err, http.ErrBodyReadAfterClose)
}

func TestSlowRepliesOverLoopbackEndWithTheirCaller(t *testing.T) {
	t.Parallel()
	for _, kind := range []FaultKind{FaultDelayed, FaultSilent, FaultSlow} {
		s, c := newService(t, config{})
		c.overNetwork(t)
		s.Inject(Fault{Kind: kind})
		ctx, cancel := context.WithCancel(t.Context())
		accepted := s.Control("RunCommand", func(Call) Verdict {
			if kind != FaultSlow {
				cancel() // the call has arrived; cancel it before the reply
			}
			return Pass()
		})
		reply, err := c.http.RoundTrip(c.request("RunCommand", echo("i-1")).WithContext(ctx))
		if err == nil {
			cancel() // the header has arrived; cancel the call before the body is complete
			_, err = io.ReadAll(reply.Body)
			assert.NoError(t, reply.Body.Close())
		}
		assert.ErrorIs(t, err, context.Canceled, kind)
		cancel()
		accepted()
	}
}

func TestCloseEndsSlowRepliesOverLoopback(t *testing.T) {
	t.Parallel()
	for _, kind := range []FaultKind{FaultDelayed, FaultSilent} {
		s, c := newService(t, config{})
		c.overNetwork(t)
		s.Inject(Fault{Kind: kind})
		arrived := make(chan struct{})
		s.Control("RunCommand", func(Call) Verdict {
			close(arrived)
			return Pass()
		})
		r := c.request("RunCommand", echo("i-1"))
		failed := make(chan error)
		go func() {
			_, err := send(t, c.http, r)
			failed <- err
		}()
		<-arrived
		s.Close()
		assert.Error(t, <-failed, kind)
		_, err := c.try("RunCommand", echo("i-1"))
		assert.Error(t, err, "a closed server does not answer")
	}
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, config{})
	for _, text := range []string{"", "{}", "\x00\xff", strings.Repeat("&", 5000), "a=b&a=c"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+testHost+"/", strings.NewReader(text))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a, err := send(t, s.Transport(), r)
		require.NoError(t, err)
		assert.Equal(t, 400, a.status)
	}
	many, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+testHost+"/", strings.NewReader(queryOf(20_001)))
	require.NoError(t, err)
	many.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := send(t, s.Transport(), many)
	require.NoError(t, err)
	assert.Equal(t, errors.InvalidParameter, a.code())
}

// queryOf returns a query with n parameters.
func queryOf(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("&p" + itoa(i) + "=")
	}
	return b.String()
}
