package runcommand

import (
	"log/slog"
	"maps"

	"github.com/ecs-runcommand/runcommand-go/poll"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// Region returns the region of the client, such as "cn-hangzhou". It is "" for a client
// that [NewClient] did not make. A program that serves several regions can choose its
// client by this name, or write it into its records.
func (c *Client) Region() string {
	if c == nil {
		return ""
	}
	return c.region
}

// Limits returns the limits that the client checks requests against: those of
// [WithLimits], with the documented default in every field that was not set. For a client
// that [NewClient] did not make, these are the documented limits.
//
// Use it to cut a long list into requests that the client accepts: Limits().Instances is
// the largest number of instances in one request.
func (c *Client) Limits() validate.Limits {
	if c == nil {
		return validate.Limits{}.WithDefaults()
	}
	return c.limits.WithDefaults()
}

// Logger returns the logger of [WithLogger], so that a package that is built on the client
// can log to the same place. It is nil when the client has none.
func (c *Client) Logger() *slog.Logger {
	if c == nil {
		return nil
	}
	return c.logger
}

// WithFallbackLimiter returns a client that is like c and shares its connections,
// credentials and retry budget. Its calls of the action wait for l, unless c has a limiter
// for this action ([WithLimiter]). A package that makes many calls uses it to keep within a
// limit of its own. For a nil limiter it returns c.
func (c *Client) WithFallbackLimiter(action string, l poll.Limiter) *Client {
	if c.ready() != nil || holdsNil(l) || c.limiters[action] != nil {
		return c
	}
	limited := *c
	limited.limiters = maps.Clone(c.limiters)
	limited.limiters[action] = l
	return &limited
}
