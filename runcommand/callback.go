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

// The program's own functions (observer, limiter, logger) run while the service may
// have accepted a command. This file recovers their panics. Otherwise the invocation id
// and the client token would be lost, and a caller that recovers and runs the command
// again would run it twice.

// notify calls a function of the program that has no result. It logs a panic.
func (c *Client) notify(ctx context.Context, name string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			c.logPanic(ctx, name, v)
		}
	}()
	f()
}

// log writes a record, if there is a logger.
func (c *Client) log(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	if c.logger != nil {
		c.notify(ctx, "the logger", func() { c.logger.LogAttrs(ctx, level, msg, attrs...) })
	}
}

// logPanic logs a panic to the client's logger. When there is none, or it panics, the
// record goes to slog.Default.
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

// tryLog writes the record and reports whether the logger did so without a panic.
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

// waitForLimiter waits for the limiter of an action. A panic in the limiter, or in a
// method of its error, counts as a refusal.
func (c *Client) waitForLimiter(ctx context.Context, action string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %w", poll.ErrRefused, transport.Panicked("the limiter", v))
		}
	}()
	err = poll.Admit(ctx, c.limiters[action])
	_ = errors.Retryable(err) // these calls find out here whether a method of the error panics
	if err != nil {
		_ = err.Error()
		_ = errors.Is(err, errTokenExpired)
		_, _ = errors.AsType[*errors.APIError](err)
	}
	return err
}
