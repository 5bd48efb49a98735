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
	asked  atomic.Bool // a connection to the service was asked for
	handed atomic.Bool // a connection was given to the request
}

func (w *witness) trace(address string) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(hostPort string) {
			if hostPort == address {
				w.asked.Store(true)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { w.handed.Store(true) },
	}
}

// maySent reports whether any byte may have been written before err. Looking
// up the name, connecting and the TLS handshake come before the connection is
// handed over. A RoundTripper of somebody else's may keep quiet about its
// connections (traced is false), or not use any; it is believed only when the
// error says that connecting failed.
func (w *witness) maySent(err error, traced bool) bool {
	switch {
	case w.handed.Load():
		return true
	case w.asked.Load() || traced:
		return false
	}
	op, ok := errors.AsType[*net.OpError](err)
	return !ok || op.Op != "dial"
}
