package runcommand

import (
	"context"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/internal/wire"
	"github.com/ecs-runcommand/runcommand-go/poll"
)

// outputTimeout is how long an output may be missing after the state of its instance
// became terminal. After that time, the result is delivered without output.
const outputTimeout = 30 * time.Second

// deliverEnded delivers the results of instances that have ended. An output may become
// visible later than the state of its instance, and a call may fail. So deliverEnded
// polls for outputs until it has them. It begins with the first interval of the policy,
// because later intervals may be long.
func (w *watch) deliverEnded(ctx context.Context) error {
	if len(w.undelivered()) == 0 {
		return nil
	}
	grace, cancel := poll.WithBound(ctx, time.Now().Add(outputTimeout))
	defer cancel()
	before := w.deliveryTime
	var last error
	err := w.until(grace, func(context.Context) (done bool, err error) {
		// The calls use ctx, not grace. The end of the context grace must not cancel a
		// call that is running or that waits for its limiter.
		last = w.fetchOutputs(ctx, w.undelivered())
		return last == nil && (w.abandoned || len(w.undelivered()) == 0), last
	})
	switch {
	case err == nil || ctx.Err() != nil || grace.Err() == nil:
		return err
	case last != nil:
		return last
	case w.deliveryTime == before:
		w.deliverWithoutOutput()
	}
	// The results of other instances may be missing here, because the caller took all the time for
	// one result. The next poll for states fetches them.
	return nil
}

// undelivered lists the instances that have ended and whose results are not delivered
// yet.
func (w *watch) undelivered() []string {
	var due []string
	for _, id := range w.order {
		if r := w.states[id]; r.ended && !r.delivered {
			due = append(due, id)
		}
	}
	return due
}

// fetchOutputs fetches the outputs of the instances in due once. It makes one call for
// each instance if this needs fewer calls than reading all pages.
func (w *watch) fetchOutputs(ctx context.Context, due []string) error {
	if !fewerCallsByInstance(len(due), len(w.states)) {
		return w.fetchOutputPages(ctx, "", len(due))
	}
	for _, id := range due {
		if err := w.fetchOutputPages(ctx, id, 1); err != nil || w.abandoned {
			return err
		}
	}
	return nil
}

// fetchOutputPages reads the outputs of one instance, or of all instances when instanceID
// is "". It ends when it has delivered as many results as the parameter due says. An
// endless listing is no error: the next poll fetches the missing outputs.
func (w *watch) fetchOutputPages(ctx context.Context, instanceID string, due int) error {
	seen := make(map[string]bool)
	page := func(ctx context.Context, token string) (*wire.DescribeInvocationResultsReply, error) {
		params := w.resultsParams(instanceID, false, token)
		return attempt[wire.DescribeInvocationResultsReply](ctx, w.client.newCall(params))
	}
	err := w.eachOutcome(ctx, pollPaging, w.instances, page, func(id string, row *wire.Outcome) (isNew, more bool) {
		r := w.states[id]
		if r == nil {
			return false, true // the state of this instance is not known yet
		}
		isNew, seen[id] = !seen[id], true
		if !w.deliverRow(r, row) {
			return isNew, true
		}
		due--
		return isNew, due != 0 && !w.abandoned
	})
	if errors.Is(err, errEndlessListing) {
		return nil
	}
	return err
}

// deliverRow delivers the result in a row and reports whether it did so. It skips an
// instance that has not ended or whose result was delivered before. It also skips a row
// that is not terminal, because such a row is older than the state.
func (w *watch) deliverRow(r *instanceState, row *wire.Outcome) bool {
	if !r.ended || r.delivered {
		return false
	}
	result := w.masked(resultOf(row))
	if !result.Status.Terminal() {
		return false
	}
	result.InvocationID, result.InstanceID = w.ID, r.result.InstanceID
	w.deliverResult(r, result)
	return true
}

// deliverWithoutOutput delivers the remaining results. It takes them from the states of
// the instances. The states have no output.
func (w *watch) deliverWithoutOutput() {
	for _, id := range w.undelivered() {
		if w.abandoned {
			return
		}
		w.deliverResult(w.states[id], w.states[id].result)
	}
}

// deliverResult passes a result to the caller and measures how long the caller takes.
func (w *watch) deliverResult(r *instanceState, result Result) {
	r.delivered = true
	began := time.Now()
	w.abandoned = !w.deliver(result)
	w.deliveryTime += time.Since(began)
	result.Output = nil
	r.result = result
}
