package runcommandtest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// URL returns the address of the server on the loopback interface, such as
// "http://127.0.0.1:41593", or "https://..." with [WithTLS]. The first call opens the
// listener; later calls return the same address, after Close too. The first call panics
// after Close, and when no listener can be opened, as httptest does.
//
// The port is free and chosen by the system, unless [WithListener] gives another listener.
// Clients need the access key of the server: see [AccessKeyID] and [WithCredential]. A
// request whose header has more than 256 KiB, or that takes more than a minute to arrive,
// is not served. Inside testing/synctest use [Server.Transport] instead.
func (s *Server) URL() string {
	s.listening.Lock()
	defer s.listening.Unlock()
	if s.url != "" {
		return s.url
	}
	if s.closed {
		panic("runcommandtest: URL of a closed server")
	}
	listener := s.listener
	if listener == nil {
		var err error
		listener, err = net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it opens at once or not at all
		if err != nil {
			panic(fmt.Sprintf("runcommandtest: listen on loopback: %v", err))
		}
	}
	s.listener = nil
	s.http = newHTTPServer(s)
	s.url = "http://" + listener.Addr().String()
	if settings := s.TLSConfig(); settings != nil {
		s.url = "https://" + listener.Addr().String()
		listener = tls.NewListener(listener, settings)
	}
	go serve(s.http, listener)
	return s.url
}

// serve accepts connections on l. It returns when Close closes the server.
func serve(server *http.Server, l net.Listener) { _ = server.Serve(l) }

// newHTTPServer returns an HTTP server with limits. Without them a caller could fill
// the memory or keep a connection busy forever.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    256 << 10,
	}
}

// ServeHTTP makes a Server an [http.Handler], for tests that use their own listener. The
// path of every call is "/"; other paths are refused with InvalidApi.NotFound. To break
// the connection, because of a [Fault] or after Close, it panics with
// [http.ErrAbortHandler] or hijacks the connection, as a server of net/http allows.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || s.life.Err() != nil {
		panic(http.ErrAbortHandler) // closes the connection without a reply
	}
	re := s.serve(r.Context(), r, body)
	if !s.pause(r.Context(), re.delay) {
		panic(http.ErrAbortHandler)
	}
	switch re.sending {
	case sendRefused, sendReset:
		reset(w)
	case sendDropped:
		panic(http.ErrAbortHandler)
	case sendNever:
		s.wait(r.Context())
		panic(http.ErrAbortHandler)
	default:
		s.write(w, r, re)
	}
}

// write sends a reply that has a status. The faults FaultCutReply and FaultSlow decide how
// its body is sent.
func (s *Server) write(w http.ResponseWriter, r *http.Request, re *reply) {
	for name, values := range re.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(re.body)))
	w.WriteHeader(re.status)
	flush := http.NewResponseController(w)
	switch re.sending {
	case sendCut:
		_, _ = w.Write(re.body[:len(re.body)/2]) // the error is ignored: the panic breaks the connection
		_ = flush.Flush()
		panic(http.ErrAbortHandler)
	case sendSlow:
		_ = flush.Flush()
		for i := range re.body {
			if !s.pause(r.Context(), time.Second) {
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(re.body[i : i+1])
			_ = flush.Flush()
		}
	default:
		_, _ = w.Write(re.body)
	}
}

// reset closes the connection so that the operating system of the caller reports a
// reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
