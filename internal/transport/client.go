package transport

import (
	"context"
	stderrors "errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
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
	// UserAgent is added to the library's own.
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
	library     *openapi.Client
	http        *http.Client
	url, host   string
	query       bool
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
	if cfg.Credential == nil {
		return nil, stderrors.New("credential: none given")
	}
	if !printable(cfg.UserAgent) {
		return nil, stderrors.New("user agent: only printable ASCII can be sent")
	}
	if cfg.AttemptTimeout < 0 || cfg.CredentialTimeout < 0 {
		return nil, stderrors.New("timeout: negative")
	}
	timeout := or(cfg.AttemptTimeout, DefaultTimeout)
	c := &Client{
		http:        withoutRedirects(cfg.HTTPClient, timeout),
		url:         endpoint.Scheme + "://" + endpoint.Host + "/",
		host:        endpoint.Host,
		query:       cfg.Query,
		timeout:     timeout,
		credentials: newLookups(cfg.Credential, or(cfg.CredentialTimeout, DefaultTimeout)),
	}
	c.library, err = openapi.NewClient(&openapiutil.Config{
		Endpoint:   &c.host,
		Protocol:   &endpoint.Scheme,
		UserAgent:  &cfg.UserAgent,
		HttpClient: sender{c},
		NoProxy:    &c.host, // keeps the library from reading the proxy variables
	})
	if err != nil {
		return nil, err
	}
	c.library.DisableSDKError = dara.Bool(true)
	return c, nil
}

// A Call is what one attempt asks.
type Call struct {
	Action string
	Params wire.Params
	// Begin, unless nil, is asked after the credential is known and right before
	// the request is handed over. Its error ends the attempt, with nothing sent.
	Begin func() error
}

// Do makes one attempt at a call: it looks up the credential, signs with a new
// nonce and the present date, sends, and decodes the answer into reply, which
// has to be fresh. It returns the request id, where one is known.
//
// The error is an [*errors.APIError] when the service said no, an
// [*errors.CredentialError] when there was no credential to sign with, and an
// [*errors.TransportError] otherwise. The latter wraps the error of ctx exactly
// when ctx ended; an attempt that took too long by itself is an
// os.ErrDeadlineExceeded instead. No text of an error holds the script, its
// parameters or the credential.
func (c *Client) Do(ctx context.Context, call Call, reply wire.Reply) (requestID string, err error) {
	action := call.Action
	if err := ctx.Err(); err != nil {
		return "", &errors.TransportError{Action: action, Err: err}
	}
	cred, err := c.credentials.get(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return "", &errors.TransportError{Action: action, Err: fmt.Errorf("waiting for the credential: %w", ctx.Err())}
		}
		return "", &errors.CredentialError{Err: err}
	}
	if call.Begin != nil {
		if err := call.Begin(); err != nil {
			return "", &errors.TransportError{Action: action, Err: err}
		}
	}

	attempt, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	x := &exchange{client: c, caller: ctx, attempt: attempt, action: action, params: call.Params, credential: cred, reply: reply}
	_, err = c.library.DoRequestWithCtx(context.WithValue(attempt, exchangeKey{}, x), &openapiutil.Params{
		Action:      dara.String(action),
		Version:     dara.String(wire.Version),
		Method:      dara.String(http.MethodPost),
		Pathname:    dara.String("/"),
		AuthType:    dara.String("Anonymous"), // signed later, see sender
		Style:       dara.String("ROA"),       // "RPC" races on the client's headers
		ReqBodyType: dara.String("byte"),
		BodyType:    dara.String("binary"),
	}, &openapiutil.OpenApiRequest{}, &dara.RuntimeOptions{})
	if err != nil && x.err == nil {
		x.err = x.failed(err, false)
	}
	return x.requestID, x.err
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

func or(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}
