//nolint:errorlint // this file walks the chain of an error itself
package transport

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// A proxyRefusal is a proxy's no to a connection with the service. Nothing was
// sent to the service.
type proxyRefusal struct {
	status int           // 0 where it is not known
	after  time.Duration // how long the proxy asked to wait
	words  string        // the proxy's own, masked, where the status is not known
}

func (p *proxyRefusal) Error() string {
	if p.status == 0 {
		return "the proxy refused to connect: " + p.words
	}
	return strings.TrimSpace(fmt.Sprintf("the proxy refused to connect: %d %s", p.status, http.StatusText(p.status)))
}

// connectResponse is told by our own pool what a proxy answered to CONNECT.
func connectResponse(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{status: res.StatusCode, after: retryAfter(res.Header, false)}
}

// proxyError recognizes the refusal of a proxy in what net/http makes of it where the
// pool is not our own: an error with the words of the status line and no more. The
// caller's transport is neither changed, as others use it, nor copied, as the
// copy would have a pool of its own. The standard words tell the status. Others
// are taken for a proxy's only where the trace shows a connection that was made
// and no handshake with the service. A transport that uses no proxy for the request
// is believed.
func (a *attempt) proxyError(err error, req *http.Request, seen *sendTracker) error {
	if a.ctx.Err() != nil || a.client.url.Scheme != "https" || !seen.unconnected() {
		return err
	}
	words, ok := plainWords(err)
	if !ok || seen.netHTTP != nil && !usesProxy(seen.netHTTP, req) {
		return err
	}
	if status := statusOf(words); status != 0 {
		return &proxyRefusal{status: status}
	}
	if seen.netHTTP != nil && seen.netHTTP.GetProxyConnectHeader == nil && seen.connected.Load() && !seen.tlsStarted.Load() {
		return &proxyRefusal{words: a.secrets().mask(maskAddresses(bounded(words, maxText)))}
	}
	return err
}

// usesProxy reports whether the transport sends the request through a proxy.
func usesProxy(t *http.Transport, req *http.Request) bool {
	if t.Proxy == nil {
		return false
	}
	proxy, err := guarded("the choice of a proxy", func() (*url.URL, error) { return t.Proxy(req) })
	return err == nil && proxy != nil
}

// plainWords is the text of an error that errors.New made, at the end of the
// chain of err. It is no proxy's where the chain says that the proxy was not
// reached, or that the connection ended.
func plainWords(err error) (string, bool) {
	for range maxErrors {
		if op, ok := err.(*net.OpError); ok && op != nil && op.Op == "proxyconnect" {
			return "", false
		}
		next := unwrapOne(err)
		if next == nil {
			break
		}
		err = next
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF || reflect.TypeOf(err) != reflect.TypeOf(errNoAnswer) {
		return "", false
	}
	return err.Error(), true
}

// statusOf is the status of a refusal with these words, or 0.
func statusOf(words string) int {
	for status := 300; status < 600; status++ {
		if text := http.StatusText(status); text != "" && text == words {
			return status
		}
	}
	return 0
}
