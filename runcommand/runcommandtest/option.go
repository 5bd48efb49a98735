package runcommandtest

import (
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/emulator"
)

// An Option changes a server before it starts.
type Option func(*emulator.Options)

// WithShell really runs the scripts of RunShellScript commands with sh, as the
// current user of this machine, each in a scratch directory that is removed
// afterwards. Without this option no process is ever started.
func WithShell() Option {
	return func(o *emulator.Options) { o.Shell = true }
}

// WithCredential makes the server accept an access key in place of the default
// one. Given several times, all are accepted.
func WithCredential(id, secret string) Option {
	return WithSTS(id, secret, "")
}

// WithSTS is WithCredential for temporary credentials: every call must carry the
// security token too.
func WithSTS(id, secret, token string) Option {
	return func(o *emulator.Options) {
		o.Credentials = append(o.Credentials, emulator.Credential{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: token})
	}
}

// WithClock makes now the server's clock in place of time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *emulator.Options) { o.Clock = now }
}

// WithRateLimit admits so many calls of an action in each window of time and
// refuses the rest with Throttling.User; every reply of the action then carries
// the x-ratelimit-user-api header. The documented rate of RunCommand is 1,000
// calls in 60 seconds. By default nothing is limited.
func WithRateLimit(action string, calls int, per time.Duration) Option {
	return func(o *emulator.Options) { o.RateLimits[action] = emulator.Rate{Calls: calls, Per: per} }
}

// WithVisibilityDelay hides a new invocation from the other operations for d.
func WithVisibilityDelay(d time.Duration) Option {
	return func(o *emulator.Options) { o.VisibilityDelay = d }
}

// WithQueryOnly ignores parameters in a form body, as a service would that knows
// only the generated SDK, which sends them in the query.
func WithQueryOnly() Option {
	return func(o *emulator.Options) { o.QueryOnly = true }
}

// WithIdempotencyWindow changes how long a ClientToken is remembered; the
// default is 24 hours.
func WithIdempotencyWindow(d time.Duration) Option {
	return func(o *emulator.Options) { o.IdempotencyWindow = d }
}

// WithRetention changes for how long, and how many, ended invocations are kept;
// the defaults are 30 days and 10,000. A zero leaves its default.
func WithRetention(d time.Duration, invocations int) Option {
	return func(o *emulator.Options) { o.Retention, o.MaxInvocations = d, invocations }
}

// WithLimits changes the limits that requests are checked against; a zero field
// is the documented default.
func WithLimits(l Limits) Option {
	return func(o *emulator.Options) { o.Limits = l }
}

// WithResourceGroups declares the resource groups of the account. By default any
// group is accepted.
func WithResourceGroups(groups ...ResourceGroup) Option {
	return func(o *emulator.Options) { o.ResourceGroups = append(o.ResourceGroups, groups...) }
}

// WithClosedRegion makes a region answer RegionId.ApiNotSupported.
func WithClosedRegion(region string) Option {
	return func(o *emulator.Options) { o.ClosedRegions = append(o.ClosedRegions, region) }
}

// WithStopDelay changes how long a run is Stopping before it is Terminated; the
// default is 200 milliseconds.
func WithStopDelay(d time.Duration) Option {
	return func(o *emulator.Options) { o.StopDelay = d }
}
