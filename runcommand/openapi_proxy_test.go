package runcommand_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// recordingProxy is a proxy for HTTP and CONNECT that connects every host name to one
// service. It records each request and its credential.
type recordingProxy struct {
	*httptest.Server

	mu    sync.Mutex
	asked []string
}

func (p *recordingProxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *recordingProxy) note(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, what)
}

func startRecordingProxy(tb testing.TB, service *recordingService) *recordingProxy {
	tb.Helper()
	p := newRecordingProxy(tb, service)
	p.Start()
	return p
}

// newRecordingProxy returns a recordingProxy that has not been started yet.
func newRecordingProxy(tb testing.TB, service *recordingService) *recordingProxy {
	tb.Helper()
	p := &recordingProxy{}
	var tunnels sync.WaitGroup
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.note(strings.TrimSpace(r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization")))
		if r.Method != http.MethodConnect {
			r.Header.Del("Proxy-Authorization")
			service.Config.Handler.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusOK)
		near, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		tunnels.Go(func() { tunnel(near, buffered, *service.host()) })
	}))
	tb.Cleanup(func() {
		p.Close()
		tunnels.Wait()
	})
	return p
}

// tunnel copies data in both directions until one side ends.
func tunnel(near net.Conn, from io.Reader, target string) {
	defer near.Close()
	far, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer far.Close()
	var group sync.WaitGroup
	group.Go(func() {
		_, _ = io.Copy(far, from)
		far.Close()
	})
	_, _ = io.Copy(near, far)
	near.Close()
	group.Wait()
}

// startSOCKS starts a SOCKS5 proxy (RFC 1928 and 1929) that checks the password when the
// client offers one. The proxy connects every host name to the target. It records each
// connection as "user:password host".
func startSOCKS(tb testing.TB, target, password string) (address string, asked func() []string) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	var group sync.WaitGroup
	p := &recordingProxy{}
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { serveSOCKS(conn, target, password, p.note) })
		}
	})
	tb.Cleanup(func() {
		listener.Close()
		group.Wait()
	})
	return listener.Addr().String(), p.requests
}

func serveSOCKS(conn net.Conn, target, password string, note func(string)) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	next := func(n int) []byte {
		b := make([]byte, n)
		_, _ = io.ReadFull(in, b)
		return b
	}
	sized := func() string { return string(next(int(next(1)[0]))) }
	method := byte(0)
	next(1)                                // the version of SOCKS
	if strings.Contains(sized(), "\x02") { // the authentication methods that the client offers; 2 is the method with a password
		method = 2
	}
	_, _ = conn.Write([]byte{5, method})
	who := ""
	if method == 2 {
		next(1)
		user, given := sized(), sized()
		who = user + ":" + given + " "
		if given != password {
			_, _ = conn.Write([]byte{1, 1})
			return
		}
		_, _ = conn.Write([]byte{1, 0})
	}
	kind, host := next(4)[3], ""
	switch kind {
	case 1:
		host = net.IP(next(4)).String()
	case 3:
		host = sized()
	}
	next(2) // the port
	note(who + host)
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	tunnel(conn, in, target)
}
