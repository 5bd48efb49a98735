package runcommand

import (
	"context"
	"fmt"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// visibleWithin is how long an invocation may stay out of the service's lists,
// as right after a Run.
const visibilityTimeout = 30 * time.Second

// watch follows one invocation to its end. States come from light polls of
// DescribeInvocations; the output of an instance is fetched once it has
// finished, handed over, and forgotten.
type watch struct {
	*Invocation
	config  waitConfig
	deliver func(Result) bool // false: nobody listens any more

	plan        *plan // nil until it is known
	began       time.Time
	hiddenSince time.Time   // since when the service does not list the invocation
	status      Status      // of the whole, as told last
	instances   instanceSet // the targets, or all that the service lists
	order       []string    // instances: the targets, then as they appeared
	states      map[string]*instanceState
	endedCount  int  // rows with an end
	abandoned   bool // nobody listens any more
	// listening is the time that those who were handed results have taken, for
	// which the wait's own bounds do not count.
	deliveryTime time.Duration
}

// instance is what is known about the invocation on one instance.
type instanceState struct {
	result    Result // without output
	ended     bool
	delivered bool
}

// watch prepares a wait that hands every finished instance to deliver.
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

// run polls until the invocation has ended or the wait has to. Its error is a
// WaitError.
func (w *watch) run(ctx context.Context) error {
	if err := w.client.readyIn(ctx); err != nil {
		return err
	}
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

// atMost keeps to MaxWait.
func (w *watch) withinMaxWait(ctx context.Context) error {
	longest := w.config.maxWait
	if longest <= 0 {
		return w.waitForEnd(ctx)
	}
	_, err := withBound(ctx, w.began.Add(longest), fmt.Sprintf("the longest wait of %v is over", longest), w.waitForEnd)
	return err
}

// follow asks for the plan where it is not known, and polls to the end if there
// is one.
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

func (w *watch) poll(ctx context.Context) error {
	_, err := poll.Until(ctx, w.config.policy, w.pollOnce)
	return err
}

// unlessOver asks once about an invocation that nobody should wait for: it may
// have been stopped, and then its end is near or there.
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

// bounded reports whether the caller has set an end to the wait.
func (w *watch) callerBounds(ctx context.Context) bool {
	_, deadline := ctx.Deadline()
	return deadline || w.config.maxWait > 0
}

// untilOverdue bounds what the caller has not bounded by the moment at which an
// invocation of that plan must have ended. Results that are handed over stop
// the clock.
func (w *watch) withinLatestEnd(ctx context.Context, p *plan, f func(context.Context) error) error {
	if w.callerBounds(ctx) {
		return f(ctx)
	}
	for {
		listened := w.deliveryTime
		over, err := withBound(ctx, p.latestEnd(w.began).Add(listened), "the invocation should have ended by now", f)
		if !over || w.deliveryTime == listened {
			return err
		}
	}
}

// within bounds f and reports whether that has ended it. Then the error begins
// with the reason and is context.DeadlineExceeded. Limiters must not see the
// bound as a deadline: it is not the caller's, and may be moved.
func withBound(ctx context.Context, bound time.Time, reason string, f func(context.Context) error) (over bool, err error) {
	own, cancel := poll.WithBound(ctx, bound)
	defer cancel()
	err = f(own)
	if over = err != nil && ctx.Err() == nil && errors.Is(own.Err(), context.DeadlineExceeded); over {
		err = fmt.Errorf("%s: %w", reason, err)
	}
	return over, err
}

// seek asks until the service lists the invocation, for its plan.
func (w *watch) waitForPlan(ctx context.Context) error {
	_, err := poll.Until(ctx, w.config.policy, func(ctx context.Context) (struct{}, bool, error) {
		found, err := w.fetchState(ctx)
		if found != nil {
			w.plan = planOfReply(found)
			w.update(found)
		}
		return struct{}{}, found != nil || final(err), err
	})
	return err
}

// probe asks once for the state and hands over what has newly finished.
func (w *watch) pollOnce(ctx context.Context) (struct{}, bool, error) {
	over, err := w.pollAndDeliver(ctx)
	return struct{}{}, over || final(err), err
}

func (w *watch) pollAndDeliver(ctx context.Context) (over bool, err error) {
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

// ask returns the state of the invocation, or nil while it is not visible yet.
func (w *watch) fetchState(ctx context.Context) (*wire.Invocation, error) {
	found, err := w.findState(ctx, func(ctx context.Context, question wire.Params) (*wire.DescribeInvocationsReply, error) {
		return attempt[wire.DescribeInvocationsReply](ctx, w.client.newCall(question))
	})
	if err != nil && !errors.Is(err, errEndlessListing) { // the next look begins anew
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

// final reports whether waiting cannot cure an error. A limiter that refuses
// says "not now", whatever words it chooses.
func final(err error) bool {
	return err != nil && !retryable(err) && !errors.Is(err, poll.ErrRefused)
}

// row returns what is known about an instance, beginning with nothing, or nil
// for one that is not part of the invocation.
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

// learn takes over the states. An end is final: what a later, staler reply
// says about the instance no longer counts.
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

// over reports whether every instance has ended and been handed over.
func (w *watch) complete() bool {
	for _, r := range w.states {
		if !r.delivered {
			return false
		}
	}
	return w.allKnown()
}

// whole reports whether all instances are known, so that their ends are the end.
// Where they were chosen by tag, or by another process, the whole has to have
// ended as well: only the service knows them all.
func (w *watch) allKnown() bool {
	return len(w.states) > 0 && (w.instances.fixed || w.status == "" || w.status.Terminal())
}
