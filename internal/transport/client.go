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

// DefaultTimeout is the time limit of an attempt, and of a credential look-up, unless the
// [Config] sets another limit.
const DefaultTimeout = 30 * time.Second

// Config configures a [Client]. The field Endpoint is required. One of the fields Credential and
// Static is required, too.
type Config struct {
	// Endpoint is http://host[:port] or https://host[:port].
	Endpoint string
	// HTTPClient sends the requests. The transport uses a copy that follows no redirects.
	// The Timeout of HTTPClient and AttemptTimeout both bound an attempt. Nil means the
	// SDK's own pool.
	HTTPClient *http.Client
	// Pool configures the SDK's own pool. With an HTTPClient only ConnectTimeout and
	// ReadTimeout have an effect: they bound an attempt.
	Pool Pool
	// Credential looks up the credential. The client calls it before every attempt. Attempts
	// that need a credential at the same time share one call. The context of the call has
	// the values of the context of the first of these attempts. It does not end with that
	// context: it ends after CredentialTimeout. When a call has not returned by then, the
	// attempts that wait for the call fail, and the next attempt makes another call. At most
	// four calls run at a time.
	Credential func(context.Context) (Credential, error)
	// Static is a credential that never changes. When Static is set, the client does no look-up.
	Static *Credential
	// UserAgent is the value of the header User-Agent.
	UserAgent string
	// Query puts the parameters into the URL, as the generated SDK does, instead of a form
	// body.
	Query bool
	// AttemptTimeout bounds one attempt, from connecting to the last byte of the reply. 0
	// means the sum of the ConnectTimeout and ReadTimeout of the pool. That sum is
	// DefaultTimeout when neither of them is set. CredentialTimeout bounds the look-up
	// before the attempt; 0 means DefaultTimeout.
	AttemptTimeout, CredentialTimeout time.Duration
}

// A Client sends requests to one endpoint. It is safe for concurrent use.
type Client struct {
	http        *http.Client
	url         *url.URL
	userAgent   string
	query       bool
	ownPool     bool // the SDK's own pool sends the requests
	timeout     time.Duration
	credentials *lookups
	proxies     secrets // passwords of the pool's proxies; error texts mask them
}

// New makes a client. It does no I/O. An error names the wrong field. It does not show the value
// of the field, because that may hold a password.
func New(cfg Config) (*Client, error) {
	endpoint, err := ParseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	if cfg.Credential == nil && cfg.Static == nil {
		return nil, stderrors.New("credential: not set")
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
