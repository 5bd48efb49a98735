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
type Observer struct {
	// Attempt is called after every attempt to call the service.
	Attempt func(ctx context.Context, a Attempt)
	// Poll is called after every poll of a wait that returned the state of the
	// invocation.
	Poll func(ctx context.Context, p Progress)
}

// Attempt is one attempt to call the service.
type Attempt struct {
	Action    string        // action of the service, such as "RunCommand"
	RequestID string        // id in the reply; "" without a reply or an id
	Number    int           // 1 for the first attempt of a call
	Duration  time.Duration // how long the attempt took
	Wait      time.Duration // time waited before the attempt: for the limiter, and after a failed attempt
	Err       error         // nil when the attempt succeeded
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
