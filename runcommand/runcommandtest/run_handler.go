package runcommandtest

import (
	"context"
	"maps"
	"slices"
)

// A Handler decides how an execution ends. It is what [Server.Handle] takes. See there how
// it is called. [Always], [InSequence], [ByInstance] and [Latency] make Handlers for the
// frequent cases. They can be combined. They may be shared between servers: each server
// counts for itself. They may be called concurrently, and block only where a Handler given
// to them blocks.
//
// Where one of these functions takes a Handler, nil means the default of the server: with
// [WithShell] the script really runs, without it the script ends at once with exit code 0.
type Handler func(ctx context.Context, x Exec) Outcome

// Always returns a Handler that ends every execution with the same outcome. The memory of
// its output must not be changed afterwards.
func Always(out Outcome) Handler { return InSequence(out) }

// InSequence returns a Handler that ends the first execution on an instance with the
// first outcome, the second execution on the same instance with the second outcome, and
// so on. When there are more executions than outcomes, the last outcome is used again:
// [Server.Executions] tells how many there were. InSequence panics without outcomes,
// because only a mistake in the test can cause that.
//
// Every instance has its own sequence. It begins when [Server.Handle] is called, and
// goes on with every execution on the instance for which the server calls the function,
// whatever the command is. An execution that ends by a fault is not counted. So the order
// in which executions begin decides, also when they run at the same time. The order of
// their goroutines does not matter.
func InSequence(outcomes ...Outcome) Handler {
	if len(outcomes) == 0 {
		panic("runcommandtest: InSequence: there are no outcomes")
	}
	outcomes = slices.Clone(outcomes)
	return func(ctx context.Context, _ Exec) Outcome {
		n := min(callOf(ctx).number, len(outcomes))
		return outcomes[n-1]
	}
}

// ByInstance returns a Handler that calls the Handler of the instance, by its ID. For
// instances that are not in the map it calls others. Later changes of the map have no
// effect.
func ByInstance(handlers map[string]Handler, others Handler) Handler {
	handlers = maps.Clone(handlers)
	return func(ctx context.Context, x Exec) Outcome {
		h, ok := handlers[x.InstanceID]
		if !ok {
			h = others
		}
		return h.orDefault(ctx)(ctx, x)
	}
}

// orDefault returns h. When h is nil, it returns the default of the server to which ctx
// belongs.
func (h Handler) orDefault(ctx context.Context) Handler {
	if h != nil {
		return h
	}
	return callOf(ctx).standard
}

// A handlerCall is what the Handlers of this package know about the call that a server
// makes. The context of the call has it.
type handlerCall struct {
	number   int     // counts the calls for the same instance since Server.Handle, from 1
	standard Handler // the default of the server
}

// handlerCallKey is the key of the handlerCall in the context of an execution.
type handlerCallKey struct{}

// callOf returns the handlerCall of a context. When no server has made the context, every
// call is the first one.
func callOf(ctx context.Context) handlerCall {
	if call, ok := ctx.Value(handlerCallKey{}).(handlerCall); ok {
		return call
	}
	return handlerCall{1, succeed}
}

// succeed is the default of a server without a shell.
func succeed(context.Context, Exec) Outcome { return Outcome{} }

// nextCall returns the function that decides how the next execution on m ends. It is nil
// when every execution ends at once with exit code 0. The caller holds the lock.
func (s *Server) nextCall(m *machine) Handler {
	if s.handler == nil && s.shell == nil {
		return nil
	}
	s.handled[m.ID]++
	call := handlerCall{number: s.handled[m.ID], standard: succeed}
	if s.shell != nil {
		call.standard = s.runScript(m.Instance)
	}
	h := s.handler
	if h == nil {
		return call.standard
	}
	return func(ctx context.Context, x Exec) Outcome {
		return h(context.WithValue(ctx, handlerCallKey{}, call), x)
	}
}
