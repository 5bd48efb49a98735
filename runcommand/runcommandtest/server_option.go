package runcommandtest

import (
	"cmp"
	"context"
	"net"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest/internal/signature"
)

// The values that [Server.Client] uses. Any other client can use them too.
const (
	// Region is the region of the clients that [Server.Client] returns. The server serves
	// every documented region: invocations, client tokens and instances with a RegionID are
	// known only in their own region.
	Region = "cn-hangzhou"

	// AccessKeyID and AccessKeySecret are accepted by a server without
	// [WithCredential]. They are worth nothing anywhere else. They are public, so they
	// protect nothing: see the package comment, Security.
	AccessKeyID     = "testing-access-key-id"
	AccessKeySecret = "testing-access-key-secret"
)

// An Option changes a server before it starts. It is given to [Start] or [NewServer]. The
// same Option may be given to several servers.
type Option func(*config)

// A config has the settings that options change. A zero field means the default.
type config struct {
	credentials    []signature.Credential
	clock          func() time.Time // nil: time.Now, which is virtual inside testing/synctest
	listener       net.Listener
	handler        func(context.Context, Exec) Outcome
	shell          bool
	shellDir       string // parent of the scratch directories; empty: os.TempDir
	queryOnly      bool
	rateLimits     map[string]rate
	limits         Limits
	resourceGroups []ResourceGroup
	regions        []string // nil: the documented regions
	closedRegions  []string
	agentRefusals  bool
	pendingFaults  bool // a test that used Start may end with pending faults
	tls            bool
	tlsHosts       []string // hosts of the certificate, besides those that it always has

	wholeCallRefusals bool

	visibilityDelay   time.Duration
	stopDelay         time.Duration // 0 means 200 ms
	idempotencyWindow time.Duration // 0 means one day
	retention         time.Duration // 0 means 30 days
	maxInvocations    int           // number of ended invocations that are kept; 0 means 10,000
	maxBytes          int           // memory for the ended invocations that are kept; 0 means 256 MiB
	history           int           // number of runs that a row keeps; 0 means 100
	firings           int           // firings of one schedule before and after a leap; 0: 300,000
	maxCalls          int           // number of calls that the log keeps; 0 means 10,000

	commonClock bool // the field clock is time.Now, not a clock of WithClock
}

// complete returns c with the defaults filled in.
func (c config) complete() config {
	c.limits = c.limits.documented()
	if len(c.credentials) == 0 {
		c.credentials = []signature.Credential{{AccessKeyID: AccessKeyID, AccessKeySecret: AccessKeySecret}}
	}
	if c.clock == nil {
		c.clock, c.commonClock = time.Now, true
	}
	if c.regions == nil {
		c.regions = regions
	}
	c.stopDelay = cmp.Or(c.stopDelay, 200*time.Millisecond)
	c.idempotencyWindow = cmp.Or(c.idempotencyWindow, 24*time.Hour)
	c.retention = cmp.Or(c.retention, 30*24*time.Hour)
	c.maxInvocations = cmp.Or(c.maxInvocations, 10_000)
	c.maxBytes = cmp.Or(c.maxBytes, 256<<20)
	c.history = cmp.Or(c.history, 100)
	c.firings = cmp.Or(c.firings, firingsInFull)
	c.maxCalls = cmp.Or(c.maxCalls, 10_000)
	return c
}

// WithShell really runs the scripts of RunShellScript commands with sh, as the
// current user of this machine, each in a scratch directory that is removed
// afterwards. Without this option no process is started. A function given to
// [Server.Handle] takes the place of the shell. The option does not work inside
// testing/synctest, and needs a Unix system.
//
// The standard input of a script is empty. Its environment has PATH, HOME and LANG only,
// and HOME is an empty directory. The Launcher of a command is used. A WorkingDir must
// exist on this machine and, if [Instance] lists directories, on the instance; the default
// directory of a user that this machine lacks is the scratch directory.
//
// The server does not switch users. A command with the Username of another user than the
// current one ends with AccountNotExists. The output of a script that runs can be read from
// its row. When a script has ended, the server waits up to half a second for background
// processes that hold its output open. With the TerminationMode ProcessTree a script that
// times out or is stopped is killed with all its descendants. On Linux these include
// descendants in another session. One is not found when three things are true: it has
// changed its session, it has changed its environment and its directory, and its parent has
// ended.
//
// Close kills the processes that scripts have left behind. On Linux it also finds
// processes in a session of their own (setsid), unless they have changed both their
// environment and their directory. On other systems a process that has left the
// process group of its script outlives Close.
func WithShell() Option {
	return func(c *config) { c.shell = true }
}

// WithCredential makes the server accept an access key in place of the default one.
// It may be given several times; then all keys are accepted, and [Server.Client] uses the
// first. A call with another key is refused with InvalidAccessKeyId.NotFound and status
// 404, a call with a wrong secret with SignatureDoesNotMatch (ECS common error codes).
func WithCredential(id, secret string) Option {
	return WithSTS(id, secret, "")
}

// WithSTS works like WithCredential, for temporary credentials: every call must also
// have the security token. Without it the call is refused with MissingSecurityToken, with
// a wrong one with InvalidSecurityToken.Malformed. The token does not expire; see
// [FaultExpiredCredential]. An empty token is that of a permanent access key.
func WithSTS(id, secret, token string) Option {
	return func(c *config) {
		c.credentials = append(c.credentials, signature.Credential{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: token})
	}
}

