package runcommand

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/transport"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// The program's own functions (observer, limiter, logger) run at times when the service
// may already have accepted a command. The code in this file recovers panics of these
// functions. Otherwise a panic would lose the invocation id and the client token. A
// program that recovered the panic and ran the command again would then run it twice.

// notify calls a function of the program that has no result. It recovers a panic of
// the function and logs it.
func (c *Client) notify(ctx context.Context, name string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			c.logPanic(ctx, name, v)
		}
	}()
	f()
}

// log writes a record to the client's logger, if the client has one.
func (c *Client) log(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	if c.logger != nil {
		c.notify(ctx, "the logger", func() { c.logger.LogAttrs(ctx, level, msg, attrs...) })
	}
}

// logPanic logs a panic to the client's logger. When the client has no logger, or when
// that logger panics too, the record goes to slog.Default.
func (c *Client) logPanic(ctx context.Context, name string, value any) {
	attrs := []slog.Attr{
		slog.String("function", name),
		slog.String("error", transport.Panicked(name, value).Error()),
		slog.String("at", panicLocation()),
	}
	for _, logger := range []*slog.Logger{c.logger, slog.Default()} {
		if logger != nil && tryLog(ctx, logger, attrs) {
			return
		}
	}
}

// tryLog writes a record about a panic. It reports whether the logger returned without a
// panic.
func tryLog(ctx context.Context, logger *slog.Logger, attrs []slog.Attr) (ok bool) {
	defer func() { _ = recover() }()
	logger.LogAttrs(ctx, slog.LevelError, "runcommand: a function of the program panicked", attrs...)
	return true
}

// panicLocation returns the function, file and line of the panic that the caller is
// recovering.
func panicLocation() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])])
	panicking := false
	for {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line)
		}
		panicking = panicking || inRuntime
		if !more {
			return "an unknown place"
		}
	}
}

// waitForLimiter waits for the limiter of an action. When the limiter, or a method of its
// error, panics, the returned error wraps poll.ErrRefused, like the error of a limiter
// that refuses a call.
func (c *Client) waitForLimiter(ctx context.Context, action string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %w", poll.ErrRefused, transport.Panicked("the limiter", v))
		}
	}()
	err = poll.Admit(ctx, c.limiters[action])
	probe(err)
	return err
}

// probe panics when a method of an error of the program panics. Such a panic has to come
// where the caller recovers it. The results of the calls are not needed.
func probe(err error) {
	_ = errors.Retryable(err)
	if err != nil {
		_ = err.Error()
		_ = errors.Is(err, errTokenExpired)
		_, _ = errors.AsType[*errors.APIError](err)
	}
}
