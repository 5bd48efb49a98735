package fleet

import (
	"fmt"
	"log/slog"
)

// guard calls a function of the program, and converts a panic into an error. The error has the
// name of the function and not the value of the panic, which may be secret.
func guard(name string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("fleet: %s panicked", name)
		}
	}()
	return f()
}

// log writes a record to the logger of the client, if it has one. Within a wave, a handler
// finds the span of the wave in the context.
func (r *run) log(level slog.Level, msg string, attrs ...slog.Attr) {
	logger := r.client.Logger()
	if logger == nil {
		return
	}
	attrs = append(attrs, slog.String("fleet", r.fleet.ID()))
	_ = guard("the logger", func() error { logger.LogAttrs(r.callCtx(), level, msg, attrs...); return nil })
}
