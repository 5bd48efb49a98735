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

// A proxyRefusal is the error of a proxy that refused to connect to the service. Nothing was sent to the
// service.
type proxyRefusal struct {
	status int           // HTTP status of the refusal; 0 when the status is not known
	after  time.Duration // the wait that the proxy asked for
	words  string        // masked text of the status line; set when the status is not known
}

func (p *proxyRefusal) Error() string {
	if p.status == 0 {
		return "the proxy refused to connect: " + p.words
	}
	return strings.TrimSpace(fmt.Sprintf("the proxy refused to connect: %d %s", p.status, http.StatusText(p.status)))
}

// connectResponse returns an error when the reply of a proxy to CONNECT is a refusal. The SDK's own pool
// calls it with each reply to CONNECT.
func connectResponse(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{status: res.StatusCode, after: retryAfter(res.Header, false)}
}

// proxyError recognizes the refusal of a proxy when an HTTP client of the program sends the request. In
// that case net/http returns an error whose text is only the reason phrase of the status line. To get
// more, the SDK would have to change the program's transport or to copy it. Other code may use the same
// transport, and a copy would be a second pool.
//
// A standard reason phrase gives the status. An error with any other text is a refusal only when a
// connection was made and no TLS handshake with the service began. When the error is no refusal of a
// proxy, or the transport uses no proxy for the request, proxyError returns err unchanged.
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

// plainWords returns the text of the last error in the chain of err. It returns false when errors.New
// did not make that error, when the proxy was not reached, or when the connection ended.
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

// statusOf returns the HTTP status that has this reason phrase, or 0 when there is none.
func statusOf(words string) int {
	for status := 300; status < 600; status++ {
		if text := http.StatusText(status); text != "" && text == words {
			return status
		}
	}
	return 0
}
