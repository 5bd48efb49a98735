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
	grace    time.Duration // time for a stop after the context has ended; 0 means no stop
	progress func(Progress)
	maxWait  time.Duration // longest time of the wait; 0 without the option MaxWait
}

// waitConfig collects the options of one wait.
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

// PollEvery sets the policy of one wait: it says how long the wait pauses between two
// polls for states or outputs. It replaces the policy of the client.
func PollEvery(p poll.Policy) WaitOption {
	return func(c *waitConfig) error {
		c.policy = p
		return nil
	}
}

// StopOnCancel stops the remote command when the context of the wait ends, by
// cancellation or deadline. The wait then goes on, at most for the time grace. So the
// report, and the results of a loop, show how the command ended, also when it ended by
// itself before the stop. The error of the wait still wraps the error of the context. The
// text of the error says whether the command was asked to stop.
//
// Without this option the command goes on. When [MaxWait] ends the wait, or the program
// leaves a loop over [Invocation.Results], the command is not stopped. In
// [Client.RunAndWait] the option has no effect during the Run.
func StopOnCancel(grace time.Duration) WaitOption {
	return func(c *waitConfig) error {
		if grace <= 0 {
			return invalid("StopOnCancel: the grace must be longer than 0, got %v", grace)
		}
		c.grace = grace
		return nil
	}
}

// OnProgress calls f after every poll that returned the state of the invocation, or of the
// instances in [Client.WaitReady], in the goroutine of the wait. A panic of f does not end the wait. The panic is logged, see
// [WithLogger].
func OnProgress(f func(Progress)) WaitOption {
	return func(c *waitConfig) error {
		if f == nil {
			return invalid("OnProgress: function is nil")
		}
		c.progress = f
		return nil
	}
}

// MaxWait ends the wait after the time d. The error is then an [*errors.WaitError] that
// wraps [context.DeadlineExceeded].
func MaxWait(d time.Duration) WaitOption {
	return func(c *waitConfig) error {
		if d <= 0 {
			return invalid("MaxWait: the time must be longer than 0, got %v", d)
		}
		c.maxWait = d
		return nil
	}
}

// Progress says how many instances of an invocation have ended. In [Client.WaitReady] it
// says how many instances are ready: InvocationID is "" then, and ByStatus counts the
// instances by their [InstanceStatus].
type Progress struct {
	InvocationID string
	Elapsed      time.Duration // time since the wait began
	Done, Total  int           // Done of Total instances have ended; Total is 0 while it is not known
	ByStatus     map[Status]int
}

// Wait blocks until the invocation has ended on every instance, like [os/exec.Cmd.Wait].
// It returns the result of each instance with its output.
//
// The report is never nil. When an instance did not succeed, the error is an
// [*errors.InvocationError]. When the wait ends before the invocation, the report holds
// the results so far, and the error is an [*errors.WaitError]. The cause of that error is
// one of these:
//
//   - the error of the context, when the context has ended
//   - [context.DeadlineExceeded], when the bound of the wait is reached
//   - [ErrNotVisible], [ErrEndless] or [ErrUnbounded]
//   - an error of a call that does not pass by waiting, such as [errors.ErrPermission]
//
// The bound of the wait is [MaxWait]. Without MaxWait and without a deadline of the
// context, the bound is the time by which the command must have ended. That is the start
// of the wait plus the timeout of the command, plus 60 s for delivery, plus 30 s of
// reserve. For a schedule with an end, the last run of the schedule replaces the start of
// the wait. When each instance uses its own clock, the bound is 12 hours later.
//
// Wait does not wait for an invocation whose schedule has no end, unless the invocation
// was stopped: the error is [ErrEndless]. Wait waits for a command at the next reboot
// only when MaxWait or a deadline bounds the wait: otherwise the error is [ErrUnbounded].
//
// Wait polls at once, then at intervals that grow with the time waited ([WithPolling]),
// and a last time shortly before the bound. After throttling, after a temporary error,
// and after the refusal of a limiter, Wait polls again. When the service asks for a
// pause, Wait keeps the pause, up to 5 min. When an instance has ended, Wait polls for
// its output. For these polls, the intervals of the policy start again with the first
// interval. When the service does not list an output within 30 s, the result has no
// output.
//
// Wait ignores rows of a reply that are about another invocation, or about an instance
// that the request did not name. An instance id in another letter case is the same
// instance. The report uses the spelling of the request.
func (i *Invocation) Wait(ctx context.Context, opts ...WaitOption) (*Report, error) {
	finished := make(map[string]Result)
	w, err := i.watch(opts, func(r Result) bool {
		finished[r.InstanceID] = r
		return true
	})
	if err != nil {
		return &Report{InvocationID: i.id()}, err
	}
	var report *Report
	err = w.observe(ctx, "Wait", func(ctx context.Context) error {
		if err := w.run(ctx); err != nil {
			report = w.report(finished, w.complete())
			return err
		}
		report = w.report(finished, true)
		return report.Err()
	})
	if report == nil {
		report = w.report(finished, w.complete())
	}
	return report, err
}

// id returns the id of the invocation, or "" for a nil invocation.
func (i *Invocation) id() string {
	if i == nil {
		return ""
	}
	return i.ID
}
