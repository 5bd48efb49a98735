package emulator

import (
	"slices"
	"time"
)

// Options describe a server. The zero Options are a server in all documented
// regions that knows no access key, so that it refuses every call.
type Options struct {
	Credentials []Credential

	// Clock is the server's time; nil means time.Now, which is virtual inside
	// testing/synctest.
	Clock func() time.Time

	// Runner decides what instances do; nil means that every script ends at
	// once with exit code 0 and no output.
	Runner Runner

	// Shell really runs shell scripts with sh, as the current user, in scratch
	// directories below ShellDir or among the system's temporary files. It
	// takes the place of a nil Runner.
	Shell    bool
	ShellDir string

	// QueryOnly ignores parameters in a form body.
	QueryOnly bool

	// RateLimits are the calls admitted by action; an action that is not in it
	// has no limit.
	RateLimits map[string]Rate

	Limits         Limits
	ResourceGroups []ResourceGroup
	Regions        []string // nil: the documented ones
	ClosedRegions  []string // known, but RegionId.ApiNotSupported

	// AgentFaithful makes schedules behave as the agent's own parser treats
	// them where that differs from the documentation.
	AgentFaithful bool

	VisibilityDelay   time.Duration // until Describe shows a new invocation
	StopDelay         time.Duration // how long a run is Stopping; 0: 200 ms
	IdempotencyWindow time.Duration // how long a ClientToken is known; 0: a day
	Retention         time.Duration // how long an invocation is kept after its end; 0: 30 days
	MaxInvocations    int           // ended invocations kept; 0: 10,000
	MaxBytes          int           // that their scripts, parameters, runs and outputs take up; 0: 256 MiB
	History           int           // runs kept of each instance of a schedule; 0: 100
	MaxCalls          int           // calls kept for inspection; 0: 10,000

	commonClock bool // Clock is time.Now
}

// complete returns o with the defaults filled in.
func (o Options) complete() Options {
	o.Limits = o.Limits.documented()
	o.Credentials = slices.Clone(o.Credentials)
	if o.Clock == nil {
		o.Clock, o.commonClock = time.Now, true
	}
	if o.Regions == nil {
		o.Regions = regions
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.StopDelay, 200 * time.Millisecond},
		{&o.IdempotencyWindow, 24 * time.Hour},
		{&o.Retention, 30 * 24 * time.Hour},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	for _, n := range []struct {
		field *int
		value int
	}{{&o.MaxInvocations, 10_000}, {&o.MaxBytes, 256 << 20}, {&o.History, 100}, {&o.MaxCalls, 10_000}} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	return o
}
