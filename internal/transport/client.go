package transport

import (
	"cmp"
	"context"
	stderrors "errors"
	"fmt"
	"net/http"
	"net/url"
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
	// redirects; its Timeout counts beside AttemptTimeout. Nil means a pool of our own.
	HTTPClient *http.Client
	// Pool says how our own pool connects. Beside an HTTPClient only
	// ConnectTimeout and ReadTimeout count: they bound an attempt.
	Pool Pool
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
	// reply; 0 is what the pool's times add up to, DefaultTimeout where they are not
	// set. CredentialTimeout bounds the look-up before it; 0 is DefaultTimeout.
	AttemptTimeout, CredentialTimeout time.Duration
}

// A Client sends requests to one endpoint. It is safe for concurrent use.
type Client struct {
	http        *http.Client
	url         *url.URL
	userAgent   string
	query       bool
	ownPool     bool // our own pool sends
	timeout     time.Duration
	credentials *lookups
	proxies     secrets // passwords of the pool's proxies
}

// New makes a client. It does no I/O; its errors name the field that is wrong
// and never show its value, which may hold a password.
func New(cfg Config) (*Client, error) {
	endpoint, err := ParseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	if cfg.Credential == nil && cfg.Static == nil {
		return nil, stderrors.New("credential: none given")
	}
	if cfg.Static != nil {
		if err := cfg.Static.Check(); err != nil {
			return nil, fmt.Errorf("credential: %w", err)
		}
	}
	if err := CheckUserAgent(cfg.UserAgent); err != nil {
		return nil, fmt.Errorf("user agent: %w", err)
	}
	if cfg.AttemptTimeout < 0 || cfg.CredentialTimeout < 0 {
		return nil, stderrors.New("timeout: negative")
	}
	timeout := cmp.Or(cfg.AttemptTimeout, cfg.Pool.attemptTimeout())
	client := cfg.HTTPClient
	if client == nil {
		client = newHTTPClient(cfg.Pool, endpoint)
	}
	endpoint.Path = "/"
	return &Client{
		http:        withoutRedirects(client),
		url:         endpoint,
		userAgent:   cfg.UserAgent,
		query:       cfg.Query,
		ownPool:     cfg.HTTPClient == nil,
		timeout:     timeout,
		credentials: newLookups(cfg.Credential, cfg.Static, cmp.Or(cfg.CredentialTimeout, DefaultTimeout)),
		proxies:     cfg.Pool.secrets(),
	}, nil
}

// CloseIdleConnections closes the connections that no request is using.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }
