package runcommand

import (
	"log/slog"
	"net/http"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Option configures a [Client]. An option that cannot be followed makes
// [NewClient] fail with an error that is [errors.ErrInvalidArgument].
type Option func(*config) error

// config is what the options of one client add up to.
type config struct {
	region     string
	credential CredentialProvider
	scheme     string // of the endpoint; empty: https
	host       string // of the endpoint; empty: the region's own
	vpc        bool   // the region's own is the one within its VPCs
	httpClient *http.Client
	pool       transport.Pool // how our own pool connects, where httpClient is nil
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

// WithCredential signs with what the provider supplies. Default: the chain of
// the official SDK (environment variables, configuration file, RAM role of the
// instance).
func WithCredential(p CredentialProvider) Option {
	return func(c *config) error {
		if holdsNil(p) {
			return invalid("WithCredential: provider is nil")
		}
		c.credential = p
		return nil
	}
}

// WithStaticCredential signs with one access key pair, and with the security
// token when the pair is temporary (STS); otherwise securityToken is empty. Blanks,
// quotes or a line break around one of them are an error.
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

// WithEndpoint sends to this service instead of the region's own: an http:// or
// https:// address without path, such as a VPC endpoint or a local service.
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

// WithHTTPClient sends through this client: for a proxy, own certificates or
// a test's transport. Redirects are never followed, whatever it says. Default:
// a pooled client of the SDK's own, with 5 s to connect. What [WithOpenAPIConfig]
// said before about connections no longer counts.
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

// WithLogger writes one structured record for every attempt, and one for each
// warning about a request. Nothing secret is in any of them. An attempt that the
// service accepted is logged at [slog.LevelDebug], one that failed and every
// warning at [slog.LevelWarn].
//
// A panic in a function of the program, such as an observer or a limiter, is
// logged at [slog.LevelError] with its place and without its value, which may
// hold anything. Without a logger it goes to [slog.Default].
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

// WithObserver reports every attempt and every poll to the observer. A panic of
// the observer changes no outcome; it is logged, see [WithLogger].
func WithObserver(o Observer) Option {
	return func(c *config) error {
		c.observer = o
		return nil
	}
}

// WithUserAgent puts a product name in front of the SDK's own in the
// User-Agent header.
func WithUserAgent(product string) Option {
	return func(c *config) error {
		if err := transport.CheckUserAgent(product); err != nil {
			return invalid("WithUserAgent: %w", err)
		}
		c.userAgent = product
		return nil
	}
}

// WithRetry repeats an attempt that may pass later up to attempts times in
// all, waiting by the policy in between. Zero attempts mean the default of
// [DefaultAttempts], which last for some 15 to 30 s of throttling or outage, and
// longer where the service asks for it (up to five minutes each time); 1 means
// never again.
//
// Two things do not count: the one repetition at once that needs a fresh
// signature and nothing else, and a Run's waiting, ten times at most, while the
// service is still busy with an earlier attempt under the same token.
func WithRetry(p poll.Policy, attempts int) Option {
	return func(c *config) error {
		if attempts < 0 {
			return invalid("WithRetry: %d attempts", attempts)
		}
		c.retry, c.attempts = p, attempts
		return nil
	}
}

// WithPolling asks for the state of invocations by this policy; see
// [PollEvery] for a single wait.
func WithPolling(p poll.Policy) Option {
	return func(c *config) error {
		c.polling = p
		return nil
	}
}

// WithLimiter makes every attempt of an action, such as "RunCommand", wait for
// the limiter first. A [*rate.Limiter] of golang.org/x/time fits; one that is a
// [poll.Feedback] too learns how each call ended. Share a limiter between the
// clients of one account. Default: RunCommand keeps to the documented 1000
// calls a minute and slows down by itself when throttled. A nil limiter is an
// error, but for a nil [*poll.Adaptive], which limits nothing.
//
// [*rate.Limiter]: https://pkg.go.dev/golang.org/x/time/rate#Limiter
func WithLimiter(action string, l poll.Limiter) Option {
	return func(c *config) error {
		if !knownActions[action] {
			return invalid("WithLimiter: %q is no action of this client", action)
		}
		if _, unlimited := l.(*poll.Adaptive); holdsNil(l) && !unlimited {
			return invalid("WithLimiter: limiter of %s is nil", action)
		}
		c.limiters[action] = l
		return nil
	}
}

// WithLimits checks requests against these limits instead of the documented
// defaults, for an account with raised quotas.
func WithLimits(l validate.Limits) Option {
	return func(c *config) error {
		c.limits = l
		return nil
	}
}

// WithQueryParameters sends parameters in the URL, as the generated SDK does,
// instead of a form body. URLs are written to logs by proxies and servers, and
// the script is among the parameters: choose it only for a gateway that does
// not read the body. A RoundTripper of the program's own that repeats requests by
// itself must not be used with it: the repetitions cannot be seen.
func WithQueryParameters() Option {
	return func(c *config) error {
		c.query = true
		return nil
	}
}
