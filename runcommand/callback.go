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

// Functions of the user's are called while a command may have been accepted.
// A panic in one of them goes no further than this file: it would take the
// invocation's id and the client token with it, and a caller that recovers and
// runs again would double the command.

// notify calls a function of the user's that reports and decides nothing. A
// panic in it is logged.
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

// logPanic writes to the client's logger and, when there is none or it panics,
// to the program's, as package net/http does for the panic of a handler.
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

// logged reports whether the logger took the record without a panic.
func tryLog(ctx context.Context, logger *slog.Logger, attrs []slog.Attr) (ok bool) {
	defer func() { _ = recover() }()
	logger.LogAttrs(ctx, slog.LevelError, "runcommand: a function of the program panicked", attrs...)
	return true
}

// panicPlace names the function and the line of the panic that is being
// recovered.
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

// admit waits for a turn at the limiter of an action. A limiter that panics, or
// whose error does, has refused.
func (c *Client) waitForLimiter(ctx context.Context, action string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %w", poll.ErrRefused, transport.Panicked("the limiter", v))
		}
	}()
	err = poll.Admit(ctx, c.limiters[action])
	_ = errors.Retryable(err) // asks all that is asked of it later
	if err != nil {
		_ = err.Error()
		_ = errors.Is(err, errTokenExpired)
		_, _ = errors.AsType[*errors.APIError](err)
	}
	return err
}
