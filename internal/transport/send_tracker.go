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

// A sendTracker finds out whether one request may have been sent. It treats the request as sent, unless
// there is a proof that it was not sent.
//
// The proof is that the body was never read, since the service cannot act on a request without its
// parameters. When the body was read, the tracker treats the request as sent. This works for every
// RoundTripper, also for a RoundTripper that repeats requests by itself or keeps a request for later.
// A repeated request has a copy of the body, from GetBody, and the tracker watches these copies, too. A
// kept request cannot be sent later: after the end of the attempt, the first read of a body fails.
//
// With the SDK's own pool, the tracker does not watch the body. That pool is an *http.Transport, which
// writes no request before the request has a connection. So the proof is that the request never got a
// connection. The body can then be a [bytes.Reader], which net/http writes together with the headers.
// This saves a fifth of the time of a small call.
//
// With parameters in the URL, there is no body. Then only an *http.Transport gives a proof: the request
// never got a connection.
type sendTracker struct {
	body    []byte
	netHTTP *http.Transport // the transport that sends the request; nil when another RoundTripper sends it
	ownPool bool            // the SDK's own pool sends the request

	mu     sync.Mutex
	reads  int  // number of bodies that were read at least in part, including copies
	sealed bool // the attempt has ended

	wantedConn atomic.Bool  // net/http asked for a connection for the request
	connected  atomic.Bool  // a connection was made, to the service or to a proxy
	tlsStarted atomic.Bool  // a TLS handshake began
	gotConn    atomic.Bool  // the request got a connection
	written    atomic.Int32 // how many times the headers of the request were written; each time the body follows
}

// attach sets the body of the request. It also sets GetBody, which net/http needs to repeat a request
// after the server closed the connection.
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

// trace returns the hooks that record the connections of the request.
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

// seal ends the attempt. After seal, the first read of a body fails. It returns how many times the
// request may have been sent. 0 proves that the request was not sent. When the number is above 1, the
// reply belongs to only one of the sent requests.
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
		return max(1, int(t.written.Load())) // at least 1, because net/http may write the request after the attempt has ended
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sealed = true
	return t.reads
}

// unconnected reports whether net/http asked for a connection and the request got none. The request gets
// a connection only after DNS, connecting and the TLS handshake. When net/http did not report that it
// asked for a connection, unconnected returns false. In that case a RoundTripper that was registered for
// the scheme may have sent the request, without a report of its connections.
func (t *sendTracker) unconnected() bool { return t.wantedConn.Load() && !t.gotConn.Load() }

// errSealed is the error for a RoundTripper that begins to read the body after the attempt.
var errSealed = errors.New("the attempt has ended")

// allowRead returns an error when the first read of a body comes after the end of the attempt. It always
// allows further reads of a body: the tracker has counted that body already, and a service may reply
// before it has read the whole body.
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

// A watchedBody is the body of a request, or a copy of that body. It reports its first read to the
// tracker.
type watchedBody struct {
	tracker *sendTracker
	rest    *bytes.Reader
	read    bool // guarded by tracker.mu
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
