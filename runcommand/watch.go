package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// visibilityTimeout is how long an invocation may be missing from the service's
// lists. Right after a Run it is often not listed yet.
const visibilityTimeout = 30 * time.Second

// watch waits for the end of one invocation. It polls DescribeInvocations for the states,
// without output. When an instance has ended, watch fetches the output once, delivers it,
// and does not keep it.
type watch struct {
	*Invocation
	config  waitConfig
	deliver func(Result) bool // returns false when the caller wants no more results

	plan        *plan // nil until the plan is known
	began       time.Time
	hiddenSince time.Time   // when polls began to miss the invocation; zero after a poll that found it
	status      Status      // overall status in the latest reply
	instances   instanceSet // the targets; without targets, the instances that the service lists
	order       []string    // instance ids: first the targets, then other instances as they appeared
	states      map[string]*instanceState
	endedCount  int  // number of instances in a terminal state
	abandoned   bool // true when deliver has returned false
	// deliveryTime is the time that the caller has spent on results. It is added to the
	// time limits that the wait sets itself.
	deliveryTime time.Duration
}

// instanceState is the latest state of the command on one instance.
type instanceState struct {
	result    Result // latest result, without output
	ended     bool
	delivered bool
}

// watch prepares a wait. The wait calls the function deliver with the result of every instance
// that has ended.
func (i *Invocation) watch(opts []WaitOption, deliver func(Result) bool) (*watch, error) {
	if err := i.ready(); err != nil {
		return nil, err
	}
	config, err := i.client.waitConfig(opts)
	if err != nil {
		return nil, err
	}
	w := &watch{
		Invocation: i,
		config:     config,
		deliver:    deliver,
		plan:       i.plan,
		instances:  newInstanceSet(i.targets),
		states:     make(map[string]*instanceState, len(i.targets)),
	}
	for _, id := range unique(i.targets) {
		w.state(id)
	}
	return w, nil
}

// run polls until the invocation ends or the wait fails. The error is a WaitError.
func (w *watch) run(ctx context.Context) error {
	w.began = time.Now()
	err := w.withinMaxWait(ctx)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && w.config.grace > 0 {
		err = w.stopCommand(ctx, err)
	}
	return &errors.WaitError{InvocationID: w.ID, Done: w.endedCount, Total: len(w.states), Err: err}
}

// withinMaxWait waits for the end of the invocation, at most for the time of the option
// MaxWait.
func (w *watch) withinMaxWait(ctx context.Context) error {
	longest := w.config.maxWait
	if longest <= 0 {
		return w.waitForEnd(ctx)
	}
	_, err := withBound(ctx, w.began.Add(longest), fmt.Sprintf("the longest wait of %v is over", longest), w.waitForEnd)
	return err
}

// waitForEnd polls until the invocation has ended. When the plan is not known, it first
// asks the service for the plan. When the plan has no end, or its end is not known and
// the caller sets no time limit, waitForEnd waits only if a stop is ending the
// invocation.
func (w *watch) waitForEnd(ctx context.Context) error {
	if w.plan == nil {
		if err := w.withinLatestEnd(ctx, &plan{}, w.waitForPlan); err != nil {
			return err
		}
	}
	if refusal := w.plan.waitError(w.callerBounds(ctx)); refusal != nil {
		return w.waitIfEnding(ctx, refusal)
	}
	return w.withinLatestEnd(ctx, w.plan, w.poll)
}

// poll polls, and delivers the results of instances that have ended, until the wait is
// done.
func (w *watch) poll(ctx context.Context) error { return w.until(ctx, w.pollAndDeliver) }

// until calls f at the intervals of the wait's policy, until f is done or returns a final
// error.
func (w *watch) until(ctx context.Context, f func(context.Context) (done bool, err error)) error {
	_, err := poll.Until(ctx, w.config.policy, func(ctx context.Context) (struct{}, bool, error) {
		done, err := f(ctx)
		return struct{}{}, done || final(err), err
	})
	return err
}

// waitIfEnding is for an invocation that only a stop ends, or that ends at an unknown
// time. It asks the service once for the state. When a stop has ended the invocation or
// is ending it, waitIfEnding waits for the end. Otherwise it returns the error refusal.
func (w *watch) waitIfEnding(ctx context.Context, refusal error) error {
	found, err := w.fetchState(ctx)
	if err != nil {
		return fmt.Errorf("%w; its state is not known: %w", refusal, err)
	}
	if found != nil {
		w.update(found)
	}
	if w.status != StatusStopping && (!w.allKnown() || w.endedCount < len(w.states)) {
		return refusal
	}
	return w.withinLatestEnd(ctx, &plan{timeout: w.plan.timeout}, w.poll)
}

// callerBounds reports whether the caller limits the time of the wait, by a deadline of
// the context or by MaxWait.
func (w *watch) callerBounds(ctx context.Context) bool {
	_, deadline := ctx.Deadline()
	return deadline || w.config.maxWait > 0
}

