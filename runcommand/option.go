package runcommand

import (
	"log/slog"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Option configures a [Client]. A wrong option makes [NewClient] fail with an error that
// is [errors.ErrInvalidArgument].
type Option func(*config) error

// config collects the options of one client.
type config struct {
	region     string
	credential CredentialProvider
	scheme     string // scheme of the endpoint; empty means https
	host       string // host of the endpoint; empty means the host of the region
	vpc        bool   // use the host of the region for VPCs
	httpClient *http.Client
	pool       transport.Pool // settings of the SDK's own pool, used when httpClient is nil
	logger     *slog.Logger
	observer   Observer
	userAgent  string
	retry      poll.Policy
	attempts   int
	polling    poll.Policy
	limiters   map[string]poll.Limiter
	limits     validate.Limits
	query      bool
}

// WithCredential signs with the credentials of this provider. Default: the chain of the
// official SDK (environment variables, configuration file, RAM role of the instance).
func WithCredential(p CredentialProvider) Option {
	return func(c *config) error {
		if holdsNil(p) {
			return invalid("WithCredential: provider is nil")
		}
		c.credential = p
		return nil
	}
}

// WithStaticCredential signs with one access key pair. For a temporary pair (STS),
// give its security token, too; otherwise leave securityToken empty. A blank, a quote
// or a line break around one of the three texts is an error.
func WithStaticCredential(id, secret, securityToken string) Option {
	return func(c *config) error {
		if id == "" || secret == "" {
			return invalid("WithStaticCredential: access key id or secret is empty")
		}
		key := staticCredential{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: securityToken}
		if err := transport.Credential(key).Check(); err != nil {
			return invalid("WithStaticCredential: %w", err)
		}
		return WithCredential(key)(c)
	}
}

// WithEndpoint sends requests to this address instead of the endpoint of the region. The
// address begins with http:// or https:// and has no path. It may be a VPC endpoint or a
// local service.
func WithEndpoint(address string) Option {
	return func(c *config) error {
		u, err := transport.ParseEndpoint(address)
		if err != nil {
			return invalid("WithEndpoint: %w", err)
		}
		c.scheme, c.host = u.Scheme, u.Host
		return nil
	}
}

// WithVPCEndpoint sends requests to the endpoint of the region inside its networks:
// https://ecs-vpc.<region>.aliyuncs.com. Use it in a program that runs on an instance
// without access to the internet: the name is known only in the VPCs of the region. The
// region cn-hangzhou-finance has no such endpoint: the option is then an error. The
// option replaces the address of an earlier [WithEndpoint] (ECS API reference, endpoints).
func WithVPCEndpoint() Option {
	return func(c *config) error {
		if c.region == regionWithoutVPC {
			return invalid("WithVPCEndpoint: the region has no such endpoint")
		}
		c.vpc, c.scheme, c.host = true, "", ""
		return nil
	}
}

// WithHTTPClient sends requests through this client, for example a client with a proxy,
// with certificates, or with the transport of a test. The SDK never follows redirects,
// whatever the client's CheckRedirect says. Default: a client that the SDK makes, with a
// connection pool and 5 s to connect, which uses the proxies of HTTPS_PROXY, HTTP_PROXY and
// NO_PROXY. A transport of your own does so only with Proxy: http.ProxyFromEnvironment. The
// option replaces the fields about connections of an earlier [WithOpenAPIConfig].
func WithHTTPClient(h *http.Client) Option {
	return func(c *config) error {
		switch {
		case h == nil:
			return invalid("WithHTTPClient: client is nil")
		case h.Transport != nil && holdsNil(h.Transport):
			return invalid("WithHTTPClient: the client's Transport is a nil %T", h.Transport)
		case h.Jar != nil && holdsNil(h.Jar):
			return invalid("WithHTTPClient: the client's Jar is a nil %T", h.Jar)
		}
		c.httpClient, c.pool = h, transport.Pool{}
		return nil
	}
}

// WithLogger writes one structured record for every attempt, and one for each warning
// about a request. No record holds a secret. An attempt that the service accepted is
// logged at [slog.LevelDebug]. A failed attempt and a warning are logged at
// [slog.LevelWarn].
//
// A panic in a function of the program, such as an observer or a limiter, is logged at
// [slog.LevelError] with its file and line. The value of the panic is not logged, since
// it may hold a secret. Without a logger, the panic is logged by [slog.Default].
//
// The messages and keys of all records are stable:
//
//	runcommand: attempt accepted                    action attempt duration request_id wait
//	runcommand: attempt failed                      action attempt duration error request_id wait [code]
//	runcommand: request warning                     field warning
//	runcommand: a function of the program panicked  at error function
//
// The key attempt is the number of the attempt, 1 for the first of a call. The key wait is
// the time waited before it, for the limiter and after a failed attempt. The key request_id
// is "" without a reply. The key code is the code of the error, and is missing when it has
// none. The key field is the wire name of the parameter. The key function is the function of
// the program that panicked, and at the place of the panic with file and line. The context
// of a record of an attempt is the one that [Observer] BeginAttempt returned, so a handler
// can find the trace. Package fleet writes further records, which its page lists.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) error {
		if l == nil {
			return invalid("WithLogger: logger is nil")
		}
		if holdsNil(l.Handler()) {
			return invalid("WithLogger: the logger has no handler")
		}
		c.logger = l
		return nil
	}
}

