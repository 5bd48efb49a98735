package runcommand

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// Operation is an operation of the program that begins: see [Observer]. It holds nothing
// secret.
type Operation struct {
	// Name is the method that the program calls: "Run" (also for [Client.RunAnnounced]),
	// "RunAndWait" (also for [Client.RunOn] and [Client.Output]), "Wait", "Results",
	// "History", "Fetch", "Describe", "Stop", "Invocations", "Instances", "AgentStatus",
	// "Preflight", "WaitReady" or "InstallAgent".
	// A package that calls [Client.Begin] uses its own name and a dot before the operation,
	// such as "fleet.Wave".
	Name string
	// Region and Host say where the calls of the operation go. Host has a port when the
	// endpoint has one. [Client.Begin] sets both.
	Region, Host string
	// InvocationID is the invocation that the operation is about; "" when it is about none,
	// or when it is not known yet, as in Run.
	InvocationID string
	// Instances is the number of instances that the operation names; 0 when resource tags or
	// a filter choose them, or when the number is not known.
	Instances int
	// FleetID and Wave are the fleet and the number of its wave, counted from 1; "" and 0
	// for all other operations.
	FleetID string
	Wave    int
}

// Ended says how an operation ended. It holds nothing secret: the texts of errors are
// masked.
type Ended struct {
	// Err is the error that the operation returns to the program. It is nil when the
	// program left a loop, for example over [Invocation.Results].
	Err error
	// InvocationID is the invocation that Run has begun, or that the operation is about.
	InvocationID string
	// RequestID is the id of the reply that accepted a Run; "" for other operations.
	RequestID string
	// Attempts is the number of attempts of a Run, and 0 for other operations.
	Attempts int
	// Done, Failed and Total count the instances of a wait, WaitReady, Preflight or wave.
	// Done of Total instances have ended or are ready. Failed counts those of them whose
	// command did not succeed, and in WaitReady and Preflight those that are not ready.
	Done, Failed, Total int
	// ByStatus counts the instances of a Wait, a Results or a wave by the state of the
	// command; nil for other operations. When operations are nested, only one of them has
	// it, so a sum over all operations counts no instance twice. But a second Wait or Results
	// for the same invocation, and a wave that a resumed fleet goes on with, count their
	// instances again.
	ByStatus map[Status]int
	// SinceRun is the time from the start of the Run to the end of this Wait or Results. It
	// is 0 for other operations, and for an invocation from [Client.Invocation].
	SinceRun time.Duration
}

// errUnfinished is the error of an operation or attempt that a panic or runtime.Goexit ended.
var errUnfinished = errors.New("runcommand: a panic or the end of the goroutine ended the operation")

// Begin tells the observer of the client that an operation begins. It is for packages that
// build an operation out of calls of this client, as package fleet does with its waves. The
// operations of this package call it themselves.
//
// Begin sets Region and Host of the operation. Use the returned context for the calls that
// belong to the operation. Call the returned function when the operation has ended; only the
// first call counts. It is never nil. Without an observer, and for a nil context or a client
// that [NewClient] did not make, Begin returns ctx and a function that does nothing.
func (c *Client) Begin(ctx context.Context, op Operation) (context.Context, func(Ended)) {
	if ctx == nil || c.ready() != nil || c.observer.Begin == nil {
		return ctx, func(Ended) {}
	}
	op.Region, op.Host = c.region, c.host
	ctx, end := begin(ctx, c, "Observer.Begin", c.observer.Begin, op)
	var over atomic.Bool
	return ctx, func(e Ended) {
		if over.CompareAndSwap(false, true) {
			end(e)
		}
	}
}

// observed calls f as an operation that the observer knows. Without an observer it only
// calls f.
func (c *Client) observed(ctx context.Context, op Operation, f func(context.Context) Ended) {
	if c.observer.Begin == nil {
		f(ctx)
		return
	}
	ctx, end := c.Begin(ctx, op)
	ended := Ended{Err: errUnfinished, InvocationID: op.InvocationID}
	defer func() { end(ended) }()
	ended = f(ctx)
}

// begin calls a function of the observer that begins something. It returns the context
// with the values of the function's context, and the function for the end. When the
// observer returned nil or panicked, it returns ctx and a function that does nothing.
func begin[S, E any](
	ctx context.Context, c *Client, name string, f func(context.Context, S) (context.Context, func(E)), start S,
) (context.Context, func(E)) {
	var own context.Context
	var end func(E)
	c.notify(ctx, name, func() { own, end = f(ctx, start) }) //nolint:fatcontext // own is another context than ctx
	began := withValuesOf(ctx, own, c)
	return began, func(e E) {
		if end != nil {
			c.notify(ctx, "the end function of "+name, func() { end(e) })
		}
	}
}

// withValuesOf returns ctx with the values of the context own, which a function of the
// observer has returned. The observer can add values, such as a span. It cannot end the
// operation, nor make it outlive ctx: then the program could no longer cancel the operation.
func withValuesOf(ctx, own context.Context, c *Client) context.Context {
	if holdsNil(own) {
		return ctx
	}
	return &observedContext{Context: ctx, values: own, client: c}
}

// An observedContext has the values of the context values, and ends with the embedded
// context.
type observedContext struct {
	context.Context
	values context.Context
	client *Client
}

// Value returns a value of the observer's context. When that context panics, Value returns
// the value of the context that the observer was given.
func (o *observedContext) Value(key any) (value any) {
	found := false
	o.client.notify(o.Context, "the context of the observer", func() { value, found = o.values.Value(key), true })
	if !found {
		return o.Context.Value(key)
	}
	return value
}
