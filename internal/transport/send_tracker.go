package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
)

// A sendTracker watches whether one request may have left. Only what it can prove
// counts as not sent.
//
// The proof is a body that was never read: without its parameters the service
// cannot act on a request. It holds for every RoundTripper, be it one that
// retries by itself, takes another route or keeps the request for later, since
// the copies of GetBody are watched too and the body is closed for good when the
// attempt ends. Reading is taken for sending, whatever became of the bytes.
//
// A body of our own pool is not watched: that pool is net/http's and nothing else,
// and writes no request before it has handed a connection to it. net/http sends a
// [bytes.Reader] in one write with the headers, which saves a fifth of a small call.
//
// Parameters in the URL leave no such trace. There only net/http's own transport
// can prove anything, by never handing a connection to the request.
type sendTracker struct {
	body    []byte
	netHTTP *http.Transport // net/http's own transport, where it sends; nil: another RoundTripper sends
	ownPool bool            // our own pool sends

	mu     sync.Mutex
	reads  int  // bodies, copies included, that some part of was handed out
	sealed bool // nothing more is handed out

	wantedConn atomic.Bool  // a connection for the request was asked for
	connected  atomic.Bool  // a connection was made, to the service or to a proxy
	tlsStarted atomic.Bool  // a TLS handshake was begun
	gotConn    atomic.Bool  // a connection was given to the request
	written    atomic.Int32 // times that its headers were written, which come before the body
}

// attach gives the request its body. GetBody stays set, as net/http needs it to
// repeat a request that met a connection closed by the other side.
func (t *sendTracker) attach(req *http.Request) {
	if len(t.body) == 0 {
		req.Body, req.ContentLength = http.NoBody, 0
		req.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
		return
	}
	again := func() (io.ReadCloser, error) {
		if t.ownPool {
			return io.NopCloser(bytes.NewReader(t.body)), nil
		}
		return &watchedBody{tracker: t, rest: bytes.NewReader(t.body)}, nil
	}
	req.Body, _ = again()
	req.GetBody, req.ContentLength = again, int64(len(t.body))
}

// trace listens for the connections of the request.
func (t *sendTracker) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { t.wantedConn.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				t.connected.Store(true)
			}
		},
		TLSHandshakeStart: func() { t.tlsStarted.Store(true) },
		GotConn:           func(httptrace.GotConnInfo) { t.gotConn.Store(true) },
		WroteHeaders:      func() { t.written.Add(1) },
	}
}

// seal lets no other body be begun and returns how many times the request may have
// been sent: 0 proves that it was not, and of several a reply answers only one.
func (t *sendTracker) seal() (sends int) {
	if len(t.body) == 0 {
		if t.netHTTP != nil && t.unconnected() {
			return 0
		}
		return max(1, int(t.written.Load()))
	}
	if t.ownPool {
		if !t.gotConn.Load() {
			return 0
		}
		return max(1, int(t.written.Load())) // it may be written after the attempt was given up
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sealed = true
	return t.reads
}

// unconnected reports whether a connection was asked for and none was given to
// the request. Looking up the name, connecting and the TLS handshake come before
// that. Silence is no such report: what was registered with net/http for the
// scheme may keep quiet about its connections or use none.
func (t *sendTracker) unconnected() bool { return t.wantedConn.Load() && !t.gotConn.Load() }

// errSealed is what a RoundTripper gets that reads the body after it returned.
var errSealed = errors.New("the attempt has ended")

// admit lets a read of a body happen, unless it is the first one and the attempt
// has ended. A body that was begun is read to its end: it counts already, and a
// service may answer before it has all.
func (t *sendTracker) allowRead(b *watchedBody) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case b.read:
		return nil
	case t.sealed:
		return errSealed
	}
	b.read = true
	t.reads++
	return nil
}

// A watchedBody is the body of a request, or a copy of it.
type watchedBody struct {
	tracker *sendTracker
	rest    *bytes.Reader
	read    bool // guarded by the tracker
}

func (b *watchedBody) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := b.tracker.allowRead(b); err != nil {
		return 0, err
	}
	return b.rest.Read(p)
}

func (b *watchedBody) Close() error { return nil }
