package runcommand

import (
	"context"
	"log/slog"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Observer holds functions of the program that a client calls, like
// [net/http/httptrace.ClientTrace]. Set the functions that you need; later versions may
// add others. The client goes on only after the function has returned. When several
// goroutines use the client, they may call the function at the same time.
//
//	Begin ─ operation: Run ──────────────────────────────────────────── end
//	           BeginAttempt ─ attempt 1 ─ Attempt, end
//	                           (wait: retry, limiter)
//	                              BeginAttempt ─ attempt 2 ─ Attempt, end
//
// Begin and BeginAttempt return a context and a function. The client uses only the values of
// that context: it still ends when the program's context ends. The function is called once,
// when the operation or the attempt has ended, also after a panic. Both may be nil.
//
// The module github.com/ecs-runcommand/runcommand-go/runcommand/otelruncommand makes an
// observer for OpenTelemetry. [JoinObservers] joins several observers.
type Observer struct {
	// Begin is called when an operation of the program begins, after the check of its client,
	// context and options. The attempts and polls of the operation get the context that it returns.
	Begin func(ctx context.Context, op Operation) (context.Context, func(Ended))
	// BeginAttempt is called before every attempt to call the service, after the wait for the
	// limiter. The context that it returns is that of the HTTP request, so a RoundTripper of
	// [WithHTTPClient] finds its values, and that of Attempt.
	BeginAttempt func(ctx context.Context, a AttemptStart) (context.Context, func(Attempt))
	// Attempt is called after every attempt to call the service.
	Attempt func(ctx context.Context, a Attempt)
	// Poll is called after every poll of a wait that returned the state of the
	// invocation.
	Poll func(ctx context.Context, p Progress)
}

// AttemptStart is an attempt that begins.
type AttemptStart struct {
	Action       string        // action of the service, such as "RunCommand"
	Region, Host string        // where it is sent; Host has a port when the endpoint has one
	Number       int           // 1 for the first attempt of a call
	Wait         time.Duration // time waited before the attempt: for the limiter, and after a failed attempt
	LimiterWait  time.Duration // the part of Wait that was spent in the queue of the limiter
}

// Attempt is one attempt to call the service.
type Attempt struct {
	Action      string        // action of the service, such as "RunCommand"
	RequestID   string        // id in the reply; "" without a reply or an id
	Number      int           // 1 for the first attempt of a call
	Duration    time.Duration // how long the attempt took
	Wait        time.Duration // time waited before the attempt: for the limiter, and after a failed attempt
	LimiterWait time.Duration // the part of Wait that was spent in the queue of the limiter
	Err         error         // nil when the attempt succeeded
}

// beginAttempt tells the observer that an attempt begins. The returned function is nil when
// the observer wants no attempts.
func (c *Client) beginAttempt(ctx context.Context, a Attempt) (context.Context, func(Attempt)) {
	if c.observer.BeginAttempt == nil {
		return ctx, nil
	}
	return begin(ctx, c, "Observer.BeginAttempt", c.observer.BeginAttempt, AttemptStart{
		Action: a.Action, Region: c.region, Host: c.host, Number: a.Number, Wait: a.Wait, LimiterWait: a.LimiterWait,
	})
}

// observe reports an attempt to the observer and to the log.
func (c *Client) observe(ctx context.Context, a Attempt) {
	if c.observer.Attempt != nil {
		c.notify(ctx, "Observer.Attempt", func() { c.observer.Attempt(ctx, a) })
	}
	if c.logger == nil {
		return
	}
	level, outcome := slog.LevelDebug, "accepted"
	attrs := []slog.Attr{
		slog.String("action", a.Action),
		slog.Int("attempt", a.Number),
		slog.String("request_id", a.RequestID),
		slog.Duration("duration", a.Duration),
		slog.Duration("wait", a.Wait),
	}
	if a.Err != nil {
		level, outcome = slog.LevelWarn, "failed"
		if code, ok := errors.AsType[errors.Code](a.Err); ok {
			attrs = append(attrs, slog.String("code", string(code)))
		}
		attrs = append(attrs, slog.String("error", a.Err.Error()))
	}
	c.log(ctx, level, "runcommand: attempt "+outcome, attrs...)
}
