package runcommand

import (
	"context"
	"log/slog"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Observer has functions that a client calls, like [net/http/httptrace.ClientTrace]. Set
// the functions that you need; later versions may add others. A call of the client waits
// until the function returns. Calls in several goroutines may call it at the same time.
type Observer struct {
	// Attempt is called after every attempt to call the service.
	Attempt func(ctx context.Context, a Attempt)
	// Poll is called after every poll of a wait that returned the state of the
	// invocation.
	Poll func(ctx context.Context, p Progress)
}

// Attempt is one attempt to call the service.
type Attempt struct {
	Action    string        // such as "RunCommand"
	RequestID string        // of the reply, "" when there was none
	Number    int           // 1 for the first attempt of a call
	Duration  time.Duration // of the attempt
	Wait      time.Duration // before the attempt: for the limiter, and for the back-off after an earlier attempt
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
