package runcommandtest

import (
	"context"
	"io"
	"sync"
)

// Output returns the output of the execution to which ctx belongs: the context that a
// function given to [Server.Handle] gets. What the function writes there is shown by the
// Describe operations and by [Server.Invocations] at once, while the execution is still
// Running. So a function can print step by step, as a real script does:
//
//	srv.Handle(func(ctx context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
//		fmt.Fprintln(runcommandtest.Output(ctx), "step 1")
//		...
//	})
//
// The Output of the [Outcome] is appended when the function returns. What was written is
// kept in any case: when the execution times out or is stopped, when its instance stops,
// and when the function panics. The service keeps 24 KB of it, as of any output. With
// [WithShell] a script's output is shown in the same way, without a call of Output. Clients
// see it only with IncludeOutput or in DescribeInvocationResults.
//
// The writer may be used concurrently. After the function has returned, writing gives
// [io.ErrClosedPipe]. With a context that belongs to no execution, Output returns
// [io.Discard].
func Output(ctx context.Context) io.Writer {
	if output, ok := ctx.Value(outputKey{}).(*partialOutput); ok {
		return output
	}
	return io.Discard
}

// outputKey is the key of the output in the context of an execution.
type outputKey struct{}

// A partialOutput is the output of an execution that has not returned. It is safe for
// concurrent use.
type partialOutput struct {
	mu      sync.Mutex
	written excerpt
	closed  bool
}

// Write adds p to the output. It fails only when the function has returned.
func (o *partialOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 0, io.ErrClosedPipe
	}
	return o.written.Write(p)
}

// result returns what the service keeps of the output until now, and the number of
// dropped bytes.
func (o *partialOutput) result() (output []byte, dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.written.result()
}

// close ends the output and returns it.
func (o *partialOutput) close() excerpt {
	o.mu.Lock()
	defer o.mu.Unlock()
	written := o.written
	o.closed, o.written = true, excerpt{} // the writer may live longer, but needs no memory
	return written
}

// before returns an outcome with what was written before its own output, as the
// service keeps it.
func (e excerpt) before(out Outcome) Outcome {
	if e.total == 0 {
		return out.kept()
	}
	_, _ = e.Write(out.Output) // the error is ignored: an excerpt accepts everything
	output, dropped := e.result()
	out.Output, out.Dropped = output, out.Dropped+dropped
	return out
}

// outputSoFar returns the output of a run and the number of its dropped bytes. A run
// that has not ended may already have printed something.
func (r *run) outputSoFar() (output []byte, dropped int) {
	if r.partial != nil && !r.done() {
		return r.partial.result()
	}
	return r.output, r.dropped
}

// cutShort returns the outcome of a run that ends before its function or script has
// returned. It has the output so far.
func (r *run) cutShort(out Outcome) Outcome {
	out.Output, out.Dropped = r.outputSoFar()
	return out
}

// endOutput ends the output of a run whose function or script has returned, and returns
// the outcome with the whole output. A run that goes on, because its outcome Takes
// longer, shows what was written until then.
func (r *run) endOutput(out Outcome) Outcome {
	written := r.partial.close()
	r.partial = nil
	if !r.done() {
		r.output, r.dropped = written.result()
	}
	return written.before(out)
}
