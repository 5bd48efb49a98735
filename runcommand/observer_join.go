package runcommand

import (
	"context"
	"slices"
)

// JoinObservers returns an observer that calls the functions of all observers in order, and
// the functions for the end of operations and attempts in reverse order. Each observer gets
// the context that the one before it returned.
//
// A panic of one observer does not reach the others. The panic is logged by
// [log/slog.Default], because a joined observer has no logger.
func JoinObservers(observers ...Observer) Observer {
	var joined Observer
	c := new(Client) // recovers panics, and has no logger
	if list := observersWith(observers, func(o Observer) bool { return o.Begin != nil }); len(list) > 0 {
		joined.Begin = func(ctx context.Context, op Operation) (context.Context, func(Ended)) {
			return beginAll(ctx, c, list, "Observer.Begin", op,
				func(o Observer) func(context.Context, Operation) (context.Context, func(Ended)) { return o.Begin })
		}
	}
	if list := observersWith(observers, func(o Observer) bool { return o.BeginAttempt != nil }); len(list) > 0 {
		joined.BeginAttempt = func(ctx context.Context, a AttemptStart) (context.Context, func(Attempt)) {
			return beginAll(ctx, c, list, "Observer.BeginAttempt", a,
				func(o Observer) func(context.Context, AttemptStart) (context.Context, func(Attempt)) {
					return o.BeginAttempt
				})
		}
	}
	if list := observersWith(observers, func(o Observer) bool { return o.Attempt != nil }); len(list) > 0 {
		joined.Attempt = func(ctx context.Context, a Attempt) {
			for _, o := range list {
				c.notify(ctx, "Observer.Attempt", func() { o.Attempt(ctx, a) })
			}
		}
	}
	if list := observersWith(observers, func(o Observer) bool { return o.Poll != nil }); len(list) > 0 {
		joined.Poll = func(ctx context.Context, p Progress) {
			for _, o := range list {
				c.notify(ctx, "Observer.Poll", func() { o.Poll(ctx, p) })
			}
		}
	}
	return joined
}

// observersWith returns a copy of the observers that have a function.
func observersWith(observers []Observer, has func(Observer) bool) []Observer {
	return slices.DeleteFunc(slices.Clone(observers), func(o Observer) bool { return !has(o) })
}

// beginAll calls the function of each observer that the parameter function selects.
func beginAll[S, E any](
	ctx context.Context, c *Client, observers []Observer, name string, start S,
	function func(Observer) func(context.Context, S) (context.Context, func(E)),
) (context.Context, func(E)) {
	ends := make([]func(E), len(observers))
	for k, o := range observers {
		ctx, ends[k] = begin(ctx, c, name, function(o), start) //nolint:fatcontext // each observer adds to the context of the one before it
	}
	return ctx, func(e E) {
		for _, end := range slices.Backward(ends) {
			end(e)
		}
	}
}