// WithObserver reports operations, attempts and polls to the observer. A panic of the
// observer does not change what a call returns. It is logged, see [WithLogger]. A later
// WithObserver replaces an earlier one: to use several observers, see [JoinObservers].
func WithObserver(o Observer) Option {
	return func(c *config) error {
		c.observer = o
		return nil
	}
}

// WithUserAgent puts a product name in front of the name of this SDK in the
// header User-Agent.
func WithUserAgent(product string) Option {
	return func(c *config) error {
		if err := transport.CheckUserAgent(product); err != nil {
			return invalid("WithUserAgent: %w", err)
		}
		c.userAgent = product
		return nil
	}
}

// WithRetry bounds the attempts of a call. After a temporary error, the client makes
// another attempt. The policy says how long the client waits between attempts. 0 attempts
// mean [DefaultAttempts]. During throttling or an outage, a call with this number of
// attempts then fails after about 15 to 30 s. It goes on longer when the service asks for
// longer waits (up to 5 min each). 1 means no retry.
//
// Two kinds of attempts are not counted. The first is an attempt that the client repeats at
// once with a new signature. The second is an attempt of a Run that the service refuses
// because it still processes an earlier attempt with the same token; the tenth of them ends
// the Run.
func WithRetry(p poll.Policy, attempts int) Option {
	return func(c *config) error {
		if attempts < 0 {
			return invalid("WithRetry: %s; 1 or more are possible, and 0 is the default", count(attempts, "attempt"))
		}
		c.retry, c.attempts = p, attempts
		return nil
	}
}

// WithPolling sets the policy of every wait: it says how long a wait pauses between two
// polls for the state of its invocation. For a single wait, use [PollEvery].
func WithPolling(p poll.Policy) Option {
	return func(c *config) error {
		c.polling = p
		return nil
	}
}

// WithLimiter makes every attempt of an action, such as "RunCommand", wait for the
// limiter first. A [*rate.Limiter] of golang.org/x/time is a limiter. When the limiter is
// also a [poll.Feedback], the client tells it how each attempt ended. Share a limiter
// between the clients of one account. Default: RunCommand is limited to the documented
// 1000 calls a minute, and slows down when the service throttles. A nil limiter is an
// error, except for a nil [*poll.Adaptive], which sets no limit.
//
// [*rate.Limiter]: https://pkg.go.dev/golang.org/x/time/rate#Limiter
func WithLimiter(action string, l poll.Limiter) Option {
	return func(c *config) error {
		if !knownActions[action] {
			return invalid("WithLimiter: %q is not an action of this client", action)
		}
		if _, unlimited := l.(*poll.Adaptive); holdsNil(l) && !unlimited {
			return invalid("WithLimiter: limiter of %s is nil", action)
		}
		c.limiters[action] = l
		return nil
	}
}

// WithLimits sets the limits that the client checks requests against, for an
// account with raised quotas. Default: the documented limits.
func WithLimits(l validate.Limits) Option {
	return func(c *config) error {
		c.limits = l
		return nil
	}
}

// WithQueryParameters sends parameters in the URL, as the generated SDK does, instead of a
// form body. Proxies and servers log URLs, and the script is among the parameters. So use
// this option only when a gateway on the way does not read the body. Do not use it with a
// RoundTripper that repeats requests by itself: the client cannot see the repetitions.
func WithQueryParameters() Option {
	return func(c *config) error {
		c.query = true
		return nil
	}
}
