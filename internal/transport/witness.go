package transport

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
)

// A witness watches whether one request may have left. Only what it can prove
// counts as not sent.
//
// The proof is a body that was never read: without its parameters the service
// cannot act on a request. It holds for every RoundTripper, be it one that
// retries by itself, takes another route or keeps the request for later, since
// the copies of GetBody are watched too and the body is closed for good when the
// attempt ends. Reading is taken for sending, whatever became of the bytes.
//
// Parameters in the URL leave no such trace. There only net/http's own transport
// can prove anything, by never handing a connection to the request.
type witness struct {
	body string
	own  bool // net/http's own transport sends

	mu     sync.Mutex
	read   bool // some part of the body, or of a copy, was handed out
	sealed bool // nothing more is handed out

	asked     atomic.Bool // a connection for the request was asked for
	connected atomic.Bool // a connection was made, to the service or to a proxy
	greeted   atomic.Bool // a TLS handshake was begun
	handed    atomic.Bool // a connection was given to the request
}

// attach gives the request its body. GetBody stays set, as net/http needs it to
// repeat a request that met a connection closed by the other side.
func (w *witness) attach(req *http.Request) {
	if w.body == "" {
		req.Body, req.ContentLength = http.NoBody, 0
		req.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
		return
	}
	again := func() (io.ReadCloser, error) { return &watchedBody{w, strings.NewReader(w.body)}, nil }
	req.Body, _ = again()
	req.GetBody, req.ContentLength = again, int64(len(w.body))
}

// trace listens for the connections of the request.
func (w *witness) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				w.connected.Store(true)
			}
		},
		TLSHandshakeStart: func() { w.greeted.Store(true) },
		GotConn:           func(httptrace.GotConnInfo) { w.handed.Store(true) },
	}
}

// maySent closes the body and reports whether any part of the request may have
// been sent. It is asked when the attempt brought no reply.
func (w *witness) maySent() bool {
	if w.body == "" {
		return !w.own || !w.unconnected()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sealed = true
	return w.read
}

// unconnected reports whether a connection was asked for and none was given to
// the request. Looking up the name, connecting and the TLS handshake come before
// that. Silence is no such report: what was registered with net/http for the
// scheme may keep quiet about its connections or use none.
func (w *witness) unconnected() bool { return w.asked.Load() && !w.handed.Load() }

// errSealed is what a RoundTripper gets that reads the body after it returned.
var errSealed = errors.New("the attempt has ended")

// admit lets one read of the body happen, unless the attempt has ended.
func (w *witness) admit() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sealed {
		return errSealed
	}
	w.read = true
	return nil
}

// A watchedBody is the body of a request, or a copy of it.
type watchedBody struct {
	witness *witness
	rest    *strings.Reader
}

func (b *watchedBody) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := b.witness.admit(); err != nil {
		return 0, err
	}
	return b.rest.Read(p)
}

func (b *watchedBody) Close() error { return nil }
