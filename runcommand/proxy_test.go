package runcommand_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

// proxyFault is one way in which a proxy handles a request.
type proxyFault uint8

const (
	pass            proxyFault = iota
	dropBefore                 // closes the connection; the service never sees the request
	dropAfter                  // passes the request on, then closes the connection without a reply
	cutReply                   // closes the connection in the middle of the reply
	replace                    // passes the request on, but answers with status 502 and an HTML page
	holdBack                   // passes the request on and answers only when the client has given up
	duplicate                  // passes the request on twice and returns the first reply
	duplicateSecond            // passes the request on twice and returns the second reply
	proxyFaults
)

var proxyFaultNames = [proxyFaults]string{
	"pass", "drop before forwarding", "drop after forwarding", "cut the reply", "replace the reply",
	"delay after forwarding", "duplicate, first reply", "duplicate, second reply",
}

// A proxy stands between a client and a server and uses sockets of its own. Each request
// meets the next fault of a list. After the end of the list, the last fault is repeated.
type proxy struct {
	listener net.Listener
	target   string
	group    sync.WaitGroup

	mu     sync.Mutex
	faults []proxyFault
	conns  map[net.Conn]bool
	played []proxyFault
}

func startProxy(tb testing.TB, target string, faults ...proxyFault) *proxy {
	tb.Helper()
	u, err := url.Parse(target)
	require.NoError(tb, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	p := &proxy{listener: listener, target: u.Host, faults: faults, conns: make(map[net.Conn]bool)}
	p.group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.group.Go(func() { p.serve(conn) })
		}
	})
	tb.Cleanup(p.close)
	return p
}

// close closes every connection and waits until all goroutines of the proxy have ended.
func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	for conn := range p.conns {
		conn.Close()
	}
	p.mu.Unlock()
	p.group.Wait()
}

func (p *proxy) hold(conn net.Conn) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, conn)
		conn.Close()
	}
}

func (p *proxy) next() proxyFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.faults[min(len(p.played), len(p.faults)-1)]
	p.played = append(p.played, t)
	return t
}

// requests returns the number of requests that the proxy has received so far.
func (p *proxy) requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.played)
}

func (p *proxy) URL() string { return "http://" + p.listener.Addr().String() }

// serve handles the requests of one connection.
func (p *proxy) serve(conn net.Conn) {
	defer p.hold(conn)()
	reader := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		t := p.next()
		if t == dropBefore {
			return
		}
		reply := p.forward(request, body)
		switch t {
		case dropAfter:
			return
		case cutReply:
			_, _ = conn.Write(reply[:len(reply)-len(reply)/4])
			return
		case replace:
			page := "<html>bad gateway</html>"
			reply = fmt.Appendf(nil, "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
		case holdBack:
			_, _ = reader.ReadByte() // returns when the client has given up
		case duplicate:
			p.forward(request, body)
		case duplicateSecond:
			reply = p.forward(request, body)
		}
		if _, err := conn.Write(reply); err != nil {
			return
		}
	}
}

// forward sends the request, with its host unchanged, over a new connection and returns
// the bytes of the reply.
func (p *proxy) forward(request *http.Request, body []byte) []byte {
	conn, err := net.Dial("tcp", p.target)
	if err != nil {
		return nil
	}
	defer p.hold(conn)()
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if err := request.Write(conn); err != nil {
		return nil
	}
	reply, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return nil
	}
	defer reply.Body.Close()
	var b bytes.Buffer
	_ = reply.Write(&b) // the error is ignored, because writing to memory cannot fail
	return b.Bytes()
}

// clientOverProxy returns a client that reaches srv through the proxy.
func clientOverProxy(tb testing.TB, p *proxy, patience time.Duration, opts ...runcommand.Option) *runcommand.Client {
	tb.Helper()
	transport := &http.Transport{ResponseHeaderTimeout: patience}
	tb.Cleanup(transport.CloseIdleConnections)
	client, err := runcommand.NewClient(runcommandtest.Region, append([]runcommand.Option{
		runcommand.WithEndpoint(p.URL()),
		runcommand.WithStaticCredential(runcommandtest.AccessKeyID, runcommandtest.AccessKeySecret, ""),
		runcommand.WithHTTPClient(&http.Client{Transport: transport}),
	}, opts...)...)
	require.NoError(tb, err)
	return client
}

