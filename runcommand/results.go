package runcommand

import (
	"context"
	"iter"
)

// Results yields the result of each instance, output included, as soon as the
// instance has finished, each exactly once. It waits as [Invocation.Wait]
// does, with the same options and bounds, and keeps no output that it has
// handed over.
//
// The second value is the wait's own error, an [*errors.WaitError]; it comes at
// most once and last. A script that failed is no such error: see [Result.Err].
// Leaving the loop ends the polling, never the remote command. Nothing is asked
// while the body of the loop runs, and nothing goes on when the loop is over.
func (i *Invocation) Results(ctx context.Context, opts ...WaitOption) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		w, err := i.watch(opts, func(r Result) bool { return yield(r, nil) })
		if err == nil {
			err = w.run(ctx)
		}
		if err != nil && (w == nil || !w.abandoned) {
			yield(Result{}, err)
		}
	}
}
