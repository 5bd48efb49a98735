package transport

import (
	"cmp"
	"context"
	stderrors "errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultTimeout bounds an attempt, and a credential look-up, unless the
// [Config] says otherwise.
const DefaultTimeout = 30 * time.Second

// Config says where to send requests, as whom and how. Endpoint and Credential
// are required.
type Config struct {
	// Endpoint is http://host or https://host, with a port where it is not the
	// scheme's own.
	Endpoint string
	// HTTPClient sends the requests. It is copied, and the copy follows no
	// redirects; its Timeout counts beside AttemptTimeout. Nil means a pool of our own: 5 s to connect and 5 s for the
	// TLS handshake, 64 idle connections kept for 30 s, proxies from the
	// environment.
	HTTPClient *http.Client
	// Credential is asked before every attempt, and not twice at a time. Its
	// context ends after CredentialTimeout and carries the values, but not the
	// end, of the context of the call that asked first. One that does not come
	// back by then is abandoned and another one begun, at most four in all.
	Credential func(context.Context) (Credential, error)
	// Static is the credential where it never changes: then there is no look-up.
	Static *Credential
	// UserAgent names the program to the service.
	UserAgent string
	// Query puts the parameters into the URL, as the generated SDK does. They
	// travel in a form body otherwise.
	Query bool
	// AttemptTimeout bounds one attempt from connecting to the last byte of the
	// reply, CredentialTimeout the look-up before it; 0 is DefaultTimeout.
	AttemptTimeout, CredentialTimeout time.Duration
}

// A Client sends requests to one endpoint. It is safe for concurrent use.
type Client struct {
	http        *http.Client
	url         *url.URL
	userAgent   string
	query       bool
	pool        bool // our own pool sends
	timeout     time.Duration
	credentials *lookups
}

// New makes a client. It does no I/O; its errors name the field that is wrong
// and never show its value, which may hold a password.
func New(cfg Config) (*Client, error) {
	endpoint, err := parseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if cfg.Credential == nil && cfg.Static == nil {
		return nil, stderrors.New("credential: none given")
	}
	if !printable(cfg.UserAgent) {
		return nil, stderrors.New("user agent: only printable ASCII can be sent")
	}
	if cfg.AttemptTimeout < 0 || cfg.CredentialTimeout < 0 {
		return nil, stderrors.New("timeout: negative")
	}
	timeout := cmp.Or(cfg.AttemptTimeout, DefaultTimeout)
	endpoint.Path = "/"
	return &Client{
		http:        withoutRedirects(cfg.HTTPClient, timeout),
		url:         endpoint,
		userAgent:   cfg.UserAgent,
		query:       cfg.Query,
		pool:        cfg.HTTPClient == nil,
		timeout:     timeout,
		credentials: newLookups(cfg.Credential, cfg.Static, cmp.Or(cfg.CredentialTimeout, DefaultTimeout)),
	}, nil
}

// CloseIdleConnections closes the connections that no request is using.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

func parseEndpoint(endpoint string) (*url.URL, error) {
	const want = "endpoint: want http://host or https://host"
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Hostname() == "" || !printable(u.Host):
		return nil, stderrors.New(want)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, stderrors.New(want + ", got another scheme")
	case u.User != nil:
		return nil, stderrors.New(want + ", without user and password")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, stderrors.New(want + ", without path, query or fragment")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// printable reports whether s can stand in a header: ASCII without control
// characters.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