// withinLatestEnd calls f. Unless the caller limits the time of the wait, f ends at the
// time by which an invocation with this plan must have ended. When the caller spends time
// on delivered results, this limit becomes later by the same time.
func (w *watch) withinLatestEnd(ctx context.Context, p *plan, f func(context.Context) error) error {
	if w.callerBounds(ctx) {
		return f(ctx)
	}
	for {
		before := w.deliveryTime
		over, err := withBound(ctx, p.latestEnd(w.began).Add(before), "the invocation should have ended by now", f)
		if !over || w.deliveryTime == before {
			return err
		}
	}
}

// withBound calls f with a context that ends at the time bound. It reports whether the
// bound ended f. In that case the error begins with the reason and wraps
// context.DeadlineExceeded. The context does not report the bound as its deadline,
// because a limiter refuses a call whose turn comes after the deadline, and this bound
// may become later.
func withBound(ctx context.Context, bound time.Time, reason string, f func(context.Context) error) (over bool, err error) {
	own, cancel := poll.WithBound(ctx, bound)
	defer cancel()
	err = f(own)
	if over = err != nil && ctx.Err() == nil && errors.Is(own.Err(), context.DeadlineExceeded); over {
		err = fmt.Errorf("%s: %w", reason, err)
	}
	return over, err
}

// waitForPlan polls until the service lists the invocation, and reads its plan.
func (w *watch) waitForPlan(ctx context.Context) error {
	return w.until(ctx, func(ctx context.Context) (done bool, err error) {
		found, err := w.fetchState(ctx)
		if found != nil {
			w.plan = planOfReply(found)
			w.update(found)
		}
		return found != nil, err
	})
}

// pollAndDeliver fetches the states once and delivers the results of the instances that
// have ended. It reports whether the wait is done.
func (w *watch) pollAndDeliver(ctx context.Context) (done bool, err error) {
	found, err := w.fetchState(ctx)
	if found == nil {
		return false, err
	}
	w.update(found)
	w.progress(ctx)
	if err := w.deliverEnded(ctx); err != nil {
		return false, err
	}
	return w.abandoned || w.complete(), nil
}

// fetchState returns the state of the invocation, or nil while the service does not
// list it. When the service has not listed it for visibilityTimeout, the error is
// ErrNotVisible.
func (w *watch) fetchState(ctx context.Context) (*wire.Invocation, error) {
	found, err := w.findState(ctx, func(ctx context.Context, params wire.Params) (*wire.DescribeInvocationsReply, error) {
		return attempt[wire.DescribeInvocationsReply](ctx, w.client.newCall(params))
	})
	// An endless listing does not end the wait: the next poll reads the list again.
	if err != nil && !errors.Is(err, errEndlessListing) {
		return nil, err
	}
	switch now := time.Now(); {
	case found != nil:
		w.hiddenSince = time.Time{}
	case w.hiddenSince.IsZero():
		w.hiddenSince = now
	case now.Sub(w.hiddenSince) >= visibilityTimeout:
		return nil, ErrNotVisible
	}
	return found, nil
}

// final reports whether an error ends a wait, because another poll cannot succeed. The
// refusal of a limiter is temporary, whatever its error says.
func final(err error) bool {
	return err != nil && !retryable(err) && !errors.Is(err, poll.ErrRefused)
}

// state returns the state of an instance. It adds a state for an instance that is new.
// It returns nil for an instance that is not part of the invocation.
func (w *watch) state(id string) *instanceState {
	id, ok := w.instances.spelling(id)
	if !ok {
		return nil
	}
	r := w.states[id]
	if r == nil {
		r = &instanceState{result: Result{InvocationID: w.ID, InstanceID: id, Status: StatusPending}}
		w.states[id] = r
		w.order = append(w.order, id)
	}
	return r
}

// update takes over the states from a reply. It does not replace a terminal state,
// because a later reply may hold an older state.
func (w *watch) update(inv *wire.Invocation) {
	for _, row := range inv.Instances() {
		r := w.state(row.InstanceID)
		if r == nil || r.ended {
			continue
		}
		result := w.masked(resultOf(row))
		result.InvocationID, result.InstanceID, result.Output = w.ID, r.result.InstanceID, nil
		if result.Status == "" {
			result.Status = r.result.Status
		}
		r.result = result
		if r.ended = r.result.Status.Terminal(); r.ended {
			w.endedCount++
		}
	}
	w.status = statusOf(inv.InvocationStatus, inv.InvokeStatus, 0)
}

// complete reports whether all instances are known and all their results have been
// delivered.
func (w *watch) complete() bool {
	for _, r := range w.states {
		if !r.delivered {
			return false
		}
	}
	return w.allKnown()
}

// allKnown reports whether all instances of the invocation are known. When tags or
// another process chose the instances, only the service knows all of them. In that case,
// all instances are known when the overall status is terminal.
func (w *watch) allKnown() bool {
	return len(w.states) > 0 && (w.instances.fixed || w.status == "" || w.status.Terminal())
}
