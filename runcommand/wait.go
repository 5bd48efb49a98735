package runcommand

import (
	"context"
	"time"

	"github.com/ecs-runcommand/runcommand-go/poll"
)

// WaitOption adjusts one wait.
type WaitOption func(*waitConfig) error

type waitConfig struct {
	policy   poll.Policy
	grace    time.Duration // to stop the command in when the context ends; 0: do not
	progress func(Progress)
	maxWait  time.Duration // 0: not given
}

// waitConfig is what the options of one wait add up to.
func (c *Client) waitConfig(opts []WaitOption) (waitConfig, error) {
	config := waitConfig{policy: c.polling}
	for k, opt := range opts {
		if opt == nil {
			return waitConfig{}, invalid("wait option %d is nil", k+1)
		}
		if err := opt(&config); err != nil {
			return waitConfig{}, err
		}
	}
	return config, nil
}

// PollEvery asks for the state by this policy instead of the client's, and for
// the output of what has finished.
func PollEvery(p poll.Policy) WaitOption {
	return func(c *waitConfig) error {
		c.policy = p
		return nil
	}
}

// StopOnCancel stops the remote command when the wait's context ends, by
// cancellation or deadline. Within the grace that follows the wait goes on, so
// that the report, and the results that a loop is handed, show how the command
// ended; one that ended by itself meanwhile is reported as it ended. The error
// stays that of the context, and says whether the command was asked to stop.
//
// Without it the command goes on. An end by [MaxWait], or by leaving a loop over
// [Invocation.Results], never stops it. In [Client.RunAndWait] it begins with the
// wait: while the request is still on its way there is nothing to stop.
func StopOnCancel(grace time.Duration) WaitOption {
	return func(c *waitConfig) error {
		if grace <= 0 {
			return invalid("StopOnCancel: a grace of %v is none", grace)
		}
		c.grace = grace
		return nil
	}
}

// OnProgress calls f whenever the wait has learned the state of the
// invocation, in the goroutine of the wait. A panic of f does not end the wait; it
// is logged, see [WithLogger].
func OnProgress(f func(Progress)) WaitOption {
	return func(c *waitConfig) error {
		if f == nil {
			return invalid("OnProgress: function is nil")
		}
		c.progress = f
		return nil
	}
}

// MaxWait ends the wait after d. The error is an [*errors.WaitError] that is
// [context.DeadlineExceeded].
func MaxWait(d time.Duration) WaitOption {
	return func(c *waitConfig) error {
		if d <= 0 {
			return invalid("MaxWait: %v is no time to wait", d)
		}
		c.maxWait = d
		return nil
	}
}

// Progress is how far an invocation is.
type Progress struct {
	InvocationID string
	Elapsed      time.Duration // since the wait began
	Done, Total  int           // instances; Total is 0 while it is not known
	ByStatus     map[Status]int
}

// Wait blocks until the invocation has ended on every instance, and returns
// the outcome of each with its output. It is to an invocation what
// [os/exec.Cmd.Wait] is to a process.
//
// The report is never nil. When some instance did not succeed, the error is an
// [*errors.InvocationError]. When the wait ends first, the report holds what is
// known by then and the error is an [*errors.WaitError] whose cause is the end of
// the context, an error of the service that waiting does not cure such as
// [errors.ErrPermission], [ErrNotVisible], or [context.DeadlineExceeded] for the
// wait's own bound. That is [MaxWait]; without one, and without a deadline of
// the context, the time by which the command must have ended: its timeout, a
// minute for delivery and half a minute to spare, counted from the last firing
// of a bounded schedule (half a day later where the clock of each instance
// counts).
//
// A schedule without an end is not waited for ([ErrEndless]), a command for
// the next reboot only with a bound ([ErrUnbounded]).
//
// The service is asked at once and then at intervals that grow with the time
// waited ([WithPolling]), and a last time shortly before a bound; throttling,
// passing faults and a limiter that refuses are waited out. A pause that the
// service asks for is kept, up to 5 minutes. The output of an instance is
// fetched when it has finished, by the same policy begun anew; should the
// service not list it within half a minute, the result comes without.
//
// Rows about another invocation are dropped, and so are instances that the
// request did not name. An instance id in another letter case is the same
// instance, reported as the request spells it.
func (i *Invocation) Wait(ctx context.Context, opts ...WaitOption) (*Report, error) {
	finished := make(map[string]Result)
	w, err := i.watch(opts, func(r Result) bool {
		finished[r.InstanceID] = r
		return true
	})
	if err != nil {
		return &Report{InvocationID: i.id()}, err
	}
	if err := w.run(ctx); err != nil {
		return w.report(finished, w.complete()), err
	}
	report := w.report(finished, true)
	return report, report.Err()
}

// id is the invocation's, or "" of a nil one.
func (i *Invocation) id() string {
	if i == nil {
		return ""
	}
	return i.ID
}
