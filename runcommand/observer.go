package runcommand

import (
	"context"
	"log/slog"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Observer is told what a client does, in the manner of
// [net/http/httptrace.ClientTrace]: set the functions of interest, others will
// be added. They are called synchronously and from several goroutines.
type Observer struct {
	// Attempt is called after every attempt to call the service.
	Attempt func(ctx context.Context, a Attempt)
	// Poll is called whenever a wait has learned the state of its invocation.
	Poll func(ctx context.Context, p Progress)
}

// Attempt is one attempt to call the service.
type Attempt struct {
	Action    string        // such as "RunCommand"
	RequestID string        // of the service's answer, "" when there was none
	Number    int           // 1 for the first attempt of a call
	Duration  time.Duration // of the attempt
	Wait      time.Duration // before it: limiter and, from the second on, back-off
	Err       error         // nil when the service accepted
}

// observe reports an attempt to the observer and the log.
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
