package runcommand

import (
	"log/slog"

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