// TestOverSocketsACommandRunsAtMostOnce proves P1 of internal/DESIGN.md a second time,
// with real connections and net/http on both sides.
func TestOverSocketsACommandRunsAtMostOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  proxyFault
		always string // what describeOutcome returns when every attempt meets the fault
	}{
		{pass, "once: ok, ran 1"},
		{dropBefore, "3 times: transport unavailable, unknown, ran 0"}, // unknown: the client has sent the bytes and cannot know that they were lost
		{dropAfter, "3 times: transport unavailable, unknown, ran 1"},
		{cutReply, "3 times: transport unavailable, unknown, ran 1"},
		{replace, "3 times: transport unavailable, unknown, ran 1"},
		{holdBack, "3 times: transport unavailable, unknown, ran 1"},
		{duplicate, "once: ok, ran 1"},
		{duplicateSecond, "twice: api not authenticated, unknown, ran 1"},
	} {
		t.Run(proxyFaultNames[c.fault], func(t *testing.T) {
			t.Parallel()
			srv, _ := setup(t)
			req, err := runcommand.Shell("echo").Instances("i-1").Build()
			require.NoError(t, err)
			p := startProxy(t, srv.URL(), c.fault)
			_, err = clientOverProxy(t, p, 50*time.Millisecond, retryQuickly(3)).Run(t.Context(), req)
			assert.Equal(t, c.always, describeOutcome(p.requests(), err, srv.Executions("i-1")), "%v", err)

			p = startProxy(t, srv.URL(), c.fault, pass)
			inv, err := clientOverProxy(t, p, 50*time.Millisecond, retryQuickly(3)).Run(t.Context(), req)
			require.NoError(t, err, "once, and then the way is free")
			executed := srv.Invocations()
			assert.Equal(t, executed[len(executed)-1].ID, inv.ID)
			assert.Equal(t, len(executed), srv.Executions("i-1"))
		})
	}
}

// TestOverSocketsRandomFaultsNeverRunACommandTwice proves P1 of internal/DESIGN.md for
// random sequences of faults of a proxy. Each seed gives one sequence.
func TestOverSocketsRandomFaultsNeverRunACommandTwice(t *testing.T) {
	t.Parallel()
	var accepted, unknown, doubled atomic.Int64
	t.Run("runs", func(t *testing.T) {
		for _, seed := range seeds(t, 200, 40) {
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(seed, 3))
				list := make([]proxyFault, 1+rng.IntN(4))
				for i := range list {
					list[i] = proxyFault(rng.IntN(int(proxyFaults)))
				}
				srv, _ := setup(t)
				p := startProxy(t, srv.URL(), list...)
				client := clientOverProxy(t, p, 40*time.Millisecond, retryQuickly(1+rng.IntN(5)))
				b := runcommand.Shell("echo").Instances("i-1")
				req, err := b.Build()
				require.NoError(t, err)
				_, err = client.Run(t.Context(), req)
				executed := srv.Executions("i-1")
				if executed > 1 {
					doubled.Add(1)
				}
				require.LessOrEqual(t, executed, 1, "%v", list)
				if err == nil {
					accepted.Add(1)
					require.Equal(t, 1, executed, "%v", list)
					return
				}
				unknown.Add(1)
				require.True(t, errors.MayHaveRun(err), "%v: every fault leaves it open: %v", list, err)
				e, _ := errors.AsType[*errors.RunError](err)
				req, err = b.ClientToken(e.ClientToken).Build()
				require.NoError(t, err)
				_, err = clientOverProxy(t, startProxy(t, srv.URL(), pass), time.Minute).Run(t.Context(), req)
				require.NoError(t, err)
				require.Equal(t, 1, srv.Executions("i-1"), "after asking again; %v", list)
			})
		}
	})
	t.Logf("P1 over sockets: %d commands ran twice in %d runs, %d accepted, %d unknown and settled by asking again",
		doubled.Load(), accepted.Load()+unknown.Load(), accepted.Load(), unknown.Load())
}

// TestNoGoroutineIsLeft proves P11 of internal/DESIGN.md over sockets, after calls that
// succeeded and calls that failed. The test is not parallel, because otherwise it would
// also count the goroutines of other tests.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("calls", func(t *testing.T) {
		for range 10 {
			for _, tr := range []proxyFault{pass, dropBefore, dropAfter, cutReply, replace, holdBack} {
				srv, _ := setup(t)
				p := startProxy(t, srv.URL(), tr, pass)
				client := clientOverProxy(t, p, 20*time.Millisecond, retryQuickly(3))
				inv := begin(t, client, runcommand.Shell("echo").Instances("i-1"))
				_, err := inv.Wait(t.Context())
				require.NoError(t, err)
				client.CloseIdleConnections()
			}
		}
	})
	// net/http ends its goroutines a moment after a connection is closed.
	var left int
	for range 500 {
		if left = runtime.NumGoroutine() - before; left <= 0 {
			break
		}
		<-time.After(time.Millisecond)
	}
	if !assert.LessOrEqual(t, left, 0) {
		stacks := make([]byte, 1<<20)
		t.Logf("%s", strings.TrimSpace(string(stacks[:runtime.Stack(stacks, true)])))
	}
	t.Logf("P11: %d goroutines left after 60 clients, proxies and servers", max(left, 0))
}
