package runcommand

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// Run sends the request and returns when the service has accepted it, like
// [os/exec.Cmd.Start]. The script runs later; see [Invocation.Wait].
//
// The command runs at most once on each instance, whatever the network does. All attempts
// of one Run send the same bytes with the same client token. Run makes the token, unless
// the request has one. The attempts are limited by [WithRetry], by ctx, and by a retry
// budget that all calls of the client share. An attempt ends after 30 s without a reply,
// or after the time that [WithOpenAPIConfig] sets.
//
// A token that Run makes is lost when the process ends. If your process may end during a
// Run, set a token with [Builder.ClientToken], and store it with the request before the
// Run.
//
// A request that breaks a documented limit gives an [*errors.ValidationError], and nothing
// is sent. Every later error is an [*errors.RunError] with the token. [errors.MayHaveRun]
// tells whether the service may have accepted one of the attempts.
//
// When the reply to an attempt is lost, Run makes another attempt with the same token.
// When that attempt succeeds, Run returns the invocation. When the service refuses that
// attempt, this does not prove that it refused the first attempt, too. Run begins no
// attempt later than 5 min after the first attempt that may have been accepted, because
// the service does not say how long it remembers a token. When the service, a limiter or
// the policy asks for a wait beyond that time, Run ends at once. As long as no attempt
// can have been accepted, Run waits as long as the service asks, up to 5 min before each
// attempt; use ctx to limit the whole time. [errors.RetryAfter] returns the wait that the
// service asked for.
//
// A panic in a limiter, observer, logger or RoundTripper of the program does not reach the
// caller. The error of Run still says whether the command may have been accepted.
//
// When the outcome is unknown, run the same request later, with the same token
// ([Builder.ClientToken]). When the service accepts this second Run, the second Run
// returns the invocation of the command. When the service refuses the second Run, the
// outcome of the first Run stays unknown: [errors.MayHaveRun] of the second error is only
// about the attempts of the second Run. The refusal [errors.IdempotentParameterMismatch]
// says that an earlier command used the token with other parameters: look for that
// command before you run the request with a new token.
func (c *Client) Run(ctx context.Context, req *Request) (*Invocation, error) {
	return c.run(ctx, req, nil)
}

// run is Run, and RunAnnounced when announce is not nil.
func (c *Client) run(ctx context.Context, req *Request, announce func(context.Context, int) error) (inv *Invocation, err error) {
	if err := c.readyIn(ctx); err != nil {
		return nil, err
	}
	c.observed(ctx, Operation{Name: "Run", Instances: req.instances()}, func(ctx context.Context) Ended {
		inv, err = c.accept(ctx, req, announce)
		return endedRun(inv, err)
	})
	return inv, err
}

// endedRun says how a Run ended.
func endedRun(inv *Invocation, err error) Ended {
	e := Ended{Err: err}
	if inv != nil {
		e.InvocationID, e.RequestID, e.Attempts = inv.ID, inv.RequestID, inv.attempts
	} else if failed, ok := errors.AsType[*errors.RunError](err); ok {
		e.Attempts = failed.Attempts
	}
	return e
}

// instances returns the number of instances that the request names. The request may be nil.
func (r *Request) instances() int {
	if r == nil {
		return 0
	}
	return len(r.InstanceIDs)
}

// accept sends the request until the service has accepted it: see Run.
func (c *Client) accept(ctx context.Context, req *Request, announce func(context.Context, int) error) (*Invocation, error) {
	began := time.Now()
	if err := c.check(req); err != nil {
		return nil, err
	}
	c.warn(ctx, req)
	token := req.ClientToken
	if token == "" {
		token = rand.Text()
	}
	x := c.newCall(req.params(c.region, token))
	x.verdict = &verdict{limit: c.attempts}
	x.announce = announce
	answer, err := x.run(ctx)
	if err != nil {
		if x.prevented == nil && tokenUsedByOther(err) && req.ClientToken != "" {
			err = fmt.Errorf("an earlier command with this client token exists, with other parameters, and may have run: %w", err)
		}
		return nil, &errors.RunError{ClientToken: token, Attempts: x.attempts, Unknown: x.verdict.unknown, Err: err}
	}
	return &Invocation{
		ID:          answer.InvokeID,
		CommandID:   answer.CommandID,
		RequestID:   x.requestID, // that of the answer may repeat a secret
		ClientToken: token,
		client:      c,
		request:     &x.params,
		group:       req.ResourceGroupID,
		targets:     slices.Clone(req.InstanceIDs),
		plan:        planOf(req),
		began:       began,
		attempts:    x.attempts,
	}, nil
}

// run makes the attempts of one Run. It converts a panic into an error. When the panic
// came during an attempt, the verdict records that the service may have accepted the
// command.
func (x *call) run(ctx context.Context) (answer *wire.RunCommandReply, err error) {
	defer func() {
		if v := recover(); v != nil {
			x.verdict.recordPanic()
			answer, err = nil, transport.Panicked("a function that the client called while it sent the request", v)
		}
	}()
	retrier := x.client.retrier(x.verdict.maxAttempts(), func(err error) bool {
		return x.prevented == nil && x.verdict.shouldRetry(err)
	})
	retrier.LongestWait = x.verdict.longestWait
	return poll.RetryWith(ctx, retrier, func(ctx context.Context, _ int) (*wire.RunCommandReply, error) {
		return attempt[wire.RunCommandReply](ctx, x)
	})
}

// RunAndWait runs the request and waits for its report, like [os/exec.Cmd.Run]. The report
// is nil when the Run failed. The errors are those of [Client.Run] and [Invocation.Wait];
// their types tell which of the two failed.
//
// The options are for the wait. When the context ends during the Run, [StopOnCancel] has
// no invocation to stop. [errors.MayHaveRun] then tells whether the command may be running.
// If it may be, run the same request again with the same token, and stop the invocation
// that you get.
func (c *Client) RunAndWait(ctx context.Context, req *Request, opts ...WaitOption) (report *Report, err error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	if _, err := c.waitConfig(opts); err != nil {
		return nil, err // a wrong option is an error before anything is sent
	}
	c.observed(ctx, Operation{Name: "RunAndWait", Instances: req.instances()}, func(ctx context.Context) Ended {
		var inv *Invocation
		if inv, err = c.Run(ctx, req); err == nil {
			report, err = inv.Wait(ctx, opts...)
		}
		return Ended{Err: err, InvocationID: inv.id()}
	})
	return report, err
}

// check validates the request with the client's limits, and returns an error for a
// request with another region than the client's.
func (c *Client) check(req *Request) error {
	err := req.ValidateWith(c.limits)
	if req == nil || req.RegionID == "" || req.RegionID == c.region || !validRegion(req.RegionID) {
		return err
	}
	v, _ := errors.AsType[*errors.ValidationError](err)
	if v == nil {
		v = &errors.ValidationError{}
	}
	v.Violations = append(v.Violations, errors.Violation{
		Field:   "RegionId",
		Code:    errors.InvalidRegionIdNotFound,
		Message: "is not the region of this client; make a client for each region (the client's own check)",
		Local:   true,
	})
	return v
}

// warn logs the warnings about a request.
func (c *Client) warn(ctx context.Context, req *Request) {
	if c.logger == nil {
		return
	}
	command := req.command()
	for _, w := range c.limits.Warnings(&command, time.Now()) {
		c.log(ctx, slog.LevelWarn, "runcommand: request warning",
			slog.String("field", w.Field), slog.String("warning", w.Message))
	}
}
