package transport

import (
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// A witness watches whether a request may have left. Only what it can prove
// counts as not sent.
type witness struct {
	asked  atomic.Bool // a connection for the request was asked for
	handed atomic.Bool // a connection was given to the request
}

// trace listens for connections to address, or to anywhere when it is empty:
// net/http itself asks for one to the proxy, if there is any, while a
// RoundTripper of somebody else's may have business with other hosts first.
func (w *witness) trace(address string) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(hostPort string) {
			if address == "" || hostPort == address {
				w.asked.Store(true)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { w.handed.Store(true) },
	}
}

// maySent reports whether any byte may have been written before err. Looking
// up the name, connecting and the TLS handshake come before the connection is
// handed over. Silence proves nothing: a RoundTripper of somebody else's, be it
// one that is registered with net/http, may keep quiet about its connections or
// use none. It is believed when the error says that connecting failed.
func (w *witness) maySent(err error) bool {
	switch {
	case w.handed.Load():
		return true
	case w.asked.Load():
		return false
	}
	op, ok := errors.AsType[*net.OpError](err)
	return !ok || op.Op != "dial"
}
