package runcommand

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// DefaultAttempts is the number of attempts that a call makes at most, unless
// [WithRetry] sets another number. After the last attempt the call returns its error.
// It is [poll.DefaultAttempts].
const DefaultAttempts = poll.DefaultAttempts

// userAgent is the name of this SDK in the User-Agent header.
const userAgent = "runcommand-go"

// retryBudget is the number of tokens in a client's poll.Budget: 100 retries. All calls
// of the client share the budget. When failing calls have used it up, further calls fail
// without a retry.
const retryBudget = 500

// The documented rate limit of the action RunCommand (ECS API reference): 1000 calls in
// 60 s.
const (
	runCommandCalls = 1000
	runCommandPer   = time.Minute
)

var knownActions = map[string]bool{
	wire.ActionRunCommand:                   true,
	wire.ActionDescribeInvocations:          true,
	wire.ActionDescribeInvocationResults:    true,
	wire.ActionStopInvocation:               true,
	wire.ActionDescribeCloudAssistantStatus: true,
	wire.ActionDescribeInstances:            true,
	wire.ActionInstallCloudAssistant:        true,
}

// Client calls the service in one region. Make one client with [NewClient] and
// share it between all goroutines. Every call of the zero Client returns an error.
type Client struct {
	region    string
	endpoint  string
	host      string // host of the endpoint, with the port if it has one
	transport *transport.Client
	logger    *slog.Logger
	observer  Observer
	retry     poll.Policy
	attempts  int
	polling   poll.Policy
	limiters  map[string]poll.Limiter // limiters by action; never changed after NewClient
	limits    validate.Limits
	budget    *poll.Budget
}

// NewClient makes a client for a region such as "cn-hangzhou". It opens no connection
// and looks up no credential.
//
// The region must consist of a-z, 0-9 and hyphens, because it becomes part of a host
// name. It must not be a zone. For a wrong region or option the error is
// [errors.ErrInvalidArgument].
func NewClient(region string, opts ...Option) (*Client, error) {
	if err := checkRegion(region); err != nil {
		return nil, err
	}
	cfg := config{
		region:   region,
		limiters: map[string]poll.Limiter{wire.ActionRunCommand: poll.NewAdaptive(runCommandCalls, runCommandPer)},
	}
	for i, opt := range opts {
		if opt == nil {
			return nil, invalid("option %d is nil", i+1)
		}
		if err := opt(&cfg); err != nil {
			return nil, err
		}
	}
	t, err := transport.New(cfg.transport())
	if err != nil {
		return nil, invalid("%w", err)
	}
	_, host, _ := strings.Cut(cfg.endpoint(), "://")
	return &Client{
		region:    region,
		endpoint:  cfg.endpoint(),
		host:      host,
		transport: t,
		logger:    cfg.logger,
		observer:  cfg.observer,
		retry:     cfg.retry,
		attempts:  max(cfg.attempts, 0),
		polling:   cfg.polling,
		limiters:  maps.Clone(cfg.limiters),
		limits:    cfg.limits,
		budget:    poll.NewBudget(retryBudget),
	}, nil
}

// transport returns the configuration for package transport. That package makes the
// attempts.
func (c *config) transport() transport.Config {
	product := strings.TrimLeft(c.userAgent+" "+userAgent, " ")
	t := transport.Config{
		Endpoint:   c.endpoint(),
		HTTPClient: c.httpClient,
		Pool:       c.pool,
		UserAgent:  fmt.Sprintf("%s (%s; %s) %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, product),
		Query:      c.query,
	}
	switch p := c.credential.(type) {
	case nil:
		t.Credential = transport.DefaultCredential()
	case staticCredential:
		key := transport.Credential(p)
		t.Static = &key
	default:
		t.Credential = credentialFunc(p)
	}
	return t
}

// CloseIdleConnections closes the connections that no call is using. Running calls go
// on, and the client stays usable.
func (c *Client) CloseIdleConnections() {
	if c.ready() == nil {
		c.transport.CloseIdleConnections()
	}
}

// ready returns an error for a client that NewClient did not make.
func (c *Client) ready() error {
	if c == nil || c.transport == nil {
		return invalid("this client was not made by NewClient")
	}
	return nil
}

// readyIn returns an error when the context is nil. Otherwise it returns what the method
// ready returns.
func (c *Client) readyIn(ctx context.Context) error {
	if ctx == nil {
		return invalid("the context is nil")
	}
	return c.ready()
}
