package runcommand

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// reply is a pointer to R. Package wire decodes a reply of the service into it.
type reply[R any] interface {
	*R
	wire.Reply
}

// call is one call of the service. All its attempts send the same parameters.
type call struct {
	client      *Client
	params      wire.Params
	verdict     *verdict  // results of the attempts of a Run; nil for any other action
	attempts    int       // number of attempts that the call has made
	ended       time.Time // end of the latest attempt; before the first attempt, the start of the call
	signedAgain bool      // the call has repeated an attempt with a new signature; it may do so once
	requestID   string    // id in the latest reply, without secrets; "" without a reply or an id

	announce  func(ctx context.Context, attempt int) error // called right before each attempt; nil except in RunAnnounced
	prevented error                                        // error of announce; it prevented the latest attempt and ends the call
}

func (c *Client) newCall(p wire.Params) *call {
	return &call{client: c, params: p, ended: time.Now()}
}

// do calls the service, with retries. It is for every action except RunCommand: a call of
// RunCommand is not safe to repeat.
func do[R any, P reply[R]](ctx context.Context, c *Client, p wire.Params) (P, error) {
	if err := c.readyIn(ctx); err != nil {
		return nil, err
	}
	x := c.newCall(p)
	return poll.RetryWith(ctx, c.retrier(c.attempts, retryable), func(ctx context.Context, _ int) (P, error) {
		return attempt[R, P](ctx, x)
	})
}

// attempt makes one attempt. When the attempt fails and needs only a new signature, the
// function makes a second attempt at once.
func attempt[R any, P reply[R]](ctx context.Context, x *call) (P, error) {
	answer := P(new(R))
	err := x.attempt(ctx, answer)
	if x.prevented == nil && needsNewSignature(err) && !x.signedAgain && ctx.Err() == nil {
		x.signedAgain = true
		answer = P(new(R))
		err = x.attempt(ctx, answer)
	}
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// attempt waits for the limiter, sends the request once, and reports the result to the
// limiter, the observer and the log.
func (x *call) attempt(ctx context.Context, answer wire.Reply) error {
	c := x.client
	queued := time.Now()
	if err := x.waitForLimiter(ctx); err != nil {
		return fmt.Errorf("runcommand: %s was not sent: waiting for the limiter: %w", x.params.Action, err)
	}
	began := time.Now()
	report := Attempt{Action: x.params.Action, Wait: began.Sub(x.ended), LimiterWait: began.Sub(queued), Err: errUnfinished}
	x.attempts++
	report.Number = x.attempts
	ctx, end := c.beginAttempt(ctx, report)
	if end != nil {
		defer func() { end(report) }()
		began = time.Now() // the time of the observer is not part of the attempt
	}
	seen, err := c.transport.Do(ctx, transport.Call{Params: x.params, Begin: func() error { return x.begin(ctx) }}, answer)
	ending := err // what the limiter is told
	if x.prevented != nil {
		err, ending = x.prevented, errNotBegun
	}
	x.requestID = seen.RequestID
	report.RequestID, report.Err = seen.RequestID, err
	if x.verdict == nil && errors.Is(err, dryRunPassed) { // the answer that the dry run asked for, and no failure
		report.Err = nil
	}
	x.verdict.record(err, seen.Sends)
	x.ended = time.Now()
	report.Duration = x.ended.Sub(began)
	if f, ok := c.limiters[x.params.Action].(poll.Feedback); ok {
		c.notify(ctx, "Feedback.Done", func() { f.Done(ending) })
	}
	c.observe(ctx, report)
	return err
}

// waitForLimiter waits for the limiter. For a Run, it waits at most until the client
// token is too old for another attempt.
func (x *call) waitForLimiter(ctx context.Context) error {
	bounded, cancel := x.verdict.withDeadline(ctx)
	defer cancel()
	err := x.client.waitForLimiter(bounded, x.params.Action)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && hasEarlierDeadline(bounded, ctx) {
		return fmt.Errorf("%w (%s)", errTokenExpired, err) //nolint:errorlint // it must not wrap DeadlineExceeded: the context of the caller has not ended
	}
	return err
}

// hasEarlierDeadline reports whether ctx has a deadline and the context other has a later
// deadline or none.
func hasEarlierDeadline(ctx, other context.Context) bool {
	end, ok := ctx.Deadline()
	otherEnd, limited := other.Deadline()
	return ok && (!limited || end.Before(otherEnd))
}

// retrier returns a Retrier with the client's policy and budget. The function again says
// after which errors the Retrier makes another attempt. 0 attempts mean DefaultAttempts.
func (c *Client) retrier(attempts int, again func(error) bool) poll.Retrier {
	if attempts == 0 {
		attempts = DefaultAttempts
	}
	return poll.Retrier{Policy: c.retry, Attempts: attempts, Budget: c.budget, Retryable: again}
}

// needsNewSignature reports whether another attempt at once can succeed after the error,
// because each attempt has a new nonce, date and credential.
func needsNewSignature(err error) bool {
	return errors.Is(err, errors.SignatureNonceUsed) || errors.Is(err, errors.InvalidSecurityTokenExpired)
}

// retryable reports whether another attempt may succeed after some time. An error that
// needs only a new signature is not retryable: the function attempt has already made
// another attempt after such an error.
func retryable(err error) bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return errors.Retryable(err) && !untrusted && !needsNewSignature(err)
}
