package runcommandtest

import (
	"net"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/emulator"
)

// An Option changes a server before it starts.
type Option func(*config)

type config struct {
	emulator.Options
	listener net.Listener
}

// WithShell really runs the scripts of RunShellScript commands with sh, as the
// current user of this machine, each in a scratch directory that is removed
// afterwards. Without this option no process is ever started.
//
// Close kills what scripts have left running, on Linux even where it has moved to
// a session of its own. What has moved to one, cleared its environment and changed
// its directory outlives Close, and elsewhere whatever has left its process group.
func WithShell() Option {
	return func(c *config) { c.Shell = true }
}

// WithCredential makes the server accept an access key in place of the default
// one. Given several times, all are accepted.
func WithCredential(id, secret string) Option {
	return WithSTS(id, secret, "")
}

// WithSTS is WithCredential for temporary credentials: every call must carry the
// security token too.
func WithSTS(id, secret, token string) Option {
	return func(c *config) {
		c.Credentials = append(c.Credentials, emulator.Credential{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: token})
	}
}

// WithClock makes now the server's clock in place of time.Now. Requests are
// dated: a client whose own clock is more than 15 minutes away from now is
// refused with InvalidTimeStamp.Expired, whatever [Server.Advance] has added.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.Clock = now }
}

// WithRateLimit admits so many calls of an action in each window of time and
// refuses the rest with Throttling.User; every reply of the action then carries
// the x-ratelimit-user-api header. The documented rate of RunCommand is 1,000
// calls in 60 seconds. By default nothing is limited.
func WithRateLimit(action string, calls int, per time.Duration) Option {
	return func(c *config) { c.RateLimits[action] = emulator.Rate{Calls: calls, Per: per} }
}

// WithVisibilityDelay hides a new invocation from the other operations for d.
func WithVisibilityDelay(d time.Duration) Option {
	return func(c *config) { c.VisibilityDelay = d }
}

// WithQueryOnly ignores parameters in a form body, as a service would that knows
// only the generated SDK, which sends them in the query.
func WithQueryOnly() Option {
	return func(c *config) { c.QueryOnly = true }
}

// WithIdempotencyWindow changes how long a ClientToken is remembered; the
// default is 24 hours.
func WithIdempotencyWindow(d time.Duration) Option {
	return func(c *config) { c.IdempotencyWindow = d }
}

// WithRetention changes for how long after their end, and how many, invocations
// are kept; the defaults are 30 days and 10,000. A zero leaves its default. Those
// that ended first are forgotten earlier when all that have ended take up more
// than 256 MiB, counting scripts, outputs and histories.
func WithRetention(d time.Duration, invocations int) Option {
	return func(c *config) { c.Retention, c.MaxInvocations = d, invocations }
}

// WithLimits changes the limits that requests are checked against; a zero field
// is the documented default.
func WithLimits(l Limits) Option {
	return func(c *config) { c.Limits = l }
}

// WithResourceGroups declares the resource groups of the account other than the
// default one. Without it any group is accepted.
//
// A command that was run in a group which is declared, or is that of one of its
// instances, is shown only to calls that name the group: see
// [runcommand.InResourceGroup].
func WithResourceGroups(groups ...ResourceGroup) Option {
	return func(c *config) { c.ResourceGroups = append(c.ResourceGroups, groups...) }
}

// WithClosedRegion makes a region answer RegionId.ApiNotSupported.
func WithClosedRegion(region string) Option {
	return func(c *config) { c.ClosedRegions = append(c.ClosedRegions, region) }
}

// WithStopDelay changes how long a run is Stopping before it is Terminated; the
// default is 200 milliseconds.
func WithStopDelay(d time.Duration) Option {
	return func(c *config) { c.StopDelay = d }
}

// WithAgentRefusals makes instances refuse the schedules that real agents refuse
// although the documentation allows them: a weekday range that ends on Sunday
// with CronExpressionExpired, L alone as a weekday with BadCronExpression.
func WithAgentRefusals() Option {
	return func(c *config) { c.AgentFaithful = true }
}

// WithListener makes [Server.URL] serve on a listener of one's own, which Close
// closes, in place of a new one on 127.0.0.1. Whoever can reach the listener can
// reach the server and, with [WithShell] and the access key, run scripts here:
// listen on the loopback interface unless all of that is meant.
func WithListener(l net.Listener) Option {
	return func(c *config) { c.listener = l }
}
