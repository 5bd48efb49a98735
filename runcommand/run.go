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

// Run sends the request and returns when the service has accepted it, as
// [os/exec.Cmd.Start] does; the script runs later ([Invocation.Wait]).
//
// The command is executed at most once on each instance, whatever the network
// does: all attempts of one Run carry the same client token, made here unless
// the request has one, and byte-identical parameters. Attempts are bounded by
// [WithRetry], by a budget for retries that all calls of the client share, and
// by ctx; each ends after 30 s without an answer, or after what [WithOpenAPIConfig]
// has set.
//
// A process that may die meanwhile sets a token of its own with
// [Builder.ClientToken] and keeps it together with the request before it calls
// Run; a token made here dies with the process.
//
// A request that breaks a documented limit gives an [*errors.ValidationError]
// and nothing is sent. Every later error is an [*errors.RunError]; it carries
// the token, and [errors.MayHaveRun] tells whether some attempt may have been
// accepted. It is decided over all attempts: once the reply to one is lost, a
// refusal of the next proves nothing. While that is open, Run asks again with
// the same token, since the answer to that settles it; but no later than five
// minutes after the first attempt that may have been accepted, because the
// service does not say how long it remembers a token. A wait that would last
// longer, by a hint of the service, a limiter or the policy, ends the Run at once.
// While nothing can have been accepted, hints are followed up to five minutes each:
// bound a Run that must not take so long by ctx. [errors.RetryAfter] tells the hint.
//
// A panic in a limiter, observer, logger or RoundTripper of the program changes
// nothing about that: what Run returns is what is known about the command.
//
// When it stays open, the same request with [Builder.ClientToken] asks later.
// The verdict of such a Run is about its own attempts alone: it is settled once
// a Run with the token is accepted, and not by one that is refused. A refusal
// because the token was used with other parameters
// ([errors.IdempotentParameterMismatch]) says that an earlier command exists:
// look for it before you run the request under a new token.
func (c *Client) Run(ctx context.Context, req *Request) (*Invocation, error) {
	if err := c.readyIn(ctx); err != nil {
		return nil, err
	}
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
	answer, err := x.run(ctx)
	if err != nil {
		if tokenUsedByOther(err) && req.ClientToken != "" {
			err = fmt.Errorf("an earlier command with this client token exists, with other parameters, and may have run: %w", err)
		}
		return nil, &errors.RunError{ClientToken: token, Attempts: x.attempts, Unknown: x.verdict.unknown, Err: err}
	}
	return &Invocation{
		ID:          answer.InvokeID,
		CommandID:   answer.CommandID,
		RequestID:   answer.RequestID,
		ClientToken: token,
		client:      c,
		request:     &x.params,
		group:       req.ResourceGroupID,
		targets:     slices.Clone(req.InstanceIDs),
		plan:        planOf(req),
	}, nil
}

// run makes the attempts of one Run. Should anything on the way panic, the error
// says so, and the command may have been accepted unless nothing was under way.
func (x *call) run(ctx context.Context) (answer *wire.RunCommandReply, err error) {
	defer func() {
		if v := recover(); v != nil {
			x.verdict.recordPanic()
			answer, err = nil, transport.Panicked("something on the way to the service", v)
		}
	}()
	retrier := x.client.retrier(x.verdict.maxAttempts(), x.verdict.shouldRetry)
	retrier.LongestWait = x.verdict.longestWait
	return poll.RetryWith(ctx, retrier, func(ctx context.Context, _ int) (*wire.RunCommandReply, error) {
		return attempt[wire.RunCommandReply](ctx, x)
	})
}

// RunAndWait runs the request and waits for its report, as [os/exec.Cmd.Run]
// does. The report is nil only when nothing is known to have been accepted;
// the errors are those of [Client.Run] and [Invocation.Wait], and their types
// tell which of the two it was.
//
// The options concern the wait. When the context ends while the request is on
// its way, [StopOnCancel] has nothing to stop yet, and [errors.MayHaveRun] tells
// whether the command may be running: then ask again with the token, and stop
// what comes back.
func (c *Client) RunAndWait(ctx context.Context, req *Request, opts ...WaitOption) (*Report, error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	if _, err := c.waitConfig(opts); err != nil {
		return nil, err // before anything is sent
	}
	inv, err := c.Run(ctx, req)
	if err != nil {
		return nil, err
	}
	return inv.Wait(ctx, opts...)
}

// check validates the request with the client's limits and region.
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
		Message: "is another region than the client's; make a client for each region (the client's own check)",
		Local:   true,
	})
	return v
}

// warn logs the advice about a request.
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