// WithClock makes the function now the server's clock, in place of time.Now. Every
// request carries a date. A client whose own clock differs from now by more than 15
// minutes is refused with InvalidTimeStamp.Expired. [Server.Advance] does not change
// that comparison. With [WithShell] the clock must not stand still, because the end of
// a real script is a time of this clock.
//
// The server calls now often and concurrently, also while it holds its lock: now must not
// call methods of the server. The time may go back; what has happened stays. Nothing wakes
// the server when a schedule is due by this clock: the next call carries it out. A nil now
// is time.Now. Inside testing/synctest time.Now is virtual, so the option is not needed
// there.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.clock = now }
}

// WithRateLimit limits the number of calls of an action in each window of time. Further
// calls are refused with Throttling.User. Every reply of the action then carries the
// x-ratelimit-user-api header. The documented rate of RunCommand is 1,000 calls in 60
// seconds. By default no action has a limit.
//
// A window begins with the first call after the end of the one before, by the server's
// clock. Calls that are refused count too, except those with a wrong signature. All
// regions and access keys share the window. The option may be given for several actions;
// for one action the last one counts. With calls or per of 0 or less the action has no
// limit.
func WithRateLimit(action string, calls int, per time.Duration) Option {
	return func(c *config) {
		if c.rateLimits == nil {
			c.rateLimits = map[string]rate{}
		}
		c.rateLimits[action] = rate{calls, per}
	}
}

// WithVisibilityDelay hides every new invocation from the other operations for the time
// d, by the server's clock. Until then the Describe operations do not list it, and
// StopInvocation answers InvalidInvokeId.NotFound. The command itself runs at once. The
// default is 0: no delay. The documents do not say how long the delay of the real service
// is. [Server.Invocations] shows the invocation in any case.
func WithVisibilityDelay(d time.Duration) Option {
	return func(c *config) { c.visibilityDelay = d }
}

// WithQueryOnly makes the server ignore parameters in a form body. It then reads only
// the query. The generated SDK of Alibaba Cloud sends its parameters in the query. A call
// with a form body is then refused with the code of the first missing parameter, such as
// MissingRegionId. Without the option the server reads both places; a parameter that is
// in both is refused with InvalidParameter.
func WithQueryOnly() Option {
	return func(c *config) { c.queryOnly = true }
}

// WithIdempotencyWindow changes how long a ClientToken is kept; the default is 24 hours, by
// the server's clock. Within that time a call with the same token, region and parameters
// gets the reply of the first one and runs nothing. With other parameters it is refused with
// IdempotentParameterMismatch (ECS guide to idempotence). Afterwards the call is a new
// command. The documents do not say how long the real service keeps a token. A d of 0 is the
// default, and with a negative d tokens have no effect. At most 100,000 tokens are kept. The
// token of a refused call may be used again.
func WithIdempotencyWindow(d time.Duration) Option {
	return func(c *config) { c.idempotencyWindow = d }
}

// WithRetention changes how long ended invocations are kept, and how many of them. The
// defaults are 30 days and 10,000 (ECS API reference, DescribeInvocations). A zero means
// the default, and a negative value keeps none. The time is by the server's clock and
// begins when the last instance has ended. The oldest ended invocations are also forgotten
// when all ended invocations together, with scripts, outputs and histories, need more than
// 256 MiB. To the Describe operations a forgotten invocation is an unknown one: they show
// an empty list.
func WithRetention(d time.Duration, invocations int) Option {
	return func(c *config) { c.retention, c.maxInvocations = d, invocations }
}

// WithLimits changes the limits that requests are checked against; a zero field
// is the documented default. Use it for an account with raised quotas, together with the
// limits of the client. The whole value of an earlier WithLimits is replaced.
func WithLimits(l Limits) Option {
	return func(c *config) { c.limits = l }
}

// WithResourceGroups declares the resource groups of the account other than the
// default one. Without it any group is accepted. With it a RunCommand that names an
// undeclared group is refused with InvalidResourceGroup.NotFound. The option may be given
// several times; the groups add up.
//
// A command that names a declared group, or the group of one of its instances, is
// shown only to calls that name the group too: see InResourceGroup of package
// runcommand.
func WithResourceGroups(groups ...ResourceGroup) Option {
	return func(c *config) { c.resourceGroups = append(c.resourceGroups, groups...) }
}

// WithClosedRegion makes the server refuse calls to a region with
// RegionId.ApiNotSupported. It may be given several times. A region that no document lists
// is refused with InvalidRegionId.NotFound in any case.
func WithClosedRegion(region string) Option {
	return func(c *config) { c.closedRegions = append(c.closedRegions, region) }
}

// WithStopDelay changes how long a run is Stopping before it is Terminated, by the
// server's clock; the default is 200 milliseconds. A function that ignores the end of its
// context makes the run Stopping until it returns. A d of 0 is the default, and with a
// negative d the run is Terminated at once. A task that does not run at the moment ends at
// once in any case, as Cancelled or Terminated.
func WithStopDelay(d time.Duration) Option {
	return func(c *config) { c.stopDelay = d }
}

// WithAgentRefusals makes instances refuse the schedules that real agents refuse
// although the documentation allows them: a weekday range that ends on Sunday with
// CronExpressionExpired, and L alone as a weekday with BadCronExpression. The instance is
// then Invalid and runs nothing. Without the option such schedules fire as documented.
// Package frequency warns of both. Its String writes such a range as a list of days, which agents
// accept, so only the commands of other clients meet the first refusal.
func WithAgentRefusals() Option {
	return func(c *config) { c.agentRefusals = true }
}

// WithListener makes [Server.URL] serve on the given listener in place of a new one on
// 127.0.0.1. Close closes the listener, also when URL was never called. A nil l has no
// effect. Everyone who can reach the listener can reach the server. With [WithShell] and
// the access key they can run scripts on this machine. So use a listener on the loopback
// interface, unless that is intended.
func WithListener(l net.Listener) Option {
	return func(c *config) { c.listener = l }
}
