package runcommand

import (
	"context"
	"iter"
)

// Results yields the result of each instance with its output, exactly once, as soon as
// the instance has ended. It waits like [Invocation.Wait], with the same options and
// bounds. Results does not keep an output that it has yielded.
//
// The second value is an error of the wait, an [*errors.WaitError]. There is at most one
// error, and it comes last. A script that failed is not an error of the wait: see
// [Result.Err]. Leaving the loop ends the polling. It does not stop the remote command.
// The client makes no call while the body of the loop runs, and no call after the loop.
func (i *Invocation) Results(ctx context.Context, opts ...WaitOption) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		w, err := i.watch(opts, func(r Result) bool { return yield(r, nil) })
		if err == nil {
			err = w.observe(ctx, "Results", func(ctx context.Context) error {
				if err := w.run(ctx); !w.abandoned {
					return err
				}
				return nil
			})
		}
		if err != nil {
			yield(Result{}, err)
		}
	}
}
